"""Clean lines as one table of vertices, the material that nodes are found in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["SAME_PLACE_M", "CleanLines", "clean_lines"]

SAME_PLACE_M: Final = 1e-6
"""Vertices closer than this are one."""


@dataclass(frozen=True, eq=False)
class CleanLines:
    """
    Lines ready for noding, and what was left out.

    Parameters
    ----------
    geometry : numpy.ndarray of object, shape (q,)
        Two-dimensional lines of at least two different vertices.
    row : numpy.ndarray of int64, shape (q,)
        Position in the layer of the street each line comes from.
    empty, zero_length, duplicate : int
        Lines left out: without coordinates or no line at all; without length; drawn twice.
    exploded : int
        Streets that were several lines.
    """

    geometry: NDArray[np.object_]
    row: NDArray[np.int64]
    empty: int
    zero_length: int
    duplicate: int
    exploded: int


def clean_lines(streets: gpd.GeoDataFrame, direction: NDArray[np.integer]) -> CleanLines:
    """
    Take the lines of a layer apart into simple parts.

    Parameters
    ----------
    streets : geopandas.GeoDataFrame
        Lines and multi-lines, metric.
    direction : numpy.ndarray of int
        One-way of each row: 0, 1 or -1. Lines drawn twice are duplicates only if their directions agree.

    Returns
    -------
    CleanLines
        Lines in the order of the layer; of duplicates the first.
    """
    shapes = streets.geometry.to_numpy()
    parts, row = shapely.get_parts(shapes, return_index=True)
    parts = shapely.force_2d(parts)
    lines = np.isin(shapely.get_type_id(parts), [1, 2]) & ~shapely.is_empty(parts)
    lines &= np.isfinite(shapely.bounds(parts)).all(axis=1)
    empty = int((~lines).sum()) + int(len(shapes) - len(np.unique(row)))
    exploded = int((np.bincount(row, minlength=len(shapes)) > 1).sum()) if len(row) else 0
    parts, row = parts[lines], row[lines]
    parts = shapely.remove_repeated_points(parts, SAME_PLACE_M)
    long = shapely.length(parts) > SAME_PLACE_M
    zero_length, parts, row = int((~long).sum()), parts[long], row[long]
    first = _first_of_each(parts, np.asarray(direction)[row])
    return CleanLines(parts[first], row[first], empty, zero_length, len(parts) - len(first), exploded)


def _first_of_each(lines: NDArray[np.object_], direction: NDArray[np.integer]) -> NDArray[np.intp]:
    """Find the first of lines with equal vertices, in either order of drawing, and equal direction of travel."""
    drawn, turned = shapely.to_wkb(lines), shapely.to_wkb(shapely.reverse(lines))
    seen: set[tuple[bytes, int]] = set()
    kept = []
    for number, (here, there, way) in enumerate(zip(drawn, turned, direction.tolist(), strict=True)):
        known = (here, way) if here <= there else (there, -way)
        if known not in seen:
            seen.add(known)
            kept.append(number)
    return np.array(kept, dtype=np.intp)
