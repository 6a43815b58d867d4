"""Claims about computing in a process of its own."""

from __future__ import annotations

import os
import threading
import time
from types import SimpleNamespace

import pytest

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.planner.replan import Changes
from patrolmap.progress import CancelledError
from patrolmap.services.apart import Apart
from patrolmap.services.plan_apart import again
from tests.services.test_planning import plan_of, project  # noqa: F401 - a fixture


def who(project, *, progress, cancel):  # noqa: ARG001, F811
    return os.getpid(), project.read_only, project.name


def endless(project, *, progress, cancel):  # noqa: ARG001, F811
    progress(0.5)
    while not cancel():
        time.sleep(0.01)
    raise CancelledError


def refuse(project, *, progress, cancel):  # noqa: ARG001, F811
    raise InputError("no {thing}", thing="way")


def fail(project, *, progress, cancel):  # noqa: ARG001, F811
    raise ZeroDivisionError


@pytest.fixture
def apart(project):  # noqa: F811
    made = Apart(project.path)
    yield made
    made.close()


def test_it_reads_the_project_in_one_other_process(apart, project):  # noqa: F811
    """Another process, the same for the second question, that may not write."""
    first, second = apart.run(who), apart.run(who)
    assert first == second
    assert first[0] != os.getpid()
    assert first[1:] == (True, project.name)


def test_errors_and_cancelling_come_back(apart):
    """A refusal with its words, a defect by its name, the user's stop as such; after each it answers again."""
    with pytest.raises(InputError, match="no way"):
        apart.run(refuse)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart.run(fail)
    told = []
    with pytest.raises(CancelledError):
        apart.run(endless, progress=lambda done, _text=None: told.append(done), cancel=lambda: bool(told))
    assert told == [0.5]
    assert apart.run(who)[1]


def test_closing_ends_what_it_is_at(apart):
    """Whoever waits is told that the work was cancelled."""
    begun, ended = threading.Event(), []

    def ask():
        try:
            apart.run(endless, progress=lambda _done, _text=None: begun.set())
        except CancelledError:
            ended.append(True)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(30)
    apart.close()
    asking.join(10)
    assert ended == [True]


def test_a_shift_is_replanned_there(apart, project):  # noqa: F811
    """The plan that comes back lacks the team that dropped out, and the project is as it was."""
    plan = plan_of(project)
    gone = plan.routes[0].team_id
    found = apart.run(again, plan, Changes(drop=frozenset({gone})), 0.5)
    assert gone not in {route.team_id for route in found.routes}
    assert project.plan_ids() == (plan.plan_id,)


def test_a_process_that_ended_before_it_is_asked_is_told(apart, monkeypatch):
    """A pipe that nobody reads is told with a remedy; after the project is closed it is cancelled work."""

    def broken(_words):
        raise BrokenPipeError

    for is_closed, kind in ((False, PatrolmapError), (True, CancelledError)):
        monkeypatch.setattr(apart, "_start", lambda _work: None)
        monkeypatch.setattr(apart, "_line", SimpleNamespace(send=broken))
        monkeypatch.setattr(apart, "_process", SimpleNamespace(terminate=list, join=list))
        monkeypatch.setattr(apart, "_stop", threading.Event())
        monkeypatch.setattr(apart, "_is_closed", is_closed)
        with pytest.raises(kind):
            apart.run(endless)
