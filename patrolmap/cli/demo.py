"""``patrolmap demo``: the main job on the sample district."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.i18n import tr
from patrolmap.model.kinds import ring_title

if TYPE_CHECKING:
    import argparse

    from patrolmap.services.demo import DemoResult

__all__ = ["add_commands", "has_screen"]


def add_commands(add: Any, group: Any) -> None:  # noqa: ARG001 - every room is called alike
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    demo = add("demo", tr("open the sample district; without a screen write sheets, web map and summary"), _demo)
    demo.add_argument("--out", metavar="DIR", type=Path, default=Path("demo-output"), help=tr("folder for the files"))
    demo.add_argument("--no-window", action="store_true", help=tr("write the files even if there is a screen"))
    demo.add_argument("--time-limit-s", type=float, metavar="S", default=20.0, help=tr("seconds of search"))


def has_screen() -> bool:
    """
    Tell whether a window could be shown.

    Returns
    -------
    bool
        On Windows and macOS always; elsewhere if an X11 or Wayland display is named.
    """
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _demo(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.demo import PROJECT_NAME, run_demo

    done = run_demo(
        arguments.out,
        seed=console.seed,
        time_limit_s=arguments.time_limit_s,
        progress=console.progress,
        cancel=console.cancel,
    )
    answer = _answer(done)
    if arguments.no_window or console.as_json or not has_screen():
        return answer
    console.give(answer)
    _open_window(arguments.out / PROJECT_NAME)
    return Answer(answer.data)


def _open_window(project: Path) -> None:
    # In a process of its own: the sheets were painted by a Qt without a screen, and a process has one Qt.
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "patrolmap"]
    subprocess.run([*program, str(project.resolve())], check=False)


def _answer(done: DemoResult) -> Answer:
    data = {
        "folder": str(done.folder),
        "project": str(done.project),
        "webmap": str(done.webmap),
        "summary": str(done.summary),
        "overview": str(done.overview),
        "sheets": [str(path) for path in done.sheets],
        "figures": done.figures,
        "seconds": done.seconds,
    }
    plan, rings = done.figures["plan"], done.figures["rings"]
    leaks = [f"{tr(ring_title(ring))} {figures['leaks']}" for ring, figures in rings.items()]
    lines = (
        tr("Rings: leaks by ring: {leaks}", leaks=leaks),
        tr("Hotspots: {count}", count=done.figures["hotspots"]["hotspots"]),
        tr(
            "Plan: {teams} teams out, {stops} stops, {unmet} visits not served, {required} of them required",
            teams=plan["teams_out"],
            stops=plan["stops"],
            unmet=plan["unmet"],
            required=plan["unmet_required"],
        ),
        tr("Sheets: {count}, in {folder}", count=len(done.sheets), folder=done.folder / "sheets"),
        tr("Web map: {file}", file=done.webmap),
        tr("Summary: {file}", file=done.summary),
        tr("It took {seconds} s.", seconds=f"{sum(done.seconds.values()):.0f}"),
    )
    return Answer(data, lines)
