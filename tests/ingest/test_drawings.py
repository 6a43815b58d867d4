"""KML, KMZ, GPX and DXF through the whole import."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

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
    assert any("1 shapes of other types" in str(choice) for choice in report.choices)


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
