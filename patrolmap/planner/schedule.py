"""The clock of a route: when a team is where, and whether that can be."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem, ProblemTeam, Span

__all__ = ["TOLERANCE_S", "Timing", "earliest_timing", "loose_timing", "time_route", "travel_of"]

TOLERANCE_S: Final = 1e-6
"""Rounding of sums of seconds; less than any clock shows."""


@dataclass(frozen=True)
class Timing:
    """
    The times of one route, seconds.

    Parameters
    ----------
    depart_s, end_s : float
        Departure from the start and arrival at the end.
    arrive_s, start_s, leave_s : tuple of float
        Arrival, start of the dwell and departure at each stop.
    break_at : int or None
        Number of stops before the break; None without a break.
    break_start_s : float or None
        Start of the break.
    """

    depart_s: float
    end_s: float
    arrive_s: tuple[float, ...]
    start_s: tuple[float, ...]
    leave_s: tuple[float, ...]
    break_at: int | None = None
    break_start_s: float | None = None


def travel_of(problem: Problem, team: int, order: Sequence[int]) -> float:
    """
    Sum the travel of a route.

    Parameters
    ----------
    problem : Problem
        The problem.
    team : int
        Index of the team.
    order : sequence of int
        Indices of the visits, in order.

    Returns
    -------
    float
        Seconds from start to end; 0 without visits, whatever start and end are.
    """
    if not order:
        return 0.0
    matrix, crew = problem.matrix(team), problem.teams[team]
    places = [crew.start, *(problem.visits[v].place for v in order), crew.end]
    return float(sum(_way(matrix.item(a, b), a, b) for a, b in itertools.pairwise(places)))


def length_of(problem: Problem, team: int, order: Sequence[int]) -> float:
    """
    Sum the metres of a route.

    Parameters
    ----------
    problem : Problem
        The problem, with lengths for the team's mode.
    team : int
        Index of the team.
    order : sequence of int
        Indices of the visits, in order.

    Returns
    -------
    float
        Metres from start to end; 0 without visits.
    """
    if not order:
        return 0.0
    crew = problem.teams[team]
    matrix = problem.length_m[crew.mode]
    places = [crew.start, *(problem.visits[v].place for v in order), crew.end]
    return float(sum(_way(matrix.item(a, b), a, b) for a, b in itertools.pairwise(places)))


def time_route(problem: Problem, team: int, order: Sequence[int]) -> Timing | None:
    """
    Time a route: as early as can be, then with its waiting moved before the departure.

    Parameters
    ----------
    problem : Problem
        The problem. Gaps between visits of a series are not looked at: they concern several routes.
    team : int
        Index of the team.
    order : sequence of int
        Indices of the visits, in order.

    Returns
    -------
    Timing or None
        None if no timing keeps all windows, the break, the shift and the team's limits. The end is the earliest
        possible one with a break after some stop: nobody comes on duty to rest. Only if there is none, the break stands
        before the first stop. With that end, every stop starts as late as its window lets it.

    Notes
    -----
    Starting each stop as early as possible is optimal, as leaving later never leads to arriving earlier; so one pass
    forward decides, O(n) without a break and O(n²) with one, whose place is tried wherever it can be best.
    """
    crew = problem.teams[team]
    if not order:
        return Timing(crew.shift[0], crew.shift[0], (), (), ())
    if travel_of(problem, team, order) > crew.max_travel_s + TOLERANCE_S:
        return None
    if crew.max_length_m < float("inf") and length_of(problem, team, order) > crew.max_length_m + TOLERANCE_S:
        return None
    early = earliest_timing(problem, team, order)
    if early is None or early.end_s > crew.shift[1] + TOLERANCE_S:
        return None
    return _departed_later(problem, team, order, early)


def earliest_timing(problem: Problem, team: int, order: Sequence[int]) -> Timing | None:
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

    Returns
    -------
    Timing or None
        None if a window or the break cannot be kept, or there is no way. The end may lie after the shift. The break
        stands before the first stop only where no other place for it ends within the shift.
    """
    clean = _forward(problem, team, order, None)
    if problem.teams[team].break_s <= 0 or clean is None:
        return clean
    shift_end_s = problem.teams[team].shift[1] + TOLERANCE_S

    def worth(timing: Timing) -> tuple[bool, bool, float]:
        late = timing.end_s > shift_end_s
        return late, not late and timing.break_at == 0, timing.end_s

    found = (_forward(problem, team, order, place, clean) for place in _break_places(problem.teams[team], clean))
    return min((timing for timing in found if timing), key=worth, default=None)


def _break_places(crew: ProblemTeam, clean: Timing) -> range:
    """
    Name the places of a break that can be best: numbers of stops before it.

    Of all places that are reached before the break may start, the last one is best: the break ends at the same time, with more
    done. Those that are reached only after it must have begun are none.
    """
    free_s = (crew.shift[0], *clean.leave_s)
    first, last = crew.break_span
    begin = max((place for place, at_s in enumerate(free_s) if at_s <= first), default=0)
    end = sum(at_s <= last + TOLERANCE_S for at_s in free_s)
    return range(begin, end)


def loose_timing(problem: Problem, team: int, order: Sequence[int]) -> Timing:
    """
    Time a route that breaks rules: a stop reached too late for its windows starts on arrival.

    Parameters
    ----------
    problem : Problem
        The problem.
    team : int
        Index of the team.
    order : sequence of int
        Indices of the visits, in order.

    Returns
    -------
    Timing
        As early as can be, the break before the first stop that ends after the last time for it; the end may lie after
        the shift, and at infinity where there is no way.
    """
    crew = problem.teams[team]
    late = _forward_loosely(problem, team, order, None)
    if crew.break_s <= 0 or not order:
        return late
    ends = ((place, leave_s) for place, leave_s in enumerate(late.leave_s))
    rest_at = next((place for place, leave_s in ends if leave_s > crew.break_span[1]), len(order))
    return _forward_loosely(problem, team, order, rest_at)


