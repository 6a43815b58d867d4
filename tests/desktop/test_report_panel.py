"""The report panel lists events, brings them on, shows the unfinished on the map, and makes the report."""

from __future__ import annotations

import datetime as dt

import pytest

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.reports.panel import ReportPanel
from patrolmap.desktop.tasks import TASKS
from patrolmap.model.events import EventState
from patrolmap.reports.public_facts import PublicFacts
from patrolmap.services.events import SaidOfEvent, add_event
from tests.desktop.tiny import at, make_project

SPEC = next(task for task in TASKS if task.id == "report")


@pytest.fixture
def panel(qtbot, tmp_path):
    core = Core()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    long_ago = dt.datetime(2026, 1, 5, 12)
    add_event(core.session.project, SaidOfEvent("fire_hazard", "Old lane", at(450, 600)), now=long_ago)
    add_event(core.session.project, SaidOfEvent("street_light", "Gate", at(900, 600)))
    core.session.refresh()
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    made = ReportPanel(core, SPEC, None)
    qtbot.addWidget(made)
    made.show()
    yield made
    core.close()


def test_the_overdue_come_first_and_are_on_the_map(panel):
    """The list begins with what is overdue; the map marks it as such."""
    assert [row[1] for row in panel.events.presenter.rows()] == ["Overdue", "Received"]
    assert [one.kind for one in panel._core.scene.overlays] == ["event_overdue", "event"]


def test_the_button_does_the_next_step(panel):
    """An event goes from received to rated by one button, whose field changes with the step; undo takes one back."""
    section, event_id = panel.events, panel.events.presenter.events[0].event_id
    section.select(event_id)
    assert section.unit.isVisible()
    section.unit.setText("Fire office")
    for _ in range(4):
        section.select(event_id)
        section.step_button.click()
    (event,) = [one for one in section.presenter.events if one.event_id == event_id]
    assert (event.state, event.unit, event.rating) == (EventState.RATED, "Fire office", 4)
    assert [one.key for one in panel._core.scene.overlays] == [section.presenter.events[0].event_id]
    panel._core.session.undo()
    (event,) = [one for one in section.presenter.events if one.event_id == event_id]
    assert event.state is EventState.FED_BACK


def test_a_click_on_the_map_chooses_the_row(panel):
    """What is clicked on the map is chosen in the list."""
    panel._core.scene.pick(at(903, 600).x, at(903, 600).y, 20.0)
    assert panel.events.chosen.place == "Gate"


def test_a_report_is_made_previewed_and_saved(panel, qtbot, tmp_path):
    """The report is in the language chosen, whatever the window speaks; its pages turn; both files are written."""
    panel.language.setCurrentIndex(panel.language.findData("zh"))
    panel.run_button.wanted.emit()
    qtbot.waitUntil(lambda: panel.paper.preview is not None, timeout=30_000)
    assert panel.presenter.made[0].document.title == "Tiny治安态势周报"
    panel.forward_button.click()
    qtbot.waitUntil(lambda: panel.paper.preview.page == 2, timeout=10_000)
    panel.presenter.save(tmp_path / "r.docx")
    qtbot.waitUntil(lambda: (tmp_path / "r.pdf").exists() and not panel._core.jobs.alive, timeout=30_000)
    assert (tmp_path / "r.docx").stat().st_size > 10_000


def test_a_report_for_publication_is_asked_for(panel, qtbot):
    """With the box ticked the report is the one without small counts and names itself so, in its file name too."""
    panel.publish.setChecked(True)
    panel.language.setCurrentIndex(panel.language.findData("zh"))
    panel.run_button.wanted.emit()
    qtbot.waitUntil(lambda: panel.paper.preview is not None, timeout=30_000)
    report, _ = panel.presenter.made
    assert isinstance(report.facts, PublicFacts)
    assert "对外发布" in panel.presenter.proposed_path().name
