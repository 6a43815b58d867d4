"""Putting visits into routes by exact timing: a first plan, repairs, and the test whether one more visit fits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.planner.greedy import greedy_orders
from patrolmap.planner.schedule import TOLERANCE_S, time_route
from patrolmap.planner.solution import score_of
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.problem import Problem

__all__ = ["Gaps", "Insertion", "best_insertion", "fill", "first_plan", "repaired"]

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
    gaps = Gaps(problem, orders)
    for visit in sorted(visits, key=lambda v: _worth(problem, v)):
        if cancel():
            break
        best = gaps.cheapest(orders, visit)
        if best:
            orders[best.team].insert(best.position, visit)
            gaps.renew(best.team, orders[best.team])
            done.append(visit)
    return done


class Gaps:
    """
    All places where a stop could be put in, as arrays: which team, between which places, with how much time left.

    Parameters
    ----------
    problem : Problem
        The problem; another one with other windows may take its place.
    orders : list of list of int
        The routes.
    """

    def __init__(self, problem: Problem, orders: Orders) -> None:
        self.problem = problem
        self.team_gaps: list[NDArray[np.float64]] = [np.empty((0, 0))] * len(orders)
        self.all: NDArray[np.float64] | None = None
        for team, order in enumerate(orders):
            self.renew(team, order)

    def renew(self, team: int, order: Sequence[int]) -> None:
        """
        Look at one route again.

        Parameters
        ----------
        team : int
            Index of the team.
        order : sequence of int
            Its visits.
        """
        crew = self.problem.teams[team]
        places = np.array([crew.start, *(self.problem.visits[v].place for v in order), crew.end])
        ways = np.where(places[:-1] == places[1:], 0.0, self.problem.matrix(team)[places[:-1], places[1:]])
        ways = ways if order else np.zeros(1)
        stay_s = sum(self.problem.visits[v].dwell_s for v in order) + crew.break_s
        room_s = np.full(len(ways), crew.shift[1] - crew.shift[0] - stay_s - ways.sum())
        position = np.arange(len(ways))
        columns = (np.full(len(ways), team), position, places[:-1], places[1:], ways, room_s)
        self.team_gaps[team] = np.column_stack(columns)
        self.all = None

    def cheapest(self, orders: Orders, visit: int) -> Insertion | None:
        """
        Try the places in the order of the travel they add; the first that keeps its route feasible is the best.

        Parameters
        ----------
        orders : list of list of int
            The routes.
        visit : int
            Index of the visit.

        Returns
        -------
        Insertion or None
            None if there is none.
        """
        for place in self.places(visit):
            order = orders[place.team]
            wanted = [*order[: place.position], visit, *order[place.position :]]
            if time_route(self.problem, place.team, wanted) is not None:
                return place
        return None

    def places(self, visit: int) -> Iterator[Insertion]:
        """
        List the places where a route has enough time left, waiting not counted.

        Parameters
        ----------
        visit : int
            Index of the visit.

        Yields
        ------
        Insertion
            In the order of the travel they add.
        """
        if self.all is None:
            self.all = np.vstack(self.team_gaps) if self.team_gaps else np.empty((0, 6))
        wanted, gaps = self.problem.visits[visit], self.all
        teams = gaps[:, 0].astype(np.intp)
        extra_s = self._extra(wanted.place, gaps, teams)
        fits = self.problem.allowed_matrix[teams, visit] & (extra_s + wanted.dwell_s <= gaps[:, 5] + TOLERANCE_S)
        chosen = np.flatnonzero(fits)
        for row in chosen[np.lexsort((gaps[chosen, 1], gaps[chosen, 0], extra_s[chosen]))]:
            yield Insertion(float(extra_s[row]), int(gaps[row, 0]), int(gaps[row, 1]))

    def _extra(self, new: int, gaps: NDArray[np.float64], teams: NDArray[np.intp]) -> NDArray[np.float64]:
        before, after = gaps[:, 2].astype(np.intp), gaps[:, 3].astype(np.intp)
        extra_s = np.full(len(gaps), np.inf)
        for mode, matrix in self.problem.travel_s.items():
            mine = self._moves_by(mode)[teams]
            there = np.where(before[mine] == new, 0.0, matrix[before[mine], new])
            back = np.where(after[mine] == new, 0.0, matrix[new, after[mine]])
            extra_s[mine] = there + back - gaps[mine, 4]
        return extra_s

    def _moves_by(self, mode: str) -> NDArray[np.bool_]:
        return np.array([team.mode == mode for team in self.problem.teams], dtype=np.bool_)


def first_plan(problem: Problem, warm: Sequence[Sequence[int]] | None = None, *, cancel: Cancel = NO_CANCEL) -> Orders:
    """
    Make a plan at once: the better of one made by insertion and one made by a greedy, then filled.

    Parameters
    ----------
    problem : Problem
        The problem; gaps of series are not looked at.
    warm : sequence of sequence of int or None
        Routes to begin with, repaired first; None begins with empty ones.
    cancel : Cancel, optional
        Stops early with the plan so far.

    Returns
    -------
    list of list of int
        Feasible routes.
    """
    orders: Orders = [[] for _ in problem.teams] if warm is None else repaired(problem, warm)
    _fill_rest(problem, orders, cancel)
    if warm is not None or cancel():
        return orders
    other = greedy_orders(problem, cancel=cancel)
    _fill_rest(problem, other, cancel)
    return min(orders, other, key=lambda plan: score_of(problem, plan))


def _fill_rest(problem: Problem, orders: Orders, cancel: Cancel) -> None:
    planned = {visit for order in orders for visit in order}
    fill(problem, orders, [v for v in range(len(problem.visits)) if v not in planned], cancel=cancel)


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
