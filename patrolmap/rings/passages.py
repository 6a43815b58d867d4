"""Where streets pass from one side of a ring's boundary to the other. Pure geometry; touching is not passing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["INSIDE", "ON", "ON_BOUNDARY_M", "OUTSIDE", "Passages", "find_passages"]

INSIDE: Final = 1
ON: Final = 0
OUTSIDE: Final = -1

ON_BOUNDARY_M: Final = 0.01
"""What lies nearer to the boundary than this lies on it, metres: drawn on the same vertex, or rounded apart."""


@dataclass(frozen=True, eq=False)
class Passages:
    """
    How a street graph lies to a ring.

    Parameters
    ----------
    node_side : numpy.ndarray of int8, shape (n,)
        `INSIDE`, `OUTSIDE`, or `ON` the boundary.
    first_side, last_side : numpy.ndarray of int8, shape (m,)
        The side of the first and of the last stretch of each edge that is not on the boundary; `ON` if the whole edge
        runs along the boundary.
    edge : numpy.ndarray of int32, shape (c,)
        The edge of each place where an edge changes sides between its ends, ascending.
    share : numpy.ndarray of float64, shape (c,)
        How far along the edge, 0 to 1, ascending in an edge.
    inward : numpy.ndarray of bool, shape (c,)
        Whether the edge, from u to v, passes from outside to inside there.
    xy : numpy.ndarray of float64, shape (c, 2)
        The place, metres.
    """

    node_side: NDArray[np.int8]
    first_side: NDArray[np.int8]
    last_side: NDArray[np.int8]
    edge: NDArray[np.int32]
    share: NDArray[np.float64]
    inward: NDArray[np.bool_]
    xy: NDArray[np.float64]


def find_passages(graph: StreetGraph, area: shapely.Polygon | shapely.MultiPolygon) -> Passages:
    """
    Find every place where an edge passes from one side of a ring to the other.

    An edge is cut where it meets the boundary. A stretch that stays within `ON_BOUNDARY_M` of the boundary is on it; any
    other stretch lies wholly inside or outside. A passage is a change of sides between stretches that follow each
    other, stretches on the boundary left out; it is placed where the street enters or leaves the inside. So an edge
    may pass several times, and one that only touches does not pass.

    Parameters
    ----------
    graph : StreetGraph
        The streets, metric.
    area : shapely.Polygon or shapely.MultiPolygon
        The ring's area, valid, in the CRS of the graph.

    Returns
    -------
    Passages
        Sides and passages.

    Notes
    -----
    O((m + b) log b) for m edges and b boundary segments, and the stretches of the edges that meet the boundary.
    """
    boundary = _segments(area.boundary)
    tree = shapely.STRtree(boundary)
    shapely.prepare(area)
    node_side = np.where(shapely.contains_xy(area, graph.node_xy), INSIDE, OUTSIDE).astype(np.int8)
    edges = np.unique(graph.edge_tree.query(boundary, predicate="dwithin", distance=ON_BOUNDARY_M)[1]).astype(np.int64)
    ends = np.unique(np.concatenate([graph.edge_u[edges], graph.edge_v[edges]]))
    near = tree.query(shapely.points(graph.node_xy[ends]), predicate="dwithin", distance=ON_BOUNDARY_M)[0]
    node_side[ends[near]] = ON
    first, last = node_side[graph.edge_u].copy(), node_side[graph.edge_v].copy()
    stretches = _cut(graph, edges, boundary, tree)
    side = _stretch_sides(graph, stretches, area, tree)
    off = side != ON
    owner, start, side = stretches.edge[off], stretches.start[off], side[off]
    first[edges], last[edges] = ON, ON
    first[owner[::-1]] = side[::-1]
    last[owner] = side
    change = np.flatnonzero((owner[1:] == owner[:-1]) & (side[1:] != side[:-1]))
    inward = side[change + 1] == INSIDE
    share = np.where(inward, start[change + 1], stretches.end[off][change])
    edge = owner[change]
    return Passages(node_side, first, last, edge.astype(np.int32), share, inward, _places(graph, edge, share))


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Pieces of edges between two meetings with the boundary, in the order of the edges and along them."""

    edge: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


