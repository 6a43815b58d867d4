"""A smaller graph with the same travel times between the nodes that matter.

A node of few neighbours is taken out, and its neighbours are joined by what the ways through it took. Dead ends vanish,
rows of nodes become one arc, and a junction of three becomes a triangle: no arc more, one node less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from patrolmap.streets.travel import Arcs

__all__ = ["Contracted", "contract"]

_MOST_NEIGHBOURS: Final = 4
_LEAST_GAIN: Final = 0.02
_SEED: Final = 20_261


@dataclass(frozen=True, eq=False)
class Contracted:
    """
    A contracted graph.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (r, r)
        Seconds from node to node.
    length_m : numpy.ndarray of float64, shape (a,)
        Metres of each arc along the way that takes those seconds, in the order of ``matrix.indices``.
    key : numpy.ndarray of int64, shape (a,)
        ``tail * r + head`` of each arc, ascending.
    node : numpy.ndarray of int32, shape (n,)
        New number of each node; -1 if it was taken out.
    """

    matrix: csr_array
    length_m: NDArray[np.float64]
    key: NDArray[np.int64]
    node: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _ArcList:
    """Arcs sorted by tail, then head, one for each pair."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    cost_s: NDArray[np.float64]
    length_m: NDArray[np.float64]

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> _ArcList:
        return _ArcList(self.tail[chosen], self.head[chosen], self.cost_s[chosen], self.length_m[chosen])


def contract(
    arcs: Arcs, length_m: NDArray[np.float64], keep: NDArray[np.bool_], *, most_neighbours: int = _MOST_NEIGHBOURS
) -> Contracted:
    """
    Take out nodes that nobody asks for.

    Parameters
    ----------
    arcs : Arcs
        The graph.
    length_m : numpy.ndarray of float64, shape (a,)
        Metres of each arc.
    keep : numpy.ndarray of bool, shape (n,)
        Nodes that must stay.
    most_neighbours : int, default 4
        Nodes with more neighbours stay.

    Returns
    -------
    Contracted
        Travel times between the nodes kept are those of the whole graph.

    Notes
    -----
    Rounds of independent nodes, those with the fewest neighbours first, until a round takes out less than 2 % of
    what is left. O(m log m) altogether on street networks, whose degrees stay small.
    """
    from scipy.sparse import csr_array

    count = len(keep)
    tail = np.repeat(np.arange(count), np.diff(arcs.matrix.indptr)).astype(np.int64)
    left = _ArcList(tail, arcs.matrix.indices.astype(np.int64), arcs.matrix.data, length_m)
    alive = np.ones(count, dtype=bool)
    lot = np.random.default_rng(_SEED).permutation(count)
    while True:
        chosen = _independent(left, alive & ~keep, lot, most_neighbours)
        if chosen.sum() <= _LEAST_GAIN * alive.sum():
            break
        left = _without(left, chosen, count)
        alive &= ~chosen
    node = np.full(count, -1, dtype=np.int32)
    rest = int(alive.sum())
    node[alive] = np.arange(rest, dtype=np.int32)
    tail, head = node[left.tail].astype(np.int64), node[left.head].astype(np.int64)
    indptr = np.searchsorted(tail, np.arange(rest + 1)).astype(np.int32)
    matrix = csr_array((left.cost_s, head.astype(np.int32), indptr), shape=(rest, rest))
    return Contracted(matrix, left.length_m, tail * rest + head, node)


def _independent(
    arcs: _ArcList, candidate: NDArray[np.bool_], lot: NDArray[np.int64], most_neighbours: int
) -> NDArray[np.bool_]:
    """Choose candidates of few neighbours, no two of them neighbours."""
    count = len(candidate)
    low, high = np.minimum(arcs.tail, arcs.head), np.maximum(arcs.tail, arcs.head)
    link = np.unique(low * count + high)
    low, high = link // count, link % count
    neighbours = np.bincount(low, minlength=count) + np.bincount(high, minlength=count)
    chosen = candidate & (neighbours <= most_neighbours)
    both = chosen[low] & chosen[high]
    low, high = low[both], high[both]
    rank = neighbours * count + lot
    chosen[np.where(rank[low] > rank[high], low, high)] = False
    return chosen


def _without(arcs: _ArcList, chosen: NDArray[np.bool_], count: int) -> _ArcList:
    """Take nodes out and join their neighbours."""
    leads_in, leads_out = chosen[arcs.head], chosen[arcs.tail]
    rest, out = arcs.take(~leads_in & ~leads_out), arcs.take(leads_out)
    into = arcs.take(np.flatnonzero(leads_in)[np.argsort(arcs.head[leads_in], kind="stable")])
    first = np.searchsorted(out.tail, into.head)
    ways = np.searchsorted(out.tail, into.head, side="right") - first
    arrive = np.repeat(np.arange(len(into.tail)), ways)
    leave = np.arange(len(arrive)) - np.repeat(np.cumsum(ways) - ways, ways) + np.repeat(first, ways)
    tail, head = into.tail[arrive], out.head[leave]
    onward = tail != head
    arrive, leave = arrive[onward], leave[onward]
    joined = _ArcList(
        np.concatenate([rest.tail, tail[onward]]),
        np.concatenate([rest.head, head[onward]]),
        np.concatenate([rest.cost_s, into.cost_s[arrive] + out.cost_s[leave]]),
        np.concatenate([rest.length_m, into.length_m[arrive] + out.length_m[leave]]),
    )
    key = joined.tail * count + joined.head
    order = np.lexsort((joined.cost_s, key))
    first_of_pair = np.ones(len(order), dtype=bool)
    first_of_pair[1:] = key[order][1:] != key[order][:-1]
    return joined.take(order[first_of_pair])
