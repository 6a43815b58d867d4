"""Roundabouts that no attribute names: small round circuits of one-way streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_roundabouts"]

_LONGEST_ROUND_M: Final = 400.0
_LEAST_ROUNDNESS: Final = 0.8
_NEAR_M: Final = 1e-6


def find_roundabouts(geometry: NDArray[np.object_], oneway: NDArray[np.integer]) -> NDArray[np.bool_]:
    """
    Find the edges of roundabouts by their shape.

    Parameters
    ----------
    geometry : numpy.ndarray of object, shape (m,)
        Edges, metric.
    oneway : numpy.ndarray of int, shape (m,)
        0, 1 or -1.

    Returns
    -------
    numpy.ndarray of bool, shape (m,)
        True for edges around a face of at most 400 m that is as round as 4πA/P² ≥ 0.8 says (a square has 0.785, a circle
        1) and that all go round in one direction.
    """
    result = np.zeros(len(geometry), dtype=bool)
    short = np.flatnonzero((oneway != 0) & (shapely.length(geometry) <= _LONGEST_ROUND_M))
    if len(short) == 0:
        return result
    faces = shapely.get_parts(shapely.polygonize(geometry[short]))
    around_m = shapely.length(faces)
    round_enough = 4 * np.pi * shapely.area(faces) / np.maximum(around_m, 1e-9) ** 2 >= _LEAST_ROUNDNESS
    faces = faces[(around_m <= _LONGEST_ROUND_M) & round_enough]
    tree = shapely.STRtree(geometry[short])
    for face in faces:
        edges = short[tree.query(face.exterior.buffer(_NEAR_M), predicate="contains")]
        turning = {bool(_goes_left(face, geometry[edge])) == bool(oneway[edge] > 0) for edge in edges}
        if len(turning) == 1:
            result[edges] = True
    return result


def _goes_left(face: shapely.Polygon, edge: shapely.LineString) -> bool:
    """Tell whether an edge of a face has the face on its left."""
    start, end = shapely.get_coordinates(edge)[:2]
    middle = (start + end) / 2
    ring = shapely.get_coordinates(shapely.orient_polygons(face).exterior)
    nearest = np.argmin(np.hypot(*((ring[:-1] + ring[1:]) / 2 - middle).T))
    along = ring[nearest + 1] - ring[nearest]
    return bool(np.dot(along, end - start) > 0)
