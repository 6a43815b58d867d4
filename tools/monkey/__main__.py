"""Run ``QT_QPA_PLATFORM=offscreen python -m tools.monkey --minutes 30 --seed 1``.

The window is opened on a copy of the sample district, and of the same on an evening with hotspots and a plan, in turn (or of
each ``--project``). Every few milliseconds the monkey does something to what can be reached: clicks, types, drags, menus, keys, the map. Dialogs
for files are answered with scratch files, good and broken; there is no network, no printer and no exit. At the end the figures are printed as JSON; the
status is 1 if anything was raised, Qt warned, or memory grew by more than ``--growth-mb`` after the warm-up.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from patrolmap.desktop.window import MainWindow
    from tools.monkey.hands import Hands
    from tools.monkey.watch import Watch

_WARM_UP: Final = 0.2
_LOOK_EVERY_S: Final = 5.0
_CLOSED_STEPS: Final = 40


def main() -> int:
    """
    Run the monkey.

    Returns
    -------
    int
        0 if nothing broke, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--project", type=Path, nargs="+", help="projects to work on copies of; default: the sample district, twice"
    )
    parser.add_argument("--map", choices=("plain", "web"), default="plain")
    parser.add_argument("--pause-ms", type=int, default=15, help="between two deeds")
    parser.add_argument("--growth-mb", type=float, default=100.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        figures = _run(wanted, Path(folder))
    lines = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in figures.items())
    print("{" + ",\n ".join(lines) + "}", flush=True)
    broke = figures["exceptions"] or figures["qt_warnings"] or figures["growth_mb"] > wanted.growth_mb
    return 1 if broke else 0


def _run(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    os.environ.update(PATROLMAP_CONFIG=str(folder / "config"), PATROLMAP_LANG="zh", HOME=str(folder))
    if wanted.map == "plain":
        os.environ["PATROLMAP_PLAIN_MAP"] = "1"
    from patrolmap.desktop.app import make_application
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.window import MainWindow
    from patrolmap.services.sample_project import make_sample_project
    from patrolmap.services.workspace import Preferences
    from tools.monkey.answers import answer_dialogs
    from tools.monkey.evening import make_evening
    from tools.monkey.hands import Hands
    from tools.monkey.watch import Watch

    chance, watch = random.Random(wanted.seed), Watch()  # noqa: S311 - to be repeated, not to be secret
    pristine = list(wanted.project) if wanted.project else [make_sample_project(folder / "pristine.gpkg")]
    if not wanted.project:
        pristine.append(make_evening(pristine[0], folder / "evening.gpkg"))
    app = make_application(Preferences(language="zh", theme="light"))
    app.setQuitOnLastWindowClosed(False)
    answer_dialogs(chance, folder)
    watch.install()
    window = MainWindow(Core())
    window.core.notices.crashed.connect(watch.defect)
    window.resize(1500, 950)
    window.show()
    monkey = Monkey(window, Hands(window, chance), watch, pristine, folder)
    monkey.go(wanted.minutes * 60, wanted.pause_ms)
    app.exec()
    return {"seed": wanted.seed, "minutes": wanted.minutes, "deeds": monkey.deeds} | watch.figures(
        wanted.minutes * 60 * _WARM_UP
    )


class Monkey:
    """
    Does one thing after the other until its time is over, then closes the window.

    Parameters
    ----------
    window : MainWindow
        The window.
    hands : Hands
        Acts.
    watch : Watch
        Notices.
    pristine : list of Path
        Projects to work on copies of, in turn from the last.
    folder : Path
        Scratch folder.
    """

    def __init__(self, window: MainWindow, hands: Hands, watch: Watch, pristine: list[Path], folder: Path) -> None:
        self.deeds = 0
        self._window, self._hands, self._watch = window, hands, watch
        self._pristine, self._folder = pristine, folder
        self._end_s = self._look_s = self._told_s = 0.0
        self._pause_ms = self._closed = self._copies = 0

    def go(self, seconds: float, pause_ms: int) -> None:
        """
        Begin.

        Parameters
        ----------
        seconds : float
            When to stop.
        pause_ms : int
            Between two deeds.
        """
        self._end_s, self._pause_ms = time.monotonic() + seconds, pause_ms
        self._open_copy()
        self._plan_next()

    def _plan_next(self) -> None:
        from PySide6.QtCore import QTimer

        due_s = time.monotonic() + self._pause_ms / 1000
        last = self._watch.last[-1] if self._watch.last else ""
        QTimer.singleShot(self._pause_ms, lambda: self._step(due_s, last))

    def _step(self, due_s: float, last: str) -> None:
        now_s = time.monotonic()
        self._watch.paused(now_s - due_s, last)
        if now_s > self._look_s:
            self._look_s = now_s + _LOOK_EVERY_S
            self._watch.look()
            self._tell(now_s)
        if now_s > self._end_s:
            self._finish()
            return
        self._keep_open()
        what, deed = self._hands.choose()
        self._watch.did(what, self._hands.where)
        self.deeds += 1
        # Before the deed: a dialog that it opens runs a loop of its own.
        self._plan_next()
        try:
            deed()
        except RuntimeError as error:
            if "already deleted" not in str(error):
                raise

    def _tell(self, now_s: float) -> None:
        """Write a line every minute, so that a run that stands still is seen as one."""
        if now_s < self._told_s + 60:
            return
        self._told_s = now_s
        memory_mb = self._watch.memory_mb[-1][1]
        last = " | ".join(self._watch.last[-3:])
        print(
            f"{self._end_s - now_s:5.0f} s left, {self.deeds} deeds, {memory_mb:.0f} MB: {last}",
            file=sys.stderr,
            flush=True,
        )

    def _keep_open(self) -> None:
        self._closed = 0 if self._window.core.session.is_open else self._closed + 1
        if self._closed > _CLOSED_STEPS:
            self._closed = 0
            self._open_copy()

    def _open_copy(self) -> None:
        self._copies += 1
        path = self._folder / f"district-{self._copies}.gpkg"
        shutil.copyfile(self._pristine[-self._copies % len(self._pristine)], path)
        self._window.project_flow.open(path)

    def _finish(self) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        for top in QApplication.topLevelWidgets():
            if top is not self._window:
                top.close()
        self._window.core.jobs.cancel_all()
        if self._window.core.jobs.alive:
            QTimer.singleShot(100, self._finish)
            return
        self._window.close()
        gc.collect()
        self._watch.look()
        QTimer.singleShot(0, QApplication.quit)


if __name__ == "__main__":
    sys.exit(main())
