"""A plan made at once: every team goes on to the visit that pays most for its time, then routes are turned and filled."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.planner.schedule import TOLERANCE_S, time_route, travel_of
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.problem import Problem

__all__ = ["greedy_orders"]

_LONGEST_TURNED: Final = 40


def greedy_orders(problem: Problem, *, cancel: Cancel = NO_CANCEL) -> list[list[int]]:
    """
    Send teams by turns to the visit with the most prize per second of way and stay, required ones first.

    Parameters
    ----------
    problem : Problem
        The problem; gaps of series are not looked at.
    cancel : Cancel, optional
        Stops early with the plan so far.

    Returns
    -------
    list of list of int
        Feasible routes. A route that takes no more is turned by 2-opt until it ends as early as it can, and goes on.

    Notes
    -----
    The search begins from the better of this and a plan made by insertion: however little time it has,
    its plan is at least as good as what a person with a map and a ruler comes by.
    """
    work = _Greedy(problem)
    for required in (True, False):
        wanted = [v for v, visit in enumerate(problem.visits) if visit.required == required]
        work.serve(np.array(wanted, dtype=np.intp), cancel)
    return work.orders


class _Greedy:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.orders: list[list[int]] = [[] for _ in problem.teams]
        self.left = np.ones(len(problem.visits), dtype=np.bool_)
        self.places = np.array([visit.place for visit in problem.visits], dtype=np.intp)
        self.dwell_s = np.array([visit.dwell_s for visit in problem.visits])
        self.prize = np.array([visit.prize or 1.0 for visit in problem.visits])
        self.latest_s = np.array([problem.spans(v)[-1][1] for v in range(len(problem.visits))])

    def serve(self, wanted: NDArray[np.intp], cancel: Cancel) -> None:
        """Let every team go on as long as it finds something; each takes one visit a turn."""
        moving = set(range(len(self.orders)))
        while moving:
            for team in sorted(moving):
                if cancel():
                    return
                best = self._next(team, wanted[self.left[wanted]])
                if best is not None:
                    self.orders[team].append(best)
                    self.left[best] = False
                elif not self._turned(team):
                    moving.discard(team)

    def _next(self, team: int, wanted: NDArray[np.intp]) -> int | None:
        problem, order = self.problem, self.orders[team]
        crew, matrix = problem.teams[team], problem.matrix(team)
        here = problem.visits[order[-1]].place if order else crew.start
        there = self.places[wanted]
        way_s = np.where(there == here, 0.0, matrix[here, there])
        # Without waiting and break: no route can be there sooner.
        home_s = np.where(there == crew.end, 0.0, matrix[there, crew.end])
        back_s = 0.0 if not order or here == crew.end else matrix.item(here, crew.end)
        at_s = crew.shift[0] + travel_of(problem, team, order) - back_s + self._stay_s(order) + way_s
        may = problem.allowed_matrix[team, wanted] & (at_s <= self.latest_s[wanted] + TOLERANCE_S)
        may &= at_s + self.dwell_s[wanted] + home_s + crew.break_s <= crew.shift[1] + TOLERANCE_S
        worth = self.prize[wanted] / (way_s + self.dwell_s[wanted] + 1.0)
        for row in np.lexsort((wanted, -worth)):
            if may[row] and time_route(problem, team, [*order, int(wanted[row])]) is not None:
                return int(wanted[row])
        return None

    def _stay_s(self, order: Sequence[int]) -> float:
        return sum(self.problem.visits[visit].dwell_s for visit in order)

    def _soonest_home_s(self, team: int, order: Sequence[int]) -> float:
        """Tell when a route would end if it never had to wait."""
        crew = self.problem.teams[team]
        return crew.shift[0] + travel_of(self.problem, team, order) + self._stay_s(order) + crew.break_s

    def _turned(self, team: int) -> bool:
        """Turn pieces of a route round while that ends it sooner; whether any was turned."""
        best = self.orders[team]
        if len(best) > _LONGEST_TURNED:
            return False
        timing = time_route(self.problem, team, best)
        end_s = timing.end_s if timing else math.inf
        turning = True
        while turning:
            turning = False
            for turned in _turns(best):
                if self._soonest_home_s(team, turned) >= end_s - 1.0:
                    continue
                timing = time_route(self.problem, team, turned)
                if timing is not None and timing.end_s < end_s - 1.0:
                    best, end_s, turning = turned, timing.end_s, True
                    break
        changed = best is not self.orders[team]
        self.orders[team] = best
        return changed


def _turns(order: Sequence[int]) -> list[list[int]]:
    """All routes with one piece of at least two stops turned round."""
    pairs = itertools.combinations(range(len(order) + 1), 2)
    return [[*order[:a], *order[a:b][::-1], *order[b:]] for a, b in pairs if b - a > 1]
