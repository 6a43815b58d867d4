"""Pictures of the window for the documentation, made by one command.

Run ``xvfb-run -a -s "-screen 0 1680x1050x24" python -m tools.screenshots``, or with ``QT_QPA_PLATFORM=offscreen``. The
sample district is imported, its rings are checked, hotspots found and a shift planned; then the window is taken in both
languages and themes, empty and full, each panel in the light theme, and every dialog, table and section, in Chinese light and
English dark; ``--all`` takes all of them in all looks. Look at the pictures before you commit them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from PySide6.QtGui import QImage

from patrolmap.desktop.app import make_application
from patrolmap.desktop.core import Core
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.plan_desk import StopRef
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.services.hotspots import find_hotspots
from patrolmap.services.planning import plan_shift
from patrolmap.services.sample import sample_shift
from patrolmap.services.sample_project import make_sample_project
from patrolmap.services.workspace import Preferences
from tools.every_dialog import EVERY_DIALOG

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

ROOT: Final = Path(__file__).resolve().parents[1]
PANELS: Final = ("import", "rings", "hotspots", "plan", "sheets", "report")
LOOKS: Final = (("zh", "light"), ("en", "light"), ("zh", "dark"), ("en", "dark"))
SEED: Final = 1


def main() -> int:
    """
    Take the pictures.

    Returns
    -------
    int
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images", help="folder of the pictures")
    parser.add_argument("--size", default="1680x1050", help="size of the window")
    parser.add_argument("--search-s", type=float, default=20.0, help="seconds to search for the plan")
    parser.add_argument("--all", action="store_true", help="every panel in the dark theme too")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATROLMAP_CONFIG"] = folder
        Photographer(wanted.out, Path(folder), wanted.size, wanted.search_s).take(every_panel=wanted.all)
    return 0


