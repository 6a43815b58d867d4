"""
Pursuit drill: junctions that shut the pursued in, each reached by its own team before the pursued can be there.

The pursued left a junction ``head_start_s`` before the alarm. A cordon is a set of junctions that separates this
junction from every way out. What counts is the margin at each: the earliest that the pursued can be there, on any way
that passes no other junction of the cordon, less the arrival of the team.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled
from patrolmap.rings.pursuit_search import CANDIDATE_TEAMS, Found, ManningSearch
from patrolmap.rings.pursuit_ways import Flight, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Cordon", "CordonAim", "Flight", "UndecidedError", "find_cordon"]

CordonAim = Literal["margin", "area"]

_PRECISE_S: Final = 0.01
"""Margins are told apart down to this."""

_SLACK_S: Final = 1e-6


class UndecidedError(PatrolmapError):
    """The time ended before a cordon was found, or a proof that there is none."""


@dataclass(frozen=True, eq=False)
class Cordon:
    """
    A cordon and the proof of how good it can be.

    Parameters
    ----------
    node : numpy.ndarray of int64, shape (c,)
        The junctions, the one with the least margin first.
    team : numpy.ndarray of int64, shape (c,)
        The team of each.
    arrival_s : numpy.ndarray of float64, shape (c,)
        When it arrives, seconds after the alarm.
    pursued_s : numpy.ndarray of float64, shape (c,)
        The earliest that the pursued can be there, seconds after the alarm, by a way that no other junction of the cordon
        blocks.
    inside : numpy.ndarray of bool, shape (n,)
        The junctions that the pursued can still reach.
    best_margin_s : float
        No cordon of these teams has a greater least margin; infinite if nothing is proven.
    proven : bool
        Whether the cordon is proven to have it, to a hundredth of a second; with the aim of the least area, whether no
        cordon in time is around a smaller area.
    smallest : bool
        Whether no cordon of this least margin is around a smaller area.
    """

    node: NDArray[np.int64]
    team: NDArray[np.int64]
    arrival_s: NDArray[np.float64]
    pursued_s: NDArray[np.float64]
    inside: NDArray[np.bool_]
    best_margin_s: float
    proven: bool
    smallest: bool = False

    @property
    def margins_s(self) -> NDArray[np.float64]:
        """How much earlier than the pursued each team arrives, shape (c,)."""
        margin: NDArray[np.float64] = self.pursued_s - self.arrival_s
        return margin


def find_cordon(
    flight: Flight,
    travel_s: NDArray[np.float64],
    *,
    aim: CordonAim = "margin",
    least_margin_s: float = 0.0,
    time_limit_s: float = 10.0,
    seed: int = 0,
    cancel: Cancel = NO_CANCEL,
) -> Cordon | None:
    """
    Find the best cordon.

    Parameters
    ----------
    flight : Flight
        Where the pursued may go.
    travel_s : numpy.ndarray of float64, shape (k, n)
        Seconds from each team to each junction; infinite without a way.
    aim : {"margin", "area"}
        What is best: the greatest least margin, and among these the smallest area; or the smallest area of all cordons
        that keep `least_margin_s`. Of equal areas the fewest teams.
    least_margin_s : float, default 0.0
        Cordons with a smaller margin do not count.
    time_limit_s : float, default 10.0
        Seconds for the search.
    seed : int, default 0
        Seed of the solver.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    Cordon or None
        None if it is proven that no cordon keeps the margin.

    Raises
    ------
    UndecidedError
        If neither a cordon nor a proof that there is none was found in the time given.

    Notes
    -----
    Bisection over margins. For one margin: no cordon exists if the pursued gets out although stopped wherever any team is
    in time; else a minimum vertex cut, if it can be manned (Hopcroft-Karp), else CP-SAT, to which ways of the pursued are
    added as they prove too quick (logic-based Benders decomposition, Hooker and Ottosson 2003,
    doi:10.1007/s10107-003-0375-9).
    """
    raise_if_cancelled(cancel)
    if flight.outside[flight.start]:
        return None
    begun = time.monotonic()
    search = ManningSearch(flight, travel_s, begun + 0.7 * time_limit_s, seed, cancel)
    bound = search.bound_s()
    if bound == np.inf:
        return _timed(flight, travel_s, {}, np.inf, proven=True, smallest=True)
    if bound < least_margin_s - _PRECISE_S:
        return None
    first = search.any_cordon(least_margin_s)
    if first.teams is None:
        if first.decided:
            return None
        raise UndecidedError(
            N_("No cordon was found in {seconds} s, and no proof that there is none."),
            remedy=N_("Allow more time, or name fewer posts."),
            seconds=time_limit_s,
        )
    least, best = least_margin_s, first.teams
    if aim == "margin":
        best, bound = _widest_margin(flight, travel_s, search, best, bound)
        least = _least(flight, travel_s, best) - _SLACK_S
    last = ManningSearch(flight, travel_s, begun + time_limit_s, seed, cancel)
    found = last.least_area(least, best)
    return _judged(flight, travel_s, found, bound, aim)


def _widest_margin(
    flight: Flight,
    travel_s: NDArray[np.float64],
    search: ManningSearch,
    best: dict[int, int],
    bound: float,
) -> tuple[dict[int, int], float]:
    """Bisect between the margin that is reached and the one that is out of reach."""
    low, high = _least(flight, travel_s, best), bound
    while high - low > _PRECISE_S:
        middle = (low + high) / 2
        found = search.any_cordon(middle)
        if found.teams is not None:
            best, low = found.teams, max(_least(flight, travel_s, found.teams), middle)
        else:
            high = middle
            if found.decided:
                bound = middle
    return best, bound


def _judged(flight: Flight, travel_s: NDArray[np.float64], found: Found, bound: float, aim: CordonAim) -> Cordon:
    teams = found.teams or {}
    reached = _least(flight, travel_s, teams)
    exact = len(travel_s) <= CANDIDATE_TEAMS or len(teams) <= CANDIDATE_TEAMS
    within = bound - reached <= 2 * _PRECISE_S
    proven = exact and (within if aim == "margin" else found.decided)
    bound = reached if within and aim == "margin" else max(bound, reached)
    return _timed(flight, travel_s, teams, bound, proven=proven, smallest=found.decided and exact)


def _least(flight: Flight, travel_s: NDArray[np.float64], teams: Mapping[int, int]) -> float:
    margins = _timed(flight, travel_s, teams, np.inf).margins_s
    return float(margins.min(initial=np.inf))


def _timed(
    flight: Flight,
    travel_s: NDArray[np.float64],
    teams: Mapping[int, int],
    bound_s: float,
    *,
    proven: bool = False,
    smallest: bool = False,
) -> Cordon:
    """Time a cordon exactly."""
    node, team = np.array(list(teams), dtype=np.int64), np.array(list(teams.values()), dtype=np.int64)
    mask = np.zeros(len(flight.outside), dtype=bool)
    mask[node] = True
    run = escape(flight, mask)
    arrival = travel_s[team, node]
    order = np.argsort(run.arrival_s[node] - arrival, kind="stable")
    node, team = node[order], team[order]
    return Cordon(
        node, team, arrival[order], run.arrival_s[node], run.passed, bound_s, proven=proven, smallest=smallest
    )
