"""Claims about the verifier: it finds each kind of broken rule, and nothing in a good plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patrolmap.planner import ProblemTeam, ProblemVisit, SearchRecord, verify
from patrolmap.planner.solution import solution_of

from .cases import line_problem

RECORD = SearchRecord(0, 0, 0, "iterations")
GOOD = line_problem([ProblemVisit("a", 2, dwell_s=100, prize=3), ProblemVisit("b", 5, dwell_s=50, prize=4)])
PLAN = solution_of(GOOD, [(0, 1)], RECORD)


def changed_visit(**values):
    return replace(GOOD, visits=(replace(GOOD.visits[0], **values), GOOD.visits[1]))


def changed_team(**values):
    return replace(GOOD, teams=(replace(GOOD.teams[0], **values),))


def test_good_plan_passes():
    """No violation in a plan that keeps all rules."""
    assert verify(GOOD, PLAN) == ()


@pytest.mark.parametrize(
    ("problem", "rule"),
    [
        (changed_visit(windows=((0, 119),)), "window"),
        (changed_visit(dwell_s=101), "dwell"),
        (changed_visit(place=3), "travel"),
        (changed_visit(min_members=2), "members"),
        (changed_visit(only_teams=("z",)), "fixed_pair"),
        (changed_visit(prize=2), "sums"),
        (changed_team(shift=(0.0, 749.0)), "shift"),
        (changed_team(shift=(1.0, 900.0)), "shift"),
        (changed_team(max_travel_s=599.0), "max_travel"),
        (changed_team(break_s=10.0), "break"),
        (replace(changed_visit(zone="n"), teams=(replace(GOOD.teams[0], zone="s"),)), "zone"),
        (replace(GOOD, visits=tuple(replace(v, series="s", min_gap_s=181.0) for v in GOOD.visits)), "gap"),
    ],
)
def test_each_broken_rule_is_found(problem, rule):
    """The same plan under a changed rule is a violation of exactly that rule."""
    assert {violation.rule for violation in verify(problem, PLAN)} == {rule}


def test_visit_served_twice_is_found():
    """One visit in two routes is a violation though both routes are feasible."""
    problem = replace(GOOD, teams=(GOOD.teams[0], replace(GOOD.teams[0], team_id="b")))
    twice = solution_of(problem, [(0,), (0, 1)], RECORD)
    assert "twice" in {violation.rule for violation in verify(problem, twice)}


def test_longest_way_is_checked_on_metres():
    """10 places of 100 m each way: 1,000 m pass a limit of 1,000 m and fail one of 999 m."""
    metres = {"any": GOOD.travel_s["any"] / 60 * 100}
    for limit, rules in ((1000.0, set()), (999.0, {"max_length"})):
        problem = replace(GOOD, length_m=metres, teams=(ProblemTeam("a", 0, 0, (0.0, 3600.0), max_length_m=limit),))
        assert {violation.rule for violation in verify(problem, PLAN)} == rules
