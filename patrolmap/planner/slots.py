"""Repeats with a gap, made simple: each visit of a series gets windows of its own, a gap apart from the others'."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator

    from patrolmap.planner.problem import Problem, Span

__all__ = ["gaps_kept", "held_apart", "open_spans", "slotted", "slotted_around", "spans_apart"]

_COARSE_S: Final = 60.0


def slotted(problem: Problem, rng: Generator | None = None) -> Problem:
    """
    Narrow the windows of series until their gaps keep themselves.

    Parameters
    ----------
    problem : Problem
        With series.
    rng : numpy.random.Generator or None
        Draws how the free time is shared between the slots, so that restarts differ; None shares it evenly.

    Returns
    -------
    Problem
        Without series; every plan of it is a plan of `problem`. A visit whose slot holds none of its windows
        gets the window (inf, inf): nobody can serve it. The same problem if it has no series.

    Notes
    -----
    The visits of a series follow each other in the order of their windows. Each has an earliest start (its window, the
    way of the nearest team, and the earliest start, dwell and gap of those before) and a latest one (likewise from behind). From the first to
    the last, a slot takes its share of the time from its earliest start to its latest, and the next slot begins
    after its end, dwell and gap. When some latest start lies before its earliest, the least worthy visit goes
    without a slot, until all fit.
    """
    if not problem.series:
        return problem
    visits = [replace(visit, series="", min_gap_s=0.0) for visit in problem.visits]
    for members in problem.series.values():
        for index, span in _slots(problem, members, rng).items():
            visits[index] = replace(visits[index], windows=_cut(problem.spans(index), span))
    return problem.with_visits(tuple(visits))


def slotted_around(problem: Problem, starts: Mapping[int, float]) -> Problem:
    """
    Narrow the windows of series around times that are planned already, so that a plan stays possible.

    Parameters
    ----------
    problem : Problem
        With series.
    starts : mapping of int to float
        Planned starts of dwells, by index of the visit. Where they break a gap, as those of a hand-edited plan may, the
        visit that has the most freedom loses its slot.

    Returns
    -------
    Problem
        Without series. Neighbours in time share the free time between them; a visit without planned start gets no
        slot unless its whole series has none, which is then slotted as by `slotted`.
    """
    if not problem.series:
        return problem
    visits = [replace(visit, series="", min_gap_s=0.0) for visit in problem.visits]
    for members in problem.series.values():
        planned = _apart(problem, [(starts[m], m) for m in members if m in starts])
        slots = _around(problem, planned, members) if planned else _slots(problem, members, None)
        for index, span in slots.items():
            visits[index] = replace(visits[index], windows=_cut(problem.spans(index), span))
    return problem.with_visits(tuple(visits))


def _apart(problem: Problem, planned: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Keep what is far enough apart, first those that are tied to a moment, then the worthiest; in order of time."""

    def freedom(one: tuple[float, int]) -> tuple[bool, bool, float, float]:
        visit, spans = problem.visits[one[1]], problem.spans(one[1])
        return spans[0][0] < spans[-1][1], not visit.required, -visit.prize, one[0]

    kept: list[tuple[float, int]] = []
    for start, member in sorted(planned, key=freedom):
        pairs = (sorted(((start, member), other)) for other in kept)
        if all(after[0] - before[0] >= _hold(problem, before[1]) for before, after in pairs):
            kept.append((start, member))
    return sorted(kept)


def _around(problem: Problem, planned: list[tuple[float, int]], members: Sequence[int]) -> dict[int, Span]:
    slots: dict[int, Span] = dict.fromkeys(members, (np.inf, np.inf))
    early = -math.inf
    for place, (start, member) in enumerate(planned):
        late = math.inf
        if place + 1 < len(planned):
            free_s = max(planned[place + 1][0] - start - _hold(problem, member), 0.0)
            late = start + math.floor(free_s / 2)
        slots[member] = (min(early, start), late)
        early = late + _hold(problem, member)
    return slots


def open_spans(problem: Problem, visit: int, starts: Mapping[int, float]) -> tuple[Span, ...]:
    """
    Give the windows that the planned visits of its series leave to a visit.

    Parameters
    ----------
    problem : Problem
        The problem.
    visit : int
        Index of the visit.
    starts : mapping of int to float
        Planned starts of dwells, by index of the visit.

    Returns
    -------
    tuple of (float, float)
        Its windows without the times too near to the others; empty if nothing is left.
    """
    members = problem.series.get(problem.visits[visit].series, ())
    others = [other for other in members if other != visit and other in starts]
    return spans_apart(problem, visit, [(starts[o], starts[o] + problem.visits[o].dwell_s) for o in others])


