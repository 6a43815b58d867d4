"""Shortest-path searches that start at points along edges.

Every source becomes a row behind the rows of the nodes, with an arc to each end of its edge that it can reach. No arc
leads into it, so sources do not see each other and one matrix serves them all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["Ends", "ends_of", "same_edge_s", "with_sources"]


@dataclass(frozen=True, eq=False)
class Ends:
    """
    How points along edges reach, and are reached from, the ends of their edges.

    Parameters
    ----------
    u, v : numpy.ndarray of int32, shape (k,)
        The ends; 0 if unattached.
    to_u_s, to_v_s : numpy.ndarray of float64, shape (k,)
        Seconds from the point to the ends; infinity where there is no way along the edge.
    from_u_s, from_v_s : numpy.ndarray of float64, shape (k,)
        Seconds from the ends to the point.
    """

    u: NDArray[np.int32]
    v: NDArray[np.int32]
    to_u_s: NDArray[np.float64]
    to_v_s: NDArray[np.float64]
    from_u_s: NDArray[np.float64]
    from_v_s: NDArray[np.float64]

    def first(self, count: int) -> Ends:
        """
        Take the first points.

        Parameters
        ----------
        count : int
            How many.

        Returns
        -------
        Ends
            Of these.
        """
        return Ends(*(getattr(self, one.name)[:count] for one in fields(self)))


def ends_of(graph: StreetGraph, places: Attachments, travel_s: NDArray[np.float64]) -> Ends:
    """
    Compute the way between points and the ends of their edges.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    places : Attachments
        Points along edges.
    travel_s : numpy.ndarray of float64, shape (m, 2)
        As from `patrolmap.streets.travel.edge_travel_s`.

    Returns
    -------
    Ends
        A point exactly at an end takes no time to it, even against a one-way street.
    """
    held = places.attached
    edge = np.where(held, places.edge, 0)
    share = np.where(held, places.share, 0.0)
    if graph.edge_count == 0:
        nowhere, none = np.full(len(places), np.inf), np.zeros(len(places), dtype=np.int32)
        return Ends(none, none, nowhere, nowhere, nowhere, nowhere)
    forward_s, backward_s = travel_s[edge, 0], travel_s[edge, 1]
    parts = [(share, backward_s), (1 - share, forward_s), (share, forward_s), (1 - share, backward_s)]
    to_u, to_v, from_u, from_v = (np.where(held, _part(part, whole_s), np.inf) for part, whole_s in parts)
    u, v = np.where(held, graph.edge_u[edge], 0), np.where(held, graph.edge_v[edge], 0)
    return Ends(u.astype(np.int32), v.astype(np.int32), to_u, to_v, from_u, from_v)


def _part(share: NDArray[np.float64], whole_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.multiply(share, whole_s, out=np.zeros_like(share), where=share > 0)


def with_sources(matrix: csr_array, ends: Ends) -> csr_array:
    """
    Add sources to a graph.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (n, n)
        Seconds from node to node.
    ends : Ends
        Of k sources.

    Returns
    -------
    scipy.sparse.csr_array, shape (n + k, n + k)
        Row ``n + i`` is source ``i``.
    """
    from scipy.sparse import csr_array

    count, sources = matrix.shape[0], len(ends.u)
    head = np.column_stack([ends.u, ends.v])
    cost = np.column_stack([ends.to_u_s, ends.to_v_s])
    loop = head[:, 0] == head[:, 1]
    cost[loop, 0] = cost[loop].min(axis=1)
    cost[loop, 1] = np.inf
    usable = np.isfinite(cost)
    indptr = np.concatenate([matrix.indptr, matrix.indptr[-1] + np.cumsum(usable.sum(axis=1))])
    return csr_array(
        (
            np.concatenate([matrix.data, cost[usable]]),
            np.concatenate([matrix.indices, head[usable]]),
            indptr.astype(np.int32),
        ),
        shape=(count + sources, count + sources),
    )


def same_edge_s(
    places: Attachments,
    travel_s: NDArray[np.float64],
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
) -> NDArray[np.float64]:
    """
    Compute the time straight along the common edge of pairs of points.

    Parameters
    ----------
    places : Attachments
        Points along edges.
    travel_s : numpy.ndarray of float64, shape (m, 2)
        As from `patrolmap.streets.travel.edge_travel_s`.
    sources, targets : numpy.ndarray of int
        Which points, of the same shape; each pair on one edge.

    Returns
    -------
    numpy.ndarray of float64
        Seconds; 0 for the same place, infinity against a one-way street.
    """
    edge = places.edge[sources]
    step = places.share[targets] - places.share[sources]
    return np.where(step >= 0, _part(step, travel_s[edge, 0]), _part(-step, travel_s[edge, 1]))
