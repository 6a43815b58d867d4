"""`patrolmap geocode` from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from patrolmap.cli.app import main
from tests.ingest.making import write_layer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Make a project of two streets that meet at 113.7° E, 34.7° N."""
    lines = [
        shapely.LineString([(113.69, 34.7), (113.7, 34.7), (113.71, 34.7)]),
        shapely.LineString([(113.7, 34.69), (113.7, 34.7), (113.7, 34.71)]),
    ]
    layer = gpd.GeoDataFrame({"name": ["河北大道", "车站南大街"]}, geometry=lines, crs="EPSG:4326")
    path = tmp_path / "p.gpkg"
    assert main(["new", str(path), "--quiet", "--json"]) == 0
    streets = write_layer(layer, tmp_path / "s.geojson")
    assert main(["import", str(path), str(streets), "--as", "streets", "--quiet", "--json"]) == 0
    capsys.readouterr()
    return path


def test_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A description becomes a point in WGS 84 with its confidence and reason."""
    assert (
        main(["geocode", str(project), "--text", "河北大道与车站南大街交叉口", "--json", "--quiet", "--lang", "en"])
        == 0
    )
    document = json.loads(capsys.readouterr().out)
    (row,) = document["results"]
    assert row["geometry"] == {"type": "Point", "coordinates": pytest.approx([113.7, 34.7], abs=1e-6)}
    assert (row["status"], row["confidence"], row["precision"]) == ("found", 1.0, "junction")
    assert row["reasons"] == ["河北大道 and 车站南大街 meet here."]
    assert document["review"] == []


def test_a_notice(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A notice gives a row for each entry; what is uncertain or not found is on the review list with its reason."""
    notice = tmp_path / "n.txt"
    notice.write_bytes("通告\n1 车站南大街与河北大道交叉口 闯红灯\n2 人民路与河北大道交叉口 逆行\n".encode("gbk"))
    assert main(["geocode", str(project), "--file", str(notice), "--json", "--quiet", "--lang", "zh"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(row["number"], row["status"], row["recorded"]) for row in document["results"]] == [
        ("1", "found", "闯红灯"),
        ("2", "failed", "逆行"),
    ]
    assert [row["number"] for row in document["review"]] == ["2"]
    assert document["review"][0]["reasons"] == ["相交道路中只有河北大道可以识别。"]
    assert document["counts"]["skipped_lines"] == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_for_people(project: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """Without --json each description has its line, and the totals follow."""
    assert main(["geocode", str(project), "--text", "河北大道/车站南大街\n河北大道18号", "--lang", language]) == 0
    out = capsys.readouterr().out
    assert "113.700000, 34.700000" in out
    assert ("待核对 1 处" in out) if language == "zh" else ("1 to be reviewed" in out)


def test_usage(project: Path, tmp_path: Path) -> None:
    """Neither or both of --text and --file, and a project without streets, are the user's to put right."""
    assert main(["geocode", str(project), "--quiet"]) == 2
    assert main(["geocode", str(project), "--text", "A", "--file", "B", "--quiet"]) == 2
    empty = tmp_path / "e.gpkg"
    assert main(["new", str(empty), "--quiet", "--json"]) == 0
    assert main(["geocode", str(empty), "--text", "河北大道", "--quiet"]) == 2
