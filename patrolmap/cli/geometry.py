"""Geometry at the edge: GeoJSON with as many decimals as mean something, and places as they are typed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.model.frame import SpatialFrame

__all__ = ["geojson", "metric_places"]

_DECIMALS_DEG: Final = 7
_DECIMALS_M: Final = 3


def geojson(geometry: shapely.Geometry | None, frame: SpatialFrame) -> dict[str, Any] | None:
    """
    Write a geometry as GeoJSON.

    Parameters
    ----------
    geometry : shapely.Geometry or None
        Metric.
    frame : SpatialFrame
        The frame of the project.

    Returns
    -------
    dict of str to Any or None
        In WGS 84 with 7 decimals (1 cm), or in the plane's own units to the millimetre; None without
        geometry, or for an empty one.
    """
    if geometry is None or geometry.is_empty:
        return None
    decimals = _DECIMALS_DEG
    if frame.is_planar:
        decimals = _DECIMALS_M + max(math.ceil(math.log10(frame.metres_per_unit)), 0)
    rounded = shapely.transform(frame.metric_to_wgs84(geometry), lambda xy: np.round(xy, decimals))
    written: dict[str, Any] = rounded.__geo_interface__
    return written


def metric_places(text: str, frame: SpatialFrame) -> tuple[tuple[float, float], ...]:
    """
    Read places as they are typed at the command line.

    Parameters
    ----------
    text : str
        One or more of ``LON,LAT`` with spaces between them, in WGS 84 or the plane's own units.
    frame : SpatialFrame
        The frame of the project.

    Returns
    -------
    tuple of (float, float)
        Metric, one or more.

    Raises
    ------
    InputError
        If one of them is no place.
    """
    typed = [_typed_place(part) for part in re.sub(r"\s*[,，]\s*", ",", text).split()]
    if not typed or None in typed:
        raise InputError(
            N_("“{text}” is no place."), remedy=N_("Give longitude and latitude, such as 113.65,34.76."), text=text
        )
    metric = shapely.get_coordinates(frame.wgs84_to_metric(shapely.MultiPoint(typed)))
    if not np.isfinite(metric).all():
        raise InputError(
            N_("“{text}” is no place."), remedy=N_("Give longitude and latitude, such as 113.65,34.76."), text=text
        )
    return tuple((float(x), float(y)) for x, y in metric)


def _typed_place(part: str) -> tuple[float, float] | None:
    try:
        lon, lat = (float(one) for one in part.split(","))
    except ValueError:
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None
