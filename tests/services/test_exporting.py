"""Claims about exports of a project: every format is written whole, holds the plan, and holds no person."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import math
import re
import shutil
import subprocess
import zipfile

import geopandas as gpd
import networkx as nx
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.services.exporting import FORMATS, export
from patrolmap.services.publishing import set_publish_threshold
from tests.exchange.conftest import on_earth
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_streets
from tests.services.test_planning import project  # noqa: F401 - a fixture
from tests.sheets.samples import made_plan, made_route

PERSON = "组长07"


@pytest.fixture
def planned(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Put a plan of two busy teams and one without stops into the project."""
    idle = dataclasses.replace(on_earth(made_route(0, "T09")), way_home=None)
    plan = made_plan(on_earth(made_route(4, "T07")), on_earth(made_route(3, "T08")), idle)
    project.save_plan(plan, label=Message("test"))
    return project


def all_bytes(path):
    """Read a file, and what is packed in it."""
    content = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            packed = b"".join(archive.read(name) for name in archive.namelist())
            # Some writers of XML give Chinese as numbers of characters.
            return re.sub(rb"&#(\d+);", lambda match: chr(int(match[1])).encode(), packed)
    return content


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_into_a_file(planned, tmp_path, name):
    """One whole file with the plan's visits, without leaders, without a draft left behind."""
    folder = tmp_path / "out"
    folder.mkdir()
    done = export(planned, folder / f"方案.{name}", name)
    assert done.files == (folder / f"方案.{name}",)
    assert [path.name for path in folder.iterdir()] == [f"方案.{name}"]
    content = all_bytes(done.files[0])
    assert PERSON.encode() not in content
    assert "老城第一小学东门".encode() in content


@pytest.mark.parametrize("name", FORMATS)
def test_the_wish_to_stop_is_heard_while_writing(planned, tmp_path, name):
    """A wish that comes after the start ends the work, and nothing is written."""
    asked = itertools.count()
    with pytest.raises(CancelledError):
        export(planned, tmp_path / "out" if name in {"gpx", "ics"} else tmp_path / f"a.{name}", name,
               cancel=lambda: next(asked) >= 1)  # fmt: skip
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name.startswith(("a.", "2026"))]


@pytest.mark.parametrize(("name", "count"), [("gpx", 2), ("ics", 3), ("xlsx", 1), ("kml", 1), ("gpkg", 1)])
def test_every_format_into_a_folder(planned, tmp_path, name, count):
    """The folder is made; GPX has a file for each busy team, a calendar one for each team."""
    done = export(planned, tmp_path / "new" / "folder", name)
    assert len(done.files) == count
    assert sorted(done.files) == sorted((tmp_path / "new" / "folder").iterdir())


def test_ids_that_look_alike_have_files_of_their_own(project, tmp_path):  # noqa: F811 - a fixture
    """Two ids that differ only in letters that a file name cannot have."""
    plan = made_plan(on_earth(made_route(2, "T/1")), on_earth(made_route(2, "T:1")))
    project.save_plan(plan, label=Message("test"))
    assert len({path.name for path in export(project, tmp_path / "out", "gpx").files}) == 2


def test_geojson_by_layer(planned, tmp_path):
    """A file for each layer that has rows; the routes are those of the plan."""
    done = export(planned, tmp_path / "out", "geojson")
    assert {path.stem for path in done.files} == {"hotspots", "sites", "routes", "stops"}
    stops = json.loads((tmp_path / "out" / "stops.geojson").read_text("utf-8"))["features"]
    assert len(stops) == 7


def test_the_geopackage_is_a_dressed_project(planned, tmp_path):
    """GDAL and patrolmap open it, counts are the same, styles are in it, and no person, journal or undo is."""
    planned.save_plan(dataclasses.replace(planned.latest_plan(), plan_id="other"), label=Message("test"))
    (path,) = export(planned, tmp_path / "copy.gpkg", "gpkg", "20261121-1900-a1b2").files
    with ProjectStore.open(path) as copy:
        assert copy.plan_ids() == ("20261121-1900-a1b2",)
        for name in ("streets", "sites", "teams", "hotspots"):
            assert copy.count(name) == planned.count(name) > 0
        assert copy.layer("teams")["leader"].isna().all()
        assert len(list(copy.journal())) < 6
    styles = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    assert set(styles["f_table_name"]) >= {"streets", "rings", "sites", "hotspots", "routes", "stops"}
    assert styles["styleQML"].str.startswith("<?xml").all()
    assert len(pyogrio.read_dataframe(path, layer="stops")) == 7


