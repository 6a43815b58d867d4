"""Cutting a large district into parts of neighbouring teams with the visits around them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.problem import Problem, ProblemTeam, ProblemVisit, Span

__all__ = ["Part", "held_windows", "parts_of", "with_windows"]

_NEVER: Final = ((math.inf, math.inf),)


@dataclass(frozen=True)
class Part:
    """
    Neighbouring teams and the visits that they plan.

    Parameters
    ----------
    teams, visits : tuple of int
        Indices in the whole district, ascending.
    """

    teams: tuple[int, ...]
    visits: tuple[int, ...]


def parts_of(
    visits: Sequence[ProblemVisit],
    visit_xy: NDArray[np.float64],
    teams: Sequence[ProblemTeam],
    team_xy: NDArray[np.float64],
    *,
    size: int,
    angle_deg: float = 0.0,
    served_by: Mapping[int, int] | None = None,
) -> tuple[Part, ...]:
    """
    Cut a district into parts.

    Parameters
    ----------
    visits : sequence of ProblemVisit
        All visits; their places are not looked at.
    visit_xy : numpy.ndarray of float64, shape (visits, 2)
        Where they are, metres.
    teams : sequence of ProblemTeam
        All teams.
    team_xy : numpy.ndarray of float64, shape (teams, 2)
        Their home posts, metres.
    size : int
        Most teams of a part.
    angle_deg : float, default 0.0
        By how much the cuts are turned, so that other cuts have their borders elsewhere.
    served_by : mapping of int to int, or None
        Team of each visit that is planned already, by index; such a visit stays with its team.

    Returns
    -------
    tuple of Part
        Every team and every visit is in one of them. A visit goes where it lies, or, if no team there may serve it
        (zone, size, fixed pair), to the nearest team that may; the visits of a series go together unless they are
        planned in several parts.

    Notes
    -----
    Recursive bisection: across the longer side, so that the teams are shared evenly. O(n log² n).
    """
    turn = math.radians(angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    team_label = np.zeros(len(teams), dtype=np.intp)
    visit_label = np.zeros(len(visits), dtype=np.intp)
    count = max(-(-len(teams) // size), 1)
    _cut((team_xy @ rotation, team_label), (visit_xy @ rotation, visit_label), count)
    _move_to_allowed((visits, visit_xy, visit_label), (teams, team_xy, team_label))
    planned = served_by or {}
    for visit, team in planned.items():
        visit_label[visit] = team_label[team]
    home: dict[str, int] = {}
    for visit in sorted(range(len(visits)), key=lambda v: v not in planned):
        if visits[visit].series:
            label = home.setdefault(visits[visit].series, int(visit_label[visit]))
            visit_label[visit] = visit_label[visit] if visit in planned else label
    return tuple(
        Part(
            tuple(map(int, np.flatnonzero(team_label == label))), tuple(map(int, np.flatnonzero(visit_label == label)))
        )
        for label in range(count)
    )


def held_windows(
    visits: Sequence[ProblemVisit], parts: Sequence[Part], served: Collection[int], starts: Mapping[int, float]
) -> dict[int, tuple[Span, ...]]:
    """
    Hold the visits of series that lie in several parts, so that parts can be solved one by one.

    Parameters
    ----------
    visits : sequence of ProblemVisit
        Of the whole district.
    parts : sequence of Part
        How it is cut.
    served : collection of int
        Visits that are planned.
    starts : mapping of int to float
        When, seconds.

    Returns
    -------
    dict of int to tuple of (float, float)
        Windows by visit: a planned one keeps its time, another one is not to be planned.
    """
    label = {visit: number for number, part in enumerate(parts) for visit in part.visits}
    where: dict[str, set[int]] = {}
    for index, visit in enumerate(visits):
        if visit.series:
            where.setdefault(visit.series, set()).add(label[index])
    return {
        index: ((starts[index], starts[index]),) if index in served else _NEVER
        for index, visit in enumerate(visits)
        if visit.series and len(where[visit.series]) > 1
    }


def with_windows(problem: Problem, part: Part, held: Mapping[int, tuple[Span, ...]]) -> Problem:
    """
    Give held visits of a part their windows, and take them out of their series.

    Parameters
    ----------
    problem : Problem
        Of the part.
    part : Part
        Its visits and teams.
    held : mapping of int to tuple of (float, float)
        From `held_windows`.

    Returns
    -------
    Problem
        With the same ways.
    """
    visits = list(problem.visits)
    for local, visit in enumerate(part.visits):
        if visit in held:
            visits[local] = replace(visits[local], windows=held[visit], series="", min_gap_s=0.0)
    return problem.with_visits(tuple(visits))


def _cut(
    teams: tuple[NDArray[np.float64], NDArray[np.intp]],
    visits: tuple[NDArray[np.float64], NDArray[np.intp]],
    count: int,
) -> None:
    """Write the number of its part beside every point."""
    open_parts = [(np.arange(len(teams[0])), np.arange(len(visits[0])), 0, count)]
    while open_parts:
        mine, wanted, label, left = open_parts.pop()
        if left == 1:
            teams[1][mine], visits[1][wanted] = label, label
            continue
        axis = int(np.ptp(teams[0][mine], axis=0).argmax())
        order = mine[np.lexsort((mine, teams[0][mine, axis]))]
        first = left // 2
        at = max(len(order) * first // left, 1)
        border = (teams[0][order[at - 1], axis] + teams[0][order[min(at, len(order) - 1)], axis]) / 2
        low = visits[0][wanted, axis] <= border
        open_parts.append((order[:at], wanted[low], label, first))
        open_parts.append((order[at:], wanted[~low], label + first, left - first))


def _move_to_allowed(
    wanted: tuple[Sequence[ProblemVisit], NDArray[np.float64], NDArray[np.intp]],
    crews: tuple[Sequence[ProblemTeam], NDArray[np.float64], NDArray[np.intp]],
) -> None:
    """Give visits that no team of their part may serve to the part of the nearest team that may."""
    from scipy.spatial import KDTree

    visits, visit_xy, visit_label = wanted
    teams, team_xy, team_label = crews
    alike: dict[tuple[str, int, tuple[str, ...], tuple[str, ...]], list[int]] = {}
    ringed = any(team.ring for team in teams)
    for index, visit in enumerate(visits):
        if visit.zone or visit.min_members > 1 or visit.only_teams or ringed:
            alike.setdefault((visit.zone, visit.min_members, visit.only_teams, visit.rings), []).append(index)
    for (zone, members, pairs, rings), group in alike.items():
        may = np.array(
            [
                (not zone or not team.zone or team.zone == zone)
                and team.members >= members
                and (not pairs or team.team_id in pairs)
                and (not team.ring or team.ring in rings)
                for team in teams
            ]
        )
        some = np.array(group)
        lost = some[~np.isin(visit_label[some], team_label[may])]
        if may.any() and len(lost):
            _, nearest = KDTree(team_xy[may]).query(visit_xy[lost])
            visit_label[lost] = team_label[np.flatnonzero(may)[nearest]]
