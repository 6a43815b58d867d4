"""Claims about the daily check list and the weekly review list: who stands where, in every kind of file."""

from __future__ import annotations

import datetime as dt
import subprocess

import docx
import openpyxl
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import set_language
from patrolmap.model.events import EventState
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from patrolmap.reports.document import TableBlock
from patrolmap.services.event_lists import daily_check, list_lines, weekly_review, write_list
from patrolmap.services.events import SaidOfEvent, add_event, advance_event
from tests.helpers.city import METRIC_CRS

NOON = dt.datetime(2026, 11, 22, 12)
HERE = shapely.Point(450_100, 3_840_000)
STEPS = (EventState.ASSIGNED, EventState.HANDLED, EventState.FED_BACK, EventState.RATED)


@pytest.fixture
def project(tmp_path):
    """Events received at noon: overdue, due tonight, not assigned, handled, fed back, and one that is finished."""
    set_language("en")
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame("EPSG:4326", METRIC_CRS)) as store:
        for kind, steps, hours in (
            ("fire_hazard", 0, 5), ("flooding", 1, 4), ("street_light", 0, 1), ("street_light", 2, 1),
            ("road_damage", 3, 1), ("dispute", 4, 0.1),
        ):  # fmt: skip
            event = add_event(store, SaidOfEvent(kind, "=老街", HERE), now=NOON - dt.timedelta(hours=hours))
            for state in STEPS[:steps]:
                rating = 1 if state is EventState.RATED else None
                advance_event(store, event.event_id, state, unit="街道", rating=rating, now=NOON)
        yield store


def test_the_daily_list_has_each_open_event_once(project):
    """Each stands in the first part it belongs to; what is finished does not stand anywhere."""
    tables = [block for block in daily_check(project, NOON.date(), now=NOON).blocks if isinstance(block, TableBlock)]
    assert [(one.caption, [row[0][-3:] for row in one.rows]) for one in tables] == [
        ("Overdue (1)", ["001"]),
        ("Due today (1)", ["002"]),
        ("Not assigned yet (1)", ["003"]),
        ("Handled, to be fed back (1)", ["004"]),
        ("Fed back, to be rated (1)", ["005"]),
    ]


def test_the_weekly_list_tells_what_came_back(project):
    """Late ones, low ratings and repeated places; events of other weeks do not count."""
    tables = {
        one.caption: one.rows
        for one in weekly_review(project, NOON.date(), now=NOON).blocks
        if isinstance(one, TableBlock)
    }
    assert [row[0][-3:] for row in tables["Late (1)"]] == ["001"]
    assert [row[0][-3:] for row in tables["Rated low (1)"]] == ["006"]
    assert tables["Places where the same came back"] == (("=老街", "Street light out", "2"),)
    assert "All events of the week (0)" not in tables
    assert len(tables["All events of the week (6)"]) == 6
    assert "0" in list_lines(weekly_review(project, dt.date(2026, 11, 1), now=NOON))[-1]


def test_every_kind_of_file(project, tmp_path):
    """Text, Excel, Word and PDF hold the events; a formula stays a text; another ending is refused."""
    document = daily_check(project, NOON.date(), now=NOON)
    text = write_list(document, tmp_path / "a.txt").read_text(encoding="utf-8-sig")
    book = openpyxl.load_workbook(write_list(document, tmp_path / "a.xlsx"))
    assert book.worksheets[0]["C2"].value == "'=老街"
    assert book.worksheets[0]["C2"].data_type == "s"
    words = docx.Document(str(write_list(document, tmp_path / "a.docx")))
    assert words.tables[0].rows[1].cells[0].text == "E20261122-001"
    pdf = write_list(document, tmp_path / "a.pdf")
    read = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    for number in range(1, 6):
        assert f"E20261122-00{number}" in text
        assert f"E20261122-00{number}" in read
    with pytest.raises(InputError, match="ends in"):
        write_list(document, tmp_path / "a.odt")


def test_lists_of_a_moment_know_nothing_later(project):
    """What was handled or rated after the moment is due, and not rated low, on the lists of that moment."""
    before = NOON - dt.timedelta(minutes=1)
    tables = [one for one in daily_check(project, NOON.date(), now=before).blocks if isinstance(one, TableBlock)]
    due = next(one for one in tables if one.caption.startswith("Due today"))
    assert [row[0][-3:] for row in due.rows] == ["006", "002"]
    week = [one for one in weekly_review(project, NOON.date(), now=before).blocks if isinstance(one, TableBlock)]
    assert not any(one.caption.startswith("Rated low") for one in week)
