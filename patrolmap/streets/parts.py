"""Which streets can be reached from the rest of the network, and left again, by a mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.streets.travel import edge_travel_s, street_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.network import StreetGraph

__all__ = ["LEAST_SHARE", "joined_edges"]

LEAST_SHARE: Final = 0.01
"""A part with less than this share of the length that the mode may use is too small to work in."""


def joined_edges(graph: StreetGraph, mode: TravelMode, *, least_share: float = LEAST_SHARE) -> NDArray[np.bool_]:
    """
    Find the edges from which the rest of a large part can be reached and that can be reached from it.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    mode : TravelMode
        How the team moves.
    least_share : float, default 0.01
        Least share of the usable length that a part must have; the largest part always counts.

    Returns
    -------
    numpy.ndarray of bool, shape (m,)
        True for edges whose ends lie in one strongly connected part of that size.

    Notes
    -----
    O(m): Pearce's algorithm in `scipy.sparse.csgraph.connected_components`.
    """
    from scipy.sparse.csgraph import connected_components

    travel_s = edge_travel_s(graph, mode)
    usable: NDArray[np.bool_] = np.isfinite(travel_s[:, 0]) | np.isfinite(travel_s[:, 1])
    if not usable.any():
        return usable
    count, part = connected_components(street_arcs(graph, travel_s).matrix, connection="strong")
    inside = usable & (part[graph.edge_u] == part[graph.edge_v])
    length_m = np.bincount(part[graph.edge_u[inside]], weights=graph.edge_length_m[inside], minlength=count)
    large = length_m >= min(least_share * graph.edge_length_m[usable].sum(), length_m.max())
    if length_m.max() == 0:
        return np.zeros(graph.edge_count, dtype=bool)
    result: NDArray[np.bool_] = inside & large[part[graph.edge_u]]
    return result
