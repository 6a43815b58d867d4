"""The systems that bare numbers may be in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj

from patrolmap.ingest.china_offsets import bd09_to_wgs84, gcj02_to_wgs84
from patrolmap.model.frame import WGS84

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Hypothesis", "hypotheses"]

_NEAR_DEG: Final = 3.0
_MOSTLY: Final = 0.8
_SAME_DEG: Final = 1e-5
_FIRST_MERIDIAN: Final = 75


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """
    A system that the numbers may be in.

    Parameters
    ----------
    crs : str
        What import is to be told: ``wgs84``, ``gcj02``, ``bd09`` or ``EPSG:n``.
    title : str
        Its name.
    lonlat : (n, 2) array
        The points in WGS 84, if it is so.
    swapped : bool
        Whether the second number is the easting or the longitude.
    same_as : str or None, default None
        An earlier hypothesis that gives the same places to a metre.
    """

    crs: str
    title: str
    lonlat: NDArray[np.float64]
    swapped: bool = False
    same_as: str | None = None


def hypotheses(
    xy: NDArray[np.float64], centre: tuple[float, float], declared: pyproj.CRS | None = None
) -> tuple[Hypothesis, ...]:
    """
    List the systems that put the numbers anywhere near the streets.

    Parameters
    ----------
    xy : (n, 2) array
        The numbers, in the order of the file.
    centre : (float, float)
        Longitude and latitude amid the streets, degrees.
    declared : pyproj.CRS or None, default None
        The system that the file declares; in metres it counts, degrees are open to doubt.

    Returns
    -------
    tuple of Hypothesis
        Degrees: WGS 84, CGCS2000, GCJ-02, BD-09, in either order of the axes. Metres: CGCS2000 Gauss-Krueger zones of
        3 degrees without and with the zone's number (25 to 45), of 6 degrees with it (13 to 23), UTM, Web Mercator.
        Only those that put at least 80 % of the points within 3 degrees of the streets; the four of degrees together.
    """
    found: list[Hypothesis] = []
    if declared is not None and not declared.is_geographic:
        lonlat = _lonlat(xy, declared)
        title = declared.name
        authority = declared.to_authority(min_confidence=70)
        code = ":".join(authority) if authority else "auto"
        found += [Hypothesis(code, title, lonlat), *_shifted(lonlat, swapped=False, note=f" ({title})")]
    else:
        for swapped in (False, True):
            numbers = xy[:, ::-1] if swapped else xy
            found += _of_degrees(numbers, centre, swapped=swapped)
            found += _of_metres(numbers, centre, swapped=swapped)
    return _with_twins(found)


def _of_degrees(xy: NDArray[np.float64], centre: tuple[float, float], *, swapped: bool) -> list[Hypothesis]:
    if np.mean((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90)) < _MOSTLY or not _near(xy, centre):
        return []
    plain = [Hypothesis("wgs84", "WGS 84", xy, swapped), Hypothesis("EPSG:4490", "CGCS2000", xy, swapped)]
    return [*plain, *_shifted(xy, swapped=swapped)]


def _shifted(xy: NDArray[np.float64], *, swapped: bool, note: str = "") -> list[Hypothesis]:
    return [
        Hypothesis("gcj02", f"GCJ-02{note}", gcj02_to_wgs84(xy), swapped),
        Hypothesis("bd09", f"BD-09{note}", bd09_to_wgs84(xy), swapped),
    ]


def _of_metres(xy: NDArray[np.float64], centre: tuple[float, float], *, swapped: bool) -> Iterator[Hypothesis]:
    for code, title in _projections(xy):
        lonlat = _lonlat(xy, pyproj.CRS.from_epsg(code))
        if _near(lonlat, centre):
            yield Hypothesis(f"EPSG:{code}", title, lonlat, swapped)


def _projections(xy: NDArray[np.float64]) -> Iterator[tuple[int, str]]:
    """List the projections whose eastings and northings have this size."""
    easting, northing = np.median(xy, axis=0)
    northing_fits = 0.0 <= northing <= 6_000_000.0
    if northing_fits and 100_000.0 <= easting <= 900_000.0:
        for step in range(21):
            meridian = _FIRST_MERIDIAN + 3 * step
            yield 4534 + step, f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"
        for zone in range(43, 54):
            yield 32600 + zone, f"WGS 84 / UTM {zone}N"
    zone = int(easting // 1_000_000)
    if northing_fits and 25 <= zone <= 45:
        yield 4513 + zone - 25, f"CGCS2000 / 3-degree Gauss-Kruger zone {zone}"
    if northing_fits and 13 <= zone <= 23:
        yield 4491 + zone - 13, f"CGCS2000 / Gauss-Kruger zone {zone}"
    if abs(easting) > 5_000_000.0 or northing_fits:
        yield 3857, "WGS 84 / Pseudo-Mercator"


def _lonlat(xy: NDArray[np.float64], system: pyproj.CRS) -> NDArray[np.float64]:
    lon, lat = pyproj.Transformer.from_crs(system, WGS84, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def _near(lonlat: NDArray[np.float64], centre: tuple[float, float]) -> bool:
    with np.errstate(invalid="ignore"):
        close = np.abs(lonlat - np.array(centre)).max(axis=1) <= _NEAR_DEG
    return bool(np.mean(close) >= _MOSTLY)


def _with_twins(found: list[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Mark what gives the same places as an earlier one: to choose between them is no matter."""
    told: list[Hypothesis] = []
    for one in found:
        twin = next((other for other in told if other.same_as is None and _alike(one, other)), None)
        told.append(Hypothesis(one.crs, one.title, one.lonlat, one.swapped, twin.crs if twin is not None else None))
    return tuple(told)


def _alike(one: Hypothesis, other: Hypothesis) -> bool:
    return bool(np.nanmax(np.abs(one.lonlat - other.lonlat), initial=0.0) <= _SAME_DEG)
