"""Claims about KML files: GDAL reads the same stops and rings, the order is the schema's, names stay text."""

from __future__ import annotations

import io
import zipfile

import geopandas as gpd
import pyogrio
import shapely

from patrolmap.exchange.kml import kml_document, kmz_archive
from patrolmap.exchange.walks import lonlat_of
from tests.exchange.conftest import ATTACK, attacked, parsed

NS = "{http://www.opengis.net/kml/2.2}"
PLACEMARK = ["name", "description", "TimeSpan", "styleUrl", "ExtendedData", "Point", "LineString", "Polygon"]


def layers():
    hole = shapely.box(113.02, 34.02, 113.04, 34.04)
    area = shapely.box(113.0, 34.0, 113.1, 34.1).difference(hole)
    rings = gpd.GeoDataFrame(
        {"kind": ["core"], "name": ["<i>内圈</i>"]}, geometry=[shapely.MultiPolygon([area])], crs="EPSG:4326"
    )
    sites = gpd.GeoDataFrame(
        {"site_id": ["s1", "s2"], "name": ["一中", ATTACK], "kind": ["key_site", "post"], "level": [1.0, float("nan")]},
        geometry=[shapely.Point(113.01, 34.01), None],
        crs="EPSG:4326",
    )
    return {"rings": rings, "sites": sites}


def test_gdal_reads_the_same_stops(plan, frame, tmp_path):
    """Each team's folder holds its stops in order, within 1 cm, with their visit ids."""
    path = tmp_path / "plan.kml"
    path.write_bytes(kml_document("方案", layers(), frame, plan))
    route = plan.routes[0]
    read = pyogrio.read_dataframe(path, layer=f"{route.team_id} {route.team_name}")
    stops = read[read.geometry.geom_type == "Point"]
    assert stops["visit_id"].tolist() == [stop.visit.visit_id for stop in route.stops]
    wanted = lonlat_of(frame, [stop.visit.point for stop in route.stops])
    assert all(a.distance(b) < 1e-7 for a, b in zip(stops.geometry, wanted, strict=True))
    begin = stops["begin"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    assert begin.tolist() == [plan.moment(stop.start_s) for stop in route.stops]


def test_gdal_reads_the_same_ring(frame, tmp_path):
    """An area with a hole comes back as it was; a row without geometry is left out."""
    path = tmp_path / "rings.kml"
    path.write_bytes(kml_document("圈层", layers(), frame))
    with_names = [name for name, _ in pyogrio.list_layers(path)]
    ring = pyogrio.read_dataframe(path, layer=with_names[0])
    assert ring.geometry.iloc[0].normalize().equals_exact(layers()["rings"].geometry.iloc[0].normalize(), 1e-7)
    assert len(pyogrio.read_dataframe(path, layer=with_names[1])) == 1


def test_children_stand_in_the_order_of_the_schema(plan, frame):
    """Placemarks follow the sequence of ogckml22.xsd, and every style that is named exists."""
    root = parsed(kml_document("方案", layers(), frame, plan))
    styles = {f"#{style.get('id')}" for style in root.iter(f"{NS}Style")}
    marks = list(root.iter(f"{NS}Placemark"))
    assert len(marks) == 2 + 2 + 7
    for mark in marks:
        places = [PLACEMARK.index(child.tag.removeprefix(NS)) for child in mark if child.tag != f"{NS}MultiGeometry"]
        assert places == sorted(places)
        assert mark.find(f"{NS}styleUrl").text in styles


def test_names_stay_text(plan, frame):
    """No markup of a name becomes an element, and in the description it is escaped for HTML as well."""
    found = layers()
    found["sites"]["geometry"] = [shapely.Point(113, 34)] * 2
    found["sites"]["owner"] = [None, "<script>x</script>"]
    root = parsed(kml_document(ATTACK, found, frame, attacked(plan)))
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    texts = [element.text or "" for element in root.iter(f"{NS}description")]
    assert any("&lt;script&gt;x" in text for text in texts)
    assert not any("<script" in text for text in texts)


def test_a_kmz_holds_the_kml(frame):
    """The archive has the one member that readers look for, and is the same each time."""
    document = kml_document("圈层", layers(), frame)
    with zipfile.ZipFile(io.BytesIO(kmz_archive(document))) as archive:
        assert archive.namelist() == ["doc.kml"]
        assert archive.read("doc.kml") == document
    assert kmz_archive(document) == kmz_archive(document)
