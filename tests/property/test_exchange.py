"""Claims about exported texts, for any text: nothing becomes a formula, an element, or a line of its own."""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.exchange.ical import _folded, _text
from patrolmap.exchange.local_time import iso_local, iso_utc
from patrolmap.exchange.markup import Element, child, legal, xml_bytes
from patrolmap.exchange.walks import walk_of
from patrolmap.exchange.workbook import inert_text, restored_text
from tests.exchange.conftest import parsed
from tests.sheets.samples import made_route

ANY = st.text(st.characters(codec=None, categories=None) | st.sampled_from("=+-@\t\r\n '＝\u00a0;,\\<&"), max_size=60)
MOMENTS = st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2100, 1, 1))


@given(ANY)
def test_no_cell_begins_like_a_formula(text):
    """Neither as it is nor after blanks; doing it twice and undoing it twice is the same text again."""
    inert = inert_text(text)
    assert not inert.lstrip()[:1] or inert.lstrip()[0] not in "=+-@＝＋－＠"
    assert not inert or inert[0] not in "\t\r\n"
    inert.encode("utf-8")
    assert restored_text(restored_text(inert_text(inert))) == restored_text(inert)
    assert inert_text(restored_text(inert)) == inert


@given(ANY)
def test_xml_gives_back_the_text(text):
    """What XML allows comes back letter by letter, as text and as attribute."""
    root = Element("a")
    child(root, "b", text, c=text)
    back = parsed(xml_bytes(root))
    wanted = legal(text)
    assert (back[0].text or "").split() == wanted.split()
    assert back[0].get("c").split() == wanted.split()
    assert len(back) == 1


@given(ANY)
def test_a_calendar_text_is_one_line(text):
    """Folded lines are at most 75 octets; unfolded and unescaped they are one value without bare separators."""
    line = f"SUMMARY:{_text(text)}"
    folded = _folded(line)
    assert folded.endswith("\r\n")
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line + "\r\n"
    assert not {"\n", "\r"} & set(_text(text))


@given(MOMENTS)
def test_moments_are_eight_hours_from_utc(moment):
    """Both texts are the same moment."""
    moment = moment.replace(microsecond=0)
    local, utc = dt.datetime.fromisoformat(iso_local(moment)), dt.datetime.fromisoformat(iso_utc(moment))
    assert local == utc
    assert local.replace(tzinfo=None) == moment


@given(st.integers(0, 12))
def test_a_walk_visits_every_stop_on_time(count):
    """Time never falls; at the planned arrival and departure the team stands where the leg ends."""
    route = made_route(count)
    walk = walk_of(route)
    assert (np.diff(walk.seconds) >= 0).all()
    assert walk.seconds[0] == route.depart_s
    for stop in route.stops:
        end = shapely.get_coordinates(stop.leg.geometry)[-1]
        for seconds in (stop.arrive_s, stop.leave_s):
            assert (walk.xy[walk.seconds == seconds] == end).all(axis=1).any()
