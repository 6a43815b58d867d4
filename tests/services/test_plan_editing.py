"""Claims about editing a plan by hand."""

from __future__ import annotations

import pytest

from patrolmap.errors import InputError
from patrolmap.planner.replan import Changes
from patrolmap.services.exporting import export
from patrolmap.services.plan_editing import PlanEditor
from patrolmap.services.replanning import replan_shift
from patrolmap.services.sheets import write_sheets
from patrolmap.services.webmap import write_webmap
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


def test_done_stops_stay_where_they_are(project, plan):  # noqa: F811
    """Marking the second stop marks the first; both survive the file; neither is moved, nothing comes before them."""
    editor = PlanEditor(project)
    route = max(plan.routes, key=lambda one: len(one.stops))
    first, second = (stop.visit.visit_id for stop in route.stops[:2])
    editor.mark_done(second)
    saved = project.plan(editor.save().plan_id)
    assert {s.visit.visit_id for r in saved.routes for s in r.stops if s.done} == {first, second}
    with pytest.raises(InputError):
        editor.remove(first)
    other = next(s.visit.visit_id for r in plan.routes if r.team_id != route.team_id for s in r.stops)
    moved = editor.place(other, route.team_id, 0).plan.route(route.team_id)
    assert [stop.visit.visit_id for stop in moved.stops[:2]] == [first, second]
    assert [stop.done for stop in moved.stops] == [True, True] + [False] * (len(moved.stops) - 2)


def test_the_mark_of_done_is_taken_back(project, plan):  # noqa: F811
    """From the first stop on, all are open again and can be moved."""
    editor = PlanEditor(project)
    route = max(plan.routes, key=lambda one: len(one.stops))
    editor.mark_done(route.stops[1].visit.visit_id)
    outcome = editor.mark_done(route.stops[0].visit.visit_id, done=False)
    assert not any(stop.done or stop.locked for stop in outcome.plan.route(route.team_id).stops)


def test_a_trial_tells_and_changes_nothing(project, plan):  # noqa: F811
    """What it says of the start is what the edit does."""
    editor = PlanEditor(project)
    route = next(one for one in plan.routes if one.stops)
    other = next(one for one in plan.routes if one.team_id != route.team_id)
    visit = route.stops[0].visit.visit_id
    told = editor.trial(visit, other.team_id, 0)
    assert editor.plan == plan
    after = editor.place(visit, other.team_id, 0)
    assert round(told.start_s) == after.plan.route(other.team_id).stops[0].start_s
    assert list(told.broken) == list(after.broken)


def test_states_of_one_evening_take_the_place_of_each_other(project, plan):  # noqa: F811
    """Two edits leave the plan and its last state; undo brings the first state back, and the editor goes on from it."""
    editor = PlanEditor(project)
    visits = list(starts(plan))
    editor.remove(visits[0])
    one = editor.save()
    editor.remove(visits[1])
    two = editor.save()
    assert project.plan_ids() == (plan.plan_id, two.plan_id)
    project.undo()
    assert project.plan_ids() == (plan.plan_id, one.plan_id)
    assert editor.follow(project.plan(one.plan_id))
    assert set(starts(editor.plan)) == set(visits[1:])


def test_a_plan_that_breaks_rules_says_so(project, plan):  # noqa: F811
    """Kept with the words for the duty officer; mended, they are gone."""
    editor = PlanEditor(project)
    route = max(plan.routes, key=lambda one: len(one.stops))
    for other in plan.routes:
        for stop in other.stops:
            if other.team_id != route.team_id:
                editor.place(stop.visit.visit_id, route.team_id, 0)
    saved = editor.save()
    assert saved.notices == editor.broken
    editor.follow(plan)
    assert editor.save().notices == plan.notices


def test_a_plan_with_broken_rules_is_planned_again(project, plan):  # noqa: F811
    """Repeats put too near to each other, and late: the next plan keeps all rules; what was locked stays by its team."""
    editor = PlanEditor(project)
    route = max(plan.routes, key=lambda one: len(one.stops))
    for other in plan.routes:
        for stop in other.stops:
            if other.team_id != route.team_id:
                editor.place(stop.visit.visit_id, route.team_id, 0)
    held = editor.plan.route(route.team_id).stops[0].visit.visit_id
    editor.lock(held)
    saved = editor.save()
    again = replan_shift(project, saved.plan_id, changes=Changes(), iterations=40)
    assert PlanEditor(project, again.plan_id).broken == ()
    assert held in {stop.visit.visit_id for stop in again.route(route.team_id).stops}


def edited(project) -> str:  # noqa: F811
    """Lock one more stop of the newest plan by hand, and save."""
    editor = PlanEditor(project)
    editor.lock(next(s.visit.visit_id for r in editor.plan.routes for s in r.stops if not s.locked))
    return editor.save().plan_id


@pytest.mark.parametrize("way", ["sheets", "export", "web map"])
def test_a_state_that_was_given_out_outlives_later_edits(project, plan, tmp_path, way):  # noqa: F811
    """The number on a sheet leads to the plan on it; states in between, which nobody saw, go."""
    printed = edited(project)
    if way == "sheets":
        write_sheets(project, printed, tmp_path)
    elif way == "export":
        export(project, tmp_path / "a.xlsx", "xlsx", printed)
    else:
        write_webmap(project, tmp_path / "a.html", printed)
    unseen, last = edited(project), edited(project)
    assert project.plan_ids() == (plan.plan_id, printed, last)
    assert unseen not in project.plan_ids()


def test_no_undo_forgets_that_a_plan_was_given_out(project, plan):  # noqa: F811
    """What is on paper stays on paper, whatever becomes of the step before it."""
    printed = edited(project)
    project.give_out(printed)
    project.undo()
    project.redo()
    assert project.is_given_out(printed)
    assert not project.is_given_out(plan.plan_id)
    entries = len(list(project.journal()))
    project.give_out(printed)
    assert len(list(project.journal())) == entries
