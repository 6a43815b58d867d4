"""An answer of the rings panel is of one state of the project, and of the project that is open."""

from __future__ import annotations

import threading

import pytest

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.rings.analysis import Analysis, AnalysisPresenter
from patrolmap.messages import Message
from patrolmap.services.ring_editing import add_posts
from patrolmap.services.ring_views import RingView
from tests.desktop.tiny import at, make_project

ANSWER = Analysis(RingView(Message("Answered"), True))


@pytest.fixture
def core(qtbot, tmp_path):
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    made.close()


@pytest.fixture
def told(core):
    """Collect what the user is told, and what is reported as a defect."""
    words = []
    core.notices.said.connect(lambda notice: words.append(" ".join(map(str, notice.parts))))
    core.notices.crashed.connect(lambda error: words.append(repr(error)))
    return words


def asked(core, qtbot, work):
    """Ask, and wait for the end."""
    presenter = AnalysisPresenter(core, "test", "Testing")
    presenter.run(work)
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=10_000)
    return presenter


def edit(project):
    """Add a post, as somebody might meanwhile."""
    add_posts(project, [(at(500, 500).x, at(500, 500).y, "meanwhile")])


@pytest.mark.parametrize("fails", [True, False])
def test_what_was_read_before_and_after_an_edit_is_read_again(core, qtbot, told, fails):
    """Junctions of the old streets do not fit the new ones: neither the error nor the mixture is shown."""
    counts = []

    def work(project, _progress, _cancel):
        counts.append(project.count("sites"))
        if len(counts) == 1:
            edit(project)
            if fails:
                raise IndexError
        return ANSWER

    presenter = asked(core, qtbot, work)
    assert presenter.analysis is ANSWER
    assert counts == [3, 4]
    assert told == ["Answered"]


def test_a_project_that_never_rests_gives_no_answer(core, qtbot, told):
    """The user is told why."""

    def work(project, _progress, _cancel):
        edit(project)
        return ANSWER

    presenter = asked(core, qtbot, work)
    assert presenter.analysis is None
    assert "changed again and again" in told[-1]


def test_an_error_on_a_project_at_rest_is_told_as_it_is(core, qtbot, told):
    """It is tried once."""
    tries = []

    def work(_project, _progress, _cancel):
        tries.append(1)
        raise IndexError

    asked(core, qtbot, work)
    assert tries == [1]
    assert told == ["IndexError()"]


def test_the_answer_for_a_closed_project_is_dropped(core, qtbot, told):
    """It comes when another one is open."""
    begun, gate = threading.Event(), threading.Event()

    def work(_project, _progress, _cancel):
        begun.set()
        gate.wait(10)
        return ANSWER

    presenter = AnalysisPresenter(core, "test", "Testing")
    presenter.run(work)
    assert begun.wait(10)
    path = core.session.project.path
    core.session.close()
    core.session.open(path)
    gate.set()
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=10_000)
    assert presenter.analysis is None
    assert presenter.job is None
    assert "Answered" not in told
