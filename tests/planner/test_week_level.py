"""Claims about duties that are handed from teams with many nights to teams with few."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from patrolmap.planner.week import WeekAssignment
from patrolmap.planner.week_even import aim_value, even_duty
from patrolmap.planner.week_level import levelled
from patrolmap.planner.week_patterns import Patterns, nights_in
from patrolmap.planner.week_verify import verify_week
from tests.planner.test_week import everywhere, problems, week
from tests.planner.test_week_even import by_night


@settings(max_examples=60)
@given(problems())
def test_handing_over_keeps_rules_strength_and_wishes(problem):
    """The independent check finds nothing, nights are no further from what is wanted, no wish more is unmet, and teams are no less equal."""
    before = even_duty(problem)
    after = levelled(problem, before)
    rounds = (None,) * len(problem.rounds)
    whole = WeekAssignment(by_night(problem, after), ((),) * len(problem.sites), rounds, (), 0)
    assert verify_week(problem, whole) == ()
    assert aim_value(problem, after, "strength") <= aim_value(problem, before, "strength")
    assert aim_value(problem, after, "wishes") <= aim_value(problem, before, "wishes")
    assert aim_value(problem, after, "fairness") <= aim_value(problem, before, "fairness")


def test_one_team_with_all_duties_shares_them():
    """Seven nights with one team each, all five of one team's and two of another's: three teams end with 3, 2 and 2."""
    problem = week(teams=3, wanted=1)
    after = levelled(problem, [[0, 1, 2, 4, 5], [3, 6], []])
    assert sorted(len(nights) for nights in after) == [2, 2, 3]
    assert sorted(night for nights in after for night in nights) == list(range(7))


def test_the_only_team_of_a_site_keeps_its_nights():
    """Team 0 alone may serve the site, so its duties are not handed on."""
    problem = week(everywhere("a", 5, only_teams=("t0",)), teams=2, wanted=1)
    own = [[0, 1, 2, 4, 5], [3, 6]]
    assert levelled(problem, own) == own


@settings(max_examples=30)
@given(problems())
def test_patterns_are_what_the_check_lets_pass(problem):
    """Every set of nights of each team, as the only duty of the week."""
    patterns, count = Patterns(problem), len(problem.nights)
    for team in range(len(problem.teams)):
        for pattern in range(1 << count):
            duty = tuple((team,) if night in nights_in(pattern) else () for night in range(count))
            alone = WeekAssignment(duty, ((),) * len(problem.sites), (None,) * len(problem.rounds), (), 0)
            assert (verify_week(problem, alone) == ()) == (pattern in patterns.of(team)), (team, pattern)


def test_a_night_that_can_take_one_more_makes_teams_equal():
    """Three teams, two of them with two nights: the third gets its second where a team more is as welcome."""
    problem = week(teams=3, wanted=1)
    nights = tuple(
        replace(night, teams_wanted=int(n < 5), teams_over=int(n == 6)) for n, night in enumerate(problem.nights)
    )
    after = levelled(replace(problem, nights=nights), [[0, 1], [2, 3], [4]])
    assert after == [[0, 1], [2, 3], [4, 6]]
