"""Lines a town planner draws: smooth curves, parallel lines and cuts through blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["bent", "blob", "lines_of", "long_axis", "polygons_of", "ribbon", "smooth"]


def smooth(points: Sequence[Sequence[float]], *, closed: bool = False, step_m: float = 60.0) -> np.ndarray:
    """
    Draw a smooth curve through points (centripetal Catmull-Rom).

    Parameters
    ----------
    points : sequence of (float, float)
        What the curve passes through, in metres.
    closed : bool, default False
        Whether it comes back to its start.
    step_m : float, default 60.0
        About how far its vertices stand apart.

    Returns
    -------
    numpy.ndarray
        Vertices (n, 2); a closed curve repeats its first.
    """
    base = np.asarray(points, dtype=float)
    if closed:
        base = np.vstack([base[-1], base, base[0], base[1]])
    else:
        base = np.vstack([2 * base[0] - base[1], base, 2 * base[-1] - base[-2]])
    made = []
    for p0, p1, p2, p3 in zip(base, base[1:], base[2:], base[3:], strict=False):
        gaps = np.cumsum([0.0, *(np.sqrt(np.hypot(*(b - a))) for a, b in ((p0, p1), (p1, p2), (p2, p3)))])
        count = max(2, int(np.hypot(*(p2 - p1)) / step_m))
        t = np.linspace(gaps[1], gaps[2], count, endpoint=False)[:, None]
        a1 = (gaps[1] - t) / (gaps[1] - gaps[0]) * p0 + (t - gaps[0]) / (gaps[1] - gaps[0]) * p1
        a2 = (gaps[2] - t) / (gaps[2] - gaps[1]) * p1 + (t - gaps[1]) / (gaps[2] - gaps[1]) * p2
        a3 = (gaps[3] - t) / (gaps[3] - gaps[2]) * p2 + (t - gaps[2]) / (gaps[3] - gaps[2]) * p3
        b1 = (gaps[2] - t) / (gaps[2] - gaps[0]) * a1 + (t - gaps[0]) / (gaps[2] - gaps[0]) * a2
        b2 = (gaps[3] - t) / (gaps[3] - gaps[1]) * a2 + (t - gaps[1]) / (gaps[3] - gaps[1]) * a3
        made.append((gaps[2] - t) / (gaps[2] - gaps[1]) * b1 + (t - gaps[1]) / (gaps[2] - gaps[1]) * b2)
    made.append(base[-2][None, :])
    return np.vstack(made)


def ribbon(centre: np.ndarray, widths_m: np.ndarray) -> Polygon:
    """
    Draw a river around its centre line.

    Parameters
    ----------
    centre : numpy.ndarray
        Vertices (n, 2) of the centre line.
    widths_m : numpy.ndarray
        Width (n,) at each vertex.

    Returns
    -------
    shapely.Polygon
        The water.
    """
    pieces = [
        shapely.union(Point(a).buffer(wa / 2), Point(b).buffer(wb / 2)).convex_hull
        for a, b, wa, wb in zip(centre, centre[1:], widths_m, widths_m[1:], strict=False)
    ]
    return shapely.union_all(pieces).simplify(1.0)


def blob(centre: Sequence[float], radii_m: Sequence[float], step_m: float = 25.0) -> Polygon:
    """
    Draw a round shape with a radius for each direction.

    Parameters
    ----------
    centre : sequence of float
        Its middle, in metres.
    radii_m : sequence of float
        Radii, evenly around from east to north.
    step_m : float, default 25.0
        About how far its vertices stand apart.

    Returns
    -------
    shapely.Polygon
        A smooth outline.
    """
    angles = np.linspace(0, 2 * np.pi, len(radii_m), endpoint=False)
    radii = np.asarray(radii_m, dtype=float)
    points = np.column_stack([centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)])
    return Polygon(smooth(points, closed=True, step_m=step_m))


def bent(start: np.ndarray, end: np.ndarray, bulge: float) -> LineString:
    """
    Join two points by a slightly curved line.

    Parameters
    ----------
    start, end : numpy.ndarray
        The points.
    bulge : float
        How far the middle stands out, as a share of the length; the sign is the side.

    Returns
    -------
    shapely.LineString
        A straight line if the bulge is next to nothing.
    """
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = end - start
    if abs(bulge) * np.hypot(*along) < 0.7:
        return LineString([start, end])
    side = np.array([-along[1], along[0]])
    t = np.linspace(0, 1, max(3, min(9, int(np.hypot(*along) / 22))))[:, None]
    return LineString(start + t * along + 4 * t * (1 - t) * bulge * side)


def long_axis(area: Polygon) -> tuple[np.ndarray, np.ndarray, float, float]:
    """
    Find how an area lies.

    Parameters
    ----------
    area : shapely.Polygon
        Any polygon.

    Returns
    -------
    tuple of (numpy.ndarray, numpy.ndarray, float, float)
        Middle, unit vector of the long side, length and width of the smallest rectangle around it, in metres.
    """
    corners = shapely.get_coordinates(area.minimum_rotated_rectangle)[:4]
    a, b = corners[1] - corners[0], corners[2] - corners[1]
    la, lb = float(np.hypot(*a)), float(np.hypot(*b))
    if la >= lb:
        return corners.mean(axis=0), a / max(la, 1e-9), la, lb
    return corners.mean(axis=0), b / max(lb, 1e-9), lb, la


def lines_of(geometry: shapely.Geometry) -> list[LineString]:
    """
    List the lines of a geometry.

    Parameters
    ----------
    geometry : shapely.Geometry
        Anything.

    Returns
    -------
    list of shapely.LineString
        Those of some length.
    """
    return [part for part in _parts(geometry) if part.geom_type == "LineString" and part.length > 0]


def polygons_of(geometry: shapely.Geometry) -> list[Polygon]:
    """
    List the polygons of a geometry.

    Parameters
    ----------
    geometry : shapely.Geometry
        Anything.

    Returns
    -------
    list of shapely.Polygon
        Those of some area.
    """
    return [part for part in _parts(geometry) if part.geom_type == "Polygon" and part.area > 0]


def _parts(geometry: shapely.Geometry) -> Iterable[shapely.Geometry]:
    if hasattr(geometry, "geoms"):
        for part in geometry.geoms:
            yield from _parts(part)
    else:
        yield geometry
