"""Imports as the user meets them: each claim on a whole file and a real project."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
import shapely.ops

from patrolmap.errors import InputError
from patrolmap.ingest.china_offsets import wgs84_to_bd09, wgs84_to_gcj02
from patrolmap.messages import Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows, UpdateRows
from patrolmap.progress import CancelledError
from patrolmap.services.import_reports import report_document
from patrolmap.services.importing import NothingImportedError, import_file
from patrolmap.services.projects import create_project
from tests.helpers.shared_data import shared_file
from tests.ingest.making import (
    ALL_FORMATS,
    POINT_FORMATS,
    ROWS,
    site_layer,
    site_table,
    write_layer,
    write_osm,
    write_sites,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolmap.model.report import ImportReport
    from patrolmap.project.store import ProjectStore


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    """Make an empty project beside the files of the test."""
    folder = tmp_path / "project"
    folder.mkdir()
    with create_project(folder / "district.gpkg", "District") as made:
        yield made


def _said(report: ImportReport) -> str:
    return " ".join(str(choice) for choice in report.choices)


def _text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("suffix", POINT_FORMATS)
def test_every_format_brings_the_same_sites(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Three sites are the same three sites whatever the format, to the last digit of their coordinates."""
    import_file(project, write_sites(tmp_path / f"sites.{suffix}"), "sites")
    layer = project.layer("sites")
    assert layer["site_id"].tolist() == ["K1", "K2", "K3"]
    assert layer["name"].tolist() == [row["name"] for row in ROWS]
    assert layer["kind"].tolist() == ["checkpoint", "intersection", "key_site"]
    assert layer["level"].tolist() == [1, 2, 3]
    assert layer.geometry.x.tolist() == [113.7001, 113.7103, 113.7205]
    assert layer.geometry.y.tolist() == [34.7502, 34.7604, 34.7706]