def spans_apart(problem: Problem, visit: int, stays: Sequence[Span]) -> tuple[Span, ...]:
    """
    Give the windows that other stays at its place leave to a visit.

    Parameters
    ----------
    problem : Problem
        The problem.
    visit : int
        Index of the visit.
    stays : sequence of (float, float)
        Start and end of the stays of other visits of its series, seconds.

    Returns
    -------
    tuple of (float, float)
        Its windows without the times too near to them, in order; empty if nothing is left.
    """
    own, spans = problem.visits[visit], list(problem.spans(visit))
    for start, leave in stays:
        first, last = start - own.dwell_s - own.min_gap_s, leave + own.min_gap_s
        cut = [piece for a, b in spans for piece in ((a, min(b, first)), (max(a, last), b))]
        spans = [(a, b) for a, b in cut if a <= b]
    return tuple(sorted(set(spans)))


def held_apart(problem: Problem, starts: Mapping[int, float]) -> Problem:
    """
    Let planned visits of series start only where the others of their series leave them room.

    Parameters
    ----------
    problem : Problem
        The problem.
    starts : mapping of int to float
        Planned starts of dwells, by index of the visit.

    Returns
    -------
    Problem
        With narrower windows. When two of a series move at once they may still come too near: `gaps_kept` tells.
    """
    visits = list(problem.visits)
    for visit in starts:
        if problem.visits[visit].series:
            spans = open_spans(problem, visit, starts) or problem.visits[visit].windows
            visits[visit] = replace(problem.visits[visit], windows=spans)
    return problem.with_visits(tuple(visits))


def gaps_kept(problem: Problem, starts: Mapping[int, float], tolerance_s: float) -> bool:
    """
    Tell whether all series keep their gaps.

    Parameters
    ----------
    problem : Problem
        The problem.
    starts : mapping of int to float
        Planned starts of dwells, by index of the visit.
    tolerance_s : float
        How much may be missing, seconds.

    Returns
    -------
    bool
        True if they do.
    """
    for members in problem.series.values():
        planned = sorted((starts[m], starts[m] + problem.visits[m].dwell_s) for m in members if m in starts)
        gap_s = problem.visits[members[0]].min_gap_s - tolerance_s
        if any(after[0] - before[1] < gap_s for before, after in itertools.pairwise(planned)):
            return False
    return True


def _slots(problem: Problem, members: Sequence[int], rng: Generator | None) -> dict[int, Span]:
    """Share the time of a series out; when it is short, the least worthy visits go without."""
    wanted = sorted(members, key=lambda m: (not problem.visits[m].required, -problem.visits[m].prize, m))
    while True:
        kept = sorted(wanted, key=lambda m: (problem.spans(m)[0][0], problem.spans(m)[-1][1], m))
        early, late = _bounds(problem, kept)
        if len(kept) == 1 or all(a <= b for a, b in zip(early, late, strict=True)):
            break
        wanted.pop()
    shares = np.full(len(kept), 1.0) if rng is None else rng.dirichlet(np.full(len(kept), 4.0))
    slots: dict[int, Span] = dict.fromkeys(members, (np.inf, np.inf))
    free_from = early[0]
    for place, member in enumerate(kept):
        begin = max(early[place], free_from)
        width = (late[place] - begin) * float(shares[place] / shares[place:].sum())
        # Whole seconds where that costs nothing: a clock shows no others.
        slots[member] = (begin, begin + max(math.floor(width) if width >= _COARSE_S else width, 0.0))
        free_from = slots[member][1] + _hold(problem, member)
    return slots


def _bounds(problem: Problem, kept: Sequence[int]) -> tuple[list[float], list[float]]:
    """Earliest and latest start of each visit of a series, one after the other."""
    early = [max(problem.reach_s[m][0], problem.spans(m)[0][0]) for m in kept]
    late = [min(problem.reach_s[m][1], problem.spans(m)[-1][1]) for m in kept]
    for place in range(1, len(kept)):
        early[place] = max(early[place], early[place - 1] + _hold(problem, kept[place - 1]))
    for place in range(len(kept) - 2, -1, -1):
        late[place] = min(late[place], late[place + 1] - _hold(problem, kept[place]))
    return early, late


def _hold(problem: Problem, visit: int) -> float:
    return problem.visits[visit].dwell_s + problem.visits[visit].min_gap_s


def _cut(spans: tuple[Span, ...], slot: Span) -> tuple[Span, ...]:
    pieces = tuple((max(a, slot[0]), min(b, slot[1])) for a, b in spans)
    return tuple((a, b) for a, b in pieces if a <= b) or ((np.inf, np.inf),)
