"""How a map is cut into tiles: Web Mercator for places on Earth, powers of two of a metre for plane networks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely

from patrolmap.model.frame import projected

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.model.frame import SpatialFrame

__all__ = ["MERCATOR", "TILE_DOTS", "TileGrid"]

MERCATOR: Final = "EPSG:3857"
TILE_DOTS: Final = 256
"""Width and height of a tile in CSS pixels."""

_HALF_WORLD_M: Final = 20_037_508.342789244


@dataclass(frozen=True)
class TileGrid:
    """
    The tiles of a map.

    Parameters
    ----------
    planar : bool
        False: XYZ tiles in Web Mercator. True: Leaflet's ``CRS.Simple`` over metres, where a pixel at zoom 0 is
        one metre, y of tiles grows downwards and tile 0, 0 has its upper left corner at 0, 0.
    ground_factor : float, default 1.0
        True metres in one unit: the cosine of the district's latitude in Web Mercator.
    """

    planar: bool
    ground_factor: float = 1.0

    @classmethod
    def of(cls, frame: SpatialFrame, latitude_deg: float) -> TileGrid:
        """
        Choose the grid of a project.

        Parameters
        ----------
        frame : SpatialFrame
            Where the project lies.
        latitude_deg : float
            Of its middle; ignored for plane networks.

        Returns
        -------
        TileGrid
            The grid.
        """
        if frame.is_planar:
            return cls(planar=True)
        return cls(planar=False, ground_factor=math.cos(math.radians(latitude_deg)))

    def bounds(self, z: float, x: int, y: int, *, tiles: int = 1) -> tuple[float, float, float, float]:
        """
        Find what a tile, or a square block of tiles, shows.

        Parameters
        ----------
        z : float
            Zoom; between two whole zooms the tiles have a size between theirs.
        x, y : int
            Column and row of the upper left tile.
        tiles : int, default 1
            Tiles in a row of the block.

        Returns
        -------
        tuple of float
            ``(min_x, min_y, max_x, max_y)`` in the units of `project`.
        """
        if self.planar:
            size = TILE_DOTS / 2.0**z
            return x * size, -(y + tiles) * size, (x + tiles) * size, -y * size
        size = 2 * _HALF_WORLD_M / 2.0**z
        left, top = x * size - _HALF_WORLD_M, _HALF_WORLD_M - y * size
        return left, top - tiles * size, left + tiles * size, top

    def project(self, layer: gpd.GeoDataFrame, frame: SpatialFrame) -> gpd.GeoDataFrame:
        """
        Bring a layer into the system of the tiles.

        Parameters
        ----------
        layer : geopandas.GeoDataFrame
            In the project's stored system or any declared one.
        frame : SpatialFrame
            The project's frame.

        Returns
        -------
        geopandas.GeoDataFrame
            In Web Mercator, or in metres of the plane.
        """
        if self.planar:
            return frame.to_metric(layer)
        if layer.crs is not None and layer.crs == frame.metric_crs:
            # Metres lie on WGS 84: one projection does what two would.
            return projected(layer, MERCATOR)
        return projected(frame.to_wgs84(layer), MERCATOR)

    def project_boxes(self, boxes: NDArray[np.float64], frame: SpatialFrame) -> NDArray[np.float64]:
        """
        Bring boxes into the system of the tiles.

        Parameters
        ----------
        boxes : ndarray of float64, shape (k, 4)
            ``(min_x, min_y, max_x, max_y)``, metres.
        frame : SpatialFrame
            The project's frame.

        Returns
        -------
        ndarray of float64, shape (k, 4)
            Boxes around them.
        """
        import geopandas as gpd

        if self.planar or not len(boxes):
            return boxes
        around = gpd.GeoDataFrame(geometry=shapely.box(*boxes.T), crs=frame.metric_crs)
        found: NDArray[np.float64] = shapely.bounds(self.project(around, frame).geometry.to_numpy())
        return found
