"""Claims about the plan that is made at once."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.planner import ProblemTeam, ProblemVisit, SolveParams, StopRule, solve, verify
from patrolmap.planner.greedy import greedy_orders
from patrolmap.planner.insertion import first_plan
from patrolmap.planner.slots import slotted
from patrolmap.planner.solution import SearchRecord, score_of, solution_of
from tests.planner.cases import line_problem, random_problem

RECORD = SearchRecord(0, 0, 0, "greedy")


def test_the_best_paid_visit_comes_first_and_the_route_is_turned():
    """
    Places 1, 3 and 2 pay 9, 4 and 1 for a minute a place: the greedy goes 1, 3, 2, which is 1 + 2 + 1 + 2 = 6 min.

    The shift of 6 min has no more room; turned to 1, 2, 3 it is as long, so it stays.
    """
    visits = [ProblemVisit(str(place), place, prize=prize) for place, prize in ((1, 9.0), (3, 4.0), (2, 1.0))]
    problem = line_problem(visits, (ProblemTeam("a", 0, 0, (0.0, 360.0)),))
    assert sorted(greedy_orders(problem)[0]) == [0, 1, 2]


def test_required_visits_come_before_better_paid_ones():
    """Only one of both fits: the required one, whatever the other pays."""
    visits = [ProblemVisit("paid", 1, prize=99.0), ProblemVisit("must", 4, required=True)]
    problem = line_problem(visits, (ProblemTeam("a", 0, 0, (0.0, 500.0)),))
    assert greedy_orders(problem)[0][0] == 1


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_keeps_all_rules_and_no_search_ends_below_it(seed):
    """Windows, zones, sizes, breaks, repeats; the shortest search is at least as good as the greedy."""
    problem = random_problem(np.random.default_rng(seed), visits=25, teams=4)
    base = slotted(problem)
    orders = greedy_orders(base)
    assert verify(base, solution_of(base, orders, RECORD)) == ()
    assert score_of(base, first_plan(base)) <= score_of(base, orders)
    found = solve(problem, SolveParams(restarts=1), seed=seed, stop=StopRule(iterations=1))
    assert found.score[:2] <= score_of(problem, orders)[:2]
