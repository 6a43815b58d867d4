"""Isochrones: outlines of the streets that are reached in time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

import contourpy
import numpy as np
import shapely

from patrolmap.streets.reach import reached_stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.reach import Reach

__all__ = ["ISOCHRONE_M", "isochrone"]

ISOCHRONE_M: Final = 60.0
"""How far beside its streets an isochrone reaches, metres."""

_CELLS_BESIDE: Final = 4
_MOST_CELLS: Final = 12_000_000


def isochrone(graph: StreetGraph, reach: Reach, within_s: float, *, beside_m: float = ISOCHRONE_M) -> shapely.Geometry:
    """
    Outline the streets that are reached in time.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    reach : Reach
        Times from the posts.
    within_s : float
        The time, seconds.
    beside_m : float, default 60.0
        How far beside the streets the outline lies, metres.

    Returns
    -------
    shapely.Geometry
        Polygon or multipolygon, metric; holes smaller than a block of ``4 beside_m`` squared are filled. Empty if
        nothing is reached.

    Notes
    -----
    The contour of the distance to the nearest reached street, on a lattice of a quarter of `beside_m` (wider only above
    twelve million cells); the area
    is then within about 3 % of the true one. O(cells), which on a large
    network is a small part of the time that a union of outlines of single streets takes.
    """
    edge, low, high = reached_stretches(graph, reach, within_s)
    if not len(edge):
        return shapely.MultiPolygon()
    bounds = shapely.total_bounds(graph.edge_geometry[edge])
    extent = bounds[2:] - bounds[:2] + 4 * beside_m
    cell_m = max(beside_m / _CELLS_BESIDE, float(np.sqrt(extent.prod() / _MOST_CELLS)))
    origin = bounds[:2] - 2 * beside_m
    shape = np.ceil(extent[::-1] / cell_m).astype(int) + 1
    points = _points(graph, edge, low, high, cell_m) - origin
    apart = _distance_m(points, cell_m, (int(shape[0]), int(shape[1])))
    area = _inside(apart, origin, cell_m, beside_m)
    least_m2 = (4 * beside_m) ** 2
    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least_m2])
        for part in shapely.get_parts(area)
    ]
    return shapely.make_valid(shapely.simplify(shapely.union_all(parts), beside_m / 20))


def _points(
    graph: StreetGraph,
    edge: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    step_m: float,
) -> NDArray[np.float64]:
    """Set points along stretches, their ends included."""
    lines = graph.lines
    counts = np.ceil((high - low) * graph.edge_length_m[edge] / step_m).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(edge)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = low[owner] + (high - low)[owner] * place / np.maximum(counts - 1, 1)[owner]
    vertex = 2.0 * np.repeat(np.arange(graph.edge_count), np.diff(lines.start)) + lines.share
    at = 2.0 * edge[owner] + share
    return np.column_stack([np.interp(at, vertex, lines.xy[:, axis]) for axis in (0, 1)])


def _distance_m(points: NDArray[np.float64], cell_m: float, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Compute the distance of each lattice point to the nearest of some points, shape (rows, columns)."""
    from scipy.ndimage import distance_transform_edt

    column, row = np.rint(points / cell_m).astype(np.int64).T
    number = np.full(shape, -1, dtype=np.int64)
    number[row, column] = np.arange(len(points))
    rows, columns = distance_transform_edt(number < 0, return_distances=False, return_indices=True)
    nearest = points[number[rows, columns]]
    x, y = cell_m * np.arange(shape[1]), cell_m * np.arange(shape[0])
    apart: NDArray[np.float64] = np.hypot(nearest[..., 0] - x[None, :], nearest[..., 1] - y[:, None])
    return apart


def _inside(
    apart: NDArray[np.float64], origin: NDArray[np.float64], cell_m: float, beside_m: float
) -> shapely.Geometry:
    generator = contourpy.contour_generator(z=-apart, fill_type=contourpy.FillType.OuterOffset)
    filled = generator.filled(-beside_m, np.inf)
    points, offsets = cast("tuple[list[NDArray[np.float64]], list[NDArray[np.uint32]]]", filled)
    polygons = []
    for xy, cuts in zip(points, offsets, strict=True):
        outline = origin + cell_m * xy
        polygons.append(shapely.Polygon(outline[cuts[0] : cuts[1]], [outline[a:b] for a, b in pairwise(cuts[1:])]))
    return shapely.union_all(shapely.make_valid(np.array(polygons, dtype=object)))
