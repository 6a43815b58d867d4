"""The sample project is whole or not there."""

from __future__ import annotations

import pytest

from patrolmap.errors import InputError
from patrolmap.progress import CancelledError
from patrolmap.services.projects import open_project
from patrolmap.services.sample_project import make_sample_project


def test_it_holds_every_layer_of_the_sample(tmp_path):
    """All rows but the deliberate bad ones are in; the 409 controlled points and 60 teams exactly."""
    path, texts = tmp_path / "sample.gpkg", []
    make_sample_project(path, progress=lambda _fraction, text=None: texts.append(text))
    with open_project(path) as project:
        counts = project.counts()
    assert (counts["sites"], counts["teams"], counts["rings"]) == (409, 60, 3)
    assert counts["streets"] > 3_000
    assert any(text is not None for text in texts)


def test_cancelled_it_leaves_no_file(tmp_path):
    """A user who thinks better of it finds nothing half made."""
    path = tmp_path / "sample.gpkg"
    with pytest.raises(CancelledError):
        make_sample_project(path, cancel=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_it_never_overwrites(tmp_path):
    """A project of that name stays as it is."""
    path = tmp_path / "sample.gpkg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        make_sample_project(path)
    assert path.read_text(encoding="utf-8") == "mine"
