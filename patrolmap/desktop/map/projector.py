"""Between the project's metres and the coordinates of the map page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from patrolmap.model.frame import WGS84

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.frame import SpatialFrame

__all__ = ["Projector"]


class Projector:
    """
    Converts places.

    Parameters
    ----------
    frame : SpatialFrame
        The project's frame. The page shows lon, lat in WGS 84, or metres of a plane.
    """

    def __init__(self, frame: SpatialFrame) -> None:
        self._out = self._back = None
        if not frame.is_planar:
            self._out = pyproj.Transformer.from_crs(frame.metric_crs, WGS84, always_xy=True)
            self._back = pyproj.Transformer.from_crs(WGS84, frame.metric_crs, always_xy=True)

    @property
    def is_planar(self) -> bool:
        """Whether the page shows metres of a plane."""
        return self._out is None

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """
        Convert metres.

        Parameters
        ----------
        x, y : float
            Metres.

        Returns
        -------
        tuple of float
            Lon, lat, or the same metres.
        """
        if self._out is None:
            return x, y
        lon, lat = self._out.transform(x, y)
        return float(lon), float(lat)

    def to_metric(self, lon: float, lat: float) -> tuple[float, float]:
        """
        Convert a place of the page.

        Parameters
        ----------
        lon, lat : float
            Degrees, or metres of a plane.

        Returns
        -------
        tuple of float
            Metres.
        """
        if self._back is None:
            return lon, lat
        x, y = self._back.transform(lon, lat)
        return float(x), float(y)

    def shapes_to_page(self, shapes: list[shapely.Geometry]) -> NDArray[np.object_]:
        """
        Convert geometries.

        Parameters
        ----------
        shapes : list of shapely.Geometry
            Metres.

        Returns
        -------
        ndarray of object
            The same in the coordinates of the page.
        """
        made = np.empty(len(shapes), dtype=object)
        made[:] = shapes
        out = self._out
        if out is None or not shapes:
            return made
        moved: NDArray[np.object_] = shapely.transform(
            made, lambda xy: np.column_stack(out.transform(xy[:, 0], xy[:, 1]))
        )
        return moved

    def bounds_to_page(self, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """
        Convert a box, so that all of it is inside the result.

        Parameters
        ----------
        bounds : tuple of float
            ``(min_x, min_y, max_x, max_y)``, metres.

        Returns
        -------
        tuple of float
            ``(min_lon, min_lat, max_lon, max_lat)``.
        """
        corners = np.array([self.to_page(x, y) for x in bounds[::2] for y in bounds[1::2]])
        low, high = corners.min(axis=0), corners.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
