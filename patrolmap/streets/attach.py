"""Points beside the streets are tied to the nearest point of an edge, with the distance kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.streets.parts import joined_edges
from patrolmap.streets.travel import allowed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.network import StreetGraph

__all__ = ["DEFAULT_LIMIT_M", "Attachments", "attach", "attach_nodes"]

DEFAULT_LIMIT_M: Final = 250.0
_SAME_PLACE_M: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Attachments:
    """
    Where points are tied to the streets.

    Parameters
    ----------
    edge : numpy.ndarray of int32, shape (k,)
        The edge; -1 if none is within the limit.
    along_m : numpy.ndarray of float64, shape (k,)
        Metres from u along the edge, in the edge's own length; NaN if unattached.
    distance_m : numpy.ndarray of float64, shape (k,)
        From the point to its place on the street; NaN if unattached.
    xy : numpy.ndarray of float64, shape (k, 2)
        The place on the street; NaN if unattached.
    share : numpy.ndarray of float64, shape (k,)
        `along_m` as a share of the edge: exactly 0 at u and 1 at v; NaN if unattached.
    """

    edge: NDArray[np.int32]
    along_m: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    share: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def attached(self) -> NDArray[np.bool_]:
        """True where a point has a place on a street."""
        return self.edge >= 0

    def take(self, places: ArrayLike) -> Attachments:
        """
        Choose some of them.

        Parameters
        ----------
        places : array_like of int or bool
            Which, in the order wanted.

        Returns
        -------
        Attachments
            The chosen ones.
        """
        chosen = np.asarray(places)
        return Attachments(
            self.edge[chosen], self.along_m[chosen], self.distance_m[chosen], self.xy[chosen], self.share[chosen]
        )


def attach(
    graph: StreetGraph,
    points_xy: ArrayLike,
    *,
    limit_m: float = DEFAULT_LIMIT_M,
    mode: TravelMode | None = None,
    joined: bool = False,
) -> Attachments:
    """
    Tie points to the nearest point of an edge.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    points_xy : array_like of float, shape (k, 2)
        Places in metres; NaN for none.
    limit_m : float, default 250.0
        Points farther from every edge stay unattached.
    mode : TravelMode or None
        Only edges that this mode may use; None for all.
    joined : bool, default False
        Whether edges that the mode can reach from the rest of the network, and leave again, go before all others: a
        place beside a stray piece is tied to the street behind it. Needs a mode.

    Returns
    -------
    Attachments
        One for each point. Of edges equally near, the one with the lowest index is taken.

    Notes
    -----
    O((m + k) log m) by an STR-tree.
    """
    xy = np.asarray(points_xy, dtype=np.float64).reshape(-1, 2)
    usable = np.ones(graph.edge_count, dtype=bool) if mode is None else allowed(graph, mode)
    edge = np.full(len(xy), -1, dtype=np.int32)
    choices = [joined_edges(graph, mode), usable] if joined and mode is not None else [usable]
    for choice in choices:
        left = np.flatnonzero(np.isfinite(xy).all(axis=1) & (edge < 0))
        edge[left] = _nearest(graph, xy[left], np.flatnonzero(choice), limit_m)
    return _placed(graph, xy, edge, limit_m)


def _nearest(
    graph: StreetGraph, xy: NDArray[np.float64], usable: NDArray[np.intp], limit_m: float
) -> NDArray[np.int32]:
    edge = np.full(len(xy), -1, dtype=np.int32)
    if len(usable) and len(xy):
        tree = graph.edge_tree if len(usable) == graph.edge_count else shapely.STRtree(graph.edge_geometry[usable])
        point, hit = tree.query_nearest(shapely.points(xy), max_distance=max(limit_m, _SAME_PLACE_M))
        order = np.lexsort((usable[hit], point))[::-1]
        edge[point[order]] = usable[hit[order]]
    return edge


def _placed(graph: StreetGraph, xy: NDArray[np.float64], edge: NDArray[np.int32], limit_m: float) -> Attachments:
    count = len(xy)
    along_m, distance_m, share = np.full(count, np.nan), np.full(count, np.nan), np.full(count, np.nan)
    place_xy = np.full((count, 2), np.nan)
    held = np.flatnonzero(edge >= 0)
    lines = graph.edge_geometry[edge[held]]
    drawn_m = shapely.length(lines)
    at_m = shapely.line_locate_point(lines, shapely.points(xy[held]))
    share[held] = np.divide(at_m, drawn_m, out=np.zeros_like(at_m), where=drawn_m > 0)
    place_xy[held] = shapely.get_coordinates(shapely.line_interpolate_point(lines, at_m))
    at_u = held[at_m <= _SAME_PLACE_M]
    at_v = held[(at_m >= drawn_m - _SAME_PLACE_M) & (at_m > _SAME_PLACE_M)]
    share[at_u], share[at_v] = 0.0, 1.0
    place_xy[at_u] = graph.node_xy[graph.edge_u[edge[at_u]]]
    place_xy[at_v] = graph.node_xy[graph.edge_v[edge[at_v]]]
    along_m[held] = share[held] * graph.edge_length_m[edge[held]]
    distance_m[held] = np.hypot(*(xy[held] - place_xy[held]).T)
    far = held[distance_m[held] > limit_m + _SAME_PLACE_M]
    edge[far] = -1
    for values in (along_m, distance_m, share, place_xy):
        values[far] = np.nan
    return Attachments(edge, along_m, distance_m, place_xy, share)


def attach_nodes(graph: StreetGraph, nodes: ArrayLike) -> Attachments:
    """
    Stand exactly on nodes.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    nodes : array_like of int, shape (k,)
        Node indices.

    Returns
    -------
    Attachments
        At the end of the lowest-numbered edge of each node; unattached if a node has no edge.
    """
    wanted = np.asarray(nodes, dtype=np.int64).reshape(-1)
    first = np.full(graph.node_count, -1, dtype=np.int32)
    numbers = np.arange(graph.edge_count, dtype=np.int32)[::-1]
    first[graph.edge_v[::-1]] = numbers
    at_v = first.copy()
    first[graph.edge_u[::-1]] = numbers
    edge = np.where((at_v >= 0) & (at_v < first), at_v, first)[wanted]
    missing = edge < 0
    share = np.where(missing, np.nan, (graph.edge_u[edge] != wanted).astype(np.float64))
    xy = np.where(missing[:, None], np.nan, graph.node_xy[wanted])
    return Attachments(
        edge.astype(np.int32),
        share * graph.edge_length_m[edge],
        np.where(missing, np.nan, 0.0),
        xy,
        share,
    )
