"""The files are as offices keep them, small, and the same whenever they are made."""

from __future__ import annotations

import io
import json
import zipfile
from xml.etree.ElementTree import canonicalize

import pytest

from patrolmap.model.layers import LAYERS
from patrolmap.services.sample import DISTRICT, HELSINKI, sample_district_name, sample_files, sample_shift
from tests.sample.conftest import FOLDER, ROOT


def test_the_manifest_names_existing_files_and_importable_layers():
    """Every file of the folder but its card is in the manifest, once for each layer."""
    files = sample_files()
    assert {f.path.name for f in files} | {"district.json"} == {p.name for p in FOLDER.iterdir()}
    assert all(LAYERS[f.layer].importable for f in files)
    assert len({f.layer for f in files}) == len(files) == 8


def test_the_real_sample_is_there():
    """One OSM extract."""
    (streets,) = sample_files(HELSINKI)
    assert streets.path.stat().st_size > 100_000


def test_an_unknown_sample_is_no_sample():
    """Nothing is guessed."""
    with pytest.raises(KeyError):
        sample_files("elsewhere")


def test_the_shift_of_the_demonstration():
    """An evening from 19:00 to 23:00."""
    shift = sample_shift()
    assert (shift.date.isoformat(), shift.window.start_s, shift.window.end_s) == ("2026-11-21", 68_400, 82_800)
    assert sample_district_name() == json.loads((FOLDER / "district.json").read_text(encoding="utf-8"))["name"]


def test_the_whole_sample_stays_below_8_megabytes():
    """All folders together."""
    assert sum(p.stat().st_size for p in (ROOT / "sample_layers").rglob("*") if p.is_file()) < 8_000_000


def test_the_incidents_are_gb18030_and_nothing_else():
    """UTF-8 fails on the very first line."""
    raw = (FOLDER / "incidents.csv").read_bytes()
    assert raw.decode("gb18030").startswith("警情编号,警情类别,")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_the_shapefile_says_gbk():
    """Its .cpg and its column names."""
    with zipfile.ZipFile(FOLDER / "grid_cells.zip") as archive:
        assert archive.read("grid_cells.cpg") == b"GBK"
        assert "网格编码".encode("gbk") in archive.read("grid_cells.dbf")[:400]


def test_no_personal_looking_data(incidents):
    """Incidents have a number, a category, times and a place."""
    assert list(incidents.columns) == ["警情编号", "警情类别", "发案时间起", "发案时间止", "经度", "纬度", "geometry"]


@pytest.mark.slow
def test_the_generator_makes_the_shipped_files_again(tmp_path):
    """Same seed, same content; archives are compared member by member, for compressors and writers of XML differ."""
    from tools.make_sample.district import make_district, write_district

    write_district(make_district(), tmp_path / DISTRICT, tmp_path / "truth.json")
    assert (tmp_path / "truth.json").read_bytes() == (ROOT / "tests/reference/sample_truth.json").read_bytes()
    for shipped in sorted(FOLDER.iterdir()):
        assert _content(tmp_path / DISTRICT / shipped.name) == _content(shipped), shipped.name


def test_writing_twice_gives_the_same_bytes(tmp_path, grid_cells):
    """Workbooks and archives carry no date of today."""
    from tools.make_sample.write import write_shapefile, write_workbook

    rows = [{"编号": "A", "值": 1.5}, {"编号": "", "值": 2}]
    for name in ("a", "b"):
        write_workbook(rows, tmp_path / f"{name}.xlsx", "页", "题")
        write_shapefile(grid_cells.head(3).to_crs("EPSG:4326"), tmp_path / f"{name}.zip", "cells")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    core = zipfile.ZipFile(tmp_path / "a.xlsx").read("docProps/core.xml")
    assert core.count(b"2026-11-01T00:00:00Z") == 2


def _content(path):
    raw = path.read_bytes()
    if path.suffix not in {".zip", ".xlsx"}:
        return raw
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    # Two writers of XML agree on what they say, not on blanks and the place of a namespace.
    return {
        name: canonicalize(content.decode()) if name.endswith((".xml", ".rels")) else content
        for name, content in members.items()
    }
