"""Searching a project by name, description and coordinates."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.cli.app import main
from patrolmap.ingest.china_offsets import wgs84_to_gcj02
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.services.place_search import PlaceFinder
from patrolmap.services.projects import open_project
from tests.desktop.tiny import FRAME, at, make_project


@pytest.fixture
def project(tmp_path):
    with open_project(make_project(tmp_path / "tiny.gpkg")) as opened:
        yield opened


def test_whole_names_come_before_beginnings_and_parts(project):
    """“Street 1” is a street of its own before it is the beginning of “Street 10”."""
    found = PlaceFinder(project).find("street 1")
    assert [place.title for place in found if place.kind == "streets"] == ["Street 1", "Street 10"]


def test_full_width_letters_and_blanks_do_not_matter(project):
    """What a Chinese keyboard writes finds what stands in the file."""
    assert [place.title for place in PlaceFinder(project).find("Ｓｉｔｅ　Ｂ")] == ["Site B"]


def test_an_id_finds_its_row_with_its_name(project):
    """Sheets show ids; they can be typed."""
    first = PlaceFinder(project).find("T2")[0]
    assert (first.title, first.layer, first.fids) == ("Team 2 (T2)", "teams", (2,))


@pytest.mark.parametrize("order", ["{lon:.7f}, {lat:.7f}", "{lat:.7f} {lon:.7f}", "{lat:.7f}° N  {lon:.7f}° E"])
def test_degrees_are_read_in_either_order(project, order):
    """As the status bar writes them, and as other maps do."""
    degrees = FRAME.metric_to_wgs84(at(500, 500))
    first = PlaceFinder(project).find(order.format(lon=degrees.x, lat=degrees.y))[0]
    assert first.kind == "coordinates"
    assert first.geometry.distance(at(500, 500)) < 0.1


def test_a_project_without_streets_still_finds_its_sites(tmp_path):
    """No junctions, no error."""
    path = tmp_path / "empty.gpkg"
    assert main(["new", str(path), "--crs", "EPSG:4326", "--quiet", "--json"]) == 0
    with open_project(path) as opened:
        if opened.has_frame:
            assert PlaceFinder(opened).find("anything") == ()


def test_the_command_writes_points_in_wgs84(tmp_path, capsys):
    """Titles, rows and places as JSON."""
    path = make_project(tmp_path / "tiny.gpkg")
    assert main(["find", str(path), "Site C", "--json", "--quiet", "--lang", "en"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["results"]
    degrees = FRAME.metric_to_wgs84(at(900, 900))
    assert (row["kind"], row["fids"]) == ("sites", [3])
    assert row["geometry"]["coordinates"] == pytest.approx([degrees.x, degrees.y], abs=1e-6)


def test_coordinates_are_read_in_the_system_of_the_user(project):
    """The same place in GCJ-02, is found as itself."""
    degrees = FRAME.metric_to_wgs84(at(500, 500))
    ((lon, lat),) = wgs84_to_gcj02(np.array([[degrees.x, degrees.y]]))
    first, second = PlaceFinder(project).find(f"{lon:.7f}, {lat:.7f}", system="gcj02")
    assert first.geometry.distance(at(500, 500)) < 0.5
    assert first.title.endswith("GCJ-02")
    assert second.geometry.distance(at(500, 500)) > 100


def test_a_river_is_found_by_its_name(project):
    """Water, railways and parks are places that people name."""
    river = gpd.GeoDataFrame(
        {"kind": ["river"], "name": ["清河"]},
        geometry=[shapely.LineString([at(0, 50), at(900, 50)])],
        crs=FRAME.metric_crs,
    )
    project.apply(InsertRows("barriers", FRAME.to_stored(river)), Message("river"))
    found = PlaceFinder(project).find("清河")
    assert [(place.kind, place.title, place.layer) for place in found] == [("barriers", "清河", "barriers")]


@pytest.mark.parametrize(
    ("text", "east_m", "north_m"),
    [
        ("鼓楼购物中心东200米", 200, 0),
        ("鼓楼购物中心以东200米处", 200, 0),
        ("鼓楼购物中心正南约１５０米", 0, -150),
        ("鼓楼购物中心 西 1.2公里", -1200, 0),
        ("距鼓楼购物中心北300m", 0, 300),
        ("鼓楼购物中心（东北二百米）", 200 * 0.5**0.5, 200 * 0.5**0.5),
        ("鼓楼东200米", 200, 0),
        ("鼓楼购物中心门口南100米", 0, -100),
        ("鼓楼购物中心南门西60米处", -60, 0),
        ("200 m east of 鼓楼购物中心", 200, 0),
    ],
)
def test_a_place_a_direction_and_a_distance(project, text, east_m, north_m):
    """What is written in notices of a named place can be typed; the point lies there in a straight line."""
    site = gpd.GeoDataFrame(
        {"site_id": ["D1"], "kind": ["key_site"], "name": ["鼓楼购物中心"]},
        geometry=[at(500, 500)],
        crs=FRAME.metric_crs,
    )
    project.apply(InsertRows("sites", FRAME.to_stored(site)), Message("site"))
    first = PlaceFinder(project).find(text)[0]
    assert first.kind == "place"
    assert first.geometry.distance(at(500 + east_m, 500 + north_m)) < 0.01
    assert "鼓楼购物中心" in first.title


@pytest.mark.parametrize(
    ("text", "east_m", "north_m"),
    [
        ("250 m north of Site B", 0, 250),
        ("Site B, 50 m north-west", -35.3553, 35.3553),
        ("site b south 1 km", 0, -1000),
    ],
)
def test_a_distance_in_english(project, text, east_m, north_m):
    """The same in the other language of the window."""
    start = PlaceFinder(project).find("Site B")[0].geometry
    first = PlaceFinder(project).find(text)[0]
    assert first.geometry.distance(shapely.Point(start.x + east_m, start.y + north_m)) < 0.01


def test_a_distance_from_nowhere_finds_nothing(project):
    """No place is made up from a direction and a distance alone."""
    assert PlaceFinder(project).find("没有的商场东200米") == ()
    assert PlaceFinder(project).find("东200米") == ()
