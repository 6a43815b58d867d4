"""Claims about editing a plan by hand."""

from __future__ import annotations

import pytest

from patrolmap.errors import InputError
from patrolmap.services.plan_editing import PlanEditor
from tests.services.test_planning import plan_of, project, starts  # noqa: F401 - a fixture


@pytest.fixture
def plan(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Plan the shift of the service's tests."""
    return plan_of(project)


def test_opening_changes_nothing(project, plan):  # noqa: F811
    """The plan in the editor is the plan, and taking nothing back leaves it."""
    editor = PlanEditor(project, plan.plan_id)
    assert editor.plan == plan
    assert editor.undo().broken == ()


def test_move_is_drawn_and_kept(project, plan):  # noqa: F811
    """A stop goes to another team: its legs end at it, the times are real, and the saved plan says where it comes from."""
    editor = PlanEditor(project)
    route = next(one for one in plan.routes if one.stops)
    stop = route.stops[0]
    other = next(one for one in plan.routes if one.team_id != route.team_id)
    moved = editor.place(stop.visit.visit_id, other.team_id)
    found = next(s for s in moved.plan.route(other.team_id).stops if s.visit.visit_id == stop.visit.visit_id)
    assert found.leg.geometry.coords[-1] == pytest.approx(stop.leg.geometry.coords[-1], abs=1e-6)
    assert set(starts(moved.plan)) == set(starts(plan))
    saved = editor.save()
    assert project.plan(saved.plan_id) == saved
    assert saved.provenance.parameters["edits"] == plan.plan_id


def test_removed_stop_is_unmet_and_comes_back(project, plan):  # noqa: F811
    """Taken out, then undone."""
    editor = PlanEditor(project)
    visit = next(iter(starts(plan)))
    outcome = editor.remove(visit)
    assert [one.visit.visit_id for one in outcome.plan.unmet] == [visit]
    assert starts(editor.undo().plan) == starts(plan)


def test_lock_is_kept_by_the_file(project, plan):  # noqa: F811
    """A locked stop is locked in the saved plan."""
    editor = PlanEditor(project)
    visit = next(iter(starts(plan)))
    editor.lock(visit)
    saved = project.plan(editor.save().plan_id)
    assert [s.visit.visit_id for r in saved.routes for s in r.stops if s.locked] == [visit]


def test_unknown_names_are_refused(project, plan):  # noqa: F811
    """Neither a visit nor a team that is not there."""
    editor = PlanEditor(project, plan.plan_id)
    for words in (("nothing", "t0"), (next(iter(starts(plan))), "nobody")):
        with pytest.raises(InputError):
            editor.place(*words)
