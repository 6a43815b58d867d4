"""Files of the program are found in a source tree, in a wheel and in a frozen program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from patrolmap import resources
from patrolmap.errors import InputError, PatrolmapError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def forget_found() -> Iterator[None]:
    resources._find.cache_clear()
    yield
    resources._find.cache_clear()


def test_the_source_tree_has_its_translations() -> None:
    """Assets are beside the package."""
    assert resources.asset("translations/zh/model.po").is_file()


def test_a_missing_part_is_no_fault_of_the_user() -> None:
    """It names the part, and is not an input error."""
    with pytest.raises(PatrolmapError, match=r"assets/nothing\.txt") as caught:
        resources.asset("nothing.txt")
    assert not isinstance(caught.value, InputError)
    with pytest.raises(PatrolmapError, match="sample_layers/nothing"):
        resources.sample_layer("nothing")


def test_a_wheel_carries_its_files_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``patrolmap/_bundled`` comes before what may lie beside the package."""
    package = tmp_path / "site-packages" / "patrolmap"
    for folder in (package / "_bundled", package.parent):
        (folder / "assets").mkdir(parents=True)
        (folder / "assets" / "a.txt").write_text(folder.name)
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    assert resources.asset("a.txt").read_text() == "_bundled"


def test_a_frozen_program_looks_in_its_own_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller's folder wins."""
    (tmp_path / "sample_layers").mkdir()
    (tmp_path / "sample_layers" / "b.txt").write_text("frozen")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.resource_roots()[0] == tmp_path
    assert resources.sample_layer("b.txt").read_text() == "frozen"
