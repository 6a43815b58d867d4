"""Map files with traps inside."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.enumerations import read_words
from patrolmap.ingest.readers import read_source
from patrolmap.services.importing import import_file
from tests.ingest.making import site_layer, write_layer

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore


def test_geojson_in_gbk(tmp_path: Path) -> None:
    """GeoJSON that an office tool wrote in GBK is read with its Chinese."""
    path = tmp_path / "a.geojson"
    path.write_bytes(site_layer().to_json(ensure_ascii=False).encode("gbk"))
    assert read_source(path, Wanted("sites")).table["name"].tolist()[0] == "中州大道卡口"


def test_open_outline_is_closed(tmp_path: Path) -> None:
    """An outline whose last point is not its first is closed, and the row is named."""
    ring = [[113, 34], [114, 34], [114, 35]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    source = read_source(path, Wanted("boundary"))
    assert source.geometry is not None
    assert source.geometry[0].area == 0.5
    assert source.mended[0][0] == 1


def test_heights_are_dropped(tmp_path: Path) -> None:
    """Three-dimensional lines lose their heights, and the report counts them."""
    layer = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.LineString([(113, 34, 5), (114, 34, 6)])], crs="EPSG:4326")
    source = read_source(write_layer(layer, tmp_path / "a.gpkg"), Wanted("streets"))
    assert source.geometry is not None
    assert not source.geometry[0].has_z
    assert any("Heights" in str(choice) for choice in source.choices)


def test_fitting_layer_of_a_geopackage(tmp_path: Path) -> None:
    """Of several layers the one whose name, geometry and columns fit is read; the user may name another."""
    path = tmp_path / "a.gpkg"
    site_layer().to_file(path, layer="卡口", driver="GPKG")
    lines = gpd.GeoDataFrame(
        {"highway": ["primary"]}, geometry=[shapely.LineString([(113, 34), (114, 34)])], crs="EPSG:4326"
    )
    lines.to_file(path, layer="道路", driver="GPKG")
    assert len(read_source(path, Wanted("streets")).table) == 1
    assert len(read_source(path, Wanted("sites")).table) == 3
    assert len(read_source(path, Wanted("streets", sheet="卡口")).table) == 3


def test_views_are_left_alone(tmp_path: Path) -> None:
    """A view that would never end is not run."""
    path = write_layer(site_layer(), tmp_path / "a.gpkg")
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE VIEW evil AS WITH RECURSIVE r(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM r) SELECT fid FROM r"
    )
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('evil', 'attributes', 'evil')"
    )
    connection.commit()
    connection.close()
    assert len(read_source(path, Wanted("sites")).table) == 3


def test_database_that_is_no_geopackage(tmp_path: Path) -> None:
    """Any SQLite database is told from a GeoPackage."""
    path = tmp_path / "a.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="no GeoPackage"):
        read_source(path, Wanted("sites"))


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "[1, 2, 3]", '{"type": "Topology", "objects": {}}', '{"type": ' + "[" * 200_000]
)
def test_json_that_is_no_geojson(tmp_path: Path, text: str) -> None:
    """Other JSON, and JSON nested without end, are refused."""
    path = tmp_path / "a.geojson"
    path.write_text(text)
    with pytest.raises(InputError):
        read_source(path, Wanted("sites"))


@pytest.mark.parametrize(
    ("codes", "read"),
    [
        ("YN", ["yes", "no"]),
        ("TF", ["yes", "no"]),
        ("TFB", ["-1", "yes", "no"]),
        ("0123", ["no", "no", "yes", "-1"]),
        ("01", ["no", "yes"]),
    ],
)
def test_oneway_codes(codes: str, read: list[str]) -> None:
    """One letter or digit means what the other codes of its column let it mean."""
    assert read_words(np.array(list(codes), dtype=object), "streets", "oneway").tolist() == read


def test_nested_collection(project: ProjectStore, tmp_path: Path) -> None:
    """A point alone in collections within collections is taken; two points are no one site."""
    point = '{"type":"Point","coordinates":[113.7,34.7]}'
    pair = f'{{"type":"GeometryCollection","geometries":[{point},{point}]}}'
    nest = f'{{"type":"GeometryCollection","geometries":[{{"type":"GeometryCollection","geometries":[{point}]}}]}}'
    features = [
        f'{{"type":"Feature","properties":{{"name":"{name}","kind":"post"}},"geometry":{shape}}}'
        for name, shape in (("a", nest), ("b", pair))
    ]
    path = tmp_path / "c.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}', encoding="utf-8")
    report = import_file(project, path, "sites")
    assert project.layer("sites")["name"].tolist() == ["a"]
    assert [note.row for note in report.rejected] == [2]


def test_exchanged_axes_beside_an_empty_point(project: ProjectStore, tmp_path: Path) -> None:
    """An empty point is rejected, and does not keep the other rows from being put right."""
    path = tmp_path / "p.csv"
    rows = ["a;POINT(113.7 34.7)", "b;POINT EMPTY", "c;POINT(34.7 113.7)", "d;POINT(113.71 34.7)"]
    path.write_text("\n".join(["name;wkt", *rows]), encoding="utf-8")
    report = import_file(project, path, "sites", mapping={"kind": "=post"})
    assert project.layer("sites")["name"].tolist() == ["a", "c", "d"]
    assert [note.row for note in report.rejected] == [2]
