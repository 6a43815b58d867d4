"""Claims about routes of several searches put together."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.planner.problem import Problem
from patrolmap.planner.recombine import RoutePool, recombined, worth_of
from patrolmap.planner.schedule import time_route
from patrolmap.planner.solution import score_of


def line(prizes, *, teams=2, limit=100.0):
    """Places on a ring, all near each other: any three can be served within the limit, not four."""
    count = len(prizes) + 1
    travel = np.full((count, count), limit / 4.0)
    return Problem.from_matrix(travel, prizes=[0.0, *prizes], limit=limit, teams=teams, start=0, end=0)


def planned(problem, orders):
    return sum(problem.visits[v].prize for order in orders for v in order)


def test_one_good_route_of_each_of_two_searches():
    """Each plan has one good route and one poor one: the best of both is taken."""
    problem = line([9.0, 9.0, 9.0, 8.0, 8.0, 8.0, 1.0, 1.0, 1.0])
    plans = [[[0, 1, 2], [6, 7, 8]], [[6, 7], [3, 4, 5]]]
    best = recombined(problem, plans, [], np.random.default_rng(0))[0]
    assert planned(problem, best) == 51.0


def test_a_visit_that_two_routes_serve_is_dropped_from_one_and_makes_room():
    """Both routes hold visit 2; with it counted once there is room for visit 6."""
    problem = line([9.0, 9.0, 9.0, 8.0, 8.0, 1.0, 2.0])
    seen = [(0, (0, 1, 2)), (1, (2, 3, 4))]
    best = recombined(problem, [[[5], [6]]], seen, np.random.default_rng(0))[0]
    assert planned(problem, best) == 45.0


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_as_good_as_every_choice_tried_out(seed):
    """With few routes the plan serves at least what the best of all pairs of routes serves, and can be driven."""
    rng = np.random.default_rng(seed)
    problem = line(rng.integers(1, 20, 12).astype(float).tolist())
    pool = [(0, tuple(int(v) for v in rng.choice(12, rng.integers(1, 4), replace=False))) for _ in range(12)]
    start = [[list(pool[0][1]), []]]
    best = recombined(problem, start, pool, np.random.default_rng(seed))[0]
    worth = np.array([visit.prize for visit in problem.visits])
    most = max(worth[list({*a, *b})].sum() for (_, a), (_, b) in itertools.combinations(pool, 2))
    assert planned(problem, best) >= most
    assert all(time_route(problem, team, order) is not None for team, order in enumerate(best))
    assert len({v for order in best for v in order}) == sum(map(len, best))
    assert score_of(problem, best) <= score_of(problem, start[0])


def test_required_before_any_prize():
    """A route with the required visit outweighs routes of higher prize."""
    base = line([1.0, 50.0, 50.0, 50.0], teams=1)
    problem = base.with_visits((replace(base.visits[0], required=True), *base.visits[1:]))
    assert worth_of(problem)[0] > 150.0
    best = recombined(problem, [[[1, 2, 3]]], [(0, (0,))], np.random.default_rng(0))[0]
    assert 0 in best[0]


def test_a_full_pool_keeps_the_worthy_routes_of_every_team():
    """Of two teams' routes the most worthy stay."""
    pool = RoutePool([float(v) for v in range(40)], most=10)
    for visit, team in itertools.product(range(40), range(2)):
        pool.add(team, (visit,))
    kept = pool.routes()
    assert len(kept) == 10
    assert {order[0] for team, order in kept if team == 1} == set(range(35, 40))


@pytest.mark.parametrize("plans", [[], [[[], []]]])
def test_nothing_seen_is_an_empty_plan(plans):
    """Without routes the plan is what insertion makes of nothing."""
    problem = line([3.0, 2.0])
    best = recombined(problem, plans, [], np.random.default_rng(0))
    assert best
    assert planned(problem, best[0]) == 5.0
