"""The marks of running programs: a mark is given back only when its program is no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from patrolmap.services.left_open import OpenMark, take_left_open

NOTE_AND_DIE = """
import os, sys
from pathlib import Path
from patrolmap.services.left_open import OpenMark
OpenMark(Path(sys.argv[1])).note(Path(sys.argv[2]), "plan")
os._exit(9)
"""


@pytest.fixture
def project(tmp_path):
    made = tmp_path / "a.gpkg"
    made.write_bytes(b"x")
    return made


def test_what_a_killed_program_had_open_is_given_back_once(tmp_path, project):
    """Path and task, and the second time nothing; no file of the mark is left."""
    folder = tmp_path / "marks"
    subprocess.run([sys.executable, "-c", NOTE_AND_DIE, str(folder), str(project)], check=False)
    (found,) = take_left_open(folder)
    assert (found.path, found.task) == (project.resolve(), "plan")
    assert take_left_open(folder) == ()
    assert list(folder.iterdir()) == []


def test_a_program_that_runs_keeps_its_mark(tmp_path, project):
    """Another start does not offer what somebody is working on."""
    mark = OpenMark(tmp_path / "marks")
    mark.note(project, "rings")
    assert take_left_open(tmp_path / "marks") == ()
    mark.forget()


def test_a_project_that_was_closed_is_not_offered(tmp_path, project):
    """Closing takes the mark away."""
    folder = tmp_path / "marks"
    mark = OpenMark(folder)
    mark.note(project, "rings")
    mark.forget()
    assert take_left_open(folder) == ()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", ["", "[]", '{"path": 1}', '{"path": "/nowhere/b.gpkg", "task": "", "noted_at": ""}'])
def test_marks_that_say_nothing_are_left_out(tmp_path, words):
    """A damaged mark, or one of a project that is gone, stops nobody."""
    (tmp_path / "open-1.json").write_text(words)
    assert take_left_open(tmp_path) == ()
    assert not Path(tmp_path / "open-1.json").exists()
