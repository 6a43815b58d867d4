"""``patrolmap batch``: what it answers, and what it refuses before anything runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patrolmap.cli.app import main
from patrolmap.services.projects import create_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _file(folder: Path, *steps: str) -> Path:
    create_project(folder / "north.gpkg", "North").close()
    file = folder / "all.json"
    file.write_text(json.dumps({"projects": ["*.gpkg"], "steps": steps}), encoding="utf-8")
    return file


def test_a_command_is_run_on_each_project_and_its_answer_is_in_the_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["batch", str(_file(tmp_path, "journal verify {project}")), "--workers", "1", "--json", "--quiet"])
    said = json.loads(capsys.readouterr().out)
    summary = json.loads((tmp_path / "all-results" / "summary.json").read_text(encoding="utf-8"))
    assert (status, said["projects_done"]) == (0, 1)
    assert summary["projects"][0]["steps"][0]["answer"]["intact"] is True


def test_a_step_that_is_no_command_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["batch", str(_file(tmp_path, "hotspot find {project}")), "--lang", "en"])
    assert status == 2
    assert "hotspot find {project}" in capsys.readouterr().err
    assert not (tmp_path / "all-results").exists()


def test_a_project_that_fails_makes_the_status_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, "journal verify {project}")
    (tmp_path / "broken.gpkg").write_bytes(b"no project")
    status = main(["batch", str(file), "--workers", "1", "--json", "--quiet"])
    said = json.loads(capsys.readouterr().out)
    assert status == 2
    assert [(project["name"], project["done"]) for project in said["projects"]] == [("broken", False), ("north", True)]
