"""Putting visits into routes by exact timing: a first plan, repairs, and the test whether one more visit fits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.planner.schedule import TOLERANCE_S, time_route
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["Insertion", "best_insertion", "fill", "first_plan", "repaired"]

Orders = list[list[int]]
"""The visits of each team, in order; open for change."""


@dataclass(frozen=True, order=True)
class Insertion:
    """
    Where a visit fits into a route.

    Parameters
    ----------
    extra_s : float
        Travel added, seconds.
    team : int
        Index of the team.
    position : int
        Number of stops before it.
    """

    extra_s: float
    team: int
    position: int


def best_insertion(problem: Problem, team: int, order: Sequence[int], visit: int) -> Insertion | None:
    """
    Find the place in a route where a visit costs the least travel.

    Parameters
    ----------
    problem : Problem
        The problem; gaps of series are not looked at.
    team : int
        Index of the team.
    order : sequence of int
        The route as it is, feasible.
    visit : int
        Index of the visit.

    Returns
    -------
    Insertion or None
        None if the team may not serve it or no place keeps the whole route feasible. O(n²).
    """
    if not problem.allowed(team, visit):
        return None
    matrix, crew = problem.matrix(team), problem.teams[team]
    places = [crew.start, *(problem.visits[v].place for v in order), crew.end]
    ways = [0.0 if a == b else matrix.item(a, b) for a, b in itertools.pairwise(places)]
    new = problem.visits[visit].place
    stay_s = sum(problem.visits[v].dwell_s for v in order) + problem.visits[visit].dwell_s + crew.break_s
    room_s = crew.shift[1] - crew.shift[0] - stay_s - (sum(ways) if order else 0.0) + TOLERANCE_S
    extras = []
    for position in range(len(order) + 1):
        before, after = places[position], places[position + 1]
        there = 0.0 if before == new else matrix.item(before, new)
        back = 0.0 if after == new else matrix.item(new, after)
        extra_s = there + back - (ways[position] if order else 0.0)
        if extra_s <= room_s:
            extras.append((extra_s, position))
    for extra_s, position in sorted(extras):
        if time_route(problem, team, [*order[:position], visit, *order[position:]]) is not None:
            return Insertion(extra_s, team, position)
    return None


def fill(problem: Problem, orders: Orders, visits: Sequence[int], *, cancel: Cancel = NO_CANCEL) -> list[int]:
    """
    Put visits into routes where they cost the least travel, the most worthy first.

    Parameters
    ----------
    problem : Problem
        The problem; gaps of series are not looked at.
    orders : list of list of int
        The routes; changed.
    visits : sequence of int
        The visits to put in: required ones first, then by prize per second of dwell.
    cancel : Cancel, optional
        Stops early; what was put in stays.

    Returns
    -------
    list of int
        The visits put in.
    """
    done = []
    for visit in sorted(visits, key=lambda v: _worth(problem, v)):
        if cancel():
            break
        found = [best_insertion(problem, team, order, visit) for team, order in enumerate(orders)]
        best = min((one for one in found if one), default=None)
        if best:
            orders[best.team].insert(best.position, visit)
            done.append(visit)
    return done


def first_plan(problem: Problem, *, cancel: Cancel = NO_CANCEL) -> Orders:
    """
    Make a plan at once, by insertion alone.

    Parameters
    ----------
    problem : Problem
        The problem; gaps of series are not looked at.
    cancel : Cancel, optional
        Stops early with the plan so far.

    Returns
    -------
    list of list of int
        Feasible routes.
    """
    orders: Orders = [[] for _ in problem.teams]
    fill(problem, orders, range(len(problem.visits)), cancel=cancel)
    return orders


def repaired(problem: Problem, orders: Sequence[Sequence[int]]) -> Orders:
    """
    Drop the least worthy stops of routes that cannot be timed, until all can.

    Parameters
    ----------
    problem : Problem
        The problem.
    orders : sequence of sequence of int
        Routes, not necessarily feasible.

    Returns
    -------
    list of list of int
        Feasible routes.
    """
    return [_repaired(problem, team, list(order)) for team, order in enumerate(orders)]


def _repaired(problem: Problem, team: int, order: list[int]) -> list[int]:
    while order and time_route(problem, team, order) is None:
        by_loss = sorted(order, key=lambda v: _worth(problem, v), reverse=True)
        shorter = [[v for v in order if v != loss] for loss in by_loss]
        order = next((rest for rest in shorter if time_route(problem, team, rest) is not None), shorter[0])
    return order


def _worth(problem: Problem, index: int) -> tuple[bool, float, int]:
    visit = problem.visits[index]
    return not visit.required, -visit.prize / (visit.dwell_s + 60.0), index
