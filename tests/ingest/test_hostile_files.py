"""What the corpus and the fuzzer found, one small file each."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.angles import parse_degrees
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.encodings import detect_encoding
from patrolmap.ingest.name_matching import plain_name
from patrolmap.ingest.readers import read_source
from patrolmap.services.importing import import_file
from tests.ingest.making import site_layer, write_layer

_LINE = "0\r\nSECTION\r\n2\r\nENTITIES\r\n0\r\nLWPOLYLINE\r\n100\r\nAcDbPolyline\r\n90\r\n2\r\n10\r\n113.7\r\n20\r\n34.7\r\n"
_KML = (
    '<?xml version="1.0" encoding="{title}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
    "<name>车站路卡口</name><Point><coordinates>113.7,34.7</coordinates></Point></Placemark></Document></kml>"
)


@pytest.mark.parametrize("tail", ["", "10\r\n113.8\r\n20\r\n34.", "0\r\nENDSEC\r\n", "0\r\nENDSEC\r\n0\r\nE"])
def test_a_drawing_cut_off_is_refused_where_gdal_would_never_end(tmp_path, tail):
    """Without its end mark a drawing does not reach GDAL, which loops on it for ever."""
    path = tmp_path / "a.dxf"
    path.write_bytes((_LINE + tail).encode())
    with pytest.raises(InputError, match="breaks off"):
        read_source(path, Wanted("streets"))


@pytest.mark.parametrize("junk", [b"\r\0\0\0\xff", b"\r0\r", b"\0"])
def test_a_drawing_with_zero_bytes_or_returns_within_a_line_does_not_reach_gdal(tmp_path, junk):
    """GDAL reads other lines than we see there, and never ends on some of them."""
    path = tmp_path / "a.dxf"
    whole = (_LINE + "10\r\n113.8\r\n20\r\n34.8\r\n0\r\nENDSEC\r\n0\r\nEOF\r\n").encode()
    path.write_bytes(whole)
    assert len(read_source(path, Wanted("streets")).table) == 1
    path.write_bytes(whole.replace(b"ENTITIES", b"ENTITIES" + junk))
    with pytest.raises(InputError, match="damaged"):
        read_source(path, Wanted("streets"))


@pytest.mark.parametrize(
    ("title", "codec"),
    [("UTF-8", "utf-8"), ("GBK", "gb18030"), ("GB2312", "gb18030"), ("UTF-8", "gb18030"), ("UTF-16", "utf-16")],
)
def test_xml_in_another_encoding_is_read_also_if_it_declares_a_wrong_one(project, tmp_path, title, codec):
    """The name arrives whole, whatever the bytes and the declaration are."""
    path = tmp_path / "a.kml"
    path.write_bytes(_KML.format(title=title).encode(codec))
    import_file(project, path, "sites")
    assert project.layer("sites")["name"].tolist() == ["车站路卡口"]


def test_xml_in_an_encoding_of_which_nobody_knows_is_refused(tmp_path):
    """An invented encoding is the file's fault, not a defect."""
    path = tmp_path / "a.kml"
    path.write_bytes(_KML.format(title="X-NOBODY").replace("车站路卡口", "x").encode())
    with pytest.raises(InputError):
        read_source(path, Wanted("sites"))


def test_a_table_cut_off_in_a_number_does_not_give_a_place(project, tmp_path):
    """Of ``34.7546`` only ``34`` is left: the row is rejected, not placed eighty kilometres off."""
    path = tmp_path / "卡口.csv"
    rows = ["编号,名称,经度,纬度,备注", "1,甲路口,113.61,34.71,x", "2,乙路口,113.62,34.72,x", "3,丙路口,113.63,34"]
    path.write_text("\n".join(rows), encoding="utf-8")
    report = import_file(project, path, "sites")
    assert (report.accepted, [note.row for note in report.rejected]) == (2, [3])
    assert any("middle of its last row" in str(choice) for choice in report.choices)


def test_a_table_whose_last_row_is_short_like_others_is_whole(project, tmp_path):
    """Blank last cells are no sign of a cut where other rows have them too."""
    path = tmp_path / "卡口.csv"
    rows = ["编号,名称,经度,纬度,备注", "1,甲路口,113.61,34.71", "2,乙路口,113.62,34.72,x", "3,丙路口,113.63,34.73"]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert import_file(project, path, "sites").accepted == 3


