"""Blockade drill: one team to each exit, the worst arrival first, then the sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.rings.times import ROUNDING_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Blockade", "assign_blockade"]


@dataclass(frozen=True, eq=False)
class Blockade:
    """
    Which team closes which exit.

    Parameters
    ----------
    team : numpy.ndarray of int64, shape (e,)
        The team of each exit; -1 for an exit that is left open because teams are too few or cannot get there.
    arrival_s : numpy.ndarray of float64, shape (e,)
        When it arrives; infinite for an exit left open.
    """

    team: NDArray[np.int64]
    arrival_s: NDArray[np.float64]

    @property
    def closed(self) -> bool:
        """True if every exit has a team."""
        return bool((self.team >= 0).all())

    @property
    def worst_s(self) -> float:
        """The latest arrival at an exit that is closed; 0 without any."""
        held = self.arrival_s[self.team >= 0]
        return float(held.max()) if len(held) else 0.0

    @property
    def sum_s(self) -> float:
        """Sum of the arrivals at exits that are closed."""
        return float(self.arrival_s[self.team >= 0].sum())


def assign_blockade(travel_s: NDArray[np.float64]) -> Blockade:
    """
    Assign teams to exits.

    As many exits as possible are closed; of all ways to do so the latest arrival is least, and of these the sum of
    arrivals is least.

    Parameters
    ----------
    travel_s : numpy.ndarray of float64, shape (k, e)
        Seconds from each team to each exit; infinite without a way.

    Returns
    -------
    Blockade
        Exact.

    Notes
    -----
    Bottleneck assignment by bisection over the times with Hopcroft-Karp matchings, O(√n k e log(k e)), then minimum-sum
    assignment within the bottleneck. The least sum alone has a later worst arrival in general.
    """
    from scipy.optimize import linear_sum_assignment

    teams, exits = travel_s.shape
    if not teams or not exits:
        return Blockade(np.full(exits, -1, dtype=np.int64), np.full(exits, np.inf))
    times = np.unique(travel_s[np.isfinite(travel_s)])
    most = _matched(travel_s, np.inf)
    low, high = 0, len(times) - 1
    while low < high:
        middle = (low + high) // 2
        if _matched(travel_s, times[middle]) == most:
            high = middle
        else:
            low = middle + 1
    limit = times[low] + ROUNDING_S if len(times) else 0.0
    allowed = travel_s <= limit
    forbidden = (limit + 1.0) * (max(teams, exits) + 1)
    row, column = linear_sum_assignment(np.where(allowed, travel_s, forbidden))
    team = np.full(exits, -1, dtype=np.int64)
    kept = allowed[row, column]
    team[column[kept]] = row[kept]
    arrival_s = np.where(team >= 0, travel_s[np.maximum(team, 0), np.arange(exits)], np.inf)
    return Blockade(team, arrival_s)


def _matched(travel_s: NDArray[np.float64], limit_s: float) -> int:
    """Count the exits that can be closed at once by teams arriving in time."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    usable = np.isfinite(travel_s) & (travel_s <= limit_s)
    return int((maximum_bipartite_matching(csr_array(usable.astype(np.int8)), perm_type="column") >= 0).sum())
