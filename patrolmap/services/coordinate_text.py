"""A place of the map written in the system that the user reads, and read back from it."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.ingest.china_offsets import bd09_to_wgs84, gcj02_to_wgs84, in_china, wgs84_to_bd09, wgs84_to_gcj02
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyproj

    from patrolmap.model.frame import SpatialFrame

__all__ = ["SYSTEM_TITLES", "degrees_text", "place_text", "typed_places"]

SYSTEM_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": N_("Metres of the project and WGS 84"),
        "wgs84": "WGS 84",
        "cgcs2000": "CGCS2000",
        "gcj02": "GCJ-02",
        "bd09": "BD-09",
        "gk3": N_("CGCS2000, 3-degree Gauss-Krueger"),
    }
)
"""English titles of the systems to choose from, the keys of their translations."""

_FIRST_MERIDIAN, _LAST_MERIDIAN, _FIRST_CODE = 75, 135, 4534


def place_text(frame: SpatialFrame, system: str, x: float, y: float) -> tuple[str, str]:
    """
    Write a place.

    Parameters
    ----------
    frame : SpatialFrame
        The project's frame.
    system : str
        One of `SYSTEM_TITLES`; a plane network has only its own units.
    x, y : float
        The place, metres of the project.

    Returns
    -------
    str
        Name of the system; empty for a plane.
    str
        The numbers. Degrees with five decimals, north first; metres with one, x (east) first. Where a system does not
        reach, outside China, WGS 84 stands in for it and is named.
    """
    point = frame.metric_to_wgs84(shapely.Point(x, y))
    if frame.is_planar:
        return "", f"{point.x:.1f}, {point.y:.1f}"
    lonlat = np.array([[point.x, point.y]])
    if system in {"gcj02", "bd09"} and in_china(lonlat)[0]:
        moved = (wgs84_to_gcj02 if system == "gcj02" else wgs84_to_bd09)(lonlat)[0]
        return SYSTEM_TITLES[system], degrees_text(float(moved[0]), float(moved[1]))
    if system == "cgcs2000":
        lon, lat = _way("EPSG:4490").transform(point.x, point.y)
        return "CGCS2000", degrees_text(lon, lat)
    if system == "gk3" and _FIRST_MERIDIAN - 1.5 <= point.x <= _LAST_MERIDIAN + 1.5:
        meridian = _nearest_meridian(point.x)
        east, north = _way(_zone(meridian)).transform(point.x, point.y)
        return f"CGCS2000 GK {meridian}°E", f"{east:.1f}, {north:.1f}"
    return "WGS 84", degrees_text(point.x, point.y)


def typed_places(
    frame: SpatialFrame, system: str, x: float, y: float, near: shapely.Point | None = None
) -> tuple[tuple[str, shapely.Point], ...]:
    """
    Find the places that two numbers can mean.

    Parameters
    ----------
    frame : SpatialFrame
        The project's frame.
    system : str
        One of `SYSTEM_TITLES`: what the user reads, and so writes.
    x, y : float
        Longitude and latitude, or metres east and north; units of a plane.
    near : shapely.Point or None, default None
        Somewhere in the district, metres: it tells the zone of metres; None asks for a zone in the numbers.

    Returns
    -------
    tuple of (str, shapely.Point)
        Name of the system and the place, metres of the project. The user's system first, then WGS 84, for numbers come from
        letters and telephones too; metres that no zone takes are those of the project.
    """
    if frame.is_planar:
        return (("", frame.wgs84_to_metric(shapely.Point(x, y))),)
    if abs(x) <= 180 and abs(y) <= 90:
        # The two agree within a metre: no other place is meant.
        usual = ("CGCS2000" if system == "cgcs2000" else "WGS 84", frame.wgs84_to_metric(shapely.Point(x, y)))
        back = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}.get(system)
        if back is None or not in_china(np.array([[x, y]]))[0]:
            return (usual,)
        lon, lat = back(np.array([[x, y]]))[0]
        return ((SYSTEM_TITLES[system], frame.wgs84_to_metric(shapely.Point(lon, lat))), usual)
    meridian = _meridian(frame, system, x, near)
    if meridian is None:
        return ((str(frame.metric_crs), shapely.Point(x, y)),)
    to_degrees = _way(_zone(meridian))
    lon, lat = to_degrees.transform(x % 1_000_000, y, direction="INVERSE")
    return ((f"CGCS2000 GK {meridian}°E", frame.wgs84_to_metric(shapely.Point(lon, lat))),)


def _meridian(frame: SpatialFrame, system: str, x: float, near: shapely.Point | None) -> int | None:
    """Find the zone of metres: the one before their million, else that of the district; None if they are of no zone."""
    meridian = 3 * int(x // 1_000_000)
    if _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        return meridian
    if system != "gk3" or near is None:
        return None
    lon = frame.metric_to_wgs84(near).x
    within = _FIRST_MERIDIAN - 1.5 <= lon <= _LAST_MERIDIAN + 1.5
    return _nearest_meridian(lon) if within else None


def _nearest_meridian(lon: float) -> int:
    return min(max(round(lon / 3) * 3, _FIRST_MERIDIAN), _LAST_MERIDIAN)


def _zone(meridian: int) -> str:
    return f"EPSG:{_FIRST_CODE + (meridian - _FIRST_MERIDIAN) // 3}"


def degrees_text(lon: float, lat: float) -> str:
    """
    Write degrees.

    Parameters
    ----------
    lon, lat : float
        Degrees.

    Returns
    -------
    str
        Such as ``34.70123° N  113.60045° E``; five decimals are about a metre.
    """
    return f"{abs(lat):.5f}° {'N' if lat >= 0 else 'S'}  {abs(lon):.5f}° {'E' if lon >= 0 else 'W'}"


@cache
def _way(target: str) -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs("EPSG:4326", target, always_xy=True)
