"""Sharing the work: the same visits, so that the longest-working team works less."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from patrolmap.planner.insertion import best_insertion
from patrolmap.planner.schedule import TOLERANCE_S, time_route
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["balanced", "work_s"]

_MOST_MOVES: Final = 3_000
_LEAST_GAIN_S: Final = 60.0


def work_s(problem: Problem, team: int, order: Sequence[int]) -> float:
    """
    Measure the work of a team.

    Parameters
    ----------
    problem : Problem
        The problem.
    team : int
        Index of the team.
    order : sequence of int
        Its visits, in order.

    Returns
    -------
    float
        Seconds from leaving home to coming home; 0 without visits, infinite if the route cannot be timed.
    """
    timing = time_route(problem, team, order)
    return float("inf") if timing is None else timing.end_s - timing.depart_s


def balanced(
    problem: Problem,
    orders: Sequence[Sequence[int]],
    *,
    deadline: float | None = None,
    cancel: Cancel = NO_CANCEL,
) -> list[list[int]]:
    """
    Move stops from teams that work long to teams that work less.

    Parameters
    ----------
    problem : Problem
        Without series.
    orders : sequence of sequence of int
        Feasible routes.
    deadline : float or None
        `time.time` of the end; None for a bound in moves alone, which is the same on every machine.
    cancel : Cancel, optional
        Ends early with what is reached.

    Returns
    -------
    list of list of int
        Feasible routes with the same visits.

    Notes
    -----
    From the longest-working team on, each stop is tried in every team that may serve it; the move that leaves the
    longer of the two teams with the least work is made if that is at least a minute less than before. It
    ends when no team can give a stop away, or after 3,000 moves.
    """
    routes = [list(order) for order in orders]
    work = [work_s(problem, team, order) for team, order in enumerate(routes)]
    stuck: set[int] = set()
    for _ in range(_MOST_MOVES):
        givers = [team for team in range(len(routes)) if routes[team] and team not in stuck]
        if not givers or cancel() or (deadline is not None and time.time() >= deadline):
            break
        giver = max(givers, key=lambda team: (work[team], -team))
        move = _best_gift(problem, routes, work, giver)
        if move is None:
            stuck.add(giver)
            continue
        stop, taker, position = move
        routes[giver].remove(stop)
        routes[taker].insert(position, stop)
        for team in (giver, taker):
            work[team] = work_s(problem, team, routes[team])
        stuck.discard(taker)
        stuck = {team for team in stuck if work[team] > work[giver]}
    return routes


def _best_gift(problem: Problem, routes: list[list[int]], work: list[float], giver: int) -> tuple[int, int, int] | None:
    best: tuple[float, int, int, int] | None = None
    for stop in routes[giver]:
        rest = [visit for visit in routes[giver] if visit != stop]
        left_s = work_s(problem, giver, rest)
        for taker, order in enumerate(routes):
            limit_s = (best[0] if best else work[giver] - _LEAST_GAIN_S) + TOLERANCE_S
            if taker == giver or left_s >= limit_s or work[taker] + problem.visits[stop].dwell_s >= limit_s:
                continue
            place = best_insertion(problem, taker, order, stop)
            if place is None or work[taker] + place.extra_s + problem.visits[stop].dwell_s >= limit_s:
                continue
            taken_s = work_s(problem, taker, [*order[: place.position], stop, *order[place.position :]])
            longer_s = max(left_s, taken_s)
            if longer_s < limit_s - TOLERANCE_S:
                best = (longer_s, stop, taker, place.position)
    return best[1:] if best else None
