"""When the pursued can be where: with some junctions held, and with every junction held that a team reaches in time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Escape", "Flight", "escape"]


@dataclass(frozen=True, eq=False)
class Flight:
    """
    Where the pursued may go, and how fast.

    Parameters
    ----------
    tail, head : numpy.ndarray of int64, shape (a,)
        Arcs between junctions.
    seconds : numpy.ndarray of float64, shape (a,)
        What the pursued takes at least for each.
    start : int
        The junction where it began.
    head_start_s : float
        How long before the alarm.
    outside : numpy.ndarray of bool, shape (n,)
        Where it must not get away: ways out. A team may stand on one.
    weight : numpy.ndarray of float64 or None, shape (n,)
        What each junction counts if it lies inside the cordon, such as its streets' length; None for 1 each.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.float64]
    start: int
    head_start_s: float
    outside: NDArray[np.bool_]
    weight: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Escape:
    """
    How far the pursued comes.

    Parameters
    ----------
    arrival_s : numpy.ndarray of float64, shape (n,)
        The earliest that it is at each junction, seconds after the alarm; infinite where it does not come.
    held : numpy.ndarray of bool, shape (n,)
        The junctions where it was stopped.
    before : numpy.ndarray of int64, shape (n,)
        The junction before each on its quickest way; -1 at the start and where it does not come.
    """

    arrival_s: NDArray[np.float64]
    held: NDArray[np.bool_]
    before: NDArray[np.int64]

    @property
    def passed(self) -> NDArray[np.bool_]:
        """Where it comes and is not stopped, shape (n,)."""
        free: NDArray[np.bool_] = np.isfinite(self.arrival_s) & ~self.held
        return free

    def way_to(self, node: int) -> list[int]:
        """
        List the junctions before a node on the quickest way.

        Parameters
        ----------
        node : int
            A node where the pursued comes.

        Returns
        -------
        list of int
            From the node back to the start; the node itself is left out, the start is in.
        """
        way = []
        while (node := int(self.before[node])) >= 0:
            way.append(node)
        return way


class Streets:
    """
    The arcs of a flight by their tails, for repeated searches.

    Parameters
    ----------
    flight : Flight
        Where the pursued may go.
    """

    def __init__(self, flight: Flight) -> None:
        self._onward: list[list[tuple[int, float]]] = [[] for _ in range(len(flight.outside))]
        for tail, head, seconds in zip(
            flight.tail.tolist(), flight.head.tolist(), flight.seconds.tolist(), strict=True
        ):
            self._onward[tail].append((head, seconds))
        self._start, self._head_start_s = flight.start, flight.head_start_s

    def escape(self, stopped_from_s: NDArray[np.float64]) -> Escape:
        """
        Let the pursued go wherever it is not stopped.

        Parameters
        ----------
        stopped_from_s : numpy.ndarray of float64, shape (n,)
            The pursued is stopped at a junction where it arrives at this time or later; -inf for a junction that is held
            whatever happens, infinite for one that is not. At the start it is never stopped.

        Returns
        -------
        Escape
            Times and where it was stopped.

        Notes
        -----
        Dijkstra, O(a log n).
        """
        count = len(self._onward)
        limit = stopped_from_s.tolist()
        limit[self._start] = np.inf
        best, before, held = [np.inf] * count, [-1] * count, np.zeros(count, dtype=bool)
        queue = [(-self._head_start_s, self._start)]
        best[self._start] = -self._head_start_s
        while queue:
            at, node = heapq.heappop(queue)
            if at > best[node]:
                continue
            if at >= limit[node]:
                held[node] = True
                continue
            for head, seconds in self._onward[node]:
                later = at + seconds
                if later < best[head]:
                    best[head], before[head] = later, node
                    heapq.heappush(queue, (later, head))
        return Escape(np.array(best), held, np.array(before, dtype=np.int64))


def escape(flight: Flight, held: NDArray[np.bool_] | None = None) -> Escape:
    """
    Compute when the pursued can be at each junction.

    Parameters
    ----------
    flight : Flight
        Where it may go.
    held : numpy.ndarray of bool or None, shape (n,)
        Junctions that nobody passes; None for none.

    Returns
    -------
    Escape
        Its earliest arrivals.
    """
    mask = np.zeros(len(flight.outside), dtype=bool) if held is None else held
    return Streets(flight).escape(np.where(mask, -np.inf, np.inf))
