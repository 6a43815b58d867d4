"""Repeats that their slots left out, put in where the plan that was found has room for them after all."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from patrolmap.planner.insertion import fill
from patrolmap.planner.schedule import time_route
from patrolmap.planner.slots import open_spans
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["with_left_out"]


def with_left_out(
    problem: Problem, slotted: Problem, orders: Sequence[Sequence[int]], *, cancel: Cancel = NO_CANCEL
) -> tuple[Problem, list[list[int]]]:
    """
    Put left-out visits of series into routes, wherever the gaps to the planned ones allow it.

    Parameters
    ----------
    problem : Problem
        The problem itself, with series.
    slotted : Problem
        The same with a slot for each visit of a series, in which the routes were found.
    orders : sequence of sequence of int
        Routes, feasible in `slotted`.
    cancel : Cancel, optional
        Ends early with what is reached.

    Returns
    -------
    problem : Problem
        `slotted`, with the series that took in a visit held at their planned times.
    orders : list of list of int
        Feasible routes in it, with the visits of `orders` and those that were put in.

    Notes
    -----
    The search gives each repeat a slot before it knows the routes; a slot that no team can reach is lost, though the
    times between the repeats that are served may have room. One visit a series is tried at a time, the most
    worthy first, so that the gaps within a series stay kept.
    """
    routes = [list(order) for order in orders]
    hopeless: set[int] = set()
    while not cancel():
        starts = _starts(slotted, routes)
        wanted = _candidates(problem, set(starts) | hopeless)
        spans = {visit: open_spans(problem, visit, starts) for visit in wanted}
        trial = _held(problem, slotted, wanted, {v: spans[v] or ((math.inf, math.inf),) for v in wanted}, starts)
        done = fill(trial, routes, [visit for visit in wanted if spans[visit]], cancel=cancel)
        if not wanted:
            break
        hopeless.update(set(wanted) - set(done))
        slotted = _held(problem, slotted, done, spans, starts)
    return slotted, routes


def _starts(problem: Problem, routes: Sequence[Sequence[int]]) -> dict[int, float]:
    starts: dict[int, float] = {}
    for team, order in enumerate(routes):
        timing = time_route(problem, team, order)
        if timing is not None:
            starts.update(zip(order, timing.start_s, strict=True))
    return starts


def _candidates(problem: Problem, settled: set[int]) -> list[int]:
    """Name the most worthy visit of each series that is neither planned nor tried."""
    left = ([visit for visit in members if visit not in settled] for members in problem.series.values())
    return [
        min(some, key=lambda v: (not problem.visits[v].required, -problem.visits[v].prize, v)) for some in left if some
    ]


def _held(
    problem: Problem,
    slotted: Problem,
    new: Sequence[int],
    spans: dict[int, tuple[tuple[float, float], ...]],
    starts: dict[int, float],
) -> Problem:
    """Open the windows of new visits and hold the planned ones of their series where they are."""
    visits = list(slotted.visits)
    for visit in new:
        visits[visit] = replace(visits[visit], windows=spans[visit])
        for other in problem.series[problem.visits[visit].series]:
            if other in starts:
                visits[other] = replace(visits[other], windows=((starts[other], starts[other]),))
    return slotted.with_visits(tuple(visits))
