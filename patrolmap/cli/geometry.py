"""Geometry at the JSON edge: GeoJSON with as many decimals as mean something."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from patrolmap.model.frame import SpatialFrame

__all__ = ["geojson"]

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
