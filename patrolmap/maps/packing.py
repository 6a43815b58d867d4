"""Streets and barriers as few bytes: whole numbers of a fine grid, written as differences of variable length."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.maps.content import AreaLayer, StreetLayer
from patrolmap.maps.tile_grid import TILE_DOTS
from patrolmap.model.slices import by_slices

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from patrolmap.maps.tile_grid import TileGrid

__all__ = ["PACKED_ZOOM", "PLANAR_ZOOM", "pack_map", "varints"]

PACKED_ZOOM: Final = 18
"""Whole numbers are pixels of this zoom: 0.6 m at the equator."""

PLANAR_ZOOM: Final = 2
"""The same for plane networks: a quarter of a metre."""

_TOLERANCE_DOTS: Final = 1.5


def pack_map(streets: gpd.GeoDataFrame | None, barriers: gpd.GeoDataFrame | None, grid: TileGrid) -> dict[str, Any]:
    """
    Pack what lies under the office's layers.

    Streets of one name and class are joined, and lines lose what is finer than 1.5 pixels at zoom 18.

    Parameters
    ----------
    streets, barriers : geopandas.GeoDataFrame or None
        In the system of `grid`.
    grid : TileGrid
        The page's tiles.

    Returns
    -------
    dict of str to Any
        ``zoom`` of the whole numbers; ``names`` (the first is empty); ``groups`` in order, each with its ``count``
        of lines and either ``street`` (class), ``level``, ``link``, ``tunnel``, ``bridge``, or ``barrier`` and
        ``area``; ``data``, base64 of: name, number of points, differences of x and y to the point before.
    """
    zoom = PLANAR_ZOOM if grid.planar else PACKED_ZOOM
    left, _, _, top = grid.bounds(zoom, 0, 0)
    per_dot = (grid.bounds(zoom, 0, 0)[2] - left) / TILE_DOTS
    names: dict[str, int] = {"": 0}
    groups: list[dict[str, Any]] = []
    numbers: list[NDArray[np.int64]] = []
    last = np.zeros(2, dtype=np.int64)
    for group, lines, line_names in [*_barrier_groups(barriers), *_street_groups(streets)]:
        count = 0
        simple = by_slices(lambda part: shapely.simplify(part, _TOLERANCE_DOTS * per_dot), lines)
        for line, name in zip(simple, line_names, strict=True):
            xy = shapely.get_coordinates(line)
            dots = np.rint(np.column_stack((xy[:, 0] - left, top - xy[:, 1])) / per_dot).astype(np.int64)
            dots = dots[np.concatenate(([True], np.any(np.diff(dots, axis=0) != 0, axis=1)))]
            if len(dots) < 2:
                continue
            steps = np.diff(np.vstack((last, dots)), axis=0).ravel()
            head = np.array([names.setdefault(name, len(names)), len(dots)], dtype=np.int64)
            numbers += [head, np.where(steps < 0, -2 * steps - 1, 2 * steps)]
            last = dots[-1]
            count += 1
        groups.append({**group, "count": count})
    data = varints(np.concatenate(numbers)) if numbers else b""
    return {"zoom": zoom, "names": list(names), "groups": groups, "data": base64.b64encode(data).decode("ascii")}


def varints(numbers: NDArray[np.int64]) -> bytes:
    """
    Write whole numbers seven bits a byte, the lowest first; a set high bit says that more follow.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)
        Not below 0.

    Returns
    -------
    bytes
        Between n and 9 n of them.

    Raises
    ------
    ValueError
        If a number is below 0.
    """
    if len(numbers) and numbers.min() < 0:
        raise ValueError(int(numbers.min()))
    width = 9
    shifted = numbers[:, None] >> (7 * np.arange(width))
    length = np.maximum((shifted > 0).sum(axis=1), 1)
    place = np.arange(width)
    more = place < (length - 1)[:, None]
    digits = (shifted & 127) | np.where(more, 128, 0)
    return bytes(digits[place < length[:, None]].astype(np.uint8).tobytes())


_Group = tuple[dict[str, Any], "NDArray[np.object_]", "Iterable[str]"]


def _street_groups(streets: gpd.GeoDataFrame | None) -> list[_Group]:
    import pandas as pd

    if streets is None or streets.empty:
        return []
    layer = StreetLayer(streets)
    numbers, inverse = np.unique(layer.looks, return_inverse=True)
    found: list[_Group] = []
    for place, number in enumerate(numbers):
        level, street_class, through, tunnel, bridge = layer.look_of(number)
        members = np.flatnonzero(inverse == place)
        lines: list[shapely.LineString] = []
        names: list[str] = []
        for name, places in sorted(pd.Series(members).groupby(layer.names[members]).indices.items()):
            of_name = layer.lines[members[places]]
            merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(of_name)))
            lines.extend(merged)
            names.extend([name] * len(merged))
        group = {
            "street": street_class,
            "level": level,
            "link": not through,
            "tunnel": tunnel,
            "bridge": bridge,
        }
        found.append((group, np.array(lines, dtype=object), names))
    return found


def _barrier_groups(barriers: gpd.GeoDataFrame | None) -> list[_Group]:
    if barriers is None or barriers.empty:
        return []
    layer = AreaLayer(barriers)
    parts, source = shapely.get_parts(layer.geometries, return_index=True)
    kinds = layer.column("kind")[source]
    is_area = shapely.get_dimensions(parts) == 2
    found: list[_Group] = []
    for kind in ("green", "water", "river", "railway"):
        for area in (True, False):
            members = parts[(kinds == kind) & (is_area == area)]
            if len(members):
                # Even-odd filling keeps holes empty, but would empty overlaps too: areas are joined first.
                lines = shapely.get_rings(shapely.get_parts(shapely.union_all(members))) if area else members
                found.append(({"barrier": kind, "area": area}, lines, [""] * len(lines)))
    return found
