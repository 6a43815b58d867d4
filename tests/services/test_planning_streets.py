"""Claims about ways that stay in the project from one program to the next."""

from __future__ import annotations

import sqlite3

import pytest
import shapely

from patrolmap.errors import PatrolmapError
from patrolmap.planner import ways
from patrolmap.planner.replan import Changes
from patrolmap.project.store import ProjectStore
from patrolmap.services import planning_streets as kept
from patrolmap.services import streets
from patrolmap.services.replanning import replan_shift
from tests.services.test_planning import at, plan_of, project, put  # noqa: F401 - a fixture


@pytest.fixture
def forgetful():
    """Give what makes this program forget all that it has in memory, as a new one would have nothing."""

    def forget():
        streets._builds.clear()
        ways._kept.clear()
        kept._in_file.clear()

    forget()
    return forget


@pytest.fixture
def no_measuring(monkeypatch):
    """Fail whoever measures ways."""

    def refuse(*_words, **_more):
        pytest.fail("the ways were measured again")

    return lambda: monkeypatch.setattr(ways, "travel_matrix", refuse)


def test_a_fresh_replan_measures_nothing(project, forgetful, no_measuring):  # noqa: F811 - pytest's way
    """Planned, closed, opened by another program: a team drops out, and all ways are found in the file."""
    plan = plan_of(project)
    project.close()
    forgetful()
    no_measuring()
    with ProjectStore.open(project.path) as again:
        after = replan_shift(again, plan.plan_id, changes=Changes(drop=frozenset({"t0"})), iterations=40)
    assert not any(route.stops for route in after.routes if route.team_id == "t0")


def test_a_changed_street_is_measured_anew(project, forgetful):  # noqa: F811
    """What was measured on other streets is not found, and goes with the next plan."""
    plan_of(project)
    before = kept._digest(project)
    assert project.kept(before)
    put(
        project,
        "streets",
        [{"name": "新路", "highway": "residential", "geometry": shapely.LineString([at(0, 0), at(1, 1)])}],
    )
    forgetful()
    assert not project.kept(kept._digest(project))
    plan_of(project)
    assert project.kept(kept._digest(project))
    assert not project.kept(before)


def test_kept_ways_are_no_edit(project):  # noqa: F811
    """One step of undo takes the plan back; the journal does not speak of ways; the content of layers is the same."""
    before = project.content_hash("streets"), len(list(project.journal()))
    plan_of(project)
    assert len(list(project.journal())) == before[1] + 1
    project.undo()
    assert project.plan_ids() == ()
    assert project.content_hash("streets") == before[0]


def test_a_stranger_in_place_of_the_table_is_left_alone(project):  # noqa: F811
    """A table of that name with other columns is neither read nor written, and planning goes on."""
    project.close()
    with sqlite3.connect(project.path) as file:
        file.execute("CREATE TABLE Patrolmap_Kept (name TEXT)")
    file.close()
    with ProjectStore.open(project.path) as again:
        assert again.kept("x") == {}
        again.keep("ways walk", "x", b"1")
        assert plan_of(again).routes


@pytest.mark.usefixtures("forgetful")
def test_a_file_that_takes_no_ways_still_has_the_plan(project, monkeypatch):  # noqa: F811
    """The disk is full when ways are to be kept: the plan was saved before, and is given."""

    def full(*_words):
        raise PatrolmapError("The disk is full.")

    monkeypatch.setattr(ProjectStore, "keep", full)
    plan = plan_of(project)
    assert project.plan_ids() == (plan.plan_id,)
