"""Claims about putting left-out visits in."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.planner import ProblemTeam, ProblemVisit
from patrolmap.planner.ejection import eject
from patrolmap.planner.insertion import first_plan
from patrolmap.planner.schedule import time_route
from patrolmap.planner.solution import score_of

from .cases import line_problem, random_problem


def test_two_small_stops_make_room_for_one_worth_more():
    """The far visit takes the whole shift: both near ones go."""
    visits = [ProblemVisit("n1", 1, 60, 2), ProblemVisit("n2", 2, 60, 2), ProblemVisit("far", 10, 0, 5)]
    problem = line_problem(visits, [ProblemTeam("a", 0, 0, (0.0, 1205.0))])
    orders = [[0, 1]]
    eject(problem, orders, [2])
    assert orders == [[2]]


def test_a_stop_moves_to_another_team_to_make_room():
    """Only team a may serve the new visit; its old stop, worth more, goes to b."""
    visits = [ProblemVisit("old", 5, 600, 9), ProblemVisit("new", 1, 600, 5, only_teams=("a",))]
    teams = [ProblemTeam("a", 0, 0, (0.0, 1250.0)), ProblemTeam("b", 9, 9, (0.0, 1250.0))]
    orders = [[0], []]
    eject(line_problem(visits, teams), orders, [1])
    assert orders == [[1], [0]]


def test_a_short_route_is_put_into_another_order():
    """The window of the new visit asks for it first, far away, and the old stops on the way back."""
    visits = [
        ProblemVisit("n1", 2, 60, 1),
        ProblemVisit("n2", 4, 60, 1),
        ProblemVisit("far", 8, 60, 1, windows=((0, 500),)),
    ]
    problem = line_problem(visits, [ProblemTeam("a", 0, 0, (0.0, 1200.0))])
    orders = [[0, 1]]
    eject(problem, orders, [2])
    assert sorted(orders[0]) == [0, 1, 2]


@pytest.mark.parametrize("seed", range(30))
def test_never_worse_and_always_feasible(seed):
    """From a plan by insertion, on problems with breaks, zones and sizes."""
    problem = random_problem(np.random.default_rng(seed), visits=9, teams=3)
    orders = first_plan(problem)
    before = score_of(problem, orders)[:2]
    eject(problem, orders, range(9))
    assert score_of(problem, orders)[:2] <= before
    assert all(time_route(problem, team, order) is not None for team, order in enumerate(orders))
    stops = [stop for order in orders for stop in order]
    assert len(stops) == len(set(stops))
