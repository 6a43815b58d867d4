"""The one gate for reference systems."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.model.frame import PLANAR_WKT, SpatialFrame


@pytest.mark.parametrize(
    ("lon", "lat", "metric"),
    [
        (113.66, 34.75, 32649),
        (116.4, 39.9, 32650),
        (24.94, 60.17, 32635),
        (-70.6, -33.4, 32719),
        (180.0, 10.0, 32660),
        (-180.0, 0.0, 32601),
    ],
)
def test_metres_are_those_of_the_utm_zone(lon: float, lat: float, metric: int) -> None:
    """Known zones of Zhengzhou, Beijing, Helsinki, Santiago, and both edges of the world."""
    assert SpatialFrame.around(lon, lat).metric_crs == f"EPSG:{metric}"


@pytest.mark.parametrize(
    ("lon", "lat"), [(34.75, 113.66), (200.0, 10.0), (0.0, 89.0), (float("nan"), 0.0), (500_000.0, 3_800_000.0)]
)
def test_a_place_off_the_earth_is_refused(lon: float, lat: float) -> None:
    """Swapped columns, metres and poles give a message that says what to check."""
    with pytest.raises(InputError, match="not swapped"):
        SpatialFrame.around(lon, lat)


def test_metres_agree_with_the_ellipsoid() -> None:
    """One thousandth of a degree of latitude at 34.75° N is 110.94 m; the zone's scale error stays under 0.1 %."""
    layer = gpd.GeoDataFrame(geometry=shapely.points([(113.66, 34.75), (113.66, 34.751)]), crs="EPSG:4326")
    metric = SpatialFrame.around(113.66, 34.75).to_metric(layer)
    assert metric.geometry.iloc[0].distance(metric.geometry.iloc[1]) == pytest.approx(110.94, rel=1e-3)


def test_4490_is_lon_lat_too() -> None:
    """CGCS2000 has lat, lon axes by its authority, but layers hold lon, lat: the result is that of WGS 84 to a centimetre."""
    place = [shapely.Point(113.66, 34.75)]
    chinese = SpatialFrame.around(113.66, 34.75, "EPSG:4490")
    there = chinese.to_metric(gpd.GeoDataFrame(geometry=place, crs="EPSG:4490")).geometry.iloc[0]
    same = (
        SpatialFrame.around(113.66, 34.75).to_metric(gpd.GeoDataFrame(geometry=place, crs="EPSG:4326")).geometry.iloc[0]
    )
    assert there.distance(same) < 0.01
    assert 500_000 < there.x < 750_000
    back = chinese.to_stored(gpd.GeoDataFrame(geometry=[there], crs=chinese.metric_crs)).geometry.iloc[0]
    assert back.distance(place[0]) < 1e-9


def test_a_layer_without_crs_is_what_the_frame_says() -> None:
    """Towards metres it is taken as stored, towards the file as metric, towards exchange as stored."""
    frame = SpatialFrame.around(113.66, 34.75)
    bare = gpd.GeoDataFrame(geometry=[shapely.Point(113.66, 34.75)])
    metric = frame.to_metric(bare)
    assert metric.crs == "EPSG:32649"
    assert (
        frame.to_stored(metric.set_crs(None, allow_override=True)).geometry.iloc[0].distance(bare.geometry.iloc[0])
        < 1e-9
    )
    assert frame.to_wgs84(bare).crs == "EPSG:4326"
    exported = frame.metric_to_wgs84(metric.geometry.iloc[0])
    assert exported.distance(bare.geometry.iloc[0]) < 1e-9


def test_a_plane_is_scaled_by_its_unit() -> None:
    """With 100 metres a unit, (3, 4) lies 500 metres from the origin, and comes back as (3, 4)."""
    frame = SpatialFrame.planar(100.0)
    assert frame.is_planar
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(3, 4)])
    metric = frame.to_metric(layer)
    assert metric.crs is None
    assert metric.geometry.iloc[0].distance(shapely.Point(0, 0)) == 500.0
    assert frame.to_stored(metric).geometry.iloc[0] == shapely.Point(3, 4)
    assert frame.metric_to_wgs84(shapely.Point(300, 400)) == shapely.Point(3, 4)
    assert frame.to_wgs84(layer).geometry.iloc[0] == shapely.Point(3, 4)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan, np.inf])
def test_a_useless_scale_is_refused(scale: float) -> None:
    """A unit of no, negative or unknown length cannot be."""
    with pytest.raises(InputError, match="above 0"):
        SpatialFrame.planar(scale)


def test_half_a_frame_is_a_mistake() -> None:
    """Stored without metric system, or the other way round, is a programmer's error."""
    with pytest.raises(ValueError, match="both"):
        SpatialFrame("EPSG:4326", None)


def test_the_planar_system_is_cartesian_metres() -> None:
    """The text of the planar system is understood by PROJ as an engineering system in metres."""
    import pyproj

    crs = pyproj.CRS.from_wkt(PLANAR_WKT)
    assert crs.is_engineering
    assert {axis.unit_name for axis in crs.axis_info} == {"metre"}
