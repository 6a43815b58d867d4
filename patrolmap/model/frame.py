"""The one gate for coordinate reference systems.

A project has one `SpatialFrame`: the system its file stores, and the metric system its numbers are computed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.slices import SLICE_ROWS, by_slices

if TYPE_CHECKING:
    import geopandas as gpd
    import pyproj
    from numpy.typing import NDArray

__all__ = ["PLANAR_WKT", "WGS84", "SpatialFrame", "projected"]

WGS84: Final = "EPSG:4326"

PLANAR_WKT: Final = (
    'ENGCRS["patrolmap planar",EDATUM["Unknown engineering datum"],CS[Cartesian,2],'
    'AXIS["(E)",east,ORDER[1],LENGTHUNIT["metre",1]],AXIS["(N)",north,ORDER[2],LENGTHUNIT["metre",1]]]'
)


@dataclass(frozen=True)
class SpatialFrame:
    """
    Where a project lies and how its metres are measured.

    Parameters
    ----------
    stored_crs : str or None
        ``"EPSG:4326"`` or ``"EPSG:4490"``, the system of the project file, always used as lon, lat. None for a
        planar network, whose coordinates are bare numbers.
    metric_crs : str or None
        The projected system, in metres, for all computing. None for a planar network.
    metres_per_unit : float, default 1.0
        Length of one unit of a planar network. Ignored otherwise.
    """

    stored_crs: str | None
    metric_crs: str | None
    metres_per_unit: float = 1.0

    def __post_init__(self) -> None:
        """Refuse half-filled frames."""
        if (self.stored_crs is None) != (self.metric_crs is None):
            msg = "stored_crs and metric_crs are both None (planar) or both given"
            raise ValueError(msg)
        if not (np.isfinite(self.metres_per_unit) and self.metres_per_unit > 0):
            raise InputError(
                N_("The scale of {value} metres per unit cannot be used."),
                remedy=N_("Give a number above 0."),
                value=self.metres_per_unit,
            )

    @classmethod
    def around(cls, lon: float, lat: float, stored_crs: str = WGS84) -> SpatialFrame:
        """
        Choose the local metric system around a place.

        Parameters
        ----------
        lon, lat : float
            A place in the district, degrees.
        stored_crs : str, default "EPSG:4326"
            The geographic system of the project file.

        Returns
        -------
        SpatialFrame
            With the UTM zone of the place on WGS 84: scale error under 0.1 % in the zone.

        Raises
        ------
        InputError
            If the place is not on Earth or nearer to a pole than UTM goes.
        """
        if not (-180 <= lon <= 180 and -80 <= lat <= 84):
            raise InputError(
                N_("Longitude {lon}, latitude {lat} is no place that a map can be made of."),
                remedy=N_("Check that the columns are not swapped and that the coordinates are in degrees."),
                lon=round(float(lon), 6),
                lat=round(float(lat), 6),
            )
        zone = min(int((lon + 180) // 6) + 1, 60)
        return cls(stored_crs, f"EPSG:{(32600 if lat >= 0 else 32700) + zone}")

    @classmethod
    def planar(cls, metres_per_unit: float = 1.0) -> SpatialFrame:
        """
        Make the frame of a network that has bare numbers as coordinates.

        Parameters
        ----------
        metres_per_unit : float, default 1.0
            Length of one unit.

        Returns
        -------
        SpatialFrame
            A planar frame.
        """
        return cls(None, None, metres_per_unit)

    @property
    def is_planar(self) -> bool:
        """True for a network without a place on Earth."""
        return self.stored_crs is None

    def to_metric(self, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """
        Bring a layer into the metric system.

        Parameters
        ----------
        layer : geopandas.GeoDataFrame
            In any declared CRS, or without one, which means the project's stored system.

        Returns
        -------
        geopandas.GeoDataFrame
            A copy in metres; its CRS is `metric_crs`, or None for a planar frame.
        """
        if self.is_planar:
            return self._scaled(layer, self.metres_per_unit)
        declared = layer if layer.crs is not None else layer.set_crs(self.stored_crs)
        return projected(declared, str(self.metric_crs))

    def to_stored(self, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """
        Bring a layer into the system of the project file.

        Parameters
        ----------
        layer : geopandas.GeoDataFrame
            In any declared CRS, or without one, which means the metric system.

        Returns
        -------
        geopandas.GeoDataFrame
            A copy in `stored_crs`, or in the plane's own units without a CRS.
        """
        if self.is_planar:
            return self._scaled(layer, 1.0 / self.metres_per_unit)
        declared = layer if layer.crs is not None else layer.set_crs(self.metric_crs)
        return projected(declared, str(self.stored_crs))

    def to_wgs84(self, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """
        Bring a layer from the stored or any declared system to WGS 84, for exchange.

        Parameters
        ----------
        layer : geopandas.GeoDataFrame
            In any declared CRS, or without one, which means the stored system.

        Returns
        -------
        geopandas.GeoDataFrame
            A copy in EPSG:4326; of a planar frame an unchanged copy in the plane's own units.
        """
        if self.is_planar:
            return layer.copy()
        declared = layer if layer.crs is not None else layer.set_crs(self.stored_crs)
        return projected(declared, WGS84)

    def metric_to_wgs84(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """
        Bring one geometry from metres to WGS 84 (or the plane's own units), for GeoJSON.

        Parameters
        ----------
        geometry : shapely.Geometry
            In the metric system.

        Returns
        -------
        shapely.Geometry
            Lon, lat in degrees, or planar units.
        """
        if self.is_planar:
            return shapely.transform(geometry, lambda xy: xy / self.metres_per_unit)
        to_lonlat = _transformer(self.metric_crs, WGS84)

        def convert(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(to_lonlat.transform(xy[:, 0], xy[:, 1]))

        return shapely.transform(geometry, convert)

    def wgs84_to_metric(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """
        Bring one geometry from WGS 84 (or the plane's own units) to metres.

        Parameters
        ----------
        geometry : shapely.Geometry
            Lon, lat in degrees, or planar units.

        Returns
        -------
        shapely.Geometry
            In the metric system.
        """
        if self.is_planar:
            return shapely.transform(geometry, lambda xy: xy * self.metres_per_unit)
        to_metres = _transformer(WGS84, self.metric_crs)

        def convert(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))

        return shapely.transform(geometry, convert)

    def _scaled(self, layer: gpd.GeoDataFrame, factor: float) -> gpd.GeoDataFrame:
        scaled = layer.copy()
        scaled[scaled.geometry.name] = by_slices(
            lambda shapes: shapely.transform(shapes, lambda xy: xy * factor), scaled.geometry.to_numpy()
        )
        return scaled.set_geometry(scaled.geometry.name)


def projected(layer: gpd.GeoDataFrame, target: str) -> gpd.GeoDataFrame:
    """
    Bring a layer into another system.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        With a declared CRS.
    target : str
        The other system.

    Returns
    -------
    geopandas.GeoDataFrame
        As its own ``to_crs`` gives it; a long one is brought over slice by slice, so that other threads have their turn.
    """
    if len(layer) <= SLICE_ROWS or layer.crs == target:
        return layer.to_crs(target)
    import geopandas as gpd

    def project(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        moved: NDArray[np.object_] = gpd.GeoSeries(shapes, crs=layer.crs).to_crs(target).to_numpy()
        return moved

    column = layer.geometry
    moved = by_slices(project, column.to_numpy())
    return layer.set_geometry(gpd.GeoSeries(moved, index=layer.index, crs=target, name=column.name))


@lru_cache(maxsize=16)
def _transformer(source: str | None, target: str) -> pyproj.Transformer:
    """Make a transformer once: that costs more than thousands of points."""
    import pyproj

    return pyproj.Transformer.from_crs(source, target, always_xy=True)
