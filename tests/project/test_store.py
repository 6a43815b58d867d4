"""The project file through its own door: edits, inverses, undo and redo, settings, frames, who may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows, SetSetting, UpdateRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import LAYERS, empty_layer
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EDIT = Message("Edit {n}", {"n": 1})


def sites(count: int, start: int = 0) -> gpd.GeoDataFrame:
    ids = [f"s{number}" for number in range(start, start + count)]
    points = shapely.points([(113.0 + 0.001 * n, 34.0) for n in range(start, start + count)])
    return gpd.GeoDataFrame(
        {"site_id": ids, "name": ids, "kind": "checkpoint", "level": pd.array([1] * count, dtype="Int64")},
        geometry=points,
        crs="EPSG:4326",
    )


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore.create(tmp_path / "a.gpkg", name="测试区", frame=SpatialFrame.around(113.0, 34.0)) as made:
        yield made


def test_a_new_project_has_every_layer_and_no_rows(project: ProjectStore) -> None:
    """All layers of the model are there, empty, with their columns and the stored CRS."""
    assert project.name == "测试区"
    assert project.counts() == dict.fromkeys(LAYERS, 0)
    for name in LAYERS:
        layer = project.layer(name)
        assert layer.crs == "EPSG:4326"
        pd.testing.assert_frame_equal(
            pd.DataFrame(layer), pd.DataFrame(empty_layer(name, "EPSG:4326")), check_index_type=False
        )


def test_what_goes_in_comes_out(project: ProjectStore) -> None:
    """Values and geometry survive bit by bit; missing values stay missing; fids count from 1 in row order."""
    rows = gpd.GeoDataFrame(
        {
            "name": ["人民路", None],
            "level": pd.array([None, -1], dtype="Int64"),
            "bridge": pd.array([True, None], dtype="boolean"),
            "maxspeed_kph": [np.nan, 0.1 + 0.2],
        },
        geometry=[shapely.LineString([(113.1, 34.123456789012345), (113.2, 34.2)]), None],
        crs="EPSG:4326",
    )
    project.apply(InsertRows("streets", rows), EDIT)
    back = project.layer("streets")
    assert back.index.tolist() == [1, 2]
    assert back["name"].tolist() == ["人民路", None]
    assert back["level"].isna().tolist() == [True, False]
    assert back["level"].iloc[1] == -1
    assert back["bridge"].iloc[0] is np.True_
    assert back["maxspeed_kph"].iloc[1] == 0.1 + 0.2
    assert np.isnan(back["maxspeed_kph"].iloc[0])
    assert back.geometry.iloc[0].equals_exact(rows.geometry.iloc[0], 0.0)
    assert back.geometry.iloc[1] is None


def test_an_edit_in_another_crs_is_brought_home(project: ProjectStore) -> None:
    """Rows in metres are stored in degrees."""
    metric = project.frame.to_metric(sites(1))
    project.apply(InsertRows("sites", metric), EDIT)
    assert project.layer("sites").geometry.iloc[0].distance(shapely.Point(113.0, 34.0)) < 1e-9


def test_applying_the_inverse_brings_the_content_back(project: ProjectStore) -> None:
    """For each kind of edit, edit then inverse leaves the content hash as it was."""
    project.apply(InsertRows("sites", sites(5)), EDIT)
    before = project.content_hash("sites")
    moved = gpd.GeoDataFrame({"name": ["新"]}, geometry=[shapely.Point(1, 2)], index=[3], crs="EPSG:4326")
    for edit in (
        InsertRows("sites", sites(2, start=5)),
        DeleteRows("sites", (2, 4)),
        UpdateRows("sites", moved),
        Compound((DeleteRows("sites", (1, 2, 3, 4, 5)), InsertRows("sites", sites(3)))),
    ):
        inverse = project.apply(edit, EDIT)
        assert project.content_hash("sites") != before
        project.apply(inverse, EDIT)
        assert project.content_hash("sites") == before


def test_undo_and_redo_survive_a_restart(tmp_path: Path) -> None:
    """Three edits are undone and redone in three openings of the file, each with its label."""
    path = tmp_path / "a.gpkg"
    labels = [Message("Edit {n}", {"n": n}) for n in range(3)]
    with ProjectStore.create(path, name="a", frame=SpatialFrame.around(113.0, 34.0)) as project:
        project.apply(InsertRows("sites", sites(4)), labels[0])
        project.apply(UpdateRows("sites", pd.DataFrame({"name": ["x"]}, index=pd.Index([2], name="fid"))), labels[1])
        project.apply(Compound((DeleteRows("sites", (1,)), SetSetting("a", 1))), labels[2])
        final = project.content_hash("sites")
    with ProjectStore.open(path) as project:
        assert [project.undo(), project.undo()] == [labels[2], labels[1]]
        assert project.layer("sites")["name"].tolist() == ["s0", "s1", "s2", "s3"]
        assert project.setting("a") is None
    with ProjectStore.open(path) as project:
        assert project.undo_label == labels[0]
        assert project.redo_label == labels[1]
        assert [project.redo(), project.redo(), project.redo()] == [labels[1], labels[2], None]
        assert project.content_hash("sites") == final
        assert project.setting("a") == 1
        assert not project.can_redo


def test_a_new_edit_ends_what_could_be_redone(project: ProjectStore) -> None:
    """Undo, then another edit: nothing to redo, and the archive of the undone step is gone."""
    project.apply(InsertRows("sites", sites(3)), EDIT)
    project.undo()
    project.apply(SetSetting("x", [1, "二"]), EDIT)
    assert project.redo() is None
    connection = project._opened.connection
    assert connection.execute("SELECT count(*) FROM patrolmap_undo_sites").fetchone() == (0,)


def test_a_failing_part_leaves_nothing_of_a_compound(project: ProjectStore) -> None:
    """If the second part cannot be done, the first one, the journal and undo know nothing of it."""
    entries = len(list(project.journal()))
    with pytest.raises(InputError, match="no longer there"):
        project.apply(Compound((InsertRows("sites", sites(3)), DeleteRows("sites", (99,)))), EDIT)
    assert project.count("sites") == 0
    assert not project.can_undo
    assert len(list(project.journal())) == entries
    project.apply(InsertRows("sites", sites(1)), EDIT)
    assert project.layer("sites").index.tolist() == [1]


def test_two_rows_cannot_have_the_same_key(project: ProjectStore) -> None:
    """A key that is used twice is refused by name; empty keys may repeat."""
    with pytest.raises(InputError, match="site_id"):
        project.apply(InsertRows("sites", pd.concat([sites(1), sites(1)])), EDIT)
    nameless = gpd.GeoDataFrame(
        {"incident_id": [None, None, "", ""], "category": "burglary", "time_from": "2026-01-01T00:00:00"},
        geometry=shapely.points([(113, 34)] * 4),
    )
    project.apply(InsertRows("incidents", nameless), EDIT)
    assert project.count("incidents") == 4


def test_what_does_not_belong_to_a_layer_is_refused(project: ProjectStore) -> None:
    """Unknown columns, unknown layers and wrong geometry are a programmer's mistake."""
    with pytest.raises(ValueError, match="colour"):
        project.apply(InsertRows("sites", sites(1).assign(colour="red")), EDIT)
    line = gpd.GeoDataFrame({"site_id": ["a"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs="EPSG:4326")
    with pytest.raises(ValueError, match="Point"):
        project.apply(InsertRows("sites", line), EDIT)
    with pytest.raises(ValueError, match="no whole number"):
        project.apply(InsertRows("sites", sites(1).assign(level=1.5)), EDIT)
    endless = sites(1).set_geometry([shapely.Point(113.0, np.inf)], crs="EPSG:4326")
    with pytest.raises(ValueError, match="finite"):
        project.apply(InsertRows("sites", endless), EDIT)
    with pytest.raises(KeyError):
        project.apply(DeleteRows("gpkg_contents", (1,)), EDIT)


def test_versions_grow_with_each_change_of_the_layer_alone(project: ProjectStore) -> None:
    """Insert, undo and redo each count; other layers do not change."""
    versions = []
    for change in (lambda: project.apply(InsertRows("sites", sites(1)), EDIT), project.undo, project.redo):
        change()
        versions.append(project.layer_version("sites"))
    assert versions == [1, 2, 3]
    assert project.layer_version("streets") == 0


def test_the_frame_is_chosen_once(tmp_path: Path) -> None:
    """Without a frame there is a clear error; it can be set, and not changed once there are rows."""
    with ProjectStore.create(tmp_path / "a.gpkg", name="a", frame=None) as project:
        assert not project.has_frame
        with pytest.raises(InputError, match="Import the streets first"):
            project.metric_layer("streets")
        project.set_frame(SpatialFrame.around(113.0, 34.0))
        project.set_frame(SpatialFrame.around(113.0, 34.0, "EPSG:4490"))
        project.apply(InsertRows("sites", sites(1)), EDIT)
        assert project.layer("sites").crs == "EPSG:4490"
        with pytest.raises(InputError, match="cannot be changed"):
            project.set_frame(SpatialFrame.planar())
        assert project.metric_layer("sites").crs == "EPSG:32649"


def test_the_second_to_open_can_only_look(project: ProjectStore) -> None:
    """It sees confirmed edits, says who holds the project, and may write once that one is closed."""
    project.apply(InsertRows("sites", sites(2)), EDIT)
    with ProjectStore.open(project.path) as second:
        assert second.read_only
        assert "open in another program" in str(second.notice)
        assert second.count("sites") == 2
        with pytest.raises(InputError, match="another program"):
            second.apply(SetSetting("a", 1), EDIT)
    project.close()
    with ProjectStore.open(project.path) as third:
        assert not third.read_only
        assert third.notice is None


def test_a_closed_project_is_one_file(project: ProjectStore) -> None:
    """No journal, no log, no lock is left beside it."""
    project.apply(InsertRows("sites", sites(2)), EDIT)
    project.close()
    project.close()
    assert [path.name for path in project.path.parent.iterdir()] == ["a.gpkg"]


def test_a_year_of_incidents_goes_in_and_out_whole(project: ProjectStore) -> None:
    """Adding 148,000 rows, undoing and redoing it lose nothing, to the last bit of a coordinate."""
    count = 148_000
    rng = np.random.default_rng(5)
    rows = gpd.GeoDataFrame(
        {"incident_id": np.arange(count).astype(str), "category": "burglary", "time_from": "2026-01-01T00:00:00"},
        geometry=shapely.points(rng.uniform([113.0, 34.0], [114.0, 35.0], (count, 2))),
        crs="EPSG:4326",
    )
    project.apply(InsertRows("incidents", rows), EDIT)
    project.undo()
    assert project.count("incidents") == 0
    project.redo()
    assert project.count("incidents") == count
    back = project.layer("incidents")
    assert (shapely.get_coordinates(back.geometry) == shapely.get_coordinates(rows.geometry)).all()


def test_work_on_a_project_that_was_closed_meanwhile_is_cancelled(project: ProjectStore) -> None:
    """A view that still computes when the user closes the project is no defect."""
    project.close()
    with pytest.raises(CancelledError):
        project.count("sites")
