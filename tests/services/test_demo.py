"""The main job on the shipped sample, as the first of the two commands does it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from patrolmap.errors import InputError
from patrolmap.progress import CancelledError
from patrolmap.services.demo import run_demo

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.services.demo import DemoResult


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> DemoResult:  # noqa: ARG001 - sheets are painted
    """Run the main job once, with a short search."""
    return run_demo(tmp_path_factory.mktemp("demo"), time_limit_s=4.0)


@pytest.mark.slow
def test_at_least_twenty_teams_get_a_sheet(done: DemoResult) -> None:
    """Each team that goes out has a sheet of a page or more, with its way in words."""
    assert len(done.sheets) >= 20
    assert len(done.sheets) == done.figures["plan"]["teams_out"]
    for path in done.sheets[:5]:
        assert len(PdfReader(path).pages) >= 1


@pytest.mark.slow
def test_the_planted_gaps_are_the_leaks(done: DemoResult) -> None:
    """The unguarded crossings of the made-up city, no more and no fewer."""
    leaks = {ring: figures["leaks"] for ring, figures in done.figures["rings"].items()}
    assert leaks == {"city": 3, "town": 1, "core": 2}


@pytest.mark.slow
def test_every_required_visit_is_served(done: DemoResult) -> None:
    """The sample has teams enough for what must be done."""
    assert done.figures["plan"]["unmet_required"] == 0


@pytest.mark.slow
def test_the_web_map_needs_no_network(done: DemoResult) -> None:
    """Nothing in the file is loaded from elsewhere."""
    text = done.webmap.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)


@pytest.mark.slow
def test_the_summary_names_what_was_written(done: DemoResult) -> None:
    """Every file that the summary names is there."""
    summary = json.loads(done.summary.read_text(encoding="utf-8"))
    for name in [*summary["sheets"], summary["project"], summary["webmap"], summary["overview"]]:
        assert (done.folder / name).is_file()


def test_a_file_in_the_way_is_the_users_to_move(tmp_path: Path) -> None:
    """A folder that is a file gives an input error before anything is computed."""
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="not a folder"):
        run_demo(tmp_path / "out")


def test_cancel_leaves_no_project(tmp_path: Path) -> None:
    """Cancelled during the import, no half-filled project stays."""
    with pytest.raises(CancelledError):
        run_demo(tmp_path, cancel=lambda: True)
    assert list(tmp_path.glob("*.gpkg")) == []
