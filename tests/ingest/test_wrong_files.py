"""Wrong files of every format: a clear error or report rows, and a project that is as it was."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import tr_error
from patrolmap.services.importing import import_file
from tests.ingest.making import (
    ALL_FORMATS,
    POINT_FORMATS,
    site_layer,
    site_table,
    write_layer,
    write_osm,
    write_sites,
    write_table,
    zip_files,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolmap.model.report import ImportReport
    from patrolmap.project.store import ProjectStore

_VECTORS = ("geojson", "gpkg", "shp", "zip")
_TABLES = ("csv", "tsv", "xlsx", "xls")


def _right_file(folder: Path, suffix: str) -> Path:
    path = folder / f"file.{suffix}"
    return write_osm(path) if suffix in {"osm", "pbf"} else write_sites(path)


def _layer_of(suffix: str) -> str:
    return "streets" if suffix in {"osm", "pbf"} else "sites"


def _outcome(project: ProjectStore, path: Path, layer: str, **options: str) -> InputError | ImportReport:
    try:
        return import_file(project, path, layer, **options)
    except InputError as refusal:
        error = refusal
    assert sum(project.counts().values()) == 0
    assert not project.can_undo
    assert len(tr_error(error.parts)) > 10
    return error


@pytest.mark.parametrize("suffix", ALL_FORMATS)
def test_right_file(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """The same file without a defect imports, so that the refusals below are due to the defect."""
    report = import_file(project, _right_file(tmp_path, suffix), _layer_of(suffix))
    assert report.accepted == (2 if suffix in {"osm", "pbf"} else 3)


@pytest.mark.parametrize("suffix", ALL_FORMATS)
def test_empty_file(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """A file of no bytes is called empty."""
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        import_file(project, path, _layer_of(suffix))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
@pytest.mark.parametrize("suffix", ALL_FORMATS)
def test_truncated_file(project: ProjectStore, tmp_path: Path, suffix: str, share: float) -> None:
    """A file cut off anywhere is refused, or its whole rows are taken; nothing else."""
    path = _right_file(tmp_path, suffix)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    outcome = _outcome(project, path, _layer_of(suffix))
    if not isinstance(outcome, InputError):
        assert outcome.accepted <= 3


@pytest.mark.parametrize("suffix", _VECTORS)
def test_wrong_geometry_type_of_a_map_file(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Areas are no sites: every row is named with the type it has."""
    areas = site_layer()
    areas["geometry"] = [shapely.box(p.x, p.y, p.x + 0.01, p.y + 0.01) for p in areas.geometry]
    with pytest.raises(InputError, match="Polygon"):
        import_file(project, write_layer(areas, tmp_path / f"areas.{suffix}"), "sites")


