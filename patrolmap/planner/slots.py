"""Repeats with a gap, made simple: each visit of a series gets windows of its own, a gap apart from the others'."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.planner.problem import Problem, ProblemVisit, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator

__all__ = ["gaps_kept", "open_spans", "slotted"]


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
    Over the time A to B in which the series may start, k visits with dwell d and gap g leave
    ``F = B - A - Σ(d + g)`` of the first k - 1 as free time. Slot i starts after the slots before it, their dwells
    and gaps, and is its share of F wide. With F < 0 only as many visits as fit get slots.
    """
    if not problem.series:
        return problem
    visits = [replace(visit, series="", min_gap_s=0.0) for visit in problem.visits]
    for members in problem.series.values():
        for index, span in _slots(problem, members, rng).items():
            visits[index] = replace(visits[index], windows=_cut(problem.spans(index), span))
    return Problem(problem.travel_s, tuple(visits), problem.teams, problem.length_m)


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
    spans = list(problem.spans(visit))
    own = problem.visits[visit]
    for other in problem.series.get(own.series, ()):
        if other == visit or other not in starts:
            continue
        first = starts[other] - own.dwell_s - own.min_gap_s
        last = starts[other] + problem.visits[other].dwell_s + own.min_gap_s
        cut = [piece for a, b in spans for piece in ((a, min(b, first)), (max(a, last), b))]
        spans = [(a, b) for a, b in cut if a <= b]
    return tuple(sorted(set(spans)))


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
    """Share the time of a series out; members in the order of their windows, required ones kept when time is short."""
    first_s = min(team.shift[0] for team in problem.teams) if problem.teams else 0.0
    last_s = max(team.shift[1] for team in problem.teams) if problem.teams else 0.0
    begin = max(first_s, min(problem.spans(m)[0][0] for m in members))
    finish = min(last_s, max(problem.spans(m)[-1][1] for m in members))
    wanted = sorted(members, key=lambda m: (not problem.visits[m].required, -problem.visits[m].prize, m))
    while len(wanted) > 1 and _free(problem, wanted, begin, finish) < 0:
        wanted.pop()
    kept = sorted(wanted, key=lambda m: (problem.spans(m)[0][0], problem.spans(m)[-1][1], m))
    free_s = max(_free(problem, kept, begin, finish), 0.0)
    shares = np.full(len(kept), 1.0 / len(kept)) if rng is None else rng.dirichlet(np.full(len(kept), 4.0))
    slots: dict[int, Span] = dict.fromkeys(members, (np.inf, np.inf))
    now = begin
    for member, share in zip(kept, shares, strict=True):
        visit: ProblemVisit = problem.visits[member]
        slots[member] = (now, now + free_s * float(share))
        now = slots[member][1] + visit.dwell_s + visit.min_gap_s
    return slots


def _free(problem: Problem, members: Sequence[int], begin: float, finish: float) -> float:
    visits = [problem.visits[m] for m in members]
    return finish - begin - sum(v.dwell_s + v.min_gap_s for v in visits) + visits[-1].dwell_s + visits[-1].min_gap_s


def _cut(spans: tuple[Span, ...], slot: Span) -> tuple[Span, ...]:
    pieces = tuple((max(a, slot[0]), min(b, slot[1])) for a, b in spans)
    return tuple((a, b) for a, b in pieces if a <= b) or ((np.inf, np.inf),)
