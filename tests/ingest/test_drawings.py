"""KML, KMZ, GPX and DXF through the whole import."""

from __future__ import annotations

import math
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

_PLACEMARK = (
    "<Placemark><name>{name}</name><ExtendedData><Data name='kind'><value>checkpoint</value></Data></ExtendedData>"
    "<Point><coordinates>{lon},34.7,10</coordinates></Point></Placemark>"
)
KML = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    "<Folder><name>甲区</name>" + _PLACEMARK.format(name="一号卡口", lon=113.7) + "</Folder>"
    "<Folder><name>乙区</name>" + _PLACEMARK.format(name="二号卡口", lon=113.8) + "</Folder>"
    "<Folder><name>线</name><Placemark><name>一街</name><LineString><coordinates>113.7,34.7 113.8,34.7</coordinates>"
    "</LineString></Placemark></Folder></Document></kml>"
)
GPX = (
    '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    '<wpt lat="34.7" lon="113.7"><name>甲岗</name><type>post</type></wpt>'
    '<trk><name>一街</name><trkseg><trkpt lat="34.7" lon="113.7"/><trkpt lat="34.8" lon="113.7"/></trkseg></trk></gpx>'
)


def _dxf() -> str:
    groups = ["0", "SECTION", "2", "ENTITIES"]
    groups += ["0", "LINE", "8", "道路", "10", "500000.0", "20", "3845000.0", "11", "500100.0", "21", "3845000.0"]
    groups += ["0", "LINE", "8", "道路", "10", "500000.0", "20", "3845000.0", "11", "500000.0", "21", "3845200.0"]
    groups += ["0", "TEXT", "8", "注记", "10", "500050.0", "20", "3845001.0", "40", "2.5", "1", "一街"]
    return "\n".join([*groups, "0", "ENDSEC", "0", "EOF", ""])


