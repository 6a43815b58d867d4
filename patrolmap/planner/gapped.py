"""When a route would end at the earliest, with its own repeats kept apart and those of other routes left where they are."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from patrolmap.planner.schedule import TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem, Span

__all__ = ["earliest_end"]


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
    return _Pass(problem, team, order, spans).end_s()


class _Pass:
    def __init__(self, problem: Problem, team: int, order: Sequence[int], spans: Sequence[tuple[Span, ...]]) -> None:
        self.crew, self.visits, self.spans = problem.teams[team], [problem.visits[visit] for visit in order], spans
        matrix = problem.matrix(team)
        places = [self.crew.start, *(visit.place for visit in self.visits), self.crew.end]
        self.ways = [0.0 if a == b else matrix.item(a, b) for a, b in itertools.pairwise(places)]

    def end_s(self) -> float:
        clean = self.leaves(None)
        if self.crew.break_s <= 0:
            return math.inf if clean is None else clean[-1] + self.ways[-1]
        if clean is None:
            return math.inf
        first, last = self.crew.break_span
        free_s = [self.crew.shift[0], *clean]
        # Of all places that are reached before the break may start the last one is best.
        begin = max((place for place, at_s in enumerate(free_s) if at_s <= first), default=0)
        end = sum(at_s <= last + TOLERANCE_S for at_s in free_s)
        return min((self.end_with_break(place) for place in range(begin, end)), default=math.inf)

    def end_with_break(self, place: int) -> float:
        leaves = self.leaves(place)
        if leaves is None:
            return math.inf
        if place == len(self.visits):
            return max(leaves[-1], self.crew.break_span[0]) + self.crew.break_s + self.ways[-1]
        return leaves[-1] + self.ways[-1]

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
