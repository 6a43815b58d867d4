"""Claims about remedies of unmet visits: each is one call away, and the re-planned shift meets the visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patrolmap.errors import InputError
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import TimeWindow
from patrolmap.planner.demand import series_name
from patrolmap.planner.replan import Changes
from patrolmap.planner.settings import PlanSettings
from patrolmap.services.plan_crews import another_team_id, crews_of_plan, overtime_of
from patrolmap.services.plan_remedies import RemedyKind, remedies_for, remedy_changes
from patrolmap.services.replanning import replan_shift
from tests.services.test_planning import EVENING, at, plan_of, project  # noqa: F401 - a fixture

FIRST_S = EVENING.window.start_s


def wish(start_s, end_s, **values):
    """Ask for a visit in the far corner of the streets."""
    made = {"dwell_s": 600, "required": True, "prize": 50.0, **values}
    return Visit("late", "late", "request", "报警", at(6, 6), (TimeWindow(start_s, end_s),), **made)


def unmet_of(project, visit):  # noqa: F811
    """Plan, let the visit come in, and give the plan with its one unmet visit."""
    plan = plan_of(project)
    again = replan_shift(project, plan.plan_id, changes=Changes(requests=(visit,)), iterations=40)
    return again, next(one for one in again.unmet if one.visit.visit_id == "late")


def starts_of(plan):
    return {stop.visit.visit_id: stop.start_s for route in plan.routes for stop in route.stops}


def test_a_window_that_closes_too_early_is_widened(project):  # noqa: F811
    """Nobody is at the far corner 30 s after the shift began; the smallest widening lets somebody come, inside it."""
    plan, unmet = unmet_of(project, wish(FIRST_S, FIRST_S + 30))
    remedy = remedies_for(plan, unmet)[0]
    assert remedy.kind is RemedyKind.WINDOW
    again = replan_shift(project, plan.plan_id, changes=remedy_changes(plan, remedy), iterations=40)
    assert FIRST_S + 30 < starts_of(again)["late"] <= FIRST_S + 30 + 60 * remedy.minutes


def test_a_shift_is_extended_and_stays_so(project):  # noqa: F811
    """A stop that ends with the shift leaves no time to go home: the named team gets its minutes, and keeps them."""
    last_s = EVENING.window.end_s - 600
    plan, unmet = unmet_of(project, wish(last_s, last_s))
    remedy = remedies_for(plan, unmet)[0]
    assert remedy.kind is RemedyKind.OVERTIME
    again = replan_shift(project, plan.plan_id, changes=remedy_changes(plan, remedy), iterations=40)
    assert starts_of(again)["late"] == last_s
    assert again.route(remedy.team_id).end_s <= EVENING.window.end_s + 60 * remedy.minutes
    assert overtime_of(again) == {remedy.team_id: 60 * remedy.minutes}
    once_more = replan_shift(project, again.plan_id, changes=Changes(), iterations=40)
    assert starts_of(once_more)["late"] == last_s


def test_a_team_more_joins_the_plan(project):  # noqa: F811
    """A copy of a team is in the plan and in what is planned after it, and the layer of teams is as it was."""
    plan = plan_of(project)
    like = plan.routes[0].team_id
    new = another_team_id(plan, like)
    again = replan_shift(project, plan.plan_id, changes=Changes(join=frozenset({new})), iterations=40)
    assert [route.team_id for route in again.routes] == [*(route.team_id for route in plan.routes), new]
    assert another_team_id(again, like) != new
    assert crews_of_plan(project, again)[-1].point.equals(crews_of_plan(project, plan)[0].point)
    assert project.count("teams") == len(plan.routes)
    dropped = replan_shift(project, again.plan_id, changes=Changes(drop=frozenset({new})), iterations=40)
    assert new not in {route.team_id for route in dropped.routes}


def test_too_small_teams_are_allowed_on_wish(project):  # noqa: F811
    """A visit for nine has nobody; let smaller teams serve it, and it is met."""
    plan, unmet = unmet_of(project, wish(FIRST_S, EVENING.window.end_s - 3_000, min_members=9))
    kinds = [one.kind for one in remedies_for(plan, unmet)]
    assert kinds == [RemedyKind.MEMBERS]
    changes = remedy_changes(plan, remedies_for(plan, unmet)[0])
    assert "late" in starts_of(replan_shift(project, plan.plan_id, changes=changes, iterations=40))


def test_unknown_teams_and_met_visits_are_refused(project):  # noqa: F811
    """Neither a team that is not on the shift, nor a remedy for what is met."""
    plan, unmet = unmet_of(project, wish(FIRST_S, FIRST_S + 30))
    with pytest.raises(InputError):
        replan_shift(project, plan.plan_id, changes=Changes(join=frozenset({"nobody"})), iterations=5)
    with pytest.raises(InputError):
        remedy_changes(plan, replace(remedies_for(plan, unmet)[0], visit_id="s0"))


def test_a_gap_that_no_shift_can_keep_is_shortened_and_stays_so(project):  # noqa: F811
    """Two visits to the hotspot a whole shift apart: one is unmet for its gap alone; at the named gap both are met."""
    plan = plan_of(project, settings=PlanSettings(hotspot_gap_s=4 * 3600 - 2 * 720, hotspot_peak_first=False))
    unmet = next(one for one in plan.unmet if one.code == "gap_too_long")
    remedy = remedies_for(plan, unmet)[0]
    assert remedy.kind is RemedyKind.GAP
    again = replan_shift(project, plan.plan_id, changes=remedy_changes(plan, remedy), iterations=60)
    pair = sorted(start for name, start in starts_of(again).items() if name.startswith(series_name(unmet.visit)))
    assert len(pair) == 2
    assert pair[1] - pair[0] - unmet.visit.dwell_s >= 60 * remedy.minutes
    once_more = replan_shift(project, again.plan_id, changes=Changes(), iterations=60)
    assert once_more.provenance.parameters["gaps_s"] == {series_name(unmet.visit): 60 * remedy.minutes}
    assert unmet.visit.visit_id in starts_of(once_more)


def test_what_a_remedy_gains_is_for_its_visit(project):  # noqa: F811
    """Optional and worth nearly nothing, it is met by the change that was made for it, and stays optional."""
    last_s = EVENING.window.end_s - 600
    plan, unmet = unmet_of(project, wish(last_s, last_s, required=False, prize=0.1))
    remedy = remedies_for(plan, unmet)[0]
    changes = remedy_changes(plan, remedy)
    assert changes.meet == {"late"}
    again = replan_shift(project, plan.plan_id, changes=changes, iterations=40)
    (stop,) = [stop for route in again.routes for stop in route.stops if stop.visit.visit_id == "late"]
    assert not stop.visit.required
    assert not stop.locked
