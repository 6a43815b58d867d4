"""The demo's command: where it writes, and when it opens the window."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from patrolmap.cli import demo, main
from patrolmap.services import demo as service

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Stand in for the main job, and note which programs are started."""
    figures = {
        "plan": {"teams_out": 1, "stops": 2, "unmet": 0, "unmet_required": 0},
        "rings": {"core": {"leaks": 2}},
        "hotspots": {"hotspots": 3},
    }

    def run_demo(folder: Path, **_options: object) -> service.DemoResult:
        names = (service.PROJECT_NAME, "map.html", "summary.json")
        return service.DemoResult(folder, *(folder / name for name in names), figures=figures)

    started: list[list[str]] = []
    monkeypatch.setattr(service, "run_demo", run_demo)
    monkeypatch.setattr(subprocess, "run", lambda words, **_options: started.append(words))
    return started


def test_with_a_screen_the_window_opens_in_a_process_of_its_own(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Sheets are painted by a Qt without a screen; the window needs another."""
    monkeypatch.setattr(demo, "has_screen", lambda: True)
    assert main(["demo", "--out", str(tmp_path)]) == 0
    assert calls == [[sys.executable, "-m", "patrolmap", str(tmp_path / service.PROJECT_NAME)]]


@pytest.mark.parametrize(("screen", "option"), [(False, []), (True, ["--no-window"]), (True, ["--json"])])
def test_otherwise_no_window_opens(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, screen: bool, option: list[str]
) -> None:
    """Without a screen, on request, and for scripts, only files are written."""
    monkeypatch.setattr(demo, "has_screen", lambda: screen)
    assert main(["demo", "--out", str(tmp_path), *option]) == 0
    assert calls == []
