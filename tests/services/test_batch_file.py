"""The file of a batch: what it may say, and what it is told when it says something else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from patrolmap.errors import InputError
from patrolmap.services.batch_file import read_batch

if TYPE_CHECKING:
    from pathlib import Path


def _file(folder: Path, text: str, name: str = "districts.toml") -> Path:
    for project in ("north.gpkg", "south.gpkg", "far/south.gpkg"):
        path = folder / "all" / project
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_patterns_find_each_project_once_and_same_names_get_folders_of_their_own(tmp_path: Path) -> None:
    file = _file(tmp_path, 'projects = ["all/*.gpkg", "all/north.gpkg", "all/**/*.gpkg"]\nsteps = ["check {project}"]')
    batch = read_batch(file)
    assert [project.name for project in batch.projects] == ["north", "south", "south-2"]
    assert len({project.out for project in batch.projects}) == 3
    assert batch.out == tmp_path / "districts-results"


def test_a_step_is_a_text_or_a_list_and_its_fields_are_filled_in(tmp_path: Path) -> None:
    steps = [
        "patrolmap hotspots find '{project}' --category \"Theft of vehicle\"",
        ["sheets", "{project}", "--out", "{out}/s"],
    ]
    file = _file(tmp_path, json.dumps({"projects": ["all/north.gpkg"], "steps": steps, "out": "x"}), "b.json")
    batch = read_batch(file)
    north = batch.projects[0]
    assert batch.words(0, north) == ("hotspots", "find", str(north.path), "--category", "Theft of vehicle")
    assert batch.words(1, north) == ("sheets", str(north.path), "--out", str(tmp_path / "x" / "north") + "/s")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("projects = [", "neither TOML nor JSON"),
        ('projects = ["all/*.gpkg"]', "steps"),
        ('steps = ["check {project}"]', "projects"),
        ('projects = ["none/*.gpkg"]\nsteps = ["check {project}"]', "none/*.gpkg"),
        ('projects = ["all/*.gpkg"]\nsteps = ["check {projekt}"]', "projekt"),
        ('projects = ["all/*.gpkg"]\nsteps = ["check {project"]', "brace"),
        ('projects = ["all/*.gpkg"]\nsteps = ["check \'{project}"]', "quotation"),
        ('projects = ["all/*.gpkg"]\nsteps = ["batch x.toml"]', "cannot be part"),
        ('projects = ["all/*.gpkg"]\nsteps = [7]', "7"),
        ('projects = ["all/*.gpkg"]\nsteps = ["check {project}"]\nretries = -1', "retries"),
        ('projects = ["all/*.gpkg"]\nsteps = ["check {project}"]\nstep = 1', "step"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_batch(_file(tmp_path, text))
    assert said in str(caught.value)
    assert "districts.toml" in str(caught.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml"):
        read_batch(tmp_path / "none.toml")