def test_a_copy_over_the_project_is_refused(planned):
    """The project cannot be replaced by its copy."""
    with pytest.raises(InputError, match="project itself"):
        export(planned, planned.path, "gpkg")


def test_excel_has_the_stops(planned, tmp_path):
    """As many rows as the plan has stops."""
    (path,) = export(planned, tmp_path / "a.xlsx", "xlsx").files
    assert openpyxl.load_workbook(path)["点位"].max_row == 1 + 7


def test_without_a_plan(project, tmp_path):  # noqa: F811 - a fixture
    """The map can be exported; what needs a plan says so; an unknown plan or format is named."""
    assert export(project, tmp_path / "a.kml", "kml").plan_id is None
    for name in ("gpx", "xlsx", "ics"):
        with pytest.raises(InputError, match="no plan yet"):
            export(project, tmp_path / f"a.{name}", name)
    with pytest.raises(InputError, match="no plan nothing"):
        export(project, tmp_path / "a.gpx", "gpx", "nothing")
    with pytest.raises(InputError, match="no format dwg"):
        export(project, tmp_path / "a.dwg", "dwg")


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_is_missing_for_a_file(planned, tmp_path, name):
    """The message says where it cannot be written, and nothing is left."""
    with pytest.raises(InputError):
        export(planned, tmp_path / "missing" / f"a.{name}", name)
    assert not (tmp_path / "missing").exists()


def test_a_full_disk_keeps_the_old_file(planned, tmp_path, monkeypatch):
    """When renaming fails, the old file is still whole."""
    target = tmp_path / "a.gpx"
    target.write_bytes(b"old")

    def refuse(self, _target):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(type(target), "replace", refuse)
    with pytest.raises(InputError, match="No space left"):
        export(planned, target, "gpx")
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob(".a.gpx*"))


def test_cancelled_writes_nothing(planned, tmp_path):
    """The wish to stop is heard before anything is written."""
    with pytest.raises(CancelledError):
        export(planned, tmp_path / "a.gpkg", "gpkg", cancel=lambda: True)
    assert not (tmp_path / "a.gpkg").exists()


def coverage_rows(path):
    """Give the sheet of the coverage, without its head."""
    return list(openpyxl.load_workbook(path)["覆盖"].iter_rows(min_row=2, values_only=True))


