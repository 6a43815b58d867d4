"""Claims about sharing the work."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.planner import ProblemTeam, ProblemVisit
from patrolmap.planner.balance import balanced, work_s
from patrolmap.planner.insertion import first_plan
from patrolmap.planner.schedule import time_route
from patrolmap.planner.slots import slotted

from .cases import line_problem, random_problem


def test_equal_teams_share_equally():
    """Four stops of 600 s at one place, 60 s from both homes: two each, 1,320 s of work, instead of 2,520 s and none."""
    visits = [ProblemVisit(f"v{k}", 1, dwell_s=600) for k in range(4)]
    problem = line_problem(visits, [ProblemTeam(name, 0, 0, (0.0, 3600.0)) for name in "ab"])
    assert work_s(problem, 0, (0, 1, 2, 3)) == 2520
    shared = balanced(problem, [[0, 1, 2, 3], []])
    assert [work_s(problem, team, order) for team, order in enumerate(shared)] == [1320, 1320]


def test_who_may_not_takes_nothing():
    """The second team is too small."""
    visits = [ProblemVisit(f"v{k}", 1, dwell_s=600, min_members=2) for k in range(2)]
    teams = [ProblemTeam("a", 0, 0, (0.0, 3600.0), members=2), ProblemTeam("b", 0, 0, (0.0, 3600.0))]
    assert balanced(line_problem(visits, teams), [[0, 1], []]) == [[0, 1], []]


@pytest.mark.parametrize("seed", range(15))
def test_nothing_is_lost_and_the_longest_work_never_grows(seed):
    """The same visits, feasible routes, and no team works longer than the longest did."""
    problem = slotted(random_problem(np.random.default_rng(seed), visits=14, teams=4))
    before = first_plan(problem)
    after = balanced(problem, before)
    assert sorted(v for order in after for v in order) == sorted(v for order in before for v in order)
    assert all(time_route(problem, team, order) is not None for team, order in enumerate(after))
    longest = [max(work_s(problem, t, o) for t, o in enumerate(orders)) for orders in (before, after)]
    assert longest[1] <= longest[0] + 1e-6
