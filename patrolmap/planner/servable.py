"""Which team could serve which visit if it had nothing else to do, for all pairs at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.planner.schedule import TOLERANCE_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.planner.problem import Problem, ProblemTeam

__all__ = ["servable"]


def servable(problem: Problem) -> NDArray[np.bool_]:
    """
    Tell which team could serve which visit if it had nothing else to do.

    Parameters
    ----------
    problem : Problem
        The problem.

    Returns
    -------
    numpy.ndarray, shape (teams, visits)
        True where the team may and its time allows.
    """
    answer = problem.allowed_matrix.copy()
    known: dict[object, NDArray[np.bool_]] = {}
    for team, crew in enumerate(problem.teams):
        same = (crew.start, crew.end, crew.shift, crew.mode, crew.break_s, crew.break_span, crew.max_travel_s)
        key = (*same, crew.max_length_m)
        if key not in known:
            known[key] = _alone(problem, team)
        answer[team] &= known[key]
    return answer


def _alone(problem: Problem, team: int) -> NDArray[np.bool_]:
    """Time a route to each visit and home, all visits at once: without a break, with it before, with it after."""
    crew, place = problem.teams[team], np.array([visit.place for visit in problem.visits], dtype=np.intp)
    there, back = _ways_to(problem.matrix(team), crew, place)
    good: NDArray[np.bool_] = there + back <= crew.max_travel_s + TOLERANCE_S
    if math.isfinite(crew.max_length_m):
        good &= sum(_ways_to(problem.length_m[crew.mode], crew, place)) <= crew.max_length_m + TOLERANCE_S
    dwell = np.array([visit.dwell_s for visit in problem.visits])
    first, last = crew.break_span
    leaves = [(crew.shift[0], False)] if crew.break_s <= 0 else [(crew.shift[0], True)]
    if crew.break_s > 0 and crew.shift[0] <= last + TOLERANCE_S:
        leaves.append((max(crew.shift[0], first) + crew.break_s, False))
    fits = np.zeros(len(place), dtype=np.bool_)
    for leave_s, break_after in leaves:
        done = _starts(problem, leave_s + there) + dwell
        if break_after:
            done = np.where(done <= last + TOLERANCE_S, np.maximum(done, first) + crew.break_s, np.inf)
        fits |= done + back <= crew.shift[1] + TOLERANCE_S
    return good & fits


def _ways_to(
    matrix: NDArray[np.float64], crew: ProblemTeam, place: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    there = np.where(place == crew.start, 0.0, matrix[crew.start, place])
    back = np.where(place == crew.end, 0.0, matrix[place, crew.end])
    return there, back


def _starts(problem: Problem, arrive_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Start each visit in the first of its windows that is still open; never if all are over."""
    start_s = np.full(len(arrive_s), np.inf)
    for visit, now in enumerate(arrive_s.tolist()):
        span = next((span for span in problem.spans(visit) if now <= span[1] + TOLERANCE_S), None)
        if span is not None:
            start_s[visit] = max(now, span[0])
    return start_s
