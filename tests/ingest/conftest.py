"""An empty project for every test that imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolmap.services.projects import create_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolmap.project.store import ProjectStore


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    """Make an empty project beside the files of the test."""
    folder = tmp_path / "project"
    folder.mkdir()
    with create_project(folder / "district.gpkg", "District") as made:
        yield made
