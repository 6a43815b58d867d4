"""Claims about calendars: lines, escapes and times are those of RFC 5545."""

from __future__ import annotations

import re

from patrolmap.exchange.ical import calendar_document
from tests.exchange.conftest import attacked


def unfolded(document):
    """Undo the folding as a reader does."""
    return document.decode().replace("\r\n ", "").split("\r\n")


def value(lines, name):
    return [line.partition(":")[2] for line in lines if re.split("[:;]", line)[0] == name]


def test_an_entry_for_each_team(plan):
    """From departure to return in the zone of China, which is described; a team without stops has the whole shift."""
    lines = unfolded(calendar_document(plan, plan.routes))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert lines.count("TZID:Asia/Shanghai") == 1
    starts = [line for line in lines if line.startswith("DTSTART;")]
    route = plan.routes[0]
    assert starts[0] == f"DTSTART;TZID=Asia/Shanghai:{plan.moment(route.depart_s):%Y%m%dT%H%M%S}"
    assert starts[2] == "DTSTART;TZID=Asia/Shanghai:20261121T190000"
    assert value(lines, "DTSTAMP") == ["20261121T100000Z"] * 3
    assert len(set(value(lines, "UID"))) == 3


def test_lines_are_short_and_whole(plan):
    """No line has more than 75 octets, each ends with CR LF, and no letter is cut."""
    document = calendar_document(plan, plan.routes)
    assert document.endswith(b"END:VCALENDAR\r\n")
    physical = document.split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert any(line.startswith(b" ") for line in physical)
    for line in physical:
        line.decode()


def test_no_name_makes_an_entry(plan):
    """Line ends, commas, semicolons and backslashes of a name are escaped: attack strings add no lines."""
    plain = unfolded(calendar_document(plan, plan.routes))
    hostile = unfolded(calendar_document(attacked(plan), plan.routes))
    assert [line.partition(":")[0] for line in plain] == [line.partition(":")[0] for line in hostile]
    name = value(hostile, "X-WR-CALNAME")[0]
    assert "\\;\\,\\\\\\nBEGIN:VEVENT" in name
    assert "\x00" not in name


def test_the_same_plan_keeps_its_uids(plan):
    """Exported again, an entry replaces the old one; odd letters in ids cannot collide."""
    assert calendar_document(plan, plan.routes) == calendar_document(plan, plan.routes)