@pytest.mark.parametrize("suffix", ["kml", "kmz"])
def test_kml_sites(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Placemarks of all folders become sites; the line is left alone and counted."""
    path = tmp_path / f"m.{suffix}"
    if suffix == "kml":
        path.write_text(KML, encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", KML)
    report = import_file(project, path, "sites")
    sites = project.layer("sites")
    assert sites["name"].tolist() == ["一号卡口", "二号卡口"]
    assert sites["kind"].tolist() == ["checkpoint", "checkpoint"]
    assert sites.geometry.x.tolist() == [113.7, 113.8]
    assert any("1 shape of other types" in str(choice) for choice in report.choices)


def test_kml_streets(project: ProjectStore, tmp_path: Path) -> None:
    """The same file's line becomes a street."""
    path = tmp_path / "m.kml"
    path.write_text(KML, encoding="utf-8")
    import_file(project, path, "streets")
    assert project.layer("streets")["name"].tolist() == ["一街"]


def test_gpx(project: ProjectStore, tmp_path: Path) -> None:
    """Waypoints become sites, tracks become streets."""
    path = tmp_path / "m.gpx"
    path.write_text(GPX, encoding="utf-8")
    import_file(project, path, "sites", mapping={"kind": "=post"})
    import_file(project, path, "streets")
    assert project.layer("sites")["name"].tolist() == ["甲岗"]
    assert project.layer("streets")["name"].tolist() == ["一街"]


def test_dxf(project: ProjectStore, tmp_path: Path) -> None:
    """A drawing's lines become streets in the system that is told; without one it is refused, with what to give."""
    path = tmp_path / "m.dxf"
    path.write_text(_dxf(), encoding="utf-8")
    with pytest.raises(InputError, match="coordinate system is not known"):
        import_file(project, path, "streets")
    report = import_file(project, path, "streets", crs="EPSG:4547")
    assert report.accepted == 2
    lon, lat = project.layer("streets").geometry.iloc[0].coords[0]
    assert (lon, lat) == pytest.approx((114.0, 34.73), abs=0.02)


@pytest.mark.parametrize("suffix", ["kml", "gpx"])
def test_declarations(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Entities are refused in KML and GPX as well."""
    path = tmp_path / f"m.{suffix}"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE {suffix} [<!ENTITY a "b">]><{suffix}>&a;</{suffix}>')
    with pytest.raises(InputError, match="document type declaration"):
        import_file(project, path, "sites")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("m.kml", b"<kml"),
        ("m.kml", b"<?xml version='1.0'?><kml></kml>"),
        ("m.gpx", b"<gpx><wpt"),
        ("m.dxf", b"0\nSECTION\n2\nENT"),
    ],
)
def test_damaged(project: ProjectStore, tmp_path: Path, name: str, data: bytes) -> None:
    """Cut off or empty files are refused."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError):
        import_file(project, path, "sites")


def _drawing(*entities: list[str], header: tuple[str, ...] = (), blocks: tuple[str, ...] = ()) -> str:
    parts = ["0", "SECTION", "2", "HEADER", *header, "0", "ENDSEC"]
    parts += ["0", "SECTION", "2", "BLOCKS", *blocks, "0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    for entity in entities:
        parts += entity
    return "\n".join([*parts, "0", "ENDSEC", "0", "EOF", ""])


def _point(x: float, y: float = 3845000.0, layer: str = "卡口") -> list[str]:
    return ["0", "POINT", "8", layer, "10", str(x), "20", str(y)]


def _text(text: str, x: float, y: float = 3845000.0) -> list[str]:
    return ["0", "TEXT", "8", "注记", "10", str(x), "20", str(y), "40", "2.5", "1", text]


def _line(x0: float, x1: float, *, scale: float = 1.0, more: tuple[str, ...] = ()) -> list[str]:
    ends = ["10", str(x0 * scale), "20", str(3845000.0 * scale), "11", str(x1 * scale), "21", str(3845000.0 * scale)]
    return ["0", "LINE", "8", "道路", *more, *ends]


def _block(name: str, *entities: list[str]) -> list[str]:
    inside = [part for entity in entities for part in entity]
    return ["0", "BLOCK", "2", name, "8", "0", "10", "0", "20", "0", *inside, "0", "ENDBLK"]


def _insert(name: str, x: float, y: float, scale: float = 1.0, handle: str = "FF") -> list[str]:
    at = ["10", str(x), "20", str(y), "41", str(scale), "42", str(scale)]
    return ["0", "INSERT", "5", handle, "8", "0", "2", name, *at]


def _short_line(x: float) -> list[str]:
    return ["0", "LINE", "8", "道路", "10", "0", "20", "0", "11", str(x), "21", "0"]


def _sites(project: ProjectStore, path: Path) -> list[str]:
    import_file(project, path, "sites", crs="EPSG:4547", mapping={"kind": "=checkpoint"})
    return project.layer("sites")["name"].tolist()


def test_dxf_point_names(project: ProjectStore, tmp_path: Path) -> None:
    """A point takes the text beside it; one without gets its layer and a number; far texts name nothing."""
    path = tmp_path / "m.dxf"
    entities = [_point(500000), _point(500300), _point(500600)]
    entities += [_text("东门", 500003), _text("西门", 500298), _text("图例说明", 509000)]
    path.write_text(_drawing(*entities), encoding="utf-8")
    assert _sites(project, path) == ["东门", "西门", "卡口 1"]


def test_dxf_texts_alone(project: ProjectStore, tmp_path: Path) -> None:
    """Where there are texts only, each is a place; codes for characters are read."""
    path = tmp_path / "m.dxf"
    drawing = _drawing(_text(r"\U+4E1C\U+95E8", 500000), _text(r"\M+5C4CF\M+5C3C5", 500300))
    path.write_text(drawing.replace("注记", "0"), encoding="ascii")
    assert _sites(project, path) == ["东门", "南门"]


def test_dxf_utf8_whatever_the_page(project: ProjectStore, tmp_path: Path) -> None:
    """Drawings since AutoCAD 2007 are in UTF-8, though the header names the page of the country."""
    header = ("9", "$ACADVER", "1", "AC1032", "9", "$DWGCODEPAGE", "3", "ANSI_936")
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_text("雄石路卡口", 500000), header=header), encoding="utf-8")
    assert _sites(project, path) == ["雄石路卡口"]


def test_dxf_gbk_whatever_the_page(project: ProjectStore, tmp_path: Path) -> None:
    """An older drawing is read by its texts, though the header names the western page."""
    header = ("9", "$ACADVER", "1", "AC1009", "9", "$DWGCODEPAGE", "3", "ANSI_1252")
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_text("雄石路卡口", 500000), header=header), encoding="gbk")
    assert _sites(project, path) == ["雄石路卡口"]


def test_dxf_blocks_hold_streets(project: ProjectStore, tmp_path: Path) -> None:
    """Lines of nested, scaled blocks are streets where they are inserted; a small block is a sign, and said."""
    blocks = (
        *_block("ROAD", _short_line(100.0)),
        *_block("NEST", _insert("ROAD", 0, 0, 2.0)),
        *_block("LAMP", _short_line(3.0)),
    )
    path = tmp_path / "m.dxf"
    entities = [_line(500000, 500100), _insert("NEST", 500000, 3845500, 2.0, "A1"), _insert("LAMP", 500000, 3845000)]
    path.write_text(_drawing(*entities, blocks=blocks), encoding="utf-8")
    report = import_file(project, path, "streets", crs="EPSG:4547")
    lengths = project.layer("streets").to_crs(4547).length.tolist()
    assert lengths == pytest.approx([100.0, 400.0], abs=0.01)
    assert any("1 blocks smaller than 30 m" in str(choice) for choice in report.choices)


def test_dxf_endless_blocks(project: ProjectStore, tmp_path: Path) -> None:
    """Blocks that would grow to a thousand million lines stay shut, and the rest is read."""
    blocks = _block("B0", _short_line(100.0))
    for depth in range(1, 10):
        blocks += _block(f"B{depth}", *[_insert(f"B{depth - 1}", at, 0) for at in range(10)])
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_line(500000, 500100), _insert("B9", 5e5, 3845000), blocks=tuple(blocks)))
    report = import_file(project, path, "streets", crs="EPSG:4547")
    assert report.accepted == 1
    assert any("inside blocks was not read" in str(choice) for choice in report.choices)


