"""Pieces of street that meet at a node of degree 2 and agree in all attributes become one edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_chains", "mates"]


def mates(nodes: NDArray[np.integer], likeness: NDArray[np.integer], oneway: NDArray[np.integer]) -> NDArray[np.int64]:
    """
    Find which ends of pieces continue each other.

    Parameters
    ----------
    nodes : numpy.ndarray of int, shape (m, 2)
        First and second node of each piece.
    likeness : numpy.ndarray of int, shape (m,)
        Pieces with equal numbers agree in all attributes.
    oneway : numpy.ndarray of int, shape (m,)
        0, 1 or -1.

    Returns
    -------
    numpy.ndarray of int64, shape (2 m,)
        For end ``2 p`` (first node of piece p) and ``2 p + 1`` (second node) the end that continues it; -1 if the
        node stays. A node stays unless exactly two ends meet there, of different pieces that agree, and a one-way
        street goes in and comes out.
    """
    result = np.full(2 * len(nodes), -1, dtype=np.int64)
    if len(nodes) == 0:
        return result
    node_of_end = np.asarray(nodes).reshape(-1)
    order = np.argsort(node_of_end, kind="stable")
    start = np.flatnonzero(np.r_[True, np.diff(node_of_end[order]) != 0])
    pairs = start[np.diff(np.r_[start, len(order)]) == 2]
    one, two = order[pairs], order[pairs + 1]
    p, q = one // 2, two // 2
    flow = np.repeat(np.asarray(oneway, dtype=np.int64), 2)
    flow[0::2] *= -1
    agree = (p != q) & (likeness[p] == likeness[q]) & (flow[one] == -flow[two])
    result[one[agree]], result[two[agree]] = two[agree], one[agree]
    return result


def find_chains(mate: NDArray[np.int64], rank: NDArray[np.integer]) -> list[list[int]]:
    """
    Follow continuing ends.

    Parameters
    ----------
    mate : numpy.ndarray of int64, shape (2 m,)
        From `mates`.
    rank : numpy.ndarray of int, shape (2 m,)
        Of the node at each end; a closed ring begins at the node of lowest rank.

    Returns
    -------
    list of list of int
        Each chain as the ends at which its pieces are entered, in order: ``2 p`` for piece p as drawn, ``2 p + 1``
        for p against it. The lowest-numbered piece of a chain runs as drawn. Chains are in the order of their
        lowest-numbered pieces.

    Notes
    -----
    O(m).
    """
    seen = np.zeros(len(mate) // 2, dtype=bool)
    chains = [[2 * piece] for piece in np.flatnonzero((mate[0::2] < 0) & (mate[1::2] < 0)).tolist()]
    seen[[chain[0] // 2 for chain in chains]] = True
    follow = mate.tolist()
    chains += [_walk(end, follow, seen) for end in np.flatnonzero(mate < 0).tolist() if not seen[end // 2]]
    for piece in range(len(seen)):
        if not seen[piece]:
            ring = _walk(2 * piece, follow, seen)
            lowest = min(range(len(ring)), key=lambda place: (int(rank[ring[place]]), place))
            chains.append(ring[lowest:] + ring[:lowest])
    as_drawn = [_as_drawn(chain) for chain in chains]
    return sorted(as_drawn, key=lambda chain: min(end // 2 for end in chain))


def _walk(end: int, follow: list[int], seen: NDArray[np.bool_]) -> list[int]:
    chain = []
    while end >= 0 and not seen[end // 2]:
        seen[end // 2] = True
        chain.append(end)
        end = follow[end ^ 1]
    return chain


def _as_drawn(chain: list[int]) -> list[int]:
    lowest = min(chain, key=lambda end: end // 2)
    return chain if lowest % 2 == 0 else [end ^ 1 for end in reversed(chain)]
