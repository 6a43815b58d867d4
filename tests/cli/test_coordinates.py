"""`patrolmap coordinates` from the command line, and what its advice is worth on import."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from patrolmap.cli.app import main
from patrolmap.ingest.china_offsets import wgs84_to_gcj02
from patrolmap.services.projects import open_project
from tests.ingest.making import write_layer, write_table

if TYPE_CHECKING:
    from pathlib import Path

_ALONG = np.arange(60) * 0.0005
_TRUTH = np.vstack(
    [
        np.column_stack([113.7 + _ALONG, 34.7 + (np.arange(60) % 7) * 0.004 + 0.00005]),
        np.column_stack([113.7 + (np.arange(60) % 7) * 0.005 + 0.00005, 34.695 + _ALONG]),
    ]
)


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Make a project of seven streets each way."""
    east = [shapely.LineString([(113.69, 34.7 + n * 0.004), (113.74, 34.7 + n * 0.004)]) for n in range(7)]
    north = [shapely.LineString([(113.7 + n * 0.005, 34.69), (113.7 + n * 0.005, 34.73)]) for n in range(7)]
    layer = gpd.GeoDataFrame({"name": list("甲乙丙丁戊己庚子丑寅卯辰巳午")}, geometry=east + north, crs="EPSG:4326")
    path = tmp_path / "p.gpkg"
    assert main(["new", str(path), "--quiet", "--json"]) == 0
    streets = write_layer(layer, tmp_path / "s.geojson")
    assert main(["import", str(path), str(streets), "--as", "streets", "--quiet", "--json"]) == 0
    capsys.readouterr()
    return path


def _sites(path: Path, xy: np.ndarray, heads: tuple[str, str]) -> Path:
    rows = [["名称", "类型", *heads], *([f"点{n}", "卡口", repr(x), repr(y)] for n, (x, y) in enumerate(xy.tolist()))]
    return write_table(rows, path)


@pytest.mark.parametrize("system", ["gcj02", "EPSG:4547", "EPSG:4526"])
def test_advice_leads_back_to_the_truth(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str
) -> None:
    """Importing with the advised system puts every point within 0.5 m of the truth."""
    if system == "gcj02":
        numbers = wgs84_to_gcj02(_TRUTH)
    else:
        way = pyproj.Transformer.from_crs("EPSG:4326", system, always_xy=True)
        numbers = np.column_stack(way.transform(_TRUTH[:, 0], _TRUTH[:, 1]))
    path = _sites(tmp_path / "k.csv", numbers, ("X坐标", "Y坐标"))
    assert main(["coordinates", str(project), str(path), "--json", "--quiet"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["sure"]
    assert document["advice"]["crs"] == system
    assert document["systems"][0]["preview"]["type"] == "MultiPoint"
    words = ["import", str(project), str(path), "--as", "sites", "--crs", document["advice"]["crs"], "--quiet"]
    assert main(words) == 0
    with open_project(project, read_only=True) as opened:
        placed = opened.metric_layer("sites").get_coordinates().to_numpy()
        way = pyproj.Transformer.from_crs("EPSG:4326", opened.frame.metric_crs, always_xy=True)
    truth = np.column_stack(way.transform(_TRUTH[:, 0], _TRUTH[:, 1]))
    assert np.hypot(*(placed - truth).T).max() < 0.5


def test_import_warns_by_itself(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An import without --crs that looks like GCJ-02 says so in its report, and one that does not says nothing."""
    shifted = _sites(tmp_path / "a.csv", wgs84_to_gcj02(_TRUTH), ("经度", "纬度"))
    plain = _sites(tmp_path / "b.csv", _TRUTH, ("经度", "纬度"))
    said = []
    for path in (shifted, plain):
        words = ["import", str(project), str(path), "--as", "sites", "--json", "--quiet", "--lang", "en"]
        assert main(words) == 0
        said.append(" ".join(json.loads(capsys.readouterr().out)["choices"]))
    assert "--crs gcj02" in said[0]
    assert "Look here" not in said[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_for_people(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """Each system has its line of figures, and the advice is the option to give."""
    path = _sites(tmp_path / "k.csv", wgs84_to_gcj02(_TRUTH), ("经度", "纬度"))
    assert main(["coordinates", str(project), str(path), "--lang", language]) == 0
    out = capsys.readouterr().out
    assert "--crs gcj02" in out
    assert all(name in out for name in ("WGS 84", "CGCS2000", "GCJ-02", "BD-09"))


def test_without_streets(tmp_path: Path) -> None:
    """Without streets there is nothing to judge by."""
    path = tmp_path / "e.gpkg"
    assert main(["new", str(path), "--quiet", "--json"]) == 0
    file = _sites(tmp_path / "k.csv", _TRUTH, ("经度", "纬度"))
    assert main(["coordinates", str(path), str(file), "--quiet"]) == 2
