"""Where the search may place breaks: a few stopping places for each team, each a client that only this team can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.planner.problem import Problem

__all__ = ["break_places"]

_LEAST: Final = 3
_MOST_CELLS: Final = 6_000_000


def break_places(problem: Problem, may: NDArray[np.bool_]) -> dict[int, tuple[int, ...]]:
    """
    Choose the places where each team with a break may take it in the search.

    Parameters
    ----------
    problem : Problem
        Without series.
    may : numpy.ndarray of bool, shape (teams, visits)
        Which team could serve which visit.

    Returns
    -------
    dict of int to tuple of int
        Places by team: where it starts, then its visits' places, those nearest to its start first. As many for each team
        as make about two breaks for each visit in all; empty if that is too few, or too much for the memory.

    Notes
    -----
    Each team needs travel matrices of its own, O(teams · places²): they are bounded to 6 million cells.
    """
    teams = [team for team, crew in enumerate(problem.teams) if crew.break_s > 0 and may[team].any()]
    if not teams:
        return {}
    most = (2 * len(problem.visits) + 10 * len(teams)) // len(teams)
    found = {team: _nearest(problem, team, may[team])[:most] for team in teams}
    size = len(problem.visits) + len(problem.teams) + sum(map(len, found.values()))
    if most < _LEAST or len(teams) * size**2 > _MOST_CELLS:
        return {}
    return found


def _nearest(problem: Problem, team: int, may: NDArray[np.bool_]) -> tuple[int, ...]:
    crew = problem.teams[team]
    places = dict.fromkeys(problem.visits[visit].place for visit in np.flatnonzero(may).tolist())
    ways = problem.matrix(team)[crew.start]
    others = sorted((place for place in places if place != crew.start), key=lambda place: (ways.item(place), place))
    return (crew.start, *others)
