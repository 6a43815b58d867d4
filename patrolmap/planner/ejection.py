"""Visits left out put in by exact timing, in exchange for less: one stop or two out, or one moved to another team."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from patrolmap.planner.insertion import best_insertion, fill
from patrolmap.planner.schedule import time_route
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["eject"]

_MOST_TRIES: Final = 4_000
_FEW_TRIES: Final = 600
_SMALL: Final = 60
_MOST_STEPS: Final = 400
_SHORT: Final = 7


def eject(problem: Problem, orders: list[list[int]], visits: Sequence[int], *, cancel: Cancel = NO_CANCEL) -> None:
    """
    Put left-out visits in where stops worth less can go, or one can move to another team.

    Parameters
    ----------
    problem : Problem
        The problem; gaps of series are not looked at.
    orders : list of list of int
        Feasible routes; changed for others that are feasible and worth more.
    visits : sequence of int
        The visits that may be put in.
    cancel : Cancel, optional
        Stops early with what is reached.

    Notes
    -----
    The search does not know all rules of a break; this does, by `time_route`. Short routes are put into any order. At
    most 4,000 routes are tried, 600 where there are more than 60 visits, the most worthy visits first: its time is bounded.
    """
    tries = _Tries(problem, orders)
    better = True
    while better and tries.left > 0 and not cancel():
        better = False
        planned = {visit for order in orders for visit in order}
        for visit in sorted((v for v in visits if v not in planned), key=lambda v: (tries.worth(v), -v), reverse=True):
            if cancel() or tries.left <= 0:
                break
            if tries.put_in(visit):
                planned = {v for order in orders for v in order}
                fill(problem, orders, [v for v in visits if v not in planned], cancel=cancel)
                better = True
                break


class _Tries:
    def __init__(self, problem: Problem, orders: list[list[int]]) -> None:
        self.problem, self.orders = problem, orders
        self.left = _MOST_TRIES if len(problem.visits) <= _SMALL else _FEW_TRIES

    def worth(self, visit: int) -> tuple[bool, float]:
        one = self.problem.visits[visit]
        return one.required, one.prize

    def put_in(self, visit: int) -> bool:
        teams = [team for team in range(len(self.orders)) if self.problem.allowed(team, visit)]
        for team in teams:
            whole = self._fitted(team, self.orders[team], visit)
            if whole is not None:
                self.orders[team] = whole
                return True
        choices = [(self.worth(stop), team, stop) for team in teams for stop in self.orders[team]]
        for worth, team, stop in sorted(choices):
            rest = [other for other in self.orders[team] if other != stop]
            moves = worth >= self.worth(visit)
            taker = self._taker(stop, team) if moves and self.left > 0 else None
            if moves and taker is None:
                continue
            new = self._fitted(team, rest, visit)
            if new is None:
                continue
            self.orders[team] = new
            if taker is not None:
                self.orders[taker[0]].insert(taker[1], stop)
            return True
        return self._for_two(teams, visit)

    def _for_two(self, teams: Sequence[int], visit: int) -> bool:
        """Put a visit in for two that are worth less together."""
        worth = self.worth(visit)
        for team in teams:
            for pair in itertools.combinations(self.orders[team], 2):
                both = (any(self.worth(stop)[0] for stop in pair), sum(self.worth(stop)[1] for stop in pair))
                if both >= worth:
                    continue
                new = self._fitted(team, [stop for stop in self.orders[team] if stop not in pair], visit)
                if new is not None:
                    self.orders[team] = new
                    return True
        return False

    def _taker(self, stop: int, giver: int) -> tuple[int, int] | None:
        for team, order in enumerate(self.orders):
            if team != giver and self.problem.allowed(team, stop):
                self.left -= 1
                place = best_insertion(self.problem, team, order, stop)
                if place is not None:
                    return team, place.position
        return None

    def _fitted(self, team: int, order: Sequence[int], visit: int) -> list[int] | None:
        """Find an order in which a route takes a visit in: as it stands, or, if it is short, any."""
        if self.left <= 0:
            return None
        self.left -= 1
        place = best_insertion(self.problem, team, order, visit)
        if place is not None:
            return [*order[: place.position], visit, *order[place.position :]]
        if len(order) + 1 > _SHORT:
            return None
        return self._ordered(team, [*order, visit])

    def _ordered(self, team: int, stops: list[int]) -> list[int] | None:
        """Build the route stop by stop, only on beginnings that are feasible themselves."""
        crew = self.problem.teams[team]
        stay_s = sum(self.problem.visits[stop].dwell_s for stop in stops) + crew.break_s
        if stay_s > crew.shift[1] - crew.shift[0]:
            return None
        open_routes: list[list[int]] = [[]]
        for _ in range(_MOST_STEPS):
            if not open_routes:
                return None
            begun = open_routes.pop()
            for stop in sorted(set(stops) - set(begun), reverse=True):
                route = [*begun, stop]
                if time_route(self.problem, team, route) is not None:
                    if len(route) == len(stops):
                        return route
                    open_routes.append(route)
        return None
