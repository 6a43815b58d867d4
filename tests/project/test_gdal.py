"""A project is a GeoPackage: GDAL, the reader of QGIS, finds every layer as the standard says, without a warning."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
import shapely

from patrolmap.messages import Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows, UpdateRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import LAYERS
from patrolmap.project.check import examine
from patrolmap.project.store import ProjectStore
from patrolmap.project.tables import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

EDIT = Message("Edit")
SHAPES = {
    "Point": shapely.Point(113.5, 34.5),
    "LineString": shapely.LineString([(113, 34), (113.1, 34.1), (113.2, 34.0)]),
    "MultiLineString": shapely.MultiLineString([[(113, 34), (113.1, 34.1)], [(113.2, 34), (113.3, 34.1)]]),
    "Polygon": shapely.Polygon([(113, 34), (113.1, 34), (113.1, 34.1)], []),
    "MultiPolygon": shapely.MultiPolygon([shapely.box(113, 34, 113.1, 34.1), shapely.box(114, 34, 114.1, 34.1)]),
}
VALUES = {"text": "文本", "integer": 7, "real": 0.5, "boolean": True, "datetime": "2026-11-20T21:30:00"}


def one_of_each(name: str) -> gpd.GeoDataFrame:
    spec = LAYERS[name]
    shapes = [SHAPES[kind] for kind in spec.geometry]
    rows = {field.name: [VALUES[field.type]] * len(shapes) for field in spec.fields}
    if spec.key is not None:
        rows[spec.key] = [f"k{number}" for number in range(len(shapes))]
    return gpd.GeoDataFrame(rows, geometry=shapes)


@pytest.mark.parametrize(
    "frame",
    [SpatialFrame.around(113, 34), SpatialFrame.around(113, 34, "EPSG:4490"), SpatialFrame.planar(2.0)],
    ids=["4326", "4490", "planar"],
)
def test_gdal_reads_every_layer(tmp_path: Path, frame: SpatialFrame, caplog: pytest.LogCaptureFixture) -> None:
    """Every layer comes back through GDAL with its CRS, fields, types and geometry, and GDAL logs nothing."""
    path = tmp_path / "项目 1.gpkg"
    with ProjectStore.create(path, name="x", frame=frame) as project:
        project.apply(Compound(tuple(InsertRows(name, one_of_each(name)) for name in LAYERS)), EDIT)
    listed = dict(pyogrio.list_layers(path))
    assert set(listed) == {*LAYERS, *RECORDS, "settings", "journal", "layer_styles"}
    with caplog.at_level(logging.DEBUG):
        for name, spec in LAYERS.items():
            read = pyogrio.read_dataframe(path, layer=name)
            crs = None if read.crs is None else read.crs.to_authority()
            if frame.stored_crs is None:
                assert read.crs is None or read.crs.is_engineering
            else:
                assert crs == tuple(frame.stored_crs.split(":"))
            assert [column for column in read.columns if column != "geometry"] == [f.name for f in spec.fields]
            for field in spec.fields:
                if field.name != spec.key:
                    assert read[field.name].iloc[0] == VALUES[field.type], field.name
            written = one_of_each(name).geometry
            assert all(ours.equals(theirs) for ours, theirs in zip(written, read.geometry, strict=True))
    assert [r.getMessage() for r in caplog.records if r.name.startswith("pyogrio") and r.levelno > logging.INFO] == []


def test_the_index_answers_for_gdal(tmp_path: Path) -> None:
    """A window query through the R-tree finds what a scan of all geometry finds, after insert, update and delete."""
    path = tmp_path / "a.gpkg"
    points = shapely.points([(113 + (n * 37 % 101) / 100, 34 + (n * 53 % 97) / 100) for n in range(300)])
    ids = [str(n) for n in range(300)]
    rows = gpd.GeoDataFrame({"site_id": ids, "name": ids, "kind": "post"}, geometry=points, crs="EPSG:4326")
    with ProjectStore.create(path, name="x", frame=SpatialFrame.around(113, 34)) as project:
        project.apply(InsertRows("sites", rows), EDIT)
        project.apply(DeleteRows("sites", tuple(range(1, 100, 3))), EDIT)
        moved = rows.iloc[:50][["geometry"]].translate(0.05, 0.05).rename("geometry")
        fids = project.layer("sites").index[:50].rename("fid")
        project.apply(
            UpdateRows("sites", gpd.GeoDataFrame(geometry=moved.to_numpy(), index=fids, crs="EPSG:4326")), EDIT
        )
        ours = project.layer("sites")
    window = (113.2, 34.2, 113.5, 34.6)
    found = pyogrio.read_dataframe(path, layer="sites", bbox=window, fid_as_index=True)
    expected = ours[ours.intersects(shapely.box(*window))]
    assert 10 < len(expected) < 200
    assert sorted(found.index) == sorted(expected.index)
    assert pyogrio.read_info(path, layer="sites")["capabilities"]["fast_spatial_filter"]


def test_an_edit_by_gdal_is_noticed(tmp_path: Path) -> None:
    """Rows that GDAL adds keep the index right, raise the version, end the undo history and enter the journal."""
    path = tmp_path / "a.gpkg"
    with ProjectStore.create(path, name="x", frame=SpatialFrame.around(113, 34)) as project:
        project.apply(InsertRows("sites", one_of_each("sites")), EDIT)
        version = project.layer_version("sites")
    theirs = one_of_each("sites").assign(site_id="gis").set_crs("EPSG:4326")
    pyogrio.write_dataframe(theirs, path, layer="sites", append=True)
    with ProjectStore.open(path) as project:
        assert not project.read_only
        assert project.count("sites") == 2
        assert project.layer_version("sites") == version + 1
        assert project.layer_version("streets") == 0
        assert not project.can_undo
        assert [entry.kind for entry in project.journal()] == ["create", "edit", "outside"]
        assert examine(project._opened.connection).findings == ()


def test_an_edit_by_gdal_is_noticed_while_the_project_is_open(tmp_path: Path) -> None:
    """The next look at the layer shows the new row and a new version, and undo no longer reaches behind it."""
    path = tmp_path / "a.gpkg"
    with ProjectStore.create(path, name="x", frame=SpatialFrame.around(113, 34)) as project:
        project.apply(InsertRows("sites", one_of_each("sites")), EDIT)
        version = project.layer_version("sites")
        digest = project.content_hash("sites")
        theirs = one_of_each("sites").assign(site_id="gis").set_crs("EPSG:4326")
        pyogrio.write_dataframe(theirs, path, layer="sites", append=True)
        assert project.layer_version("sites") == version + 1
        assert project.content_hash("sites") != digest
        assert not project.can_undo
        project.apply(DeleteRows("sites", (2,)), EDIT)
        assert project.content_hash("sites") == digest
        assert project.undo() == EDIT
        assert [entry.kind for entry in project.journal()] == ["create", "edit", "outside", "edit", "undo"]


def test_a_style_is_there_for_qgis(tmp_path: Path) -> None:
    """It lies in the table that QGIS looks in, once, as the default."""
    path = tmp_path / "a.gpkg"
    with ProjectStore.create(path, name="x", frame=SpatialFrame.around(113, 34)) as project:
        for qml in ("<qgis/>", "<qgis version='3'/>"):
            project.set_layer_style("sites", name="patrolmap", qml=qml)
        assert not project.can_undo
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert styles[["f_table_name", "f_geometry_column", "styleName", "styleQML"]].to_numpy().tolist() == [
        ["sites", "geom", "patrolmap", "<qgis version='3'/>"]
    ]
    assert styles["useAsDefault"].tolist() == [True]


def test_a_gis_in_write_ahead_mode_does_no_harm(tmp_path: Path) -> None:
    """QGIS leaves files in WAL mode; edits work while it has the file open, and the file is single again later."""
    path = tmp_path / "a.gpkg"
    ProjectStore.create(path, name="x", frame=SpatialFrame.around(113, 34)).close()
    gis = sqlite3.connect(path)
    assert gis.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    gis.execute("SELECT count(*) FROM sites").fetchone()
    with ProjectStore.open(path) as project:
        project.apply(InsertRows("sites", one_of_each("sites")), EDIT)
        assert gis.execute("SELECT count(*) FROM sites").fetchone() == (1,)
    gis.close()
    with ProjectStore.open(path) as project:
        assert project.count("sites") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.gpkg"]
