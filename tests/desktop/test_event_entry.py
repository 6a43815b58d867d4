"""Events are taken in, listed and reviewed in the window."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from PySide6.QtCore import Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.events.section import EventsSection
from patrolmap.model.events import EventState
from tests.desktop.tiny import at, make_project


@pytest.fixture
def section(qtbot, tmp_path):
    core = Core()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    made = EventsSection(core)
    made.core, made.told = core, []
    core.notices.said.connect(made.told.append)
    qtbot.addWidget(made)
    made.show()
    yield made
    core.close()


def choose(section, key):
    section.entry.kind.setCurrentIndex(section.entry.kind.findData(key))


def test_an_event_by_a_click_and_enter(section, qtbot):
    """Type, a click on the map, a note, Enter: received there and now, chosen in the list, the fields free again."""
    choose(section, "street_light")
    section.entry.map_button.click()
    section.core.tools.click(at(450, 600).x, at(450, 600).y, 10.0)
    section.entry.note.setText("dark corner")
    qtbot.keyClick(section.entry.note, Qt.Key.Key_Return)
    (event,) = section.core.session.project.events()
    assert (event.type, event.state, event.steps[0].note) == ("street_light", EventState.RECEIVED, "dark corner")
    assert event.point.distance(at(450, 600)) < 0.01
    assert section.chosen.event_id == event.event_id
    assert section.entry.note.text() == ""
    assert section.presenter.spot is None


def test_time_and_words_of_the_place_are_kept(section):
    """A clicked place may have words, and a time in the past counts."""
    section.presenter.spot = at(450, 600)
    assert section.presenter.add("fire_hazard", "Old lane", "2026-01-05 21:30")
    (event,) = section.core.session.project.events()
    assert (event.place, event.happened_at) == ("Old lane", dt.datetime(2026, 1, 5, 21, 30))


@pytest.mark.parametrize(
    ("place", "moment", "note"),
    [("", "", ""), ("somewhere", "", ""), ("", "2099-01-01 08:00", ""), ("", "", "call 13800138000")],
)
def test_what_cannot_be_is_refused(section, place, moment, note):
    """No place, an unknown one, a time to come, a telephone number: a notice, no event, and what was typed stays."""
    section.presenter.spot = at(450, 600) if moment or note else None
    entry = section.entry
    for field, words in ((entry.place, place), (entry.time, moment), (entry.note, note)):
        field.setText(words)
    entry.add_button.click()
    assert section.core.session.project.events() == ()
    assert len(section.told) == 1
    assert (entry.place.text(), entry.time.text(), entry.note.text()) == (place, moment, note)


def test_undo_takes_it_back(section):
    """Taking in is one step."""
    section.presenter.spot = at(450, 600)
    section.presenter.add("street_light", "Gate")
    section.core.session.undo()
    assert section.presenter.events == ()


def test_the_lists_of_the_day_and_the_week(section, tmp_path):
    """What is overdue stands in the daily check list; the review of the week can be saved as Excel."""
    section.presenter.spot = at(450, 600)
    section.presenter.add("street_light", "Gate")
    section.presenter.spot = at(900, 600)
    section.presenter.add("fire_hazard", "Old lane", "2026-01-05 21:30")
    daily, weekly = (section.entry.show_list(weekly=one) for one in (False, True))
    assert "Gate" in daily.text.toPlainText()
    assert "Old lane" in daily.text.toPlainText()
    assert "Old lane" not in weekly.text.toPlainText()
    assert "<table" in daily.text.toHtml()
    assert " | " not in daily.text.toPlainText()
    assert weekly.save(tmp_path / "week.xlsx")
    cells = [value for sheet in openpyxl.load_workbook(tmp_path / "week.xlsx") for row in sheet.values for value in row]
    assert "Gate" in cells
    assert not weekly.save(tmp_path / "week.odt")
    assert section.told[-1].parts[0].template.startswith("A list cannot be written")
