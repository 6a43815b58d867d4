"""Claims about the week: no rule is ever broken, wishes come first, and what is not met has its true reason."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.errors import InputError
from patrolmap.planner.week import WeekAssignment, WeekNight, WeekProblem, WeekRound, WeekSite, WeekTeam
from patrolmap.planner.week_explain import explain_week
from patrolmap.planner.week_solve import move_rounds, move_visits, solve_week
from patrolmap.planner.week_verify import verify_week
from patrolmap.planner.week_visits import too_close

DAY_S = 86_400.0


def nights_of(days, wanted=1):
    return tuple(WeekNight(day, day * DAY_S + 72_000, day * DAY_S + 86_400, wanted) for day in days)


def teams_of(count, nights=7, **values):
    return tuple(WeekTeam(f"t{k}", (4,) * nights, (14_400.0,) * nights, **values) for k in range(count))


def week(*sites, teams=7, wanted=5, **values):
    return WeekProblem(nights_of(range(7), wanted), teams_of(teams), sites, **values)


def everywhere(name, times, **values):
    return WeekSite(name, times, tuple(range(7)), **values)


@st.composite
def problems(draw):
    days = sorted(draw(st.lists(st.integers(0, 8), min_size=1, max_size=7)))
    nights = tuple(
        WeekNight(day, day * DAY_S + 3_600 * n, day * DAY_S + 3_600 * (n + 4), draw(st.integers(0, 4)))
        for n, day in enumerate(days)
    )
    count = len(nights)
    zones = st.sampled_from(["", "A", "B"])
    teams = tuple(
        WeekTeam(
            f"t{k}",
            tuple(draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))),
            (7_200.0,) * count,
            draw(zones),
            tuple(sorted(draw(st.sets(st.integers(-3, -1))))),
        )
        for k in range(draw(st.integers(1, 5)))
    )
    sites = tuple(
        WeekSite(
            f"s{k}",
            draw(st.integers(0, 5)),
            tuple(sorted(draw(st.sets(st.integers(0, count - 1))))),
            draw(st.sampled_from([0.0, 900.0, 5_000.0])),
            draw(st.integers(1, 3)),
            draw(zones),
            draw(st.integers(1, 5)),
            tuple(draw(st.sets(st.sampled_from(["t0", "t1", "gone"])))),
        )
        for k in range(draw(st.integers(0, 5)))
    )
    own = st.integers(0, len(teams) - 1)
    rounds = tuple(WeekRound(f"r{k}", draw(own)) for k in range(draw(st.integers(0, 5))))
    rules = {name: draw(st.integers(1, 4)) for name in ("max_nights", "max_in_row", "rounds_a_night")}
    return WeekProblem(nights, teams, sites, rounds, min_rest_s=draw(st.sampled_from([0.0, 39_600.0])), **rules)


@settings(max_examples=60)
@given(problems())
def test_no_rule_is_ever_broken(problem):
    """Whatever the week, the independent check finds nothing, bounds hold, and every unmet wish has a reason."""
    found = solve_week(problem, effort=0.1)
    assert verify_week(problem, found) == ()
    assert all(stage.bound <= stage.value for stage in found.stages)
    reasons = explain_week(problem, found)
    missing = {s.place_id for s, n in zip(problem.sites, found.site_nights, strict=True) if len(n) < s.times}
    missing |= {r.place_id for r, n in zip(problem.rounds, found.round_night, strict=True) if n is None}
    assert {reason.place_id for reason in reasons} == missing


@settings(max_examples=25)
@given(problems())
def test_nothing_serves_more_wishes(problem):
    """No choice of teams for the nights, of all that keep the rules, meets more than what was proved best."""
    problem = replace(problem, nights=problem.nights[:3], rounds=(), teams=tuple(
        replace(team, members=team.members[:3], work_s=team.work_s[:3]) for team in problem.teams[:2]
    ), sites=tuple(replace(s, nights=tuple(n for n in s.nights if n < 3)) for s in problem.sites))  # fmt: skip
    found = solve_week(problem, effort=1.0)
    slots = [(team, night) for team in range(len(problem.teams)) for night in range(len(problem.nights))]
    least = None
    for chosen in itertools.product((False, True), repeat=len(slots)):
        duty = [
            [t for (t, n), on in zip(slots, chosen, strict=True) if on and n == k] for k in range(len(problem.nights))
        ]
        trial = WeekAssignment(tuple(map(tuple, duty)), ((),) * len(problem.sites), (), (), 0)
        if verify_week(problem, trial):
            continue
        missing = 0
        for number, site in enumerate(problem.sites):
            able = sum(
                any(problem.teams[t].members[n] >= site.min_members and t in problem.allowed[number] for t in duty[n])
                for n in site.nights
            )
            missing += site.weight * max(site.times - able, 0)
        least = missing if least is None else min(least, missing)
    assert found.stages[0].value == least


def test_nobody_is_on_every_night_and_all_are_on_alike():
    """Seven teams, five a night: each has five nights, however high the limit is set."""
    found = solve_week(week(wanted=5))
    assert [len(found.nights_of(team)) for team in range(7)] == [5] * 7
    assert [len(teams) for teams in found.duty] == [5] * 7
    assert all(stage.proved for stage in found.stages)
    busy = solve_week(week(wanted=7, max_nights=7, max_in_row=7))
    assert max(len(busy.nights_of(team)) for team in range(7)) == 6


def test_duty_of_the_days_before_counts():
    """A team that was on duty on the three days before rests on the first."""
    problem = week(wanted=2)
    tired = replace(problem.teams[0], days_before=(-3, -2, -1))
    found = solve_week(replace(problem, teams=(tired, *problem.teams[1:2])))
    assert 0 not in found.nights_of(0)


def test_sites_are_visited_at_even_distances_and_nights_are_loaded_alike():
    """Sixty sites twice a week: never within three days, and no night has more than the mean, rounded up."""
    found = solve_week(week(*(everywhere(f"s{k}", 2, cost_s=600.0) for k in range(60))))
    assert all(later - before >= 3 for before, later in found.site_nights)
    load = [sum(night in nights for nights in found.site_nights) for night in range(7)]
    assert max(load) <= 18
    assert sum(load) == 120


def test_same_seed_same_week():
    """The answer depends on nothing but problem, seed and effort."""
    problem = week(*(everywhere(f"s{k}", 3, cost_s=60.0 * k) for k in range(20)))
    assert solve_week(problem, seed=5) == solve_week(problem, seed=5)


def test_rounds_go_to_the_nights_of_their_own_team():
    """Nine rounds of one team and two a night need five nights, and get them."""
    problem = week(wanted=2, teams=7)
    problem = replace(problem, rounds=tuple(WeekRound(f"r{k}", 3) for k in range(9)))
    found = solve_week(problem)
    assert None not in found.round_night
    assert set(found.round_night) == set(found.nights_of(3))
    assert verify_week(problem, found) == ()


def test_what_a_night_could_not_serve_moves_to_a_later_one():
    """A site whose first night failed gets another night if there is one; duties stay."""
    problem = week(everywhere("a", 2), everywhere("b", 7))
    first = solve_week(problem)
    moved = move_visits(problem, first, [[], []])
    assert moved.duty == first.duty
    assert len([night for night in moved.site_nights[0] if night >= 2]) == 2
    assert moved.site_nights[1] == (2, 3, 4, 5, 6)
    assert verify_week(problem, moved) == ()


def test_reasons_are_true():
    """Each wish that cannot be met names what stands in its way."""
    weak = WeekTeam("weak", (2, 2, 4, 4, 2, 2, 2), (14_400.0,) * 7)
    problem = week(
        WeekSite("shut", 4, (0, 2)),
        everywhere("alien", 2, only_teams=("nobody",)),
        everywhere("strong", 3, only_teams=("weak",), min_members=4),
        everywhere("daily", 7, only_teams=("t1",)),
        everywhere("often", 6, only_teams=("t2",)),
    )
    problem = replace(problem, teams=(*problem.teams, weak))
    reasons = {one.place_id: one for one in explain_week(problem, solve_week(problem))}
    codes = {place: one.code for place, one in reasons.items()}
    assert codes == {
        "shut": "closed", "alien": "no_team_allowed", "strong": "too_few_members", "daily": "rest", "often": "rest",
    }  # fmt: skip
    assert "6" in str(reasons["often"].remedy)
    assert "one team more" in str(reasons["daily"].remedy)


def test_too_close_counts_days():
    """Distances below the even one are summed."""
    assert too_close([0, 1, 5], 3) == 2
    assert too_close([0, 3, 6], 3) == 0


def test_the_check_sees_what_is_broken():
    """A broken week is seen rule by rule."""
    problem = week(WeekSite("s", 1, (2,), only_teams=("t1",)), teams=2, wanted=0)
    problem = replace(
        problem, rounds=(WeekRound("r", 0),), teams=(replace(problem.teams[0], members=(0,) * 7), problem.teams[1])
    )
    duty = tuple((0, 1) if night else (0,) for night in range(7))
    bad = WeekAssignment(duty, ((0, 2),), (3,), (), 0)
    rules = {one.rule for one in verify_week(problem, bad)}
    assert {"absent", "nights", "row", "times", "closed"} <= rules
    assert {one.rule for one in verify_week(problem, replace(bad, duty=((),) * 7))} >= {"no_team", "round_team"}


@pytest.mark.parametrize(
    "values", [{"max_nights": 0}, {"max_in_row": 0}, {"nights": ()}, {"rounds": (WeekRound("r", 9),)}]
)
def test_what_cannot_be_is_refused(values):
    """Rules below one, no night, or a team that does not exist."""
    with pytest.raises(InputError):
        replace(week(), **values)


def test_missed_rounds_move_to_nights_with_room():
    """Of two rounds missed on the first night one fits into the second, the other into the third; other teams keep theirs."""
    nights = tuple(WeekNight(day, day * 86_400.0, day * 86_400.0 + 3600, 2) for day in range(3))
    teams = tuple(WeekTeam(name, (2, 2, 2), (3600.0,) * 3) for name in "ab")
    rounds = (WeekRound("p", 0), WeekRound("q", 0), WeekRound("r", 0), WeekRound("s", 1))
    problem = WeekProblem(nights, teams, rounds=rounds, rounds_a_night=2)
    before = WeekAssignment(((0, 1), (0,), (0, 1)), (), (0, 0, 1, 0), (), 0)
    moved = move_rounds(problem, before, 0, [0, 1])
    assert moved.round_night == (2, 1, 1, 0)
    assert move_rounds(problem, moved, 2, [0]).round_night == moved.round_night
