"""The plane that the city is drawn on, its smooth distortion, and the way from there to longitude and latitude."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from pyproj import Transformer

__all__ = ["GRID_M", "ORIGIN_DEG", "on_grid", "to_lonlat", "to_plane", "warp", "warp_geometry"]

ORIGIN_DEG: Final = (114.62, 35.34)
"""Longitude and latitude of the drum tower: farmland in reality, so that nobody takes the city for another."""

GRID_M: Final = 0.1
"""All street vertices lie on a grid of this size, so that shared points are equal to the last digit."""

_PLANE: Final = f"+proj=tmerc +lat_0={ORIGIN_DEG[1]} +lon_0={ORIGIN_DEG[0]} +k=1 +ellps=WGS84 +units=m +no_defs"
_OUT: Final = Transformer.from_crs(_PLANE, "EPSG:4326", always_xy=True)
_IN: Final = Transformer.from_crs("EPSG:4326", _PLANE, always_xy=True)

_WAVES: Final = (
    # amplitude (m), wave length (m), direction (deg), direction of the push (deg), phase
    (70.0, 6100.0, 20.0, 110.0, 0.3),
    (55.0, 4700.0, 105.0, 15.0, 1.9),
    (26.0, 2500.0, 150.0, 60.0, 4.1),
    (22.0, 1900.0, 60.0, 150.0, 2.2),
    (9.0, 820.0, 80.0, 170.0, 0.9),
    (9.0, 760.0, 5.0, 95.0, 5.2),
)
_CORE_WAVES: Final = ((9.0, 330.0, 35.0, 120.0, 0.4), (7.0, 210.0, 100.0, 20.0, 2.8), (8.0, 270.0, 165.0, 80.0, 1.1))
_CORE_RADIUS_M: Final = 820.0


def _push(xy: np.ndarray, waves: tuple[tuple[float, ...], ...]) -> np.ndarray:
    moved = np.zeros_like(xy)
    for amplitude, length, direction, push, phase in waves:
        a, b = np.radians(direction), np.radians(push)
        wave = amplitude * np.sin(2 * np.pi * (xy[:, 0] * np.cos(a) + xy[:, 1] * np.sin(a)) / length + phase)
        moved[:, 0] += wave * np.cos(b)
        moved[:, 1] += wave * np.sin(b)
    return moved


def warp(xy: np.ndarray) -> np.ndarray:
    """
    Bend the drawing board, so that nothing in the city is as straight as it was drawn.

    Parameters
    ----------
    xy : numpy.ndarray
        Points (n, 2) in metres as drawn.

    Returns
    -------
    numpy.ndarray
        The same points in the city's plane; the old core is bent on a smaller scale as well.
    """
    xy = np.asarray(xy, dtype=float)
    near_core = 1.0 / (1.0 + np.exp((np.hypot(xy[:, 0], xy[:, 1]) - _CORE_RADIUS_M) / 90.0))
    return xy + _push(xy, _WAVES) + near_core[:, None] * _push(xy, _CORE_WAVES)


def warp_geometry(geometry: shapely.Geometry, step_m: float = 60.0) -> shapely.Geometry:
    """
    Bend a geometry, with enough vertices to follow the bend.

    Parameters
    ----------
    geometry : shapely.Geometry
        As drawn.
    step_m : float, default 60.0
        Longest straight piece.

    Returns
    -------
    shapely.Geometry
        In the city's plane.
    """
    return shapely.transform(shapely.segmentize(geometry, step_m), warp)


def on_grid(xy: np.ndarray) -> np.ndarray:
    """
    Move points to the grid of street vertices.

    Parameters
    ----------
    xy : numpy.ndarray
        Points (n, 2) in metres.

    Returns
    -------
    numpy.ndarray
        Rounded to `GRID_M`.
    """
    return np.round(np.asarray(xy, dtype=float) / GRID_M) * GRID_M


def to_lonlat(geometry: shapely.Geometry) -> shapely.Geometry:
    """
    Give the WGS 84 position of a geometry.

    Parameters
    ----------
    geometry : shapely.Geometry
        In metres of the city's plane.

    Returns
    -------
    shapely.Geometry
        In degrees, rounded to 7 decimals (about 1 cm).
    """
    return shapely.transform(geometry, lambda xy: np.round(np.column_stack(_OUT.transform(xy[:, 0], xy[:, 1])), 7))


def to_plane(geometry: shapely.Geometry) -> shapely.Geometry:
    """
    Give the plane position of a geometry in degrees.

    Parameters
    ----------
    geometry : shapely.Geometry
        In WGS 84 degrees.

    Returns
    -------
    shapely.Geometry
        In metres of the city's plane.
    """
    return shapely.transform(geometry, lambda xy: np.column_stack(_IN.transform(xy[:, 0], xy[:, 1])))