@pytest.mark.parametrize("suffix", _TABLES)
def test_wrong_geometry_type_of_a_table(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """A table of WKT areas is no table of sites."""
    rows = [[*row[:3], "POLYGON ((0 0, 1 0, 1 1, 0 0))"] for row in site_table()[1:]]
    path = write_table([["site_id", "name", "kind", "wkt"], *rows], tmp_path / f"areas.{suffix}")
    with pytest.raises(InputError, match="Polygon"):
        import_file(project, path, "sites")


@pytest.mark.parametrize("suffix", ["osm", "pbf"])
def test_openstreetmap_is_no_site_layer(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """OpenStreetMap data become streets or barriers, and the error says so."""
    with pytest.raises(InputError, match="streets or barriers"):
        import_file(project, write_osm(tmp_path / f"file.{suffix}"), "sites")


@pytest.mark.parametrize("suffix", POINT_FORMATS)
def test_projected_numbers_without_a_system(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Metres without a declared system are refused with what to give, never guessed."""
    metric = site_layer("EPSG:4547")
    if suffix in _VECTORS:
        path = tmp_path / f"file.{suffix}"
        write_layer(metric.set_crs(None, allow_override=True), path)
    else:
        head, *rows = site_table()
        points = metric.geometry
        table = [head, *[[*row[:4], p.x, p.y] for row, p in zip(rows, points, strict=True)]]
        path = write_table(table, tmp_path / f"file.{suffix}")
    outcome = _outcome(project, path, "sites")
    assert isinstance(outcome, InputError)
    assert "--crs EPSG:4547" in str(outcome)
    report = import_file(project, path, "sites", crs="EPSG:4547")
    assert report.accepted == 3
    placed = project.layer("sites").geometry
    assert np.allclose(placed.x, [113.7001, 113.7103, 113.7205], atol=1e-7)
    assert np.allclose(placed.y, [34.7502, 34.7604, 34.7706], atol=1e-7)


@pytest.mark.parametrize("suffix", POINT_FORMATS)
def test_degrees_without_a_system(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Degrees without a declared system are taken as WGS 84, and the report says so."""
    path = tmp_path / f"file.{suffix}"
    if suffix in _VECTORS:
        write_layer(site_layer(None), path)
    else:
        write_sites(path)
    report = import_file(project, path, "sites")
    assert report.accepted == 3
    if suffix != "geojson":
        assert any("WGS 84 is taken" in str(choice) for choice in report.choices)


@pytest.mark.parametrize("encoding", ["auto", "gbk"])
@pytest.mark.parametrize("suffix", POINT_FORMATS)
def test_latin_text_as_gbk(project: ProjectStore, tmp_path: Path, suffix: str, encoding: str) -> None:
    """Latin letters in a file that is said to be GBK give an error that names the place, or are read; no crash."""
    path = tmp_path / f"file.{suffix}"
    layer = site_layer()
    layer["name"] = ["Müller Straße", "Café Ångström", "Señor Ñandú"]
    if suffix == "csv":
        table = [list(layer.columns[:-1]), *layer.drop(columns="geometry").to_numpy().tolist()]
        table = [
            [*row, x, y] for row, x, y in zip(table, ["lon", 113.1, 113.2, 113.3], ["lat", 34, 34, 34.5], strict=True)
        ]
        write_table(table, path, "latin-1")
    elif suffix == "shp":
        layer.to_file(path, encoding="ISO-8859-1")
    elif suffix == "geojson":
        path.write_bytes(layer.to_json(ensure_ascii=False).encode("latin-1"))
    else:
        write_sites(path)
    outcome = _outcome(project, path, "sites", encoding=encoding)
    if isinstance(outcome, InputError):
        assert encoding == "gbk"
        assert "not in the encoding" in str(outcome)
    elif encoding == "auto" and suffix in {"csv", "shp", "geojson"}:
        assert project.layer("sites")["name"].tolist()[0] == "Müller Straße"


def _wide_csv(path: Path, count: int) -> None:
    path.write_text(",".join(f"c{i}" for i in range(count)) + "\n1,2\n")


def _wide_geojson(path: Path, count: int) -> None:
    feature = {"type": "Feature", "properties": {f"c{i}": 1 for i in range(count)}, "geometry": None}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))


def _wide_xlsx(path: Path, count: int) -> None:
    write_sites(path)
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    cells = "".join(f'<c t="inlineStr"><is><t>c{i}</t></is></c>' for i in range(count))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            new.writestr(name, data)


@pytest.mark.parametrize(
    ("suffix", "write", "count"),
    [
        ("csv", _wide_csv, 1_000_000),
        ("tsv", lambda path, count: path.write_text("\t".join(f"c{i}" for i in range(count)) + "\n"), 1_000_000),
        ("geojson", _wide_geojson, 20_000),
        ("xlsx", _wide_xlsx, 1_000_000),
    ],
)
def test_header_without_end(
    project: ProjectStore, tmp_path: Path, suffix: str, write: Callable[[Path, int], None], count: int
) -> None:
    """A head of a million columns is refused by its number (the other formats cannot hold one)."""
    path = tmp_path / f"wide.{suffix}"
    write(path, count)
    with pytest.raises(InputError, match=r"columns|line of"):
        import_file(project, path, "sites")


def _write_odd_points(path: Path) -> None:
    layer = site_layer()
    if path.suffix == ".geojson":
        text = write_layer(layer, path).read_text(encoding="utf-8")
        path.write_text(text.replace("113.7001", "NaN").replace("113.7103", "Infinity"), encoding="utf-8")
    elif path.suffix == ".gpkg":
        layer["geometry"] = [shapely.Point(np.nan, 34.7), shapely.Point(np.inf, 34.7), layer.geometry.iloc[2]]
        write_layer(layer, path)
    else:
        shape = write_layer(layer, path.with_suffix(".shp"))
        data = bytearray(shape.read_bytes())
        data[112:120], data[140:148] = struct.pack("<d", np.nan), struct.pack("<d", np.inf)
        shape.write_bytes(data)
        if path.suffix == ".zip":
            zip_files(path, [shape.with_suffix(part) for part in (".shp", ".shx", ".dbf", ".prj", ".cpg")])


@pytest.mark.parametrize("suffix", POINT_FORMATS)
def test_coordinates_that_are_no_numbers(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """NaN and infinite coordinates are rejected row by row; the good row is taken."""
    path = tmp_path / f"file.{suffix}"
    if suffix in _VECTORS:
        _write_odd_points(path)
    else:
        table = site_table()
        table[1][4], table[2][4] = "NaN", "1e999"
        write_table(table, path)
    report = import_file(project, path, "sites")
    assert (report.accepted, len(report.rejected)) == (1, 2)
    assert [note.row for note in report.rejected] == [1, 2]


@pytest.mark.parametrize("suffix", ALL_FORMATS)
def test_directory(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """A folder with the name of a file is called a folder."""
    path = tmp_path / f"folder.{suffix}"
    path.mkdir()
    with pytest.raises(InputError, match="is a folder"):
        import_file(project, path, _layer_of(suffix))


@pytest.mark.parametrize("suffix", ALL_FORMATS)
def test_no_file(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """A path that leads nowhere is told as that."""
    with pytest.raises(InputError, match="There is no file"):
        import_file(project, tmp_path / f"nowhere.{suffix}", _layer_of(suffix))


@pytest.mark.parametrize("claimed", ALL_FORMATS)
@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "csv", "xlsx", "xls", "zip", "osm", "pbf"])
def test_wrong_extension(project: ProjectStore, tmp_path: Path, suffix: str, claimed: str) -> None:
    """The content decides what a file is; a wrong name changes nothing, or is explained (.shp without content)."""
    path = _right_file(tmp_path, suffix)
    renamed = path.rename(tmp_path / f"renamed.{claimed}")
    outcome = _outcome(project, renamed, _layer_of(suffix))
    if isinstance(outcome, InputError):
        assert (suffix, claimed) == ("csv", "shp")
    else:
        assert outcome.accepted == (2 if suffix in {"osm", "pbf"} else 3)


@pytest.mark.parametrize("suffix", ALL_FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 nothing",
        b"\x89PNG\r\n",
        b"MZ\x90\x00" + bytes(200),
        b"<html><table></table></html>",
        bytes(range(256)) * 8,
    ],
)
def test_something_else(project: ProjectStore, tmp_path: Path, suffix: str, content: bytes) -> None:
    """A document, a picture, a program, a web page or noise is no layer, whatever its name."""
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(content)
    assert isinstance(_outcome(project, path, _layer_of(suffix)), InputError)


def test_gis_file_without_rows(project: ProjectStore, tmp_path: Path) -> None:
    """A layer without features is no layer to import."""
    path = write_layer(site_layer().iloc[:0], tmp_path / "none.geojson")
    with pytest.raises(InputError, match="no rows"):
        import_file(project, path, "sites")


def test_zip_without_a_layer(project: ProjectStore, tmp_path: Path) -> None:
    """An archive of something else is told as that."""
    note = tmp_path / "note.doc"
    note.write_text("x")
    with pytest.raises(InputError, match="holds no file"):
        import_file(project, zip_files(tmp_path / "a.zip", [note]), "sites")


def test_unknown_layer(project: ProjectStore, tmp_path: Path) -> None:
    """A layer that does not exist is answered with those that do."""
    with pytest.raises(InputError, match="streets"):
        import_file(project, write_sites(tmp_path / "a.csv"), "citizens")


def test_mixed_geometry(project: ProjectStore, tmp_path: Path) -> None:
    """Of a mixed file the fitting rows are taken and the others named by number."""
    layer = gpd.GeoDataFrame(
        {"name": ["a", "b", "c", "d"]},
        geometry=[
            shapely.LineString([(113, 34), (113.1, 34)]),
            shapely.Point(113, 34),
            None,
            shapely.LineString([(113, 34), (113, 34)]),
        ],
        crs="EPSG:4326",
    )
    report = import_file(project, write_layer(layer, tmp_path / "mixed.geojson"), "streets")
    assert report.accepted == 1
    assert [note.row for note in report.rejected] == [2, 3, 4]
