"""Claims about ``patrolmap export``."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from patrolmap.messages import Message
from tests.exchange.conftest import on_earth
from tests.services.test_planning import project  # noqa: F401 - a fixture
from tests.sheets.samples import made_plan, made_route


@pytest.fixture
def path(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Close a project with a plan and give its path."""
    project.save_plan(made_plan(on_earth(made_route(3))), label=Message("test"))
    project.close()
    return str(project.path)


@pytest.mark.parametrize("name", ["gpx", "kml", "geojson", "gpkg", "xlsx", "ics"])
def test_json_tells_the_files(path, tmp_path, capsys, name):
    """One document with the format, the plan and the files, which exist."""
    out = tmp_path / f"out.{name}"
    assert main(["export", path, "--format", name, "--out", str(out), "--json", "--quiet"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"format": name, "plan_id": "20261121-1900-a1b2", "files": [str(out)]}
    assert out.stat().st_size > 0


def test_kmz_is_packed(path, tmp_path):
    """The ending of the file decides."""
    assert main(["export", path, "--format", "kml", "--out", str(tmp_path / "a.kmz"), "--quiet"]) == 0
    assert (tmp_path / "a.kmz").read_bytes().startswith(b"PK")


def test_wrong_words_are_the_users_fault(path, tmp_path):
    """Exit status 2 for an unknown format, an unknown plan, and without a place to write."""
    out = str(tmp_path / "a")
    assert main(["export", path, "--format", "dwg", "--out", out, "--quiet"]) == 2
    assert main(["export", path, "--format", "gpx", "--plan", "x", "--out", out, "--quiet"]) == 2
    assert main(["export", path, "--format", "gpx", "--quiet"]) == 2
