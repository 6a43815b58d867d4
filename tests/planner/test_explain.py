"""Claims about reasons: each is true when re-tested by hand on a street with places 60 s apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolmap.planner import Problem, ProblemTeam, ProblemVisit, SearchRecord, StopRule, solve
from patrolmap.planner.explain import explain
from patrolmap.planner.solution import solution_of

from .cases import line_problem, random_problem
from .routes_as_they_are import goes_in
from .whole import random_whole

HOUR = ProblemTeam("a", 0, 0, (0.0, 3600.0), members=2, zone="n")
RECORD = SearchRecord(0, 0, 0, "iterations")


def only_reason(problem):
    (reason,) = explain(problem, solve(problem, stop=StopRule(iterations=50)))
    return reason


@pytest.mark.parametrize(
    ("visit", "code", "missing_s"),
    [
        (ProblemVisit("v", 3, zone="s"), "no_team_allowed", None),
        (ProblemVisit("v", 3, min_members=3), "no_team_allowed", None),
        (ProblemVisit("v", 3, only_teams=("b",)), "no_team_allowed", None),
        (ProblemVisit("v", 5, windows=((0, 240),)), "window_unreachable", 60),
        (ProblemVisit("v", 5, windows=((3500, 3600),)), "window_unreachable", 200),
        (ProblemVisit("v", 5, dwell_s=3100), "no_time_left", 100),
    ],
)
def test_each_impossible_visit_says_why_and_how_much_is_missing(visit, code, missing_s):
    """300 s to place 5: a window to 240 s is missed by 60 s; from 3500 s home is reached at 3800 s; 3,700 s needed."""
    reason = only_reason(line_problem([visit], [HOUR]))
    assert (reason.code, reason.missing_s) == (code, missing_s)
    assert reason.remedy is not None


def test_place_without_a_way_is_unreachable():
    """Infinite travel times."""
    problem = Problem({"any": [[0, np.inf], [np.inf, 0]]}, (ProblemVisit("v", 1),), (ProblemTeam("a", 0, 0, (0, 9)),))
    assert only_reason(problem).code == "unreachable"


def test_worthier_rival_is_named():
    """There is time for one of two equal stays; the one worth more is in the plan and named."""
    visits = [ProblemVisit("low", 1, dwell_s=3000, prize=1), ProblemVisit("high", 1, dwell_s=3000, prize=2)]
    reason = only_reason(line_problem(visits, [HOUR]))
    assert reason.visit == 0
    assert reason.code == "out_ranked"
    assert reason.reason.values["rival"] == "high"


def test_missing_minutes_are_the_least_over_teams_and_places():
    """Team a is 120 s short for place 1 on the way to 2; team b, at place 9 with little time, misses more."""
    visits = [
        ProblemVisit("v", 1, dwell_s=300, required=True),
        ProblemVisit("w", 2, dwell_s=100, required=False, prize=1),
        ProblemVisit("x", 2, dwell_s=100, required=False, prize=1),
    ]
    teams = [ProblemTeam("a", 0, 0, (0.0, 620.0)), ProblemTeam("b", 9, 9, (0.0, 1000.0))]
    problem = line_problem(visits, teams)
    plan = solution_of(problem, [(1, 2), ()], RECORD)
    (reason,) = explain(problem, plan)
    assert reason.code == "no_time_left"
    assert reason.missing_s == 120


@pytest.mark.parametrize("seed", range(20))
def test_longer_shift_meets_what_it_promises(seed):
    """Whenever the remedy is more minutes for a team, a solver that has this plan and that much longer a shift loses no visit."""
    problem = random_problem(np.random.default_rng(seed), visits=8, teams=2)
    plan = solve(problem, stop=StopRule(iterations=200))
    for found in explain(problem, plan):
        if found.remedy is None or "minutes" not in found.remedy.values or "team" not in found.remedy.values:
            continue
        extra_s = 60.0 * found.remedy.values["minutes"]
        teams = tuple(
            replace(t, shift=(t.shift[0], t.shift[1] + extra_s), break_window=t.break_span)
            if t.team_id == found.remedy.values["team"]
            else t
            for t in problem.teams
        )
        longer = Problem(problem.travel_s, problem.visits, teams)
        met = {v for order in plan.orders for v in order} | {found.visit}
        wanted = tuple(replace(v, required=k in met, series="") for k, v in enumerate(problem.visits))
        again = solve(longer.with_visits(wanted), stop=StopRule(iterations=400), warm=plan)
        assert again.required_unmet == 0


def test_reason_and_remedy_agree_when_the_way_home_is_too_long():
    """Its window ends with the shift: reachable, but not home in time; the reason says so, and both name the same minutes."""
    reason = only_reason(line_problem([ProblemVisit("v", 5, windows=((3500, 3600),))], [HOUR]))
    assert "too late" in reason.reason.template
    assert reason.reason.values["minutes"] == reason.remedy.values["minutes"] == 4


def test_what_still_fits_is_not_said_to_be_short_of_time():
    """A plan that left out a visit with room for it: the search was too short, and no seconds are missing."""
    problem = line_problem([ProblemVisit("v", 1, 60.0, 3.0)], [HOUR])
    (reason,) = explain(problem, solution_of(problem, [()], RECORD))
    assert (reason.code, reason.missing_s) == ("not_planned", None)
    assert "still fits" in reason.reason.template


def test_what_would_delay_others_past_their_gap_does_not_still_fit():
    """B can only come before A#1, which would then start less than its gap before A#2: it is not called forgotten."""
    visits = (
        ProblemVisit("A#1", 1, 60.0, 5.0, windows=((0.0, 5_000.0),), series="A", min_gap_s=1_000.0),
        ProblemVisit("A#2", 1, 60.0, 5.0, windows=((2_000.0, 2_000.0),), series="A", min_gap_s=1_000.0),
        ProblemVisit("B", 1, 950.0, 1.0, windows=((0.0, 30.0),)),
    )
    problem = Problem({"any": np.zeros((2, 2))}, visits, (ProblemTeam("T1", 0, 0, (0.0, 9_000.0)),))
    slotted = problem.with_visits((replace(visits[0], windows=((0.0, 900.0),)), *visits[1:]))
    solution = solution_of(slotted, [[0, 1]], SearchRecord(0, 1, 1, "iterations"))
    (told,) = explain(problem, solution)
    assert told.code != "not_planned"
    shorter = problem.with_visits((*visits[:2], replace(visits[2], dwell_s=600.0)))
    (told,) = explain(shorter, solution)
    assert told.code == "not_planned"