def _segments(lines: shapely.Geometry) -> NDArray[np.object_]:
    parts = shapely.get_parts(lines)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    same = part[1:] == part[:-1]
    segments: NDArray[np.object_] = shapely.linestrings(np.stack([xy[:-1][same], xy[1:][same]], axis=1))
    return segments


def _cut(
    graph: StreetGraph, edges: NDArray[np.int64], boundary: NDArray[np.object_], tree: shapely.STRtree
) -> _Stretches:
    """Cut the edges at their meetings; each segment of an edge is met by itself, so that an edge may cross itself."""
    xy, share, owner = _vertices(graph, edges)
    same = np.flatnonzero(owner[1:] == owner[:-1])
    segments = shapely.linestrings(np.stack([xy[same], xy[same + 1]], axis=1))
    mine, theirs = tree.query(segments, predicate="intersects")
    spot, pair = shapely.get_coordinates(shapely.intersection(segments[mine], boundary[theirs]), return_index=True)
    vertex = same[mine[pair]]
    length = np.hypot(*(xy[vertex + 1] - xy[vertex]).T)
    part = np.hypot(*(spot - xy[vertex]).T) / np.where(length > 0, length, 1.0)
    met = share[vertex] + np.clip(part, 0.0, 1.0) * (share[vertex + 1] - share[vertex])
    edge = np.concatenate([edges, edges, owner[vertex]])
    place = np.concatenate([np.zeros(len(edges)), np.ones(len(edges)), met])
    order = np.lexsort((place, edge))
    edge, place = edge[order], place[order]
    joined = (edge[1:] == edge[:-1]) & (place[1:] > place[:-1])
    return _Stretches(edge[:-1][joined], place[:-1][joined], place[1:][joined])


def _vertices(
    graph: StreetGraph, edges: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    lines = graph.lines
    counts = lines.start[edges + 1] - lines.start[edges]
    owner = np.repeat(edges, counts)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(lines.start[edges], counts) + offset
    return lines.xy[rows], lines.share[rows], owner


def _stretch_sides(
    graph: StreetGraph, stretches: _Stretches, area: shapely.Geometry, tree: shapely.STRtree
) -> NDArray[np.int8]:
    """Judge each stretch by that of its vertices and midpoints that lies farthest from the boundary."""
    count = len(stretches.edge)
    middle = _places(graph, stretches.edge, (stretches.start + stretches.end) / 2)
    inner_xy, inner_owner = _inner_vertices(graph, stretches)
    xy = np.concatenate([middle, inner_xy])
    owner = np.concatenate([np.arange(count), inner_owner])
    points = shapely.points(xy)
    distance = np.full(len(xy), np.inf)
    (near, _), apart = tree.query_nearest(points, return_distance=True, all_matches=False)
    distance[near] = apart
    order = np.lexsort((distance, owner))
    farthest = order[np.flatnonzero(np.diff(owner[order], append=count))]
    side = np.where(shapely.contains_xy(area, xy[farthest]), INSIDE, OUTSIDE).astype(np.int8)
    side[distance[farthest] <= ON_BOUNDARY_M] = ON
    return side


def _inner_vertices(graph: StreetGraph, stretches: _Stretches) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the vertices of edges that lie within a stretch, and the stretch of each."""
    edges = np.unique(stretches.edge)
    xy, share, owner = _vertices(graph, edges)
    key = owner + np.minimum(share, 1.0) * 0.5
    starts = stretches.edge + stretches.start * 0.5
    place = np.searchsorted(starts, key, side="right") - 1
    inside = (share > 0) & (share < 1)
    return xy[inside], place[inside]


def _places(graph: StreetGraph, edge: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(edge):
        return np.empty((0, 2))
    points = shapely.line_interpolate_point(graph.edge_geometry[edge], share, normalized=True)
    xy: NDArray[np.float64] = shapely.get_coordinates(points)
    return xy
