"""What the solver hands out: routes of indices with times, and what they are worth."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.planner.schedule import Timing, time_route, travel_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolmap.planner.problem import Problem

__all__ = [
    "NOT_BEGUN",
    "PlannedRoute",
    "Score",
    "SearchRecord",
    "Solution",
    "planned_starts",
    "planned_starts_of",
    "score_of",
    "solution_of",
]

Score = tuple[int, float, float]
"""What plans are compared by, smaller first: required visits unmet, minus the prize, travel seconds."""


NOT_BEGUN: Final = "not_begun"
"""What the record of a part says when the search was cancelled before the part was begun."""


@dataclass(frozen=True)
class PlannedRoute:
    """
    One team's stops with their times.

    Parameters
    ----------
    team : int
        Index of the team in the problem.
    visits : tuple of int
        Indices of the visits, in order.
    timing : Timing
        When.
    travel_s : float
        Seconds on the way.
    """

    team: int
    visits: tuple[int, ...]
    timing: Timing
    travel_s: float


@dataclass(frozen=True)
class SearchRecord:
    """
    How a solution was reached.

    Parameters
    ----------
    seed : int
        Seed of the search.
    iterations : int
        Iterations of all restarts together.
    restarts : int
        Number of restarts that ended.
    stopped_by : str
        ``iterations``, ``time`` or ``cancel``; `NOT_BEGUN` for a part of a district that a cancelled search left out.
    """

    seed: int
    iterations: int
    restarts: int
    stopped_by: str


@dataclass(frozen=True)
class Solution:
    """
    A plan of a problem.

    Parameters
    ----------
    routes : tuple of PlannedRoute
        One a team, in the order of the problem; empty routes included.
    unmet : tuple of int
        Indices of the visits that no route serves.
    prize : float
        Sum of the prizes of all visits served.
    required_unmet : int
        Number of required visits not served.
    travel_s : float
        Seconds on the way, all teams together.
    record : SearchRecord
        How it was reached.
    complete : bool, default True
        False if the search was cancelled and this is the best so far.
    """

    routes: tuple[PlannedRoute, ...]
    unmet: tuple[int, ...]
    prize: float
    required_unmet: int
    travel_s: float
    record: SearchRecord
    complete: bool = True

    @property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """The visits of each team, in order."""
        return tuple(route.visits for route in self.routes)

    @property
    def score(self) -> Score:
        """What plans are compared by."""
        return self.required_unmet, -self.prize, self.travel_s

    def to_bytes(self) -> bytes:
        """
        Write the solution in one way only, for comparison and for the record.

        Returns
        -------
        bytes
            JSON in UTF-8; equal solutions give equal bytes.
        """
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True).encode()


def planned_starts(solution: Solution) -> dict[int, float]:
    """
    Give the planned start of every visit served.

    Parameters
    ----------
    solution : Solution
        A plan.

    Returns
    -------
    dict of int to float
        Seconds, by index of the visit.
    """
    return planned_starts_of(solution.routes)


def planned_starts_of(routes: Iterable[PlannedRoute]) -> dict[int, float]:
    """
    Give the planned start of every visit of some routes.

    Parameters
    ----------
    routes : iterable of PlannedRoute
        Routes.

    Returns
    -------
    dict of int to float
        Seconds, by index of the visit.
    """
    return {visit: start for route in routes for visit, start in zip(route.visits, route.timing.start_s, strict=True)}


def score_of(problem: Problem, orders: Sequence[Sequence[int]]) -> Score:
    """
    Score routes without timing them.

    Parameters
    ----------
    problem : Problem
        The problem.
    orders : sequence of sequence of int
        The visits of each team, in order.

    Returns
    -------
    Score
        Smaller is better.
    """
    met = {visit for order in orders for visit in order}
    required = sum(visit.required for visit in problem.visits) - sum(problem.visits[v].required for v in met)
    prize = sum(problem.visits[v].prize for v in sorted(met))
    return required, -prize, sum(travel_of(problem, team, order) for team, order in enumerate(orders))


def solution_of(
    problem: Problem, orders: Sequence[Sequence[int]], record: SearchRecord, *, complete: bool = True
) -> Solution:
    """
    Time routes and sum them up.

    Parameters
    ----------
    problem : Problem
        The problem.
    orders : sequence of sequence of int
        The visits of each team, in order; each can be timed.
    record : SearchRecord
        How they were reached.
    complete : bool, default True
        False if the search was cancelled.

    Returns
    -------
    Solution
        With times.

    Raises
    ------
    ValueError
        If a route cannot be timed: a defect of the caller.
    """
    routes = []
    for team, order in enumerate(orders):
        timing = time_route(problem, team, order)
        if timing is None:
            raise ValueError(f"route of team {problem.teams[team].team_id} cannot be timed")
        routes.append(PlannedRoute(team, tuple(order), timing, travel_of(problem, team, order)))
    required, prize, travel_s = score_of(problem, orders)
    met = {visit for order in orders for visit in order}
    unmet = tuple(visit for visit in range(len(problem.visits)) if visit not in met)
    return Solution(tuple(routes), unmet, -prize, required, travel_s, record, complete)