def test_dxf_millimetres(project: ProjectStore, tmp_path: Path) -> None:
    """Coordinates in millimetres are recognised by their size."""
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_line(500000, 500100, scale=1000.0), header=("9", "$INSUNITS", "70", "4")))
    import_file(project, path, "streets", crs="EPSG:4547")
    assert project.layer("streets").to_crs(4547).length.tolist() == pytest.approx([100.0], abs=0.01)


def test_dxf_millimetres_by_habit(project: ProjectStore, tmp_path: Path) -> None:
    """A header that says millimetres by default does not shrink coordinates in metres."""
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_line(500000, 500100), header=("9", "$INSUNITS", "70", "4")))
    import_file(project, path, "streets", crs="EPSG:4547")
    assert project.layer("streets").to_crs(4547).length.tolist() == pytest.approx([100.0], abs=0.01)


def test_dxf_paper(project: ProjectStore, tmp_path: Path) -> None:
    """The frame on the paper is no street."""
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_line(500000, 500100), _line(0, 297, more=("67", "1"))))
    assert import_file(project, path, "streets", crs="EPSG:4547").accepted == 1


def test_kml_chinese_data_names(project: ProjectStore, tmp_path: Path) -> None:
    """Data with Chinese names keep them apart, and fill their fields."""
    data = "".join(
        f"<Data name='{name}'><value>{value}</value></Data>" for name, value in (("类型", "卡口"), ("级别", 2))
    )
    path = tmp_path / "m.kml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        f"<name>甲</name><ExtendedData>{data}</ExtendedData><Point><coordinates>113.7,34.7</coordinates></Point>"
        "</Placemark></Document></kml>",
        encoding="utf-8",
    )
    import_file(project, path, "sites")
    row = project.layer("sites").iloc[0]
    assert (row["name"], row["kind"], row["level"]) == ("甲", "checkpoint", 2)


def test_gpx_segment_of_one_point(project: ProjectStore, tmp_path: Path) -> None:
    """A track is kept though one of its segments is a single point."""
    path = tmp_path / "m.gpx"
    lonely = '<trkseg><trkpt lat="34.9" lon="113.7"><ele>5</ele></trkpt></trkseg></trk>'
    path.write_text(GPX.replace("</trk>", lonely), encoding="utf-8")
    import_file(project, path, "streets")
    assert project.layer("streets").geometry.iloc[0].length == pytest.approx(0.1)


def _spline(*points: tuple[float, float], more: tuple[str, ...] = ()) -> list[str]:
    fit = [part for x, y in points for part in ("11", str(x), "21", str(y), "31", "0")]
    return ["0", "SPLINE", "5", "A1", "8", "道路", "70", "8", "71", "3", "74", str(len(points)), *more, *fit]


def test_dxf_curve_by_points_on_it(project: ProjectStore, tmp_path: Path) -> None:
    """A curve that has only points on it is drawn through them and said to be; the other streets come as they are."""
    path = tmp_path / "m.dxf"
    circle = [(500000 + 100 * math.cos(at), 3845000 + 100 * math.sin(at)) for at in np.linspace(0, math.pi, 9)]
    path.write_text(_drawing(_line(500200, 500300), _spline(*circle)), encoding="utf-8")
    report = import_file(project, path, "streets", crs="EPSG:4547")
    curve = project.layer("streets").to_crs(4547).geometry.iloc[1]
    assert report.accepted == 2
    assert [note.row for note in report.repaired] == [2]
    assert curve.length == pytest.approx(100 * math.pi, rel=2e-3)
    away = [math.hypot(x - 500000, y - 3845000) for x, y in curve.coords]
    assert max(abs(radius - 100) for radius in away) < 1.0
    assert all(curve.distance(shapely.Point(point)) < 1e-3 for point in circle)


def test_dxf_curve_of_nothing(project: ProjectStore, tmp_path: Path) -> None:
    """A curve without any point is a rejected row, not the end of the import."""
    path = tmp_path / "m.dxf"
    path.write_text(_drawing(_line(500200, 500300), _spline()), encoding="utf-8")
    report = import_file(project, path, "streets", crs="EPSG:4547")
    assert (report.accepted, len(report.rejected)) == (1, 1)


def test_dxf_curve_by_control_points(project: ProjectStore, tmp_path: Path) -> None:
    """A curve with its control points is left to the reader: two of degree 1 are a straight line."""
    path = tmp_path / "m.dxf"
    control = ["10", "500000", "20", "3845000", "10", "500100", "20", "3845000"]
    knots = ["40", "0", "40", "0", "40", "1", "40", "1"]
    path.write_text(
        _drawing(["0", "SPLINE", "5", "A1", "8", "道路", "71", "1", "72", "4", "73", "2", *knots, *control]),
        encoding="utf-8",
    )
    report = import_file(project, path, "streets", crs="EPSG:4547")
    assert report.repaired == ()
    assert project.layer("streets").to_crs(4547).geometry.iloc[0].length == pytest.approx(100, abs=0.01)