@pytest.mark.parametrize("suffix", ALL_FORMATS)
def test_the_same_file_twice_adds_nothing(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """A second import of the same file is unchanged in every row, and leaves no step to undo."""
    osm = suffix in {"osm", "pbf"}
    path = write_osm(tmp_path / f"map.{suffix}") if osm else write_sites(tmp_path / f"sites.{suffix}")
    layer = "streets" if osm else "sites"
    first = import_file(project, path, layer)
    label = project.undo_label
    second = import_file(project, path, layer)
    assert (second.accepted, second.updated, second.unchanged) == (0, 0, first.accepted)
    assert project.count(layer) == first.accepted
    assert project.undo_label == label


def test_one_import_is_one_step(project: ProjectStore, tmp_path: Path) -> None:
    """Undo takes a whole import back, redo brings it again."""
    import_file(project, write_sites(tmp_path / "sites.csv"), "sites")
    project.undo()
    assert project.count("sites") == 0
    assert not project.can_undo
    project.redo()
    assert project.count("sites") == 3


def test_first_import_chooses_the_frame(project: ProjectStore, tmp_path: Path) -> None:
    """The project is measured in the UTM zone of its first data: 113.7 E is zone 49 N."""
    assert not project.has_frame
    report = import_file(project, write_sites(tmp_path / "sites.csv"), "sites")
    assert (project.frame.stored_crs, project.frame.metric_crs) == ("EPSG:4326", "EPSG:32649")
    assert "EPSG:32649" in _said(report)


def test_update_by_key_changes_only_what_differs(project: ProjectStore, tmp_path: Path) -> None:
    """Next month's file updates the changed site, adds the new one, keeps blanks and other columns."""
    head = "site_id,name,kind,level,owner,lon,lat\n"
    import_file(
        project,
        _text(tmp_path / "a.csv", head + "K1,甲,卡口,1,一所,113.7,34.7\nK2,乙,卡口,2,二所,113.8,34.8\n"),
        "sites",
    )
    fids = project.layer("sites").index.tolist()
    report = import_file(
        project,
        _text(
            tmp_path / "b.csv",
            "site_id,name,kind,level,lon,lat\nK1,甲,卡口,3,113.7,34.7\nK2,乙,卡口,,113.8,34.8\nK3,丙,卡口,1,113.9,34.9\n",
        ),
        "sites",
    )
    assert (report.accepted, report.updated, report.unchanged) == (1, 1, 1)
    layer = project.layer("sites")
    assert layer["level"].tolist() == [3, 2, 1]
    assert layer["owner"].tolist() == ["一所", "二所", None]
    assert layer.index.tolist()[:2] == fids
    assert "1 blank cells" in _said(report)
    project.undo()
    assert project.layer("sites")["level"].tolist() == [1, 2]


def test_a_moved_site_is_updated(project: ProjectStore, tmp_path: Path) -> None:
    """New coordinates under the same key move the site."""
    head = "site_id,name,kind,lon,lat\n"
    import_file(project, _text(tmp_path / "a.csv", head + "K1,甲,卡口,113.7,34.7\n"), "sites")
    report = import_file(project, _text(tmp_path / "b.csv", head + "K1,甲,卡口,113.71,34.7\n"), "sites")
    assert report.updated == 1
    assert project.layer("sites").geometry.x.tolist() == [113.71]


def test_a_key_twice_in_one_file(project: ProjectStore, tmp_path: Path) -> None:
    """The second row of a key is unchanged if it is the same, else rejected with the row of the first."""
    rows = "K1,甲,卡口,113.7,34.7\nK1,甲,卡口,113.7,34.7\nK1,乙,卡口,113.7,34.7\n"
    report = import_file(project, _text(tmp_path / "a.csv", "site_id,name,kind,lon,lat\n" + rows), "sites")
    assert (report.accepted, report.unchanged, len(report.rejected)) == (1, 1, 1)
    assert report.rejected[0].row == 3
    assert "row 1" in str(report.rejected[0].reason)


def test_incidents_without_ids_may_repeat(project: ProjectStore, tmp_path: Path) -> None:
    """Two equal incidents are two incidents; a longer file adds only what it has more."""
    head, row = "类别,发案时间,经度,纬度\n", "盗窃,2026-01-01 20:00,113.7,34.7\n"
    assert import_file(project, _text(tmp_path / "a.csv", head + 2 * row), "incidents").accepted == 2
    report = import_file(project, _text(tmp_path / "b.csv", head + 3 * row), "incidents")
    assert (report.accepted, report.unchanged) == (1, 2)


def test_reject_reasons_name_row_and_value(project: ProjectStore, tmp_path: Path) -> None:
    """Each bad row of an office table is named with its number, column, value and reason; the good one is taken."""
    table = "编号,类别,发案时间,经度,纬度\n1,盗窃,2026-01-01 20:00,113.7,34.7\n2,盗窃,改日,113.7,34.7\n3,,2026-01-01,113.7,34.7\n\n5,盗窃,2026-01-01,,\n6,盗窃,2026-01-01,0,0\n7,盗窃,2026-01-01,113.7,34.7,x,y\n"
    report = import_file(project, _text(tmp_path / "a.csv", table), "incidents")
    assert report.accepted == 1
    assert [note.row for note in report.rejected] == [2, 3, 5, 6, 7]
    first = report.rejected[0]
    assert (first.column, first.value, str(first.reason)) == ("发案时间", "改日", "“改日” is no date and time.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_encodings(project: ProjectStore, tmp_path: Path, suffix: str, encoding: str) -> None:
    """A table reads the same in each encoding, told or not."""
    path = write_table(site_table(), tmp_path / f"sites.{suffix}", encoding)
    import_file(project, path, "sites")
    assert project.layer("sites")["name"].tolist() == [row["name"] for row in ROWS]
    assert import_file(project, path, "sites", encoding=encoding).unchanged == 3


@pytest.mark.parametrize(
    ("written", "cpg"), [("GBK", None), ("GBK", "GBK"), ("GBK", "UTF-8"), ("UTF-8", None), ("UTF-8", "UTF-8")]
)
def test_shapefile_encodings(project: ProjectStore, tmp_path: Path, written: str, cpg: str | None) -> None:
    """A Shapefile's Chinese is right with, without and against its .cpg."""
    path = tmp_path / "sites.shp"
    site_layer().to_file(path, encoding=written)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    import_file(project, path, "sites")
    assert project.layer("sites")["name"].tolist() == [row["name"] for row in ROWS]


def test_shapefile_without_index(project: ProjectStore, tmp_path: Path) -> None:
    """A Shapefile without .shx is read, the report says so, and nothing is written beside it."""
    path = write_layer(site_layer(), tmp_path / "sites.shp")
    path.with_suffix(".shx").unlink()
    report = import_file(project, path, "sites")
    assert report.accepted == 3
    assert ".shx" in _said(report)
    assert not path.with_suffix(".shx").exists()


@pytest.mark.parametrize(("crs", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_shifted_coordinates_come_back(project: ProjectStore, tmp_path: Path, crs: str, shift) -> None:
    """Coordinates of Chinese web maps come back to within a millimetre."""
    true = np.array([[row["lon"], row["lat"]] for row in ROWS])
    table = [[*row[:4], *place] for row, place in zip(site_table()[1:], shift(true), strict=True)]
    path = write_table([site_table()[0], *table], tmp_path / "sites.csv")
    import_file(project, path, "sites", crs=crs)
    found = shapely.get_coordinates(project.layer("sites").geometry.to_numpy())
    assert np.abs(found - true).max() * 111_320 < 1e-3


def test_column_names_say_the_shift(project: ProjectStore, tmp_path: Path) -> None:
    """Columns called gcj02_lng and gcj02_lat are taken as GCJ-02, and the report says so."""
    place = wgs84_to_gcj02(np.array([[113.7, 34.7]]))[0].tolist()
    path = _text(tmp_path / "a.csv", f"name,kind,gcj02_lng,gcj02_lat\n甲,卡口,{place[0]!r},{place[1]!r}\n")
    report = import_file(project, path, "sites")
    assert "GCJ02" in _said(report)
    assert project.layer("sites").geometry.x.iloc[0] == pytest.approx(113.7, abs=1e-8)


def test_swapped_coordinates(project: ProjectStore, tmp_path: Path) -> None:
    """Latitude in the longitude column is seen by its range, put right, and said."""
    path = _text(tmp_path / "a.csv", "name,kind,lon,lat\n甲,卡口,34.7,113.7\n乙,卡口,34.8,113.8\n")
    report = import_file(project, path, "sites")
    assert "swapped" in _said(report)
    assert project.layer("sites").geometry.x.tolist() == [113.7, 113.8]


def test_swapped_survey_coordinates(project: ProjectStore, tmp_path: Path) -> None:
    """Chinese surveys call the northing X: seen by the system's area of use, put right, and said."""
    points = site_layer("EPSG:4547").geometry
    rows = "".join(f"点{i},卡口,{p.y},{p.x}\n" for i, p in enumerate(points))
    report = import_file(project, _text(tmp_path / "a.csv", "名称,类型,X坐标,Y坐标\n" + rows), "sites", crs="EPSG:4547")
    assert "swapped" in _said(report)
    assert project.layer("sites").geometry.x.tolist() == pytest.approx([113.7001, 113.7103, 113.7205])


def test_geographic_axes_of_cgcs2000(project: ProjectStore, tmp_path: Path) -> None:
    """EPSG:4490 is latitude first by its book; files have longitude first, and so it stays."""
    for suffix in ("gpkg", "shp", "geojson"):
        path = write_layer(site_layer().set_crs("EPSG:4490", allow_override=True), tmp_path / f"sites.{suffix}")
        import_file(project, path, "sites")
    assert project.layer("sites").geometry.x.tolist() == pytest.approx([113.7001, 113.7103, 113.7205])


def test_declared_system_can_be_overruled(project: ProjectStore, tmp_path: Path) -> None:
    """A wrong declaration is overruled by the user, and the report keeps both."""
    path = write_layer(site_layer("EPSG:4547").set_crs("EPSG:4548", allow_override=True), tmp_path / "sites.gpkg")
    report = import_file(project, path, "sites", crs="EPSG:4547")
    assert "overruled" in _said(report)
    assert project.layer("sites").geometry.x.tolist() == pytest.approx([113.7001, 113.7103, 113.7205])


@pytest.mark.parametrize("crs", ["EPSG:999999", "mars", "EPSG:", "epsg:1"])
def test_unknown_system(project: ProjectStore, tmp_path: Path, crs: str) -> None:
    """A system that does not exist is refused by name."""
    with pytest.raises(InputError, match="no known coordinate system"):
        import_file(project, write_sites(tmp_path / "sites.csv"), "sites", crs=crs)


def test_invalid_area_is_repaired(project: ProjectStore, tmp_path: Path) -> None:
    """A bow tie becomes its two triangles of area 1 each, and the report says how."""
    bow = shapely.Polygon([(113, 34), (115, 36), (115, 34), (113, 36)])
    layer = gpd.GeoDataFrame({"name": ["a"]}, geometry=[bow], crs="EPSG:4326")
    report = import_file(project, write_layer(layer, tmp_path / "b.geojson"), "boundary")
    assert "Self-intersection" in str(report.repaired[0].reason)
    repaired = project.layer("boundary").geometry.iloc[0]
    assert repaired.is_valid
    assert repaired.area == pytest.approx(2.0)


def test_rings_by_name_and_by_size(project: ProjectStore, tmp_path: Path) -> None:
    """Rings are told by Chinese names, or by size where there are none; closed lines become areas."""
    squares = [shapely.box(113.7 - r, 34.7 - r, 113.7 + r, 34.7 + r) for r in (0.3, 0.1, 0.2)]
    named = gpd.GeoDataFrame({"名称": ["环市圈", "主城区内层圈", "环城圈"]}, geometry=squares, crs="EPSG:4326")
    import_file(project, write_layer(named, tmp_path / "a.geojson"), "rings")
    assert project.layer("rings")["kind"].tolist() == ["city", "core", "town"]
    lines = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=[square.exterior for square in squares], crs="EPSG:4326")
    report = import_file(project, write_layer(lines, tmp_path / "b.geojson"), "rings")
    assert (report.unchanged, len(report.repaired)) == (3, 3)


def test_sites_without_ids_and_kinds(project: ProjectStore, tmp_path: Path) -> None:
    """Kinds come from names, ids from name and kind; a second import of a reordered file adds nothing."""
    rows = ["中州大道卡口,113.7,34.7", "航海路与一街交叉口,113.8,34.8"]
    import_file(project, _text(tmp_path / "a.csv", "名称,经度,纬度\n" + "\n".join(rows) + "\n"), "sites")
    assert project.layer("sites")["kind"].tolist() == ["checkpoint", "intersection"]
    report = import_file(project, _text(tmp_path / "b.csv", "名称,经度,纬度\n" + "\n".join(rows[::-1]) + "\n"), "sites")
    assert report.unchanged == 2


def test_sites_of_unknown_kind(project: ProjectStore, tmp_path: Path) -> None:
    """Where nothing says the kind, the file is refused with the way to say it; the file's name may say it too."""
    text = "名称,经度,纬度\n甲地,113.7,34.7\n"
    with pytest.raises(InputError, match="kind==checkpoint"):
        import_file(project, _text(tmp_path / "list.csv", text), "sites")
    import_file(project, _text(tmp_path / "2026年卡口台账.csv", text), "sites")
    assert project.layer("sites")["kind"].tolist() == ["checkpoint"]


def test_incident_intervals_and_clocks(project: ProjectStore, tmp_path: Path) -> None:
    """Intervals, a day beside a clock, and ends before starts are told apart."""
    path = _text(
        tmp_path / "a.csv",
        "类别,发案时间起,发案时间止,经度,纬度\n盗窃,2026/11/1 20:00,2026/11/2 7:00,113.7,34.7\n盗窃,2026/11/2 7:00,2026/11/1 20:00,113.7,34.7\n",
    )
    report = import_file(project, path, "incidents")
    assert [note.row for note in report.rejected] == [2]
    row = project.layer("incidents").iloc[0]
    assert (row["time_from"], row["time_to"]) == ("2026-11-01T20:00:00", "2026-11-02T07:00:00")
    path = _text(tmp_path / "b.csv", "类别,发案日期,发案时间,经度,纬度\n抢劫,2026-11-03,21:30,113.7,34.7\n")
    import_file(project, path, "incidents")
    assert project.layer("incidents")["time_from"].iloc[1] == "2026-11-03T21:30:00"


def test_workbook_with_title_dates_and_several_sheets(project: ProjectStore, tmp_path: Path) -> None:
    """The fitting sheet is chosen, the head found under a title, real dates and numbers as text are read."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本表由各派出所填报"])
    sheet = book.create_sheet("警情")
    sheet.append(["2026年11月警情台账"])
    sheet.append(["警情编号", "警情类别", "发案时间", "经度", "纬度"])
    sheet.append(["J1", "盗窃", pd.Timestamp("2026-11-02 03:05").to_pydatetime(), "113.7", "34.7"])
    sheet.append(["J2", "盗窃", 46328.5, 113.7, 34.7])
    path = tmp_path / "book.xlsx"
    book.save(path)
    report = import_file(project, path, "incidents")
    assert project.layer("incidents")["time_from"].tolist() == ["2026-11-02T03:05:00", "2026-11-02T12:00:00"]
    assert "“警情”" in _said(report)
    assert "Line 2" in _said(report)
    with pytest.raises(InputError, match="has no “警情2”"):
        import_file(project, path, "incidents", sheet="警情2")


def test_teams_keep_leader_and_phone(project: ProjectStore, tmp_path: Path) -> None:
    """On the roster leader and phone belong to the layer; modes and members are understood."""
    path = _text(
        tmp_path / "t.csv",
        "队名,队长,联系电话,人数,巡逻方式,经度,纬度\n一队,组长01,000-0001,8人,步行,113.7,34.7\n二队,组长02,000-0002,6,电动车,113.8,34.8\n",
    )
    import_file(project, path, "teams")
    layer = project.layer("teams")
    assert layer["leader"].tolist() == ["组长01", "组长02"]
    assert layer["phone"].tolist() == ["000-0001", "000-0002"]
    assert layer["members"].tolist() == [8, 6]
    assert layer["mode"].tolist() == ["walk", "ebike"]


@pytest.mark.parametrize("suffix", ["osm", "pbf"])
def test_openstreetmap_streets_and_barriers(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Ways become streets and barriers by their tags, and shared nodes keep the exact same coordinates."""
    path = write_osm(tmp_path / f"map.{suffix}")
    import_file(project, path, "streets")
    streets = project.layer("streets")
    assert streets["name"].tolist() == ["航海路", "一街"]
    assert streets["highway"].tolist() == ["primary", "residential"]
    assert streets["oneway"].tolist() == [None, "yes"]
    assert streets["maxspeed_kph"].iloc[0] == 60
    assert (streets["level"].iloc[0], streets["bridge"].iloc[0]) == (1, True)
    assert streets["source_id"].tolist() == ["way/11", "way/12"]
    assert streets.geometry.iloc[0].coords[1] == streets.geometry.iloc[1].coords[0]
    import_file(project, path, "barriers")
    assert sorted(project.layer("barriers")["kind"]) == ["river", "water"]


def test_stray_rows_do_not_move_the_frame(project: ProjectStore, tmp_path: Path) -> None:
    """One point on the other side of the Earth does not decide where the project lies."""
    rows = "".join(f"盗窃,2026-01-01,113.{i},34.7\n" for i in range(9)) + "盗窃,2026-01-01,-70,-30\n"
    import_file(project, _text(tmp_path / "a.csv", "类别,发案时间,经度,纬度\n" + rows), "incidents")
    assert project.frame.metric_crs == "EPSG:32649"


def test_cancel_changes_nothing(project: ProjectStore, tmp_path: Path) -> None:
    """A cancelled import leaves the project as it was."""
    with pytest.raises(CancelledError):
        import_file(project, write_sites(tmp_path / "sites.csv"), "sites", cancel=lambda: True)
    assert not project.has_frame
    assert project.count("sites") == 0


def test_report_document_counts_all_and_lists_some(project: ProjectStore, tmp_path: Path) -> None:
    """The document is cut in its lists, never in its totals."""
    rows = "甲,卡口,113.7,34.7\n" + "乙,卡口,,\n" * 30
    report = import_file(project, _text(tmp_path / "a.csv", "名称,类型,经度,纬度\n" + rows), "sites")
    document = report_document(report, rows=5)
    assert (document["accepted"], document["rejected"], len(document["rejected_rows"])) == (1, 30, 5)
    assert len(report_document(report)["rejected_rows"]) == 30


def test_nothing_imported_travels_with_its_report(project: ProjectStore, tmp_path: Path) -> None:
    """The error of a file without a single good row carries the whole report, also between processes."""
    with pytest.raises(NothingImportedError) as caught:
        import_file(project, _text(tmp_path / "a.csv", "名称,类型,经度,纬度\n乙,卡口,,\n丙,卡口,,\n"), "sites")
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made on the line above
    assert len(copy.report.rejected) == 2
    assert "Row 1" in str(copy)


@pytest.mark.parametrize(
    ("file", "layer", "accepted"),
    [
        ("zhengzhou/roads.geojson", "streets", 1049),
        ("guixi/guixi.osm", "streets", 172),
        ("montreal/streets_all.geojson", "streets", 16188),
        ("memphis/precincts.geojson", "boundary", 9),
        ("memphis/robberies.geojson", "incidents", 2245),
        ("boundaries/jiaozuo_mapchina_osm_wgs84.geojson", "boundary", 10),
    ],
)
def test_real_layers(project: ProjectStore, file: str, layer: str, accepted: int) -> None:
    """Real layers import completely, but for ways that are no streets in use, and a second time add nothing."""
    report = import_file(project, shared_file(file), layer)
    assert report.accepted == accepted
    again = import_file(project, shared_file(file), layer)
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, accepted)


def test_interval_thefts(project: ProjectStore) -> None:
    """Of 35,746 real thefts 35,234 have a start; the others use their single time."""
    report = import_file(project, shared_file("nyc/vehicle_thefts.csv.gz"), "incidents", mapping={"category": "=theft"})
    assert report.accepted + len(report.rejected) == 35_746
    assert report.accepted > 35_000


def _streets_file(path: Path, shift_deg: float = 0.0, names: tuple[str, ...] = ("一街", "二街", "三街")) -> Path:
    lines = [
        shapely.LineString([(113.7 + shift_deg, 34.7 + n / 100), (113.71 + shift_deg, 34.7 + n / 100)])
        for n in range(len(names))
    ]
    ids = [f"w{n}" for n in range(len(names))]
    return write_layer(gpd.GeoDataFrame({"id": ids, "name": names}, geometry=lines, crs="EPSG:4326"), path)


def test_streets_after_a_hand_edit(project: ProjectStore, tmp_path: Path) -> None:
    """A street moved by hand is recognised by the id of its source and updated, not added beside the edited one."""
    path = _streets_file(tmp_path / "s.geojson")
    import_file(project, path, "streets")
    moved = project.layer("streets").iloc[[1]][["geometry"]]
    project.apply(UpdateRows("streets", moved.set_geometry(moved.translate(0.0005, 0.0))), Message("Edit"))
    report = import_file(project, path, "streets")
    assert (report.accepted, report.updated, report.unchanged) == (0, 1, 2)
    assert project.count("streets") == 3


def test_streets_cut_by_hand(project: ProjectStore, tmp_path: Path) -> None:
    """A street that was cut in two by hand stays as its two pieces."""
    path = _streets_file(tmp_path / "s.geojson")
    import_file(project, path, "streets")
    first = project.layer("streets").iloc[[0]]
    halves = [shapely.ops.substring(first.geometry.iloc[0], a, a + 0.5, normalized=True) for a in (0.0, 0.5)]
    both = pd.concat([first, first]).set_geometry(halves, crs=first.crs).reset_index(drop=True)
    project.apply(Compound((DeleteRows("streets", tuple(first.index)), InsertRows("streets", both))), Message("Cut"))
    report = import_file(project, path, "streets")
    assert (report.accepted, report.updated, report.unchanged) == (0, 0, 3)
    assert "1 street was cut into pieces" in _said(report)
    assert project.count("streets") == 4


def test_ids_of_another_source(project: ProjectStore, tmp_path: Path) -> None:
    """Streets of the next town, numbered from 1 as well, are added and overwrite nothing."""
    import_file(project, _streets_file(tmp_path / "s.geojson"), "streets")
    report = import_file(project, _streets_file(tmp_path / "t.geojson", 0.2, ("甲街", "乙街", "丙街")), "streets")
    assert (report.accepted, report.updated) == (3, 0)
    assert "count other streets" in _said(report)


def test_rejected_rows_come_back(project: ProjectStore, tmp_path: Path) -> None:
    """Rejected rows are saved as Excel without personal columns, corrected, and imported from there."""
    text = "编号,名称,类型,经度,纬度,身份证号\nK1,甲,卡口,113.7,34.7,11010519491231002X\nK2,=1+1,卡口,,34.7,11010519491231002X\n"
    left = tmp_path / "left.xlsx"
    report = import_file(project, _text(tmp_path / "k.csv", text), "sites", rejected_to=left)
    assert (report.accepted, len(report.rejected)) == (1, 1)
    book = openpyxl.load_workbook(left)
    head, row = [[cell.value for cell in cells] for cells in book.active.iter_rows()]
    assert head[2:] == ["编号", "名称", "类型", "经度", "纬度"]
    assert (row[0], row[2:4]) == ("2", ["K2", "=1+1"])
    assert "34.7" in row[1]
    assert book.active["D2"].data_type == "s"
    book.active["F2"] = "113.8"
    book.save(left)
    again = import_file(project, left, "sites")
    assert (again.accepted, again.rejected) == (1, ())
    assert sorted(project.layer("sites")["site_id"]) == ["K1", "K2"]


def test_rejected_shapes_come_back(project: ProjectStore, tmp_path: Path) -> None:
    """A rejected shape keeps its geometry as WKT, and can be imported from the workbook."""
    layer = gpd.GeoDataFrame(
        {"name": ["甲", None]}, geometry=[shapely.Point(113.7, 34.7), shapely.Point(113.8, 34.7)], crs="EPSG:4326"
    )
    left = tmp_path / "left.xlsx"
    import_file(
        project, write_layer(layer, tmp_path / "k.geojson"), "sites", mapping={"kind": "=post"}, rejected_to=left
    )
    book = openpyxl.load_workbook(left)
    book.active.cell(2, [cell.value for cell in book.active[1]].index("name") + 1).value = "乙"
    book.save(left)
    import_file(project, left, "sites", mapping={"kind": "=post"})
    assert sorted(project.layer("sites")["name"]) == ["乙", "甲"]
    assert sorted(project.layer("sites").geometry.x) == [113.7, 113.8]


def test_sites_without_names(project: ProjectStore, tmp_path: Path) -> None:
    """Bare places are numbered, and the same file again adds nothing."""
    path = tmp_path / "p.csv"
    path.write_text("lon,lat\n113.7,34.7\n113.8,34.8\n", encoding="utf-8")
    import_file(project, path, "sites", mapping={"kind": "=checkpoint"})
    assert project.layer("sites")["name"].tolist() == ["P1", "P2"]
    assert import_file(project, path, "sites", mapping={"kind": "=checkpoint"}).unchanged == 2


def test_sites_with_an_unknown_name_column(project: ProjectStore, tmp_path: Path) -> None:
    """Words that no field takes may be the names: the user is asked for them, not for one name for all."""
    path = tmp_path / "p.csv"
    path.write_text("lon,lat,设施\n113.7,34.7,东门\n113.8,34.8,西门\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"--map name=COLUMN\. Columns") as caught:
        import_file(project, path, "sites", mapping={"kind": "=checkpoint"})
    assert "==VALUE" not in str(caught.value)


def test_half_of_the_rows_with_exchanged_axes(project: ProjectStore, tmp_path: Path) -> None:
    """Rows whose longitude and latitude are exchanged are put right one by one, and named."""
    rows = ["a,113.7,34.7", "b,34.71,113.71", "c,113.72,34.72", "d,34.73,113.73", "e,48.8,2.3", "f,34.7,170.2"]
    path = tmp_path / "p.csv"
    path.write_text("\n".join(["name,lon,lat", *rows]), encoding="utf-8")
    report = import_file(project, path, "sites", mapping={"kind": "=post"})
    assert project.layer("sites").geometry.x.round(2).tolist() == [113.7, 113.71, 113.72, 113.73, 48.8]
    assert [note.row for note in report.repaired] == [2, 4]
    assert [note.row for note in report.rejected] == [6]
