"""Where streets lead into hotspots."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["entrance_streets", "entrances"]

_SAME_M: Final = 1.0
_ON_M: Final = 1e-6


def entrances(graph: StreetGraph, polygons: Sequence[shapely.Polygon]) -> tuple[NDArray[np.float64], ...]:
    """
    Find the places where streets pass the outlines of areas.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    polygons : sequence of shapely.Polygon
        Areas, metric CRS.

    Returns
    -------
    tuple of numpy.ndarray, shape (k, 2)
        For each area the places, metric CRS, from west to east. A street that touches the outline, or runs along
        it, is no entrance; places within a metre are one.
    """
    return tuple(_of(graph, polygon) for polygon in polygons)


def entrance_streets(
    graph: StreetGraph, ways_in: Sequence[NDArray[np.float64]]
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """
    Name the streets by which one enters areas.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    ways_in : sequence of numpy.ndarray, shape (k, 2)
        Entrances of each area, as from `entrances`.

    Returns
    -------
    tuple of tuple of (str, int)
        For each area its streets with the number of entrances by each, the most first; entrances by a street without
        a name are in none.
    """
    names = graph.edges["name"].fillna("").astype(str).str.strip().to_numpy()
    found = []
    for places in ways_in:
        place, edge = graph.edge_tree.query(shapely.points(places), predicate="dwithin", distance=_SAME_M)
        by_place = {int(one): "" for one in place}
        for one, name in zip(place, names[edge], strict=True):
            by_place[int(one)] = min(filter(None, (by_place[int(one)], name)), default="")
        counts = Counter(name for name in by_place.values() if name)
        found.append(tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))
    return tuple(found)


def _of(graph: StreetGraph, polygon: shapely.Polygon) -> NDArray[np.float64]:
    outline = shapely.boundary(polygon)
    edges = graph.edge_geometry[graph.edge_tree.query(outline, predicate="intersects")]
    if len(edges) == 0:
        return np.empty((0, 2))
    inner = shapely.get_parts(shapely.intersection(edges, polygon))
    inner = inner[shapely.length(inner) > _SAME_M]
    along = shapely.distance(shapely.line_interpolate_point(inner, 0.5, normalized=True), outline) < _ON_M
    ends = shapely.get_coordinates(shapely.boundary(inner[~along]))
    passing = ends[shapely.distance(shapely.points(ends), outline) < _ON_M]
    outside = shapely.get_parts(shapely.difference(edges, polygon))
    beyond = shapely.union_all(outside[shapely.length(outside) > _SAME_M])
    if len(passing) == 0 or beyond.is_empty:
        return np.empty((0, 2))
    passing = passing[shapely.distance(shapely.points(passing), beyond) < _ON_M]
    places = passing[np.lexsort((passing[:, 1], passing[:, 0]))]
    kept: list[NDArray[np.float64]] = []
    for place in places:
        if all(np.hypot(*(place - other)) > _SAME_M for other in kept):
            kept.append(place)
    return np.array(kept).reshape(-1, 2)
