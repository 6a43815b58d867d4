"""A panel whose work failed says why below its button, once, until the work is begun again."""

from __future__ import annotations

import threading

import pytest

from patrolmap.errors import InputError
from patrolmap.messages import N_
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture

WHAT, WHY, REMEDY = (
    N_("There are no streets in the project, so no routes can be planned."),
    "",
    N_("Import the streets first."),
)


@pytest.fixture(params=["hotspots", "plan", "sheets", "report"])
def panel(request, window, tmp_path):  # noqa: F811
    """Make the work of a task panel raise."""
    made = window.tasks.panel(request.param)
    work = {"hotspots": "_find", "plan": "_make", "sheets": "_write", "report": "_make"}[request.param]

    def fail(*_args, **_more):
        raise InputError(WHAT, why=WHY, remedy=REMEDY)

    setattr(made.presenter, work, fail)
    window.show_task(request.param)
    made.window_of_test, made.folder_of_test = window, tmp_path
    return made


def run(panel, qtbot):
    """Begin the work and wait for its failure."""
    core, job = panel.window_of_test.core, panel.window_of_test.core.jobs
    started = core.jobs.start  # the sheets ask for a folder first, and need a plan
    if panel.spec.id == "sheets":
        panel.presenter.job = started(
            _title(), lambda _p, _c: panel.presenter._write(), on_failed=panel.presenter._fail
        )
        panel.presenter.job_changed.emit()
    else:
        panel.run_button.wanted.emit()
    qtbot.waitUntil(lambda: not job.alive, timeout=20_000)
    qtbot.waitUntil(lambda: panel.presenter.job is None, timeout=5_000)


def _title():
    from patrolmap.messages import Message

    return Message("{n}", {"n": "work"})


def test_it_says_what_failed_and_what_to_do(panel, qtbot):
    """In the panel, with a word for those who hear it; not a second time over the map."""
    run(panel, qtbot)
    assert panel.failure.isVisible()
    assert panel.failure.what.text() == WHAT
    assert panel.failure.why.text() == REMEDY
    assert WHAT in panel.failure.accessibleName()
    assert not panel.window_of_test.message_bar.isVisible()


def test_from_another_panel_it_is_said_over_the_map(panel, qtbot):
    """Where the panel is not seen, the bar tells; the panel tells it still when it is."""
    panel.window_of_test.show_task("import")
    run(panel, qtbot)
    bar = panel.window_of_test.message_bar
    assert bar.isVisible()
    assert WHAT in bar.text.text()
    panel.window_of_test.show_task(panel.spec.id)
    assert panel.failure.isVisible()


@pytest.mark.parametrize("panel", ["plan"], indirect=True)
def test_it_goes_when_the_work_is_begun_again(panel, qtbot):
    """What is under way has not failed yet."""
    run(panel, qtbot)
    gate = threading.Event()
    job = panel.window_of_test.core.jobs.start(_title(), lambda _p, _c: gate.wait(10))
    panel.run_button.follow(job)
    assert not panel.failure.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not panel.window_of_test.core.jobs.alive)
    panel.run_button.follow(None)
    assert not panel.failure.isVisible()


@pytest.mark.parametrize("panel", ["plan"], indirect=True)
def test_the_keyboard_stays_with_the_button(panel, qtbot):
    """On the way to stop while the work is under way, and on the button again when it is over."""
    panel.run_button.button.setFocus()
    gate = threading.Event()
    job = panel.window_of_test.core.jobs.start(_title(), lambda _p, _c: gate.wait(10))
    panel.run_button.follow(job)
    assert panel.run_button.stop_button.hasFocus()
    gate.set()
    qtbot.waitUntil(lambda: not panel.window_of_test.core.jobs.alive)
    panel.run_button.follow(None)
    assert panel.run_button.button.hasFocus()
