"""The last look at a plan: whatever was left out is tried once more, with all the room that the gaps of series leave."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.planner.gapped import earliest_starts
from patrolmap.planner.insertion import Gaps, best_insertion
from patrolmap.planner.schedule import TOLERANCE_S, Timing, time_route
from patrolmap.planner.slots import gaps_kept, held_apart, open_spans
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["with_last_room"]

_ANY_TIME: Final = (-math.inf, math.inf)


def with_last_room(
    problem: Problem, timed: Problem, orders: Sequence[Sequence[int]], *, cancel: Cancel = NO_CANCEL
) -> tuple[Problem, list[list[int]]]:
    """
    Put in what still fits, and required visits in the place of optional ones.

    Parameters
    ----------
    problem : Problem
        The problem itself, with series.
    timed : Problem
        The same with narrower windows, in which the routes were found.
    orders : sequence of sequence of int
        Routes, feasible in `timed`.
    cancel : Cancel, optional
        Ends early with what is reached.

    Returns
    -------
    problem : Problem
        `problem` with the planned visits of series held at their times.
    orders : list of list of int
        Feasible routes in it; no visit left out fits into one of them as it stands.

    Notes
    -----
    The search holds each visit of a series in a slot of its own; here the planned ones may move as far as the others of
    their series let them. A required visit for which no route has room takes the place of all optional stops of a
    route, of which those that still fit come back.
    """
    plan = _Plan(problem, timed, orders)
    planned = {visit for order in orders for visit in order}
    left = sorted((v for v in range(len(problem.visits)) if v not in planned), key=plan.worth)
    for visit in left:
        if cancel():
            break
        if not plan.put_in(visit) and problem.visits[visit].required:
            left += plan.put_in_for_optional(visit)
    return plan.held_still(), plan.orders


class _Plan:
    """Routes with their times, open for more stops."""

    def __init__(self, problem: Problem, timed: Problem, orders: Sequence[Sequence[int]]) -> None:
        self.problem = problem
        self.orders = [list(order) for order in orders]
        self.starts: dict[int, float] = {}
        for team, order in enumerate(orders):
            timing = time_route(timed, team, order)
            if timing is not None:
                self.starts.update(zip(order, timing.start_s, strict=True))
        self._gaps = Gaps(problem, self.orders)
        self._held = held_apart(problem, self.starts)

    def worth(self, visit: int) -> tuple[bool, float, int]:
        """Order visits: required ones first, then the most worthy."""
        one = self.problem.visits[visit]
        return not one.required, -one.prize, visit

    def put_in(self, visit: int) -> bool:
        """Put a visit in where it costs the least travel, if it fits anywhere."""
        for trial in self._trials(visit):
            self._gaps.problem = trial
            best = self._gaps.cheapest(self.orders, visit)
            if best is None:
                break
            order = self.orders[best.team]
            if self._change(trial, best.team, [*order[: best.position], visit, *order[best.position :]]):
                return True
        return self._put_in_exactly(visit)

    def _put_in_exactly(self, visit: int) -> bool:
        """Let several repeats of one route move at once: what windows held apart cannot tell."""
        series = self.problem.visits[visit].series
        for place in self._gaps.places(visit):
            own = self.orders[place.team]
            if not (series or any(self.problem.visits[stop].series for stop in own)):
                continue
            order = [*own[: place.position], visit, *own[place.position :]]
            others = {stop: start for stop, start in self.starts.items() if stop not in own}
            spans = [open_spans(self.problem, stop, others) for stop in order]
            starts = earliest_starts(self.problem, place.team, order, spans)
            if starts is not None:
                self._take({**others, **dict(zip(order, starts, strict=True))}, place.team, order)
                return True
        return False

    def put_in_for_optional(self, visit: int) -> list[int]:
        """Put a required visit in the place of optional stops; those that do not fit any more are the answer."""
        for trial in self._trials(visit):
            for team, order in enumerate(self.orders):
                needed = [stop for stop in order if self.problem.visits[stop].required]
                if len(needed) == len(order) or not trial.allowed(team, visit):
                    continue
                new = _with(trial, team, needed, visit)
                if new is None:
                    continue
                for stop in sorted(set(order) - set(needed), key=self.worth):
                    new = _with(trial, team, new, stop) or new
                if self._change(trial, team, new):
                    return sorted(set(order) - set(new), key=self.worth)
        return []

    def held_still(self) -> Problem:
        """Give the problem in which the routes have these times."""
        visits = list(self.problem.visits)
        for visit, start in self.starts.items():
            if visits[visit].series:
                visits[visit] = replace(visits[visit], windows=((start, start),))
        return self.problem.with_visits(tuple(visits))

    def _trials(self, visit: int) -> Iterator[Problem]:
        """Let planned visits of series move, then hold them still: when several move at once their gaps may break."""
        spans = open_spans(self.problem, visit, self.starts)
        if not spans:
            return
        for held in (self._held, self.held_still()):
            visits = list(held.visits)
            visits[visit] = replace(visits[visit], windows=() if spans == (_ANY_TIME,) else spans)
            yield held.with_visits(tuple(visits))

    def _change(self, trial: Problem, team: int, order: list[int]) -> bool:
        timing = time_route(trial, team, order)
        if timing is None:
            return False
        starts = _with_times(self.starts, self.orders[team], order, timing)
        if not gaps_kept(self.problem, starts, TOLERANCE_S):
            return False
        self._take(starts, team, order)
        return True

    def _take(self, starts: dict[int, float], team: int, order: list[int]) -> None:
        self.starts, self.orders[team] = starts, order
        self._gaps.renew(team, order)
        self._held = held_apart(self.problem, starts)


def _with(problem: Problem, team: int, order: Sequence[int], visit: int) -> list[int] | None:
    place = best_insertion(problem, team, order, visit)
    return None if place is None else [*order[: place.position], visit, *order[place.position :]]


def _with_times(
    starts: dict[int, float], before: Sequence[int], order: Sequence[int], timing: Timing
) -> dict[int, float]:
    kept = {visit: start for visit, start in starts.items() if visit not in before}
    return {**kept, **dict(zip(order, timing.start_s, strict=True))}
