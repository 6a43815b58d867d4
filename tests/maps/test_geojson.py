"""GeoJSON for the page."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from patrolmap.i18n import set_language
from patrolmap.maps.geojson import layer_features
from patrolmap.model.frame import SpatialFrame

FRAME = SpatialFrame.around(113.7, 34.7)


@pytest.fixture
def english():
    set_language("en")
    yield
    set_language("zh")


def _sites(**columns):
    values = {"name": ["东门"], "kind": ["checkpoint"], "level": [1], "hours": ["24h"], "owner": ["某所"], **columns}
    return gpd.GeoDataFrame(values, geometry=[shapely.Point(113.70000049, 34.7)], crs="EPSG:4326", index=[7])


def test_coordinates_are_rounded_to_a_decimetre_and_rows_keep_their_number():
    """Six decimals of a degree, and the fid as id."""
    feature = layer_features("sites", _sites(), FRAME)["features"][0]
    assert feature["id"] == 7
    assert feature["geometry"] == {"type": "Point", "coordinates": [113.7, 34.7]}


def test_words_are_in_the_users_language():
    """Field titles and kinds are translated, values are not."""
    properties = layer_features("sites", _sites(), FRAME)["features"][0]["properties"]
    assert properties["title"] == "东门"
    assert ["类型", "卡口"] in properties["rows"] or any(row[1] == "卡口" for row in properties["rows"])
    assert (properties["kind"], properties["level"]) == ("checkpoint", 1)


@pytest.mark.usefixtures("english")
def test_publication_suppresses_small_counts_and_inner_matters():
    """Four incidents are fewer than five; twelve are twelve; duty hours and owners stay inside."""
    hotspots = gpd.GeoDataFrame(
        {"name": ["a", "b"], "rank": [1, 2], "incidents": [12, 4]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)],
        crs="EPSG:4326",
    )
    shown = [
        dict(feature["properties"]["rows"])["Incidents"]
        for feature in layer_features("hotspots", hotspots, FRAME, publish=True)["features"]
    ]
    assert shown == ["12", "<5"]
    labels = [
        row[0] for row in layer_features("sites", _sites(), FRAME, publish=True)["features"][0]["properties"]["rows"]
    ]
    assert "Owner" not in labels
    assert "Hours" not in labels


def test_the_first_in_rank_is_the_strongest():
    """Strength runs down with the rank, whatever the order of the rows."""
    hotspots = gpd.GeoDataFrame(
        {"rank": [3, 1, 2]}, geometry=[shapely.box(i, 0, i + 1, 1) for i in range(3)], crs="EPSG:4326"
    )
    strengths = [f["properties"]["strength"] for f in layer_features("hotspots", hotspots, FRAME)["features"]]
    assert strengths == pytest.approx([1 / 3, 1.0, 2 / 3], abs=1e-3)


def test_missing_values_and_geometries_are_left_out():
    """A gap in the table is no text nan, and a row without a place is no feature."""
    sites = _sites(owner=[None], level=[float("nan")])
    properties = layer_features("sites", sites, FRAME)["features"][0]["properties"]
    assert "level" not in properties
    assert not any("nan" in value.lower() for _, value in properties["rows"])
    sites.loc[7, "geometry"] = None
    assert layer_features("sites", sites, FRAME)["features"] == []


def test_a_plane_network_is_in_metres():
    """Ten units of two metres are twenty metres on the page."""
    sites = gpd.GeoDataFrame({"name": ["a"], "kind": ["post"], "level": [1]}, geometry=[shapely.Point(10, 5)])
    feature = layer_features("sites", sites, SpatialFrame.planar(2.0))["features"][0]
    assert feature["geometry"]["coordinates"] == [20.0, 10.0]
