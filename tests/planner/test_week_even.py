"""Claims about the week that is made at once, and about what the aims are worth."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from patrolmap.planner.week import WeekAssignment
from patrolmap.planner.week_even import aim_bound, aim_value, even_duty
from patrolmap.planner.week_solve import solve_week
from patrolmap.planner.week_verify import verify_week
from tests.planner.test_week import everywhere, problems, week

AIMS = ("wishes", "strength", "fairness")


def by_night(problem, own):
    return tuple(tuple(t for t, nights in enumerate(own) if n in nights) for n in range(len(problem.nights)))


@settings(max_examples=20)
@given(problems())
def test_the_plan_made_at_once_keeps_every_rule(problem):
    """Absence, rest, nights in a row, nights in all."""
    duty = by_night(problem, even_duty(problem))
    rounds = (None,) * len(problem.rounds)
    assert verify_week(problem, WeekAssignment(duty, ((),) * len(problem.sites), rounds, (), 0)) == ()


@settings(max_examples=8)
@given(problems())
def test_values_and_bounds_agree_with_the_search(problem):
    """Each stage's value is what its duties are worth, and no bound lies above it."""
    found = solve_week(problem, effort=0.2)
    own = [[n for n, teams in enumerate(found.duty) if t in teams] for t in range(len(problem.teams))]
    stages = {stage.aim: stage.value for stage in found.stages}
    assert [aim_value(problem, own, aim) for aim in AIMS] == [stages[aim] for aim in AIMS]
    for aim in AIMS:
        assert aim_bound(problem, aim, stages["strength"]) <= stages[aim]


def test_an_easy_week_is_equal_at_once():
    """Seven teams, four a night: 28 duties are four a team; one of two teams is there on every night."""
    problem = week(everywhere("a", 7, only_teams=("t0", "t1")), teams=7, wanted=4)
    own = even_duty(problem)
    assert [aim_value(problem, own, aim) for aim in AIMS] == [0, 0, 0]
    assert [aim_bound(problem, aim, 0) for aim in AIMS] == [0, 0, 0]


def test_equal_nights_are_impossible_where_no_multiple_fits():
    """Three teams and two duties: somebody has none."""
    problem = week(teams=3, wanted=0)
    nights = tuple(replace(night, teams_wanted=int(number < 2)) for number, night in enumerate(problem.nights))
    assert aim_bound(replace(problem, nights=nights), "fairness", 0) == 1