def test_a_text_table_with_a_head_of_two_rows(project, tmp_path):
    """What workbooks can have, a text table saved from them has too."""
    path = tmp_path / "卡口.csv"
    rows = ["编号,名称,位置,,备注", ",,经度,纬度,", "1,甲路口,113.61,34.71,x", "2,乙路口,113.62,34.72,x"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    report = import_file(project, path, "sites")
    assert (report.accepted, len(report.rejected)) == (2, 0)


@pytest.mark.parametrize("text", ["'113.65", "\u200b113.65\ufeff", "113.65\u00a0", "東經113°39'00\""])
def test_numbers_with_marks_that_nobody_sees(text):
    """Excel's apostrophe, invisible signs and traditional words do not make a number unreadable."""
    assert np.isclose(parse_degrees(np.array([text], dtype=object))[0], 113.65)


def test_gbk_is_recognised_in_a_table_full_of_degree_signs():
    """Degrees, minutes and seconds in GBK are signs of that encoding, not of Latin."""
    text = "编号,经度,纬度\n" + "\n".join(f"{n},113° 39′ 12″,34° 45′ 10″" for n in range(50))
    assert detect_encoding(text.encode("gb18030")).codec == "gb18030"


def test_traditional_names_of_columns_are_known():
    """A table from Taiwan or Hong Kong calls its columns the same in other characters."""
    assert [plain_name(name) for name in ("經度", "緯度", "編號")] == ["经度", "纬度", "编号"]


@pytest.mark.parametrize("crs", ["auto", "gcj02"])
def test_an_empty_point_is_rejected_not_a_crash(project, tmp_path, crs):
    """A GeoPackage may hold a point without coordinates; it is one row to reject."""
    layer = site_layer()
    layer["geometry"] = [shapely.Point(), *layer.geometry[1:]]
    report = import_file(project, write_layer(layer, tmp_path / "a.gpkg"), "sites", crs=crs)
    assert (report.accepted, [note.row for note in report.rejected]) == (2, [1])


def test_a_declared_system_that_cannot_be_computed_is_refused(tmp_path, project):
    """A definition with a damaged unit parses, but nothing can be converted by it."""
    path = write_layer(site_layer("EPSG:4490"), tmp_path / "a.shp")
    prj = path.with_suffix(".prj")
    prj.write_text(prj.read_text(encoding="ascii").replace("0.0174532925199433", "0"), encoding="ascii")
    with pytest.raises(InputError, match="cannot be computed"):
        import_file(project, path, "sites")


def test_a_crowd_of_members_is_refused_before_the_list_is_read(tmp_path, monkeypatch):
    """The record at the end of the archive is enough: the list of its members is not opened."""
    path = tmp_path / "crowd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5_001):
            archive.writestr(f"{number}.csv", "")
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_given, **_named: pytest.fail("the list was read"))
    with pytest.raises(InputError, match="far more members"):
        read_source(path, Wanted("streets"))


@pytest.mark.parametrize("suffix", ["csv", "tsv", "geojson", "kml", "gpx", "dxf", "osm"])
def test_a_gigabyte_of_one_line_is_refused_unread(tmp_path, monkeypatch, suffix):
    """Of a gigabyte (blanks that the disk does not keep) not more than a megabyte is read before the refusal."""
    heads = {
        "geojson": '{"type":"FeatureCollection",',
        "kml": "<kml>",
        "gpx": "<gpx>",
        "dxf": "0\nSECTION\n",
        "osm": "<osm ",
    }
    path = tmp_path / f"long.{suffix}"
    with path.open("wb") as stream:
        stream.write(heads.get(suffix, "a,b,").encode())
        stream.truncate(1024**3)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("the whole file was read"))
    before = tracemalloc_peak(lambda: refused(path))
    assert before < 8 * 1024**2


def refused(path):
    """Import and expect a refusal."""
    with pytest.raises(InputError):
        read_source(path, Wanted("streets"))


def tracemalloc_peak(work):
    """Measure the most memory that Python held during a piece of work."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_metres_beyond_all_measure_are_rejected(project, tmp_path):
    """A projection turns 1e12 m into some place on Earth; the row is rejected instead."""
    path = tmp_path / "卡口.csv"
    rows = [
        "编号,名称,X坐标,Y坐标",
        "1,甲路口,463210.5,3845123.25",
        "2,乙路口,463500.5,3845523.25",
        "3,丙路口,1e12,3845123",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    report = import_file(project, path, "sites", crs="EPSG:4547")
    assert (report.accepted, [note.row for note in report.rejected]) == (2, [3])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_or_a_device_is_refused_before_anybody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(InputError, match="device"):
            read_source(path, Wanted("sites"))
