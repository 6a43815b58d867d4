"""Results that are older than their data are marked, with a button that computes them again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from patrolmap.cli.app import main
from patrolmap.desktop.freshness import StaleStrip
from patrolmap.messages import Message
from patrolmap.services.plan_making import PLAN_INPUTS
from patrolmap.services.plan_settings import plan_settings, save_plan_settings
from patrolmap.services.projects import open_project
from patrolmap.services.row_editing import change_cells
from patrolmap.services.settings_mark import settings_mark
from tests.desktop.test_rings_sections import panel, press, window  # noqa: F401 - fixtures
from tests.desktop.tiny import make_plan, make_project

FRESH_PLAN = "P1"


@pytest.fixture
def planned(window, qtbot):  # noqa: F811
    """Lay a plan on the desk that was made from the layers as they are."""
    project = window.core.session.project
    inputs = {name: project.content_hash(name) for name in PLAN_INPUTS if project.count(name)}
    plan = make_plan(FRESH_PLAN)
    plan = replace(plan, provenance=replace(plan.provenance, inputs=inputs))
    project.save_plan(plan, label=Message("planned"))
    window.core.desk.put(plan)
    window.core.session.refresh()
    window.show_task("plan")
    qtbot.waitUntil(lambda: window.freshness.said("plan") is None)
    return plan


def rename(window, layer, name):  # noqa: F811
    change_cells(window.core.session.project, layer, [1], {"name": [name]})
    window.core.session.refresh()


def strip_of(window):  # noqa: F811
    return window.tasks.findChild(StaleStrip)


def test_a_plan_is_marked_when_its_sites_change_and_not_after_undo(window, planned, qtbot):  # noqa: ARG001, F811
    """Contents count: taking the change back makes the plan fit again."""
    strip = strip_of(window)
    assert not strip.isVisible()
    rename(window, "sites", "Other")
    qtbot.waitUntil(strip.isVisible)
    assert strip.text.text() == "Out of date: Checkpoints and key sites changed after this plan was made."
    window.show_task("import")
    assert not strip.isVisible()
    window.show_task("plan")
    assert strip.isVisible()
    window.core.session.undo()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_what_a_plan_is_not_made_from_does_not_mark_it(window, planned, qtbot):  # noqa: ARG001, F811
    """A ring with another name changes no route."""
    rename(window, "rings", "Inner")
    qtbot.wait(150)
    assert not strip_of(window).isVisible()


def test_compute_again_plans_the_same_shift(window, planned, qtbot, monkeypatch):  # noqa: F811
    """The panel asks for the date, the hours and the mode of the plan, whatever its fields were."""
    asked = []
    plan_panel = window.tasks.panel("plan")
    monkeypatch.setattr(plan_panel.presenter, "run", asked.append)
    rename(window, "teams", "Another")
    strip = strip_of(window)
    qtbot.waitUntil(strip.isVisible)
    press(qtbot, strip.again_button)
    (request,) = asked
    assert request.date == planned.shift.date
    assert (request.start, request.end) == ("20:00", "00:00")


def test_rings_are_marked_until_they_are_checked_again(window, panel, qtbot):  # noqa: F811
    """A street that changes makes the closure doubtful; the button checks it."""
    press(qtbot, panel.closure.run_button.button)
    qtbot.waitUntil(lambda: bool(panel.presenter.reports) and not window.core.jobs.alive, timeout=20_000)
    rename(window, "streets", "New Street")
    strip = strip_of(window)
    qtbot.waitUntil(strip.isVisible)
    press(qtbot, strip.again_button)
    qtbot.waitUntil(lambda: not strip.isVisible() and not window.core.jobs.alive, timeout=20_000)


def test_the_command_lists_what_is_out_of_date(tmp_path, capsys):
    """The latest plan of the project, with the layer that changed."""
    path = make_project(tmp_path / "tiny.gpkg")
    with open_project(path) as project:
        inputs = {"sites": project.content_hash("sites"), "teams": "0" * 64, "streets": project.content_hash("streets")}
        plan = make_plan()
        project.save_plan(replace(plan, provenance=replace(plan.provenance, inputs=inputs)), label=Message("planned"))
    assert main(["outdated", str(path), "--json", "--quiet", "--lang", "en"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["outdated"]
    assert (row["what"], row["changed_layers"]) == ("plan", ["teams"])


def test_a_plan_is_marked_when_the_office_decides_otherwise(window, planned, qtbot):  # noqa: F811
    """Longer stays in the settings; taken back the plan fits again."""
    session, strip = window.core.session, strip_of(window)
    project = session.project
    made = replace(planned.provenance, parameters={"project_settings": settings_mark(project)})
    window.core.desk.put(replace(planned, provenance=made))
    save_plan_settings(project, replace(plan_settings(project), key_site_dwell_s=1_800))
    session.refresh()
    qtbot.waitUntil(strip.isVisible)
    assert strip.text.text() == "Out of date: Planning settings changed after this plan was made."
    session.undo()
    qtbot.waitUntil(lambda: not strip.isVisible())