def test_excel_says_why_there_is_no_coverage(tmp_path):
    """One sheet each: plan, unmet visits, coverage; without streets the last says so."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame("EPSG:4326", METRIC_CRS)) as store:
        store.save_plan(made_plan(on_earth(made_route(2))), label=Message("test"))
        (path,) = export(store, tmp_path / "a.xlsx", "xlsx").files
    assert {"方案", "未安排的任务", "覆盖"} <= set(openpyxl.load_workbook(path).sheetnames)
    assert coverage_rows(path) == [("项目中没有道路图层。",)]


@pytest.mark.slow
def test_another_program_reads_the_coverage(tmp_path):
    """LibreOffice reads the numbers that networkx finds on the grid, and a name that is a formula stays a text."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not here")
    streets = city_streets(6, 6)
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame("EPSG:4326", METRIC_CRS)) as store:
        columns = list(empty_layer("streets", None).columns)
        rows = [{**dict.fromkeys(columns), **row} for row in streets.to_dict("records")]
        layer = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=METRIC_CRS).to_crs("EPSG:4326")
        store.apply(InsertRows("streets", layer), Message("test"))
        post = {**dict.fromkeys(empty_layer("sites", None).columns), "site_id": "p", "name": "=1+1", "kind": "post"}
        far = {**post, "site_id": "f", "kind": "key_site", "geometry": shapely.Point(ORIGIN_XY[0] + 9e3, ORIGIN_XY[1])}
        post["geometry"] = shapely.Point(*ORIGIN_XY)
        sites = gpd.GeoDataFrame([post, {**far, "name": "=cmd|'/C calc'!A0"}], geometry="geometry", crs=METRIC_CRS)
        store.apply(InsertRows("sites", sites.to_crs("EPSG:4326")), Message("test"))
        store.save_plan(made_plan(on_earth(made_route(2))), label=Message("test"))
        (path,) = export(store, tmp_path / "a.xlsx", "xlsx").files
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    words = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", every_sheet]
    subprocess.run([*words, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    read = list(csv.reader((tmp_path / "a-覆盖.csv").read_text("utf-8").splitlines()))
    head, *rows = read
    assert head == ["对象", "分组方式", "圈层或类别", "分钟数", "已覆盖", "总数", "覆盖率（%）"]
    speeds = {"primary": 50.0, "secondary": 40.0, "tertiary": 35.0, "residential": 25.0}
    net = nx.Graph()
    for line, highway in streets.explode()[["geometry", "highway"]].itertuples(index=False):
        for one, two in itertools.pairwise(np.round(line.coords, 0).tolist()):
            net.add_edge(tuple(one), tuple(two), s=math.dist(one, two) / (speeds[highway] / 3.6))
    start = min(net, key=lambda node: math.dist(node, ORIGIN_XY))
    seconds = nx.single_source_dijkstra_path_length(net, start, weight="s")
    for minutes in (1, 3, 5):
        reached = sum(value <= minutes * 60 + 0.01 for value in seconds.values())
        (row,) = [row for row in rows if row[:2] == ["路网节点", "全部"] and float(row[3]) == minutes]
        assert (float(row[4]), float(row[5])) == (reached, len(net))
        assert float(row[6]) == pytest.approx(100 * reached / len(net), abs=0.051)
    assert [row[1:3] for row in rows if row[0] == "未覆盖部位"] == [["f", "'=cmd|'/C calc'!A0"]]


@pytest.fixture
def counted(tmp_path):
    """Make a project of three hotspots, one with few incidents, and a site with an owner."""
    frame = SpatialFrame("EPSG:4326", METRIC_CRS)
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=frame) as store:
        spots = [
            {"hotspot_id": f"H{n}", "name": f"热点{n}", "rank": n, "score": 1.5, "incidents": count, "peak_hours": "20:00-22:00",
             "categories": f"盗窃 {count - 1}, 抢夺 1", "geometry": shapely.Point(ORIGIN_XY[0] + 900 * n, ORIGIN_XY[1]).buffer(99)}
            for n, count in enumerate((40, 12, 3), start=1)
        ]  # fmt: skip
        site = {"site_id": "K7", "name": "老桥", "kind": "checkpoint", "owner": "二中队", "hours": "20:00-24:00"}
        for name, rows in (("hotspots", spots), ("sites", [{**site, "geometry": shapely.Point(*ORIGIN_XY)}])):
            columns = list(empty_layer(name, None).columns)
            full = [{**dict.fromkeys(columns), **row} for row in rows]
            layer = gpd.GeoDataFrame(full, columns=columns, geometry="geometry", crs=METRIC_CRS).to_crs("EPSG:4326")
            store.apply(InsertRows(name, layer), Message("test"))
        yield store


@pytest.mark.parametrize("name", ["geojson", "kml", "gpkg", "xlsx"])
def test_what_is_published_tells_nothing_small(counted, tmp_path, name):
    """No count below five, no category with few cases, no owner and no duty hours, in any format."""
    (path,) = export(counted, tmp_path / f"a.{name}", name, publish=True).files
    content = all_bytes(path)
    for secret in ("抢夺", "二中队", "20:00-24:00", "K7"):
        assert secret.encode() not in content
    if name == "geojson":
        rows = json.loads(content)["features"]
        assert [row["properties"]["incidents"] for row in rows if "rank" in row["properties"]] == [40, None, None]
        assert [row["properties"]["peak_hours"] for row in rows if "rank" in row["properties"]][2] is None
    if name == "gpkg":
        assert pyogrio.read_dataframe(path, layer="hotspots")["incidents"].fillna(-1).tolist() == [40, -1, -1]
    if name == "xlsx":
        rows = list(openpyxl.load_workbook(path)["热点"].iter_rows(min_row=2, values_only=True))
        assert [row[2] for row in rows] == ["40", "*", "<5", "55"]


def test_the_office_chooses_what_is_small(counted, tmp_path):
    """Below 13, twelve is small too; a plan is never published; a number that hides nothing is refused."""
    set_publish_threshold(counted, 13)
    (path,) = export(counted, tmp_path / "a.geojson", "geojson", publish=True).files
    rows = json.loads(path.read_text("utf-8"))["features"]
    assert [row["properties"]["incidents"] for row in rows if "rank" in row["properties"]] == [40, None, None]
    with pytest.raises(InputError, match="not for publication"):
        export(counted, tmp_path / "a.gpx", "gpx", publish=True)
    with pytest.raises(InputError):
        set_publish_threshold(counted, 1)
