"""Lengths along search trees: all targets climb to their sources together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.search import Ends

__all__ = ["Ground", "tree_length_m"]


@dataclass(frozen=True, eq=False)
class Ground:
    """
    What searches run on: the street graph or a contraction of it.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (r, r)
        Seconds from node to node.
    key : numpy.ndarray of int64, shape (a,)
        ``tail * r + head`` of each arc, ascending.
    arc_m : numpy.ndarray of float64, shape (a,)
        Metres of each arc.
    ends : Ends
        Of the points, in the numbers of this graph's nodes.
    """

    matrix: csr_array
    key: NDArray[np.int64]
    arc_m: NDArray[np.float64]
    ends: Ends


def tree_length_m(
    graph: StreetGraph,
    places: Attachments,
    ground: Ground,
    chunk: NDArray[np.intp],
    *,
    before: NDArray[np.int32],
    by_v: NDArray[np.bool_],
    along: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """
    Measure the ways that searches found.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    places : Attachments
        The k points.
    ground : Ground
        What was searched, r nodes and k sources behind them.
    chunk : numpy.ndarray of int, shape (c,)
        The sources of the searches.
    before : numpy.ndarray of int32, shape (c, r + k)
        Predecessors, as `scipy.sparse.csgraph.dijkstra` gives them.
    by_v : numpy.ndarray of bool, shape (c, k)
        Whether a target is reached through the second end of its edge.
    along : numpy.ndarray of bool, shape (c, k)
        Whether it is reached straight along the common edge.

    Returns
    -------
    numpy.ndarray of float64, shape (c, k)
        Metres; without meaning where a target was not reached.
    """
    whole_m = np.where(places.attached, graph.edge_length_m[places.edge], 0.0)
    along_m = np.where(places.attached, places.along_m, 0.0)
    straight_m = np.abs(along_m[None, :] - along_m[chunk][:, None])
    last_m = np.where(by_v, whole_m - along_m, along_m)
    total = np.where(along, straight_m, last_m)
    row, column = np.nonzero(~along)
    node = np.where(by_v, ground.ends.v, ground.ends.u)[row, column]
    count = ground.matrix.shape[0]
    while len(row):
        previous = before[row, node]
        inner = (previous >= 0) & (previous < count)
        left = previous >= count
        total[row[left], column[left]] += _first_m(ground.ends, chunk[row[left]], node[left], whole_m, along_m)
        row, column, node, previous = row[inner], column[inner], node[inner], previous[inner]
        arc = np.searchsorted(ground.key, previous.astype(np.int64) * count + node)
        total[row, column] += ground.arc_m[arc]
        node = previous
    return total


def _first_m(
    ends: Ends,
    source: NDArray[np.intp],
    node: NDArray[np.int32],
    whole_m: NDArray[np.float64],
    along_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Measure from sources to the ends of their edges at which they left them."""
    by_u = (ends.u[source] == node) & ((ends.v[source] != node) | (ends.to_u_s[source] <= ends.to_v_s[source]))
    result: NDArray[np.float64] = np.where(by_u, along_m[source], whole_m[source] - along_m[source])
    return result
