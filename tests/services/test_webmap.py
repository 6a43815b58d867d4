"""The web map of a project, by service and by command."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("PySide6.QtGui")

from patrolmap.cli.app import main
from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from patrolmap.services.webmap import write_webmap
from tests.maps.conftest import make_town


@pytest.fixture
def project(tmp_path):
    store = ProjectStore.create(tmp_path / "town.gpkg", name="青石区", frame=SpatialFrame.around(111, 34.3))
    for name, layer in make_town().items():
        store.apply(InsertRows(name, store.frame.to_stored(layer)), Message("town"))
    yield store
    store.close()


def test_a_project_becomes_one_file(project, tmp_path):
    """The file stands where it was wanted, named after the district, with every layer."""
    target = tmp_path / "map.html"
    done = write_webmap(project, target)
    text = target.read_text(encoding="utf-8")
    assert done.size_bytes == target.stat().st_size
    assert "<title>青石区</title>" in text
    assert done.rows["sites"] == 4
    assert done.plan_id is None
    assert list(tmp_path.glob(".*")) == []


def test_a_plan_that_does_not_exist_is_the_users_fault(project, tmp_path):
    """Nothing is written."""
    with pytest.raises(InputError):
        write_webmap(project, tmp_path / "map.html", "no such plan")
    assert not (tmp_path / "map.html").exists()


def test_an_empty_project_has_nothing_to_map(tmp_path):
    """The message says what to do."""
    with (
        ProjectStore.create(tmp_path / "empty.gpkg", name="空", frame=SpatialFrame.around(111, 34.3)) as empty,
        pytest.raises(InputError) as caught,
    ):
        write_webmap(empty, tmp_path / "map.html")
    assert caught.value.remedy.template


def test_a_folder_that_is_not_there_is_reported(project, tmp_path):
    """An older map stays whole, and no draft is left."""
    with pytest.raises(InputError):
        write_webmap(project, tmp_path / "nowhere" / "map.html")
    assert not (tmp_path / "nowhere").exists()


def test_the_command_writes_the_map(project, tmp_path, capsys):
    """``patrolmap webmap`` answers with the file and its size, as JSON."""
    project.close()
    target = tmp_path / "public.html"
    status = main(["webmap", str(tmp_path / "town.gpkg"), "--out", str(target), "--publish", "--json", "--quiet"])
    answer = json.loads(capsys.readouterr().out)
    assert status == 0
    assert answer["published"] is True
    assert answer["size_bytes"] == target.stat().st_size