@pytest.mark.parametrize(
    ("pair", "zone", "least", "said"),
    [
        (("a",), "s", 1, "do not serve zone"),
        (("a", "b"), "n", 3, "largest team"),
        (("c",), "", 1, "not on this shift"),
        ((), "w", 1, "No team of zone"),
    ],
)
def test_the_rule_that_shuts_out_the_last_team_is_named(pair, zone, least, said):
    """A fixed pair counts before zone and size: nobody asks a team for members that may not come anyway."""
    teams = [
        HOUR,
        ProblemTeam("b", 0, 0, (0.0, 3600.0), members=1, zone="n"),
        ProblemTeam("d", 0, 0, (0.0, 3600.0), members=9, zone="s"),
    ]
    reason = only_reason(line_problem([ProblemVisit("v", 3, zone=zone, min_members=least, only_teams=pair)], teams))
    assert reason.code == "no_team_allowed"
    assert said in reason.reason.template
    assert reason.remedy.values.get("team", "a") == "a"


def with_last_window_later(problem, visit, minutes):
    *before, last = sorted(problem.visits[visit].windows)
    later = replace(problem.visits[visit], windows=(*before, (last[0], last[1] + 60.0 * minutes)))
    return problem.with_visits(tuple(later if k == visit else one for k, one in enumerate(problem.visits)))


def with_gap(problem, visit, minutes):
    series = problem.visits[visit].series
    return problem.with_visits(
        tuple(replace(one, min_gap_s=60.0 * minutes) if one.series == series else one for one in problem.visits)
    )


@pytest.mark.parametrize("block", range(6))
def test_remedies_are_the_smallest_in_whole_minutes(block):
    """Each is applied to the routes as they are and fits; with a minute less it fits nowhere: by a test of its own."""
    for seed in range(5000 + 60 * block, 5060 + 60 * block):
        problem = random_whole(seed)
        plan = solve(problem, seed=seed, stop=StopRule(iterations=40))
        for found in explain(problem, plan):
            text = "" if found.remedy is None else found.remedy.template
            values = {} if found.remedy is None else found.remedy.values
            visit, minutes = found.visit, values.get("minutes", 0)
            assert (found.code == "not_planned") == goes_in(problem, plan, visit), (seed, found)
            if "min more" in text and "Without its other stops" not in text:
                team = next(k for k, one in enumerate(problem.teams) if one.team_id == values["team"])
                assert goes_in(problem, plan, visit, extra_s=60.0 * minutes, teams=[team]), (seed, found)
                assert not goes_in(problem, plan, visit, extra_s=60.0 * (minutes - 1)), (seed, found)
            elif "A window that ends" in text:
                assert goes_in(with_last_window_later(problem, visit, minutes), plan, visit), (seed, found)
                assert not goes_in(with_last_window_later(problem, visit, minutes - 1), plan, visit), (seed, found)
            elif "A gap of" in text:
                assert goes_in(with_gap(problem, visit, minutes), plan, visit), (seed, found)
                longer = 60 * (minutes + 1) < problem.visits[visit].min_gap_s
                assert not (longer and goes_in(with_gap(problem, visit, minutes + 1), plan, visit)), (seed, found)
