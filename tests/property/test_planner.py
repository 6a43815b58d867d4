"""What holds for every planning problem."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.planner import StopRule, solve, verify
from patrolmap.planner.schedule import time_route
from tests.planner.cases import random_problem


@settings(max_examples=500)
@given(seed=st.integers(0, 2**32 - 1), visits=st.integers(1, 14), teams=st.integers(1, 4))
def test_the_verifier_finds_nothing_in_any_plan(seed, visits, teams):
    """Random problems with windows, zones, sizes, breaks, repeats and required visits, infeasible ones included."""
    problem = random_problem(np.random.default_rng(seed), visits=visits, teams=teams)
    solution = solve(problem, seed=seed % 1000, stop=StopRule(iterations=40))
    assert verify(problem, solution) == ()


@settings(max_examples=500)
@given(seed=st.integers(0, 2**32 - 1), visits=st.integers(1, 5))
def test_every_timing_keeps_its_own_order(seed, visits):
    """Arrive, start, leave never run backwards, and no stop starts before the earliest possible time."""
    problem = random_problem(np.random.default_rng(seed), visits=visits, teams=1)
    timing = time_route(problem, 0, range(visits))
    if timing is not None:
        clock = [timing.depart_s]
        for stop in zip(timing.arrive_s, timing.start_s, timing.leave_s, strict=True):
            clock += stop
        clock.append(timing.end_s)
        assert all(a <= b + 1e-6 for a, b in itertools.pairwise(clock))
