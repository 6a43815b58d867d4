"""A small town in metres, and a Qt application to paint it with."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

CRS = "EPSG:32649"


@pytest.fixture
def gui(qapp):
    """Text needs an application; painting pictures needs no window."""
    return qapp


def make_town():
    """Two crossing streets of 2 km with a park, a river, a ring, a hotspot and four sites; centre 500000, 3800000."""
    x, y = 500_000.0, 3_800_000.0
    streets = gpd.GeoDataFrame(
        {"name": ["中山路", "和平大街"], "highway": ["primary", "residential"], "level": [0, 0]},
        geometry=[
            shapely.LineString([(x - 1000, y), (x + 1000, y)]),
            shapely.LineString([(x, y - 1000), (x, y + 1000)]),
        ],
        crs=CRS,
    )
    barriers = gpd.GeoDataFrame(
        {"kind": ["green", "river"], "name": ["人民公园", "清水河"]},
        geometry=[shapely.box(x + 300, y + 300, x + 700, y + 700), shapely.box(x - 1000, y - 700, x + 1000, y - 600)],
        crs=CRS,
    )
    rings = gpd.GeoDataFrame(
        {"kind": ["core"], "name": ["内层圈"]}, geometry=[shapely.box(x - 400, y - 400, x + 400, y + 400)], crs=CRS
    )
    hotspots = gpd.GeoDataFrame(
        {"rank": [1], "name": ["车站"]}, geometry=[shapely.Point(x - 500, y + 500).buffer(150)], crs=CRS
    )
    sites = gpd.GeoDataFrame(
        {
            "name": ["北卡口", "中心路口", "水厂", "东岗"],
            "kind": ["checkpoint", "intersection", "key_site", "post"],
            "level": [1, 2, 3, 1],
        },
        geometry=[shapely.Point(x + dx, y + dy) for dx, dy in ((0, 800), (0, 0), (-700, -300), (800, 0))],
        crs=CRS,
    )
    return {"streets": streets, "barriers": barriers, "rings": rings, "hotspots": hotspots, "sites": sites}


@pytest.fixture
def town():
    """Give each test a town of its own."""
    return make_town()
