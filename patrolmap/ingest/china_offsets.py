"""GCJ-02 and BD-09: the shifted coordinates of Chinese web maps, there and exactly back.

GCJ-02 shifts WGS 84 by a fixed series of sines, known from its published reimplementations (first in the China
map tools of 2010 and 2013, gathered as "eviltransform" and "PRCoords"); the ellipsoid is Krasovsky 1940. BD-09
turns and stretches GCJ-02 once more. Neither is a datum of PROJ. The inverse has no closed form and is iterated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bd09_to_wgs84", "gcj02_to_wgs84", "in_china", "wgs84_to_bd09", "wgs84_to_gcj02"]

_AXIS_M: Final = 6_378_245.0
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
_TOLERANCE_DEG: Final = 1e-10
_MAX_ROUNDS: Final = 30
_BD_LON_DEG: Final = 0.0065
_BD_LAT_DEG: Final = 0.006
_BD_PI: Final = np.pi * 3000.0 / 180.0

_Shift = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


def in_china(lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """
    Tell which places lie in the rectangle in which GCJ-02 shifts at all.

    Parameters
    ----------
    lonlat : (n, 2) array
        Longitude, latitude in degrees.

    Returns
    -------
    (n,) bool array
        True between 72.004 and 137.8347 degrees east and between 0.8293 and 55.8271 degrees north.
    """
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside: NDArray[np.bool_] = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return inside


def wgs84_to_gcj02(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Shift WGS 84 to GCJ-02.

    Parameters
    ----------
    lonlat : (n, 2) array
        WGS 84 longitude, latitude in degrees.

    Returns
    -------
    (n, 2) array
        GCJ-02 longitude, latitude; places outside the rectangle of `in_china` unchanged.
    """
    return np.where(in_china(lonlat)[:, None], lonlat + _offset_deg(lonlat), lonlat)


def gcj02_to_wgs84(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Take GCJ-02 back to WGS 84, to well under a millimetre.

    Parameters
    ----------
    lonlat : (n, 2) array
        GCJ-02 longitude, latitude in degrees.

    Returns
    -------
    (n, 2) array
        WGS 84 longitude, latitude.
    """
    return _inverted(wgs84_to_gcj02, lonlat)


def wgs84_to_bd09(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Shift WGS 84 to BD-09, by way of GCJ-02.

    Parameters
    ----------
    lonlat : (n, 2) array
        WGS 84 longitude, latitude in degrees.

    Returns
    -------
    (n, 2) array
        BD-09 longitude, latitude.
    """
    return _gcj02_to_bd09(wgs84_to_gcj02(lonlat))


def bd09_to_wgs84(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Take BD-09 back to WGS 84, to well under a millimetre.

    Parameters
    ----------
    lonlat : (n, 2) array
        BD-09 longitude, latitude in degrees.

    Returns
    -------
    (n, 2) array
        WGS 84 longitude, latitude.
    """
    return gcj02_to_wgs84(_inverted(_gcj02_to_bd09, lonlat))


def _inverted(shift: _Shift, target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fixed-point iteration; the shifts change so slowly (under 1 % a metre) that each round gains two digits."""
    guess = target.copy()
    for _ in range(_MAX_ROUNDS):
        error = target - shift(guess)
        guess = guess + error
        if not np.any(np.abs(error) > _TOLERANCE_DEG):
            break
    return guess


def _gcj02_to_bd09(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return np.column_stack([radius * np.cos(angle) + _BD_LON_DEG, radius * np.sin(angle) + _BD_LAT_DEG])


def _offset_deg(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = common + _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    north = common + _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    root = np.sqrt(np.abs(x))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north * 2.0 / 3.0
    lat_rad = np.radians(lonlat[:, 1])
    w2 = 1.0 - _ECCENTRICITY_SQUARED * np.sin(lat_rad) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (w2 * np.sqrt(w2))
    parallel_m = _AXIS_M / np.sqrt(w2) * np.cos(lat_rad)
    return np.column_stack([np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)])


def _waves(angle: NDArray[np.float64], *terms: tuple[float, float]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = np.zeros_like(angle)
    for amplitude, frequency in terms:
        total += amplitude * np.sin(np.pi * frequency * angle)
    return total
