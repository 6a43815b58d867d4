"""Claims about districts solved in parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from patrolmap.planner import Problem, ProblemTeam, ProblemVisit, StopRule, solve
from patrolmap.planner.explain import explain
from patrolmap.planner.large import LargeParams, LargeProblem, solve_large, verify_large
from patrolmap.planner.parts import parts_of
from patrolmap.progress import CancelledError


def district(visits=90, teams=12, seed=1, side_m=4000.0):
    """Scatter visits and posts; straight ways at 4 m/s; repeats, windows, zones and required visits among them."""
    rng = np.random.default_rng(seed)
    visit_xy, team_xy = rng.uniform(0, side_m, (visits, 2)), rng.uniform(0, side_m, (teams, 2))
    visit_xy[1::10] = visit_xy[0::10]
    wanted = tuple(
        ProblemVisit(
            f"v{k}",
            0,
            300.0,
            float(rng.integers(1, 20)),
            required=k % 15 == 4,
            windows=((0.0, 5000.0),) if k % 7 == 3 else (),
            series=f"s{k // 10}" if k % 10 < 2 else "",
            min_gap_s=2400.0 if k % 10 < 2 else 0.0,
            zone="n" if k % 11 == 5 else "",
        )
        for k in range(visits)
    )
    crew = tuple(ProblemTeam(f"t{k}", 0, 0, (0.0, 7200.0), zone="n" if k == 0 else "") for k in range(teams))

    return LargeProblem(wanted, visit_xy, crew, team_xy, StraightWays(wanted, visit_xy, crew, team_xy))


@dataclass(frozen=True, eq=False)
class StraightWays:
    """Measures a part; of this module, so that it reaches worker processes."""

    wanted: tuple
    visit_xy: np.ndarray
    crew: tuple
    team_xy: np.ndarray

    def __call__(self, part):
        xy = np.vstack([self.visit_xy[list(part.visits)], self.team_xy[list(part.teams)]])
        travel = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / 4.0)
        mine = [_at(self.wanted[v], k) for k, v in enumerate(part.visits)]
        own = [_home(self.crew[t], len(mine) + k) for k, t in enumerate(part.teams)]
        return Problem({"any": travel}, tuple(mine), tuple(own))


def _at(visit, place):
    return ProblemVisit(**{**visit.__dict__, "place": place})


def _home(team, place):
    return ProblemTeam(**{**team.__dict__, "start": place, "end": place})


def cut(large, **options):
    return parts_of(large.visits, large.visit_xy, large.teams, large.team_xy, **options)


@pytest.mark.parametrize("angle", [0.0, 45.0, 90.0])
def test_parts_hold_everything_once(angle):
    """Twelve teams in parts of at most five: three parts of four; all visits in one of them, series together."""
    large = district()
    parts = cut(large, size=5, angle_deg=angle)
    assert [len(part.teams) for part in parts] == [4, 4, 4]
    assert sorted(v for part in parts for v in part.visits) == list(range(90))
    assert sorted(t for part in parts for t in part.teams) == list(range(12))
    label = {v: number for number, part in enumerate(parts) for v in part.visits}
    assert all(label[k] == label[k + 1] for k in range(0, 90, 10))


def test_visits_go_where_a_team_may_serve_them():
    """A visit tied to one team is in that team's part, wherever it lies."""
    large = district()
    tied = tuple(ProblemVisit(f"v{k}", 0, only_teams=("t7",)) for k in range(90))
    parts = parts_of(tied, large.visit_xy, large.teams, large.team_xy, size=4)
    assert [len(part.visits) for part in parts if 7 in part.teams] == [90]


def test_planned_visits_stay_with_their_teams():
    """However the district is cut."""
    large = district()
    served = {visit: visit % 12 for visit in range(90)}
    for part in cut(large, size=3, angle_deg=45.0, served_by=served):
        assert {visit % 12 for visit in part.visits} <= set(part.teams)


@pytest.mark.parametrize("seed", range(4))
def test_merged_plan_keeps_all_rules(seed):
    """Over three rounds with other cuts; every visit is planned once or named as unmet."""
    large = district(seed=seed)
    found = solve_large(large, LargeParams(part_teams=4), seed=seed, stop=StopRule(iterations=400))
    assert verify_large(large, found) == ()
    assert [route.team for route in found.solution.routes] == list(range(12))
    assert found.solution.required_unmet == 0


def test_rounds_make_the_plan_better_never_worse():
    """With more rounds of the same length the prize does not fall, and cuts across the borders gain."""
    large = district(visits=150, seed=3)
    one = solve_large(large, LargeParams(part_teams=3, rounds=1), stop=StopRule(iterations=200)).solution
    three = solve_large(large, LargeParams(part_teams=3, rounds=3), stop=StopRule(iterations=400)).solution
    assert three.score < one.score


def test_parts_lose_little_against_the_whole():
    """Twelve teams in parts of six reach at least 95 % of the prize that one search reaches."""
    large = district(visits=150, seed=5)
    whole = large.make(cut(large, size=12)[0])
    best = solve(whole, stop=StopRule(iterations=600))
    found = solve_large(large, LargeParams(part_teams=6), stop=StopRule(iterations=600))
    assert found.solution.prize >= 0.95 * best.prize


def test_same_seed_and_iterations_give_the_same_bytes():
    """Inline and in two processes."""
    large = district()
    once = solve_large(large, LargeParams(part_teams=6), seed=4, stop=StopRule(iterations=200)).solution
    again = solve_large(large, LargeParams(part_teams=6, workers=2), seed=4, stop=StopRule(iterations=200)).solution
    assert once.to_bytes() == again.to_bytes()


def test_cancel_gives_the_best_plan_so_far():
    """After the first round has begun: a plan that keeps all rules, marked as not complete."""
    large = district()
    asked = iter(range(10**9))
    found = solve_large(
        large, LargeParams(part_teams=4), stop=StopRule(iterations=10**6), cancel=lambda: next(asked) > 40
    )
    assert not found.solution.complete
    assert verify_large(large, found) == ()


def test_parts_not_begun_say_so():
    """Cancelled in the first part: the visits of the others are unmet because the search was ended, not for lack of a way."""
    asked = iter(range(10**9))
    found = solve_large(
        district(), LargeParams(part_teams=4), stop=StopRule(iterations=10**6), cancel=lambda: next(asked) > 20
    )
    left = [one for one in found.parts if one.solution.record.stopped_by == "not_begun"]
    assert left
    assert {why.code for one in left for why in explain(one.problem, one.solution)} == {"not_planned"}


def test_cancelled_before_anything_is_solved():
    """There is no plan."""
    with pytest.raises(CancelledError):
        solve_large(district(), stop=StopRule(iterations=10), cancel=lambda: True)


def test_time_too_short_for_measuring_still_gives_a_plan():
    """A bound of a millisecond: one round, all parts searched a little."""
    large = district()
    found = solve_large(large, LargeParams(part_teams=6), stop=StopRule(time_s=0.001))
    assert found.solution.prize > 0
    assert found.solution.complete
    assert verify_large(large, found) == ()