def _forward_loosely(problem: Problem, team: int, order: Sequence[int], break_at: int | None) -> Timing:
    crew, matrix = problem.teams[team], problem.matrix(team)
    now, here = crew.shift[0], crew.start
    break_start: float | None = None
    arrive: list[float] = []
    start: list[float] = []
    leave: list[float] = []
    for number, index in enumerate(order):
        if number == break_at:
            break_start = max(now, crew.break_span[0])
            now = break_start + crew.break_s
        visit = problem.visits[index]
        now += _way(matrix.item(here, visit.place), here, visit.place)
        span = _open_span(problem.spans(index), now)
        arrive.append(now)
        start.append(now if span is None else max(now, span[0]))
        now = start[-1] + visit.dwell_s
        leave.append(now)
        here = visit.place
    if break_at == len(order):
        break_start = max(now, crew.break_span[0])
        now = break_start + crew.break_s
    end_s = now + _way(matrix.item(here, crew.end), here, crew.end)
    return Timing(crew.shift[0], end_s, tuple(arrive), tuple(start), tuple(leave), break_at, break_start)


def _forward(
    problem: Problem, team: int, order: Sequence[int], break_at: int | None, clean: Timing | None = None
) -> Timing | None:
    """Go from stop to stop; what lies before the break is taken from ``clean``, the same route without one."""
    crew, matrix = problem.teams[team], problem.matrix(team)
    now, here = crew.shift[0], crew.start
    break_start: float | None = None
    known = break_at if clean is not None and break_at else 0
    arrive: list[float] = list(clean.arrive_s[:known]) if clean else []
    start: list[float] = list(clean.start_s[:known]) if clean else []
    leave: list[float] = list(clean.leave_s[:known]) if clean else []
    if known:
        now, here = leave[-1], problem.visits[order[known - 1]].place
    for number in range(known, len(order) + 1):
        if number == break_at:
            break_start = max(now, crew.break_span[0])
            if break_start > crew.break_span[1] + TOLERANCE_S:
                return None
            now = break_start + crew.break_s
        if number == len(order):
            break
        visit = problem.visits[order[number]]
        now += _way(matrix.item(here, visit.place), here, visit.place)
        span = _open_span(problem.spans(order[number]), now)
        if span is None:
            return None
        arrive.append(now)
        start.append(max(now, span[0]))
        now = start[-1] + visit.dwell_s
        leave.append(now)
        here = visit.place
    end_s = now + _way(matrix.item(here, crew.end), here, crew.end)
    if end_s == float("inf"):
        return None
    return Timing(crew.shift[0], end_s, tuple(arrive), tuple(start), tuple(leave), break_at, break_start)


def _departed_later(problem: Problem, team: int, order: Sequence[int], early: Timing) -> Timing:
    """Move waiting to the front: from the last stop back, start as late as window and next stop allow."""
    crew, matrix = problem.teams[team], problem.matrix(team)
    late = list(early.start_s)
    break_start, bound = early.break_start_s, late[-1]
    if early.break_at == len(order) and break_start is not None:
        bound = max(late[-1], break_start - problem.visits[order[-1]].dwell_s)
    for number in range(len(order) - 1, -1, -1):
        visit = problem.visits[order[number]]
        span = _open_span(problem.spans(order[number]), early.start_s[number])
        late[number] = max(early.start_s[number], min(bound, span[1] if span else bound))
        before = problem.visits[order[number - 1]] if number else None
        here = before.place if before else crew.start
        bound = late[number] - _way(matrix.item(here, visit.place), here, visit.place)
        if early.break_at == number and break_start is not None:
            break_start = max(break_start, min(bound - crew.break_s, crew.break_span[1]))
            bound = break_start
        if before:
            bound -= before.dwell_s
    leave = [s + problem.visits[v].dwell_s for s, v in zip(late, order, strict=True)]
    pause = (-1, 0.0)
    if early.break_at is not None and break_start is not None:
        pause = (early.break_at, break_start + crew.break_s)
    depart_s = max(pause[1] if pause[0] == 0 else bound, crew.shift[0])
    return Timing(
        depart_s,
        early.end_s,
        _arrivals(problem, team, order, late, depart_s=depart_s, pause=pause),
        tuple(late),
        tuple(leave),
        early.break_at,
        break_start,
    )


def _arrivals(
    problem: Problem, team: int, order: Sequence[int], start: list[float], *, depart_s: float, pause: tuple[int, float]
) -> tuple[float, ...]:
    """Arrive right after leaving the stop before, or after the break: ``pause`` is its place and its end."""
    crew, matrix = problem.teams[team], problem.matrix(team)
    here, now = crew.start, depart_s
    arrive = []
    for number, index in enumerate(order):
        visit = problem.visits[index]
        if number == pause[0]:
            now = max(now, pause[1])
        arrive.append(min(now + _way(matrix.item(here, visit.place), here, visit.place), start[number]))
        here, now = visit.place, start[number] + visit.dwell_s
    return tuple(arrive)


def _open_span(spans: tuple[Span, ...], now: float) -> Span | None:
    for span in spans:
        if now <= span[1] + TOLERANCE_S:
            return span
    return None


def _way(matrix_s: float, here: int, there: int) -> float:
    return 0.0 if here == there else matrix_s
