"""When a route would end at the earliest, with its own repeats kept apart and those of other routes left where they are."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from patrolmap.planner.schedule import TOLERANCE_S, length_of, travel_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem, Span

__all__ = ["earliest_end", "earliest_starts"]


def earliest_end(problem: Problem, team: int, order: Sequence[int], spans: Sequence[tuple[Span, ...]]) -> float:
    """
    Time a route as early as can be, however late it ends.

    Parameters
    ----------
    problem : Problem
        The problem.
    team : int
        Index of the team.
    order : sequence of int
        Indices of the visits, in order; not empty.
    spans : sequence of tuple of (float, float)
        When each of them may start, in order; narrower than its windows where repeats in other routes are too near.

    Returns
    -------
    float
        Seconds; infinite if a window, a gap or the break cannot be kept, or there is no way. Limits of travel are not
        looked at.

    Notes
    -----
    To start every stop as early as possible is best, with gaps to stops before it in the route as well: a stop that starts
    later never lets another one start earlier. So one pass decides, and one for each place where the break can be best.
    """
    return _Pass(problem, team, order, spans).best()[0]


def earliest_starts(
    problem: Problem, team: int, order: Sequence[int], spans: Sequence[tuple[Span, ...]]
) -> list[float] | None:
    """
    Time a route as early as can be, within the shift and the limits of its team.

    Parameters
    ----------
    problem, team, order, spans
        As for `earliest_end`.

    Returns
    -------
    list of float or None
        Start of each stop, seconds; None if the route cannot be.
    """
    crew = problem.teams[team]
    if travel_of(problem, team, order) > crew.max_travel_s + TOLERANCE_S:
        return None
    if math.isfinite(crew.max_length_m) and length_of(problem, team, order) > crew.max_length_m + TOLERANCE_S:
        return None
    end_s, leaves = _Pass(problem, team, order, spans).best()
    if end_s > crew.shift[1] + TOLERANCE_S:
        return None
    return [leave - problem.visits[visit].dwell_s for leave, visit in zip(leaves, order, strict=True)]


class _Pass:
    def __init__(self, problem: Problem, team: int, order: Sequence[int], spans: Sequence[tuple[Span, ...]]) -> None:
        self.crew, self.visits, self.spans = problem.teams[team], [problem.visits[visit] for visit in order], spans
        matrix = problem.matrix(team)
        places = [self.crew.start, *(visit.place for visit in self.visits), self.crew.end]
        self.ways = [0.0 if a == b else matrix.item(a, b) for a, b in itertools.pairwise(places)]

    def best(self) -> tuple[float, list[float]]:
        """Give the earliest end with the times at which the stops are left; infinite if the route cannot be."""
        clean = self.leaves(None)
        if clean is None:
            return math.inf, []
        if self.crew.break_s <= 0:
            return clean[-1] + self.ways[-1], clean
        first, last = self.crew.break_span
        free_s = [self.crew.shift[0], *clean]
        # Of all places that are reached before the break may start the last one is best.
        begin = max((place for place, at_s in enumerate(free_s) if at_s <= first), default=0)
        end = sum(at_s <= last + TOLERANCE_S for at_s in free_s)
        return min((self.with_break(place) for place in range(begin, end)), default=(math.inf, []))

    def with_break(self, place: int) -> tuple[float, list[float]]:
        leaves = self.leaves(place)
        if leaves is None:
            return math.inf, []
        if place == len(self.visits):
            return max(leaves[-1], self.crew.break_span[0]) + self.crew.break_s + self.ways[-1], leaves
        return leaves[-1] + self.ways[-1], leaves

    def leaves(self, break_at: int | None) -> list[float] | None:
        """Say when each stop is left; None if one cannot be."""
        now, left, over = self.crew.shift[0], list[float](), dict[str, float]()
        for number, visit in enumerate(self.visits):
            if number == break_at:
                now = max(now, self.crew.break_span[0]) + self.crew.break_s
            now += self.ways[number]
            if visit.series in over:
                now = max(now, over[visit.series] + visit.min_gap_s)
            span = next((span for span in self.spans[number] if now <= span[1] + TOLERANCE_S), None)
            if span is None or now == math.inf:
                return None
            now = max(now, span[0]) + visit.dwell_s
            left.append(now)
            if visit.series:
                over[visit.series] = now
        return left
