"""Hand edits of routes: each gives new routes at once, re-timed without the solver, and what they break."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.planner.insertion import best_insertion
from patrolmap.planner.schedule import loose_timing, time_route, travel_of
from patrolmap.planner.slots import gaps_kept, open_spans, slotted_around
from patrolmap.planner.solution import PlannedRoute, Solution, planned_starts, score_of
from patrolmap.planner.verify import Violation, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["RULE_WORDS", "TAKEN_OUT", "Draft", "broken_rule", "draft_of"]

TAKEN_OUT: Final = N_("Taken out by hand.")
"""Reason of a visit that was taken out."""

_WORDS: Final = {
    "window": N_("{team} comes to {visit} {minutes} min outside its time window."),
    "shift": N_("{team} would be out {minutes} min longer than its shift."),
    "gap": N_("The visits to {visit} lie {minutes} min too near to each other."),
    "zone": N_("{visit} is not in the zone of {team}."),
    "ring": N_("{visit} is not in the ring of {team}."),
    "members": N_("{team} is too small for {visit}."),
    "fixed_pair": N_("{visit} is kept for other teams than {team}."),
    "break": N_("The break of {team} has no place."),
    "max_travel": N_("{team} would travel {minutes} min more than it may."),
    "max_length": N_("{team} would go further than it may."),
    "travel": N_("No way leads {team} to {visit}."),
}
RULE_WORDS: Final = frozenset(_WORDS.values())
"""Templates of what a hand edit breaks."""


@dataclass(frozen=True, eq=False)
class Draft:
    """
    Routes in the making.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    solution : Solution
        The routes with their times, feasible or not.
    locked : frozenset of int
        Visits that keep their time.
    broken : tuple of Violation, default ()
        The rules that the routes break.
    """

    problem: Problem
    solution: Solution
    locked: frozenset[int] = frozenset()
    broken: tuple[Violation, ...] = ()

    def place(self, visit: int, team: int, position: int | None = None) -> Draft:
        """
        Put a visit into a route; one that is in a route already moves.

        Parameters
        ----------
        visit, team : int
            Indices.
        position : int or None
            Number of stops before it; None for where it fits best, or where it comes least late if it fits nowhere.

        Returns
        -------
        Draft
            The new routes.
        """
        orders = self._without(visit)
        order = orders[team]
        if position is None:
            found = best_insertion(self._apart(visit, order), team, order, visit) or best_insertion(
                self.problem, team, order, visit
            )
            tries = range(len(order) + 1)
            position = (
                found.position
                if found
                else min(tries, key=lambda k: _trouble_s(self.problem, team, [*order[:k], visit, *order[k:]]))
            )
        order.insert(min(max(position, 0), len(order)), visit)
        return self._again(orders, self.locked - {visit})

    def remove(self, visit: int) -> Draft:
        """
        Take a visit out of its route.

        Parameters
        ----------
        visit : int
            Index of the visit.

        Returns
        -------
        Draft
            The new routes.
        """
        return self._again(self._without(visit), self.locked - {visit})

    def reorder(self, team: int, order: Sequence[int]) -> Draft:
        """
        Put the stops of a route into another order.

        Parameters
        ----------
        team : int
            Index of the team.
        order : sequence of int
            The same visits.

        Returns
        -------
        Draft
            The new routes.

        Raises
        ------
        InputError
            If they are not the same visits.
        """
        orders = [list(one) for one in self.solution.orders]
        if sorted(order) != sorted(orders[team]):
            raise InputError(N_("A new order must hold the same stops."))
        orders[team] = list(order)
        return self._again(orders, self.locked)

    def lock(self, visit: int, *, locked: bool = True) -> Draft:
        """
        Keep a stop at its time, or free it again.

        Parameters
        ----------
        visit : int
            Index of a visit in a route.
        locked : bool, default True
            False frees it.

        Returns
        -------
        Draft
            The same routes.
        """
        kept = self.locked | {visit} if locked else self.locked - {visit}
        return self._again([list(order) for order in self.solution.orders], kept)

    def _apart(self, visit: int, order: Sequence[int]) -> Problem:
        """Let repeats start only where those of other routes leave them room: a place that keeps the gaps is the better one."""
        repeats = [stop for stop in (*order, visit) if self.problem.visits[stop].series]
        if not repeats:
            return self.problem
        starts = {other: start for other, start in planned_starts(self.solution).items() if other != visit}
        visits = list(self.problem.visits)
        for stop in repeats:
            spans = open_spans(self.problem, stop, starts)
            visits[stop] = replace(visits[stop], windows=spans or visits[stop].windows)
        return self.problem.with_visits(tuple(visits))

    def _without(self, visit: int) -> list[list[int]]:
        return [[one for one in order if one != visit] for order in self.solution.orders]

    def _again(self, orders: list[list[int]], locked: frozenset[int]) -> Draft:
        return _timed(self.problem, orders, locked, self.solution)


def draft_of(problem: Problem, solution: Solution, locked: frozenset[int] = frozenset()) -> Draft:
    """
    Begin to edit routes; their times stay as they are, and later those of every route that is not touched.

    Parameters
    ----------
    problem : Problem
        The problem.
    solution : Solution
        Its routes with their times.
    locked : frozenset of int, default frozenset()
        Visits that keep their time.

    Returns
    -------
    Draft
        With what the routes break already.
    """
    return Draft(problem, solution, locked, verify(problem, solution))


def broken_rule(violation: Violation, names: dict[str, str]) -> Message:
    """
    Say what an edit breaks.

    Parameters
    ----------
    violation : Violation
        What the verifier found.
    names : dict of str to str
        What the user calls teams and visits, by id.

    Returns
    -------
    Message
        For the user.
    """
    values = {
        "team": names.get(violation.team_id, violation.team_id),
        "visit": names.get(violation.visit_id, violation.visit_id),
        "minutes": -int(-violation.amount // 60) if violation.amount < float("inf") else 0,
    }
    return Message(_WORDS.get(violation.rule, N_("{team} breaks a rule at {visit}.")), values)


def _timed(problem: Problem, orders: list[list[int]], locked: frozenset[int], before: Solution) -> Draft:
    """Time the changed routes, with the gaps of series kept if that can be, and check all."""
    starts = planned_starts(before)
    pinned = _pinned(problem, locked, starts)
    planned = {visit for order in orders for visit in order}
    free = slotted_around(pinned, {v: s for v, s in starts.items() if v in planned})
    found = _solution(free, pinned, orders, before)
    if not gaps_kept(problem, planned_starts(found), 1e-6):
        found = _solution(pinned, pinned, orders, before)
    return Draft(problem, found, locked & frozenset(planned), verify(problem, found))


def _solution(free: Problem, pinned: Problem, orders: list[list[int]], before: Solution) -> Solution:
    routes = []
    for team, order in enumerate(orders):
        if before.routes[team].visits == tuple(order):
            routes.append(before.routes[team])
            continue
        timing = time_route(free, team, order) or time_route(pinned, team, order) or loose_timing(pinned, team, order)
        routes.append(PlannedRoute(team, tuple(order), timing, travel_of(pinned, team, order)))
    required, prize, travel_s = score_of(pinned, orders)
    met = {visit for order in orders for visit in order}
    unmet = tuple(visit for visit in range(len(pinned.visits)) if visit not in met)
    return Solution(tuple(routes), unmet, -prize, required, travel_s, replace(before.record, stopped_by="hand"))


def _trouble_s(problem: Problem, team: int, order: Sequence[int]) -> tuple[float, float]:
    """Seconds late at stops and at home, then seconds of travel."""
    timing = loose_timing(problem, team, order)
    late_s = sum(max(s - problem.spans(v)[-1][1], 0.0) for s, v in zip(timing.start_s, order, strict=True))
    return late_s + max(timing.end_s - problem.teams[team].shift[1], 0.0), travel_of(problem, team, order)


def _pinned(problem: Problem, locked: frozenset[int], starts: dict[int, float]) -> Problem:
    if not locked:
        return problem
    visits = tuple(
        replace(visit, windows=((starts[index], starts[index]),)) if index in locked and index in starts else visit
        for index, visit in enumerate(problem.visits)
    )
    return problem.with_visits(visits)
