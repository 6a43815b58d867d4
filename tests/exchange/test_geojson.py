"""Claims about GeoJSON files: they follow RFC 7946, hold no persons, and say what times mean."""

from __future__ import annotations

import json

import geopandas as gpd
import pyogrio
import shapely

from patrolmap.exchange.geojson import geojson_document
from patrolmap.model.frame import SpatialFrame


def ring_layer():
    clockwise = shapely.Polygon([(113, 34), (113, 34.1), (113.1, 34.1), (113.1, 34)])
    return gpd.GeoDataFrame({"kind": ["core"], "name": [None]}, geometry=[clockwise], crs="EPSG:4490", index=[7])


def test_areas_turn_the_right_way_in_wgs84(frame):
    """An outer ring runs counterclockwise (RFC 7946, 3.1.6), whatever way it was drawn."""
    feature = json.loads(geojson_document({"rings": ring_layer()}, frame))["features"][0]
    assert shapely.geometry.shape(feature["geometry"]).exterior.is_ccw
    assert feature["id"] == "rings.7"
    assert feature["properties"] == {"layer": "rings", "kind": "core", "name": None}


def test_persons_stay_at_home(frame):
    """Leaders and telephones of teams are left out."""
    teams = gpd.GeoDataFrame(
        {"team_id": ["T1"], "name": ["一队"], "leader": ["组长01"], "phone": ["000-0001"], "members": [3]},
        geometry=[shapely.Point(113, 34)],
        crs="EPSG:4326",
    )
    text = geojson_document({"teams": teams}, frame).decode()
    assert "组长01" not in text
    assert "000-0001" not in text
    assert json.loads(text)["features"][0]["properties"]["members"] == 3


def test_times_have_their_offset(frame):
    """A local time of the project is told with +08:00."""
    stops = gpd.GeoDataFrame(
        {"plan_id": ["P"], "team_id": ["T"], "arrive": ["2026-11-20T21:30:00"]},
        geometry=[shapely.Point(113, 34)],
        crs="EPSG:4326",
    )
    properties = json.loads(geojson_document({"stops": stops}, frame))["features"][0]["properties"]
    assert properties["arrive"] == "2026-11-20T21:30:00+08:00"


def test_gdal_reads_it(frame, tmp_path):
    """One file with two layers is read as one, each row with its layer's name; a missing geometry stays."""
    sites = gpd.GeoDataFrame(
        {"site_id": ["s1", "s2"], "name": ["\ud800坏", "一中"], "kind": ["post", "post"]},
        geometry=[None, shapely.Point(113, 34)],
        crs="EPSG:4326",
    )
    path = tmp_path / "all.geojson"
    path.write_bytes(geojson_document({"rings": ring_layer(), "sites": sites}, frame))
    read = pyogrio.read_dataframe(path)
    assert read["layer"].tolist() == ["rings", "sites", "sites"]
    assert read.geometry.isna().tolist() == [False, True, False]


def test_a_plane_keeps_its_units():
    """Planar coordinates are written as they are."""
    sites = gpd.GeoDataFrame({"site_id": ["a"]}, geometry=[shapely.Point(1234.5, -7)])
    feature = json.loads(geojson_document({"sites": sites}, SpatialFrame.planar(10.0)))["features"][0]
    assert feature["geometry"]["coordinates"] == [1234.5, -7.0]