class Photographer:
    """
    Opens the window and takes it in every look.

    Parameters
    ----------
    out : Path
        Folder of the pictures.
    folder : Path
        Folder for the project.
    size : str
        Width and height in pixels, such as ``1680x1050``.
    search_s : float
        Seconds to search for the plan.
    """

    def __init__(self, out: Path, folder: Path, size: str, search_s: float) -> None:
        os.environ["PATROLMAP_LANG"] = "zh"
        self.out, self.folder, self.search_s = out, folder, search_s
        self.app = make_application(Preferences(language="zh", theme="light"))
        self.window = MainWindow(Core())
        self.window.core.notices.crashed.connect(_raise)
        width, height = (int(part) for part in size.split("x"))
        self.window.resize(width, height)
        self.window.show()

    def take(self, *, every_panel: bool) -> None:
        """
        Take all pictures and close the window.

        Parameters
        ----------
        every_panel : bool
            Whether each panel is taken in the dark theme too.
        """
        for language, theme in LOOKS[:2]:
            self.dress(language, theme)
            self.save(f"welcome-{language}")
        self.take_empty()
        self.prepare()
        for language, theme in LOOKS:
            self.dress(language, theme)
            suffix = language if theme == "light" else f"{language}-{theme}"
            self.window.show_task("plan")
            self.save(f"window-{suffix}")
            self.take_board(suffix)
            if every_panel or suffix in {"zh", "en-dark"}:
                self.take_dialogs(suffix)
                self.take_docks(suffix)
            for panel in PANELS if every_panel or theme == "light" else ():
                self.window.show_task(panel)
                self.save(f"panel-{panel}-{suffix}")
        self.window.close()

    def take_board(self, suffix: str) -> None:
        """
        Take the dialogs of the plan board.

        Parameters
        ----------
        suffix : str
            Of the file names.
        """
        board, plan = self.window.board, self.window.core.desk.plan
        if plan is None:
            return
        team = next(route for route in plan.routes if route.stops)
        self.window.core.desk.point_at(StopRef(team.team_id, 1))
        spot = team.stops[0].visit.point
        states = (
            ("team", board.ask_team),
            ("incident", lambda: board.ask_incident(spot.x, spot.y)),
            ("variants", board.show_variants),
            ("compare", board.compare),
        )
        for name, show in states:
            show()
            self.rest(1.5)
            if board.dialog is not None:
                self.keep(board.dialog, f"board-{name}-{suffix}")
                board.dialog.close()
                self.rest(0.1)

    def take_dialogs(self, suffix: str) -> None:
        """
        Take every other dialog.

        Parameters
        ----------
        suffix : str
            Of the file names.
        """
        for name, make in EVERY_DIALOG.items():
            dialog = make(self.window)
            dialog.show()
            self.rest(0.5)
            self.wait(lambda: not self.window.core.jobs.alive, 20.0)
            self.keep(dialog, f"dialog-{name}-{suffix}")
            dialog.close()
            dialog.deleteLater()
            self.rest(0.1)

    def take_docks(self, suffix: str) -> None:
        """
        Take the lower part of the window with each of its tabs, each section of the rings, the error bar and the tour.

        Parameters
        ----------
        suffix : str
            Of the file names.
        """
        window = self.window
        for name in ("stops", "attributes", "charts"):
            window.docks[name].raise_()
            self.save(f"dock-{name}-{suffix}")
        window.docks["time_line"].raise_()
        window.show_task("rings")
        rings = window.tasks.panel("rings")
        for name in getattr(rings, "sections", {}):
            rings.show_section(name)
            self.save(f"rings-{name}-{suffix}")
        window.core.notices.report(
            InputError(N_("No project is open."), remedy=N_("Open a project or make a new one."))
        )
        self.rest(0.2)
        self.keep(window, f"state-error-{suffix}")
        window.message_bar.hide()
        window.tour.start()
        self.rest(0.2)
        self.keep(window, f"tour-{suffix}")
        window.tour.end()

    def take_empty(self) -> None:
        """Take an empty project: every panel says what to do first."""
        self.window.core.session.create(self.folder / "empty.gpkg", "Empty")
        for language, theme in LOOKS[:2]:
            self.dress(language, theme)
            for panel in PANELS:
                self.window.show_task(panel)
                self.save(f"empty-{panel}-{language}")
        self.window.core.session.close()

    def prepare(self) -> None:
        """Make the sample project, check rings, find hotspots and plan the shift."""
        core = self.window.core
        path = make_sample_project(self.folder / "sample.gpkg")
        core.session.open(path)
        project = core.session.project
        find_hotspots(project, seed=SEED)
        plan = plan_shift(project, sample_shift(), seed=SEED, time_limit_s=self.search_s)
        core.desk.put(plan)
        core.session.refresh()
        self.wait(lambda: not core.cache.is_loading)
        self.window.tasks.panel("rings").presenter.run()
        self.wait(lambda: not core.jobs.alive)
        web = self.window.stage.web
        self.wait(lambda: web is None or web.is_ready)
        core.scene.show_all()

    def dress(self, language: str, theme: str) -> None:
        """
        Change language and theme.

        Parameters
        ----------
        language, theme : str
            Such as ``zh`` and ``dark``.
        """
        switch_language(self.app, language)
        apply_theme(self.app, theme)

    def save(self, name: str) -> None:
        """
        Wait until everything is drawn and take the window.

        Parameters
        ----------
        name : str
            File name without its ending.
        """
        self.window.message_bar.hide()
        self.rest(0.8)
        self.settle()
        self.rest(0.7)
        self.keep(self.window, name)

    def keep(self, widget: QWidget, name: str) -> None:
        """
        Take a widget as it is.

        Parameters
        ----------
        widget : QWidget
            The window or a dialog.
        name : str
            File name without its ending.
        """
        taken = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        picture = Image.frombuffer(
            "RGB", (taken.width(), taken.height()), taken.constBits(), "raw", "RGB", taken.bytesPerLine()
        )
        # 256 colours are enough for a window, and a third of the size.
        picture.quantize(256, dither=Image.Dither.NONE).save(self.out / f"{name}.png", optimize=True)
        print(self.out / f"{name}.png", flush=True)

    def settle(self) -> None:
        """Wait until the map page has all its tiles."""
        web = self.window.stage.web
        if web is None or not web.is_ready:
            return
        answers: list[object] = []
        for _ in range(80):
            web.run_script("patrolmap.settled()", answers.append)
            self.rest(0.25)
            if answers and answers[-1] is True:
                return

    def wait(self, ready: Callable[[], bool], limit_s: float = 120.0) -> None:
        """
        Let the window work until something is so.

        Parameters
        ----------
        ready : Callable
            Tells whether it is.
        limit_s : float, default 120.0
            When to give up.
        """
        end_s = time.monotonic() + limit_s
        while not ready() and time.monotonic() < end_s:
            self.rest(0.05)

    def rest(self, seconds: float) -> None:
        """
        Let the window work for a while.

        Parameters
        ----------
        seconds : float
            How long.
        """
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.app.processEvents()
            time.sleep(0.005)


def _raise(error: BaseException) -> None:
    raise error


if __name__ == "__main__":
    sys.exit(main())
