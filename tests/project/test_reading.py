"""A large layer is read part by part: others use the project meanwhile, and what is read is of one moment."""

from __future__ import annotations

import sqlite3
import threading

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows, InsertRows, SetSetting
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import LAYERS
from patrolmap.project import rows
from patrolmap.project.store import ProjectStore

FRAME = SpatialFrame.around(113.0, 34.0)
COUNT = 25


def incidents(count, start=0):
    places = [shapely.Point(113.0 + 0.001 * n, 34.0) for n in range(start, start + count)]
    columns = {
        "incident_id": [str(n) for n in range(start, start + count)],
        "category": ["theft", "fraud", None, "x", "y"] * (count // 5),
    }
    return gpd.GeoDataFrame(columns, geometry=places, crs="EPSG:4326")


@pytest.fixture
def project(tmp_path):
    with ProjectStore.create(tmp_path / "a.gpkg", name="A", frame=FRAME) as made:
        made.apply(InsertRows("incidents", incidents(COUNT)), Message("x"))
        yield made


@pytest.fixture
def between(monkeypatch):
    """Do something after each part that is read, as often as it is told."""
    usual, deeds = rows._Gathered.add, []

    def add(self, found):
        usual(self, found)
        if deeds:
            deeds.pop(0)()

    monkeypatch.setattr(rows, "_PART", 10)
    monkeypatch.setattr(rows._Gathered, "add", add)
    return deeds


@pytest.mark.parametrize("part", [1, 5, 24, 25, 26])
def test_parts_are_the_whole(project, monkeypatch, part):
    """However many rows are in a part, also when the last is full or the next would be empty."""
    whole = project.layer("incidents")
    monkeypatch.setattr(rows, "_PART", part)
    read = project.layer("incidents")
    pd.testing.assert_frame_equal(pd.DataFrame(read), pd.DataFrame(whole))
    assert read["incident_id"].tolist() == [str(n) for n in range(COUNT)]


def test_a_choice_of_rows_is_read_in_parts_too(project, monkeypatch):
    """Every fifth row, in the order of the layer."""
    monkeypatch.setattr(rows, "_PART", 2)
    assert project.layer("incidents", only=("category", {"fraud"}))["incident_id"].tolist() == [
        "1",
        "6",
        "11",
        "16",
        "21",
    ]


def test_the_project_is_free_between_two_parts(project, between):
    """Nobody holds it while a part is made into rows."""
    free = []
    between += [lambda: free.append(not project._mutex._is_owned())] * 3
    assert len(project.layer("incidents")) == COUNT
    assert free == [True, True, True]


def test_a_change_meanwhile_is_seen_whole(project, between):
    """Rows that another thread adds and takes between two parts: all of them are there, or none."""

    def change():
        project.apply(InsertRows("incidents", incidents(5, start=100)), Message("x"))
        project.apply(DeleteRows("incidents", (1,)), Message("x"))

    between.append(change)
    ids = project.layer("incidents")["incident_id"].tolist()
    assert ids == [str(n) for n in range(1, COUNT)] + [str(n) for n in range(100, 105)]


def test_a_layer_that_never_rests_is_read_while_others_wait(project, between):
    """After two tries it is read in one go."""
    numbers = iter(range(200, 300, 5))
    between += [lambda: project.apply(InsertRows("incidents", incidents(5, start=next(numbers))), Message("x"))] * 20
    assert len(project.layer("incidents")) == COUNT + 10


def test_whoever_asks_for_the_frame_does_not_wait_for_a_reader(project, between):
    """The window asks for it all the time: another thread gets it while the file is held."""
    assert project.frame == FRAME
    asked = []

    def ask():
        with project._reading():
            asker = threading.Thread(target=lambda: asked.append(project.frame))
            asker.start()
            asker.join(5)

    between.append(ask)
    project.layer("incidents")
    assert asked == [FRAME]


def test_another_frame_is_seen_at_once(tmp_path):
    """An empty project may get another; what was known of the first is forgotten, also when the choice fails."""
    other = SpatialFrame.around(120.0, 30.0)
    with ProjectStore.create(tmp_path / "b.gpkg", name="B", frame=FRAME) as made:
        assert made.frame == FRAME
        made.set_frame(other)
        assert made.frame == other
        made.apply(InsertRows("incidents", incidents(5)), Message("x"))
        with pytest.raises(InputError):
            made.set_frame(FRAME)
        assert made.frame == other


def test_all_versions_are_those_of_each_layer(project):
    """Asked at once or one by one, before and after an edit."""
    before = project.versions()
    project.apply(DeleteRows("incidents", (1,)), Message("x"))
    after = project.versions()
    assert {name for name in after if after[name] != before[name]} == {"incidents"}
    assert after == {name: project.layer_version(name) for name in after}
    assert after.keys() >= set(LAYERS)


def test_a_setting_is_told_while_the_project_is_being_written(tmp_path):
    """The window asks for the name at each look at the map: it does not wait for who holds the file."""
    with ProjectStore.create(tmp_path / "a.gpkg", name="A", frame=FRAME) as project:
        assert project.name == "A"
        held, done = threading.Event(), threading.Event()

        def hold():
            with project._reading():
                held.set()
                done.wait(20)

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait(20)
        try:
            assert project._mutex.acquire(blocking=False) is False
            assert project.name == "A"
        finally:
            done.set()
            holder.join()


def test_a_setting_is_read_anew_after_each_change(tmp_path):
    """Edits, undo, redo and another program: none is told of by an old value; what is given out can be changed without harm."""
    path = tmp_path / "a.gpkg"
    with ProjectStore.create(path, name="A", frame=FRAME) as project:
        assert project.setting("list", "none") == "none"
        project.apply(SetSetting("list", [1]), Message("x"))
        project.setting("list").append(2)
        assert project.setting("list") == [1]
        project.undo()
        assert project.setting("list") is None
        project.redo()
        assert project.setting("list") == [1]
        with sqlite3.connect(path) as other:
            other.execute("UPDATE settings SET value = '[7]' WHERE key = 'list'")
        other.close()
        project.count("sites")
        assert project.setting("list") == [7]
