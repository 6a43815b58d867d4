"""Pictures of every panel, dialog and state of the window, in both languages and both themes, made by one command.

Run ``xvfb-run -a -s "-screen 0 1680x1050x24" python -m tools.screenshots``, or with ``QT_QPA_PLATFORM=offscreen``. The
sample district is imported, its rings are checked, hotspots found and a shift planned. All pictures go to ``docs/gallery``
with a page, ``index.html``, that shows them beside each other; the folder is not in git. The few that the guide shows are
written to ``docs/images`` too. ``--guide`` takes these only. Look at the pictures before you commit them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QScrollArea, QWidget

from patrolmap.desktop.app import make_application
from patrolmap.desktop.core import Core
from patrolmap.desktop.haste import Haste
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.services.hotspots import find_hotspots
from patrolmap.services.planning import plan_shift
from patrolmap.services.sample import sample_shift
from patrolmap.services.sample_project import make_sample_project
from patrolmap.services.workspace import Preferences
from tools.gallery import write_gallery
from tools.window_states import BEFORE, EVERY_STATE, PANELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.services.hotspots import HotspotSet

ROOT: Final = Path(__file__).resolve().parents[1]
LOOKS: Final = (("zh", "light"), ("en", "light"), ("zh", "dark"), ("en", "dark"))
IN_GUIDE: Final = frozenset(
    {f"panel-{panel}-{language}" for panel in PANELS for language in ("zh", "en")}
    | {f"welcome-{language}" for language in ("zh", "en")}
    | {f"window-{look}" for look in ("zh", "en", "zh-dark", "en-dark")}
)
SEED: Final = 1
_QUICK_THREADS: Final = 2
_SETTLED_TIMES: Final = 4
_PATIENCE_S: Final = 300.0
_ABOVE_PX: Final = 40


def main() -> int:
    """
    Take the pictures.

    Returns
    -------
    int
        0; 1 if a picture was taken before its state had come.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gallery", help="folder of all pictures")
    parser.add_argument("--images", type=Path, default=ROOT / "docs" / "images", help="folder of those of the guide")
    parser.add_argument("--format", choices=("webp", "png"), default="webp", help="of the pictures in --out")
    parser.add_argument("--size", default="1680x1050", help="size of the window")
    parser.add_argument("--search-s", type=float, default=20.0, help="seconds to search for the plan")
    parser.add_argument("--looks", default="", help="only these, such as zh,en-dark")
    parser.add_argument("--only", default="", help="only states that begin so, such as dialog,loading")
    parser.add_argument("--guide", action="store_true", help="only what the guide shows")
    wanted = parser.parse_args()
    for folder in (wanted.out, wanted.images):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATROLMAP_CONFIG"] = folder
        shot = Photographer(wanted, Path(folder))
        shot.take()
    if not wanted.guide:
        print(write_gallery(wanted.out), flush=True)
    for name in shot.missed:
        print(f"not in the state that it claims: {name}", file=sys.stderr)
    return 1 if shot.missed else 0


class Photographer:
    """
    Opens the window and takes it in every look and state.

    Parameters
    ----------
    wanted : argparse.Namespace
        Options of the command.
    folder : Path
        Folder for projects and files.
    """

    def __init__(self, wanted: argparse.Namespace, folder: Path) -> None:
        os.environ["PATROLMAP_LANG"] = "zh"
        self.wanted, self.folder = wanted, folder
        self.look = "zh"
        self.plan: PatrolPlan | None = None
        self.found: HotspotSet | None = None
        self.missed: list[str] = []
        """Pictures that may show less than they claim, since something took longer than it may."""
        self._is_late = False
        self.app = make_application(Preferences(language="zh", theme="light"))
        self.window = MainWindow(Core())
        # A picture of a window that crashed is none: nobody would close its report.
        self.window.core.notices.crashed.disconnect(self.window.help_desk.show_crash)
        self.window.core.notices.crashed.connect(_raise)
        width, height = (int(part) for part in wanted.size.split("x"))
        self.window.resize(width, height)
        self.window.show()

    def take(self) -> None:
        """Take all pictures and close the window."""
        self.in_every_look(BEFORE)
        self.prepare()
        self.in_every_look(EVERY_STATE)
        self.window.close()

    def in_every_look(self, states: dict[str, Callable[[Photographer], None]]) -> None:
        """
        Take states in all looks.

        Parameters
        ----------
        states : dict of str to Callable
            Makes a state and takes it, given this.
        """
        for language, theme in LOOKS:
            self.look = language if theme == "light" else f"{language}-{theme}"
            if self.wanted.looks and self.look not in self.wanted.looks.split(","):
                continue
            self.dress(language, theme)
            for name, take in states.items():
                if self.wanted.only and not name.startswith(tuple(self.wanted.only.split(","))):
                    continue
                if self.wanted.guide and not any(one.startswith(name) for one in IN_GUIDE):
                    continue
                take(self)

    def prepare(self) -> None:
        """Make the sample project, check rings, find hotspots and plan the shift."""
        self.dress(
            "zh", "light"
        )  # points of hotspots are named in the language of the office, which is that of its streets
        core = self.window.core
        path = make_sample_project(self.folder / "sample.gpkg")
        core.session.open(path)
        project = core.session.project
        self.found = find_hotspots(project, seed=SEED)
        # Another plan to compare with; the last one is shown.
        plan_shift(project, sample_shift(), seed=SEED + 1, time_limit_s=self.wanted.search_s / 4)
        self.plan = plan_shift(project, sample_shift(), seed=SEED, time_limit_s=self.wanted.search_s)
        self.come_back()

    def come_back(self) -> None:
        """Have the sample district open with its plan, the whole of it on the map, and no message in the way."""
        core = self.window.core
        if not core.session.is_open or core.session.project.path.name != "sample.gpkg":
            core.session.open(self.folder / "sample.gpkg")
        core.session.refresh()
        self.wait(lambda: not core.cache.is_loading)
        if self.plan is not None:
            core.desk.put(self.plan)
        rings = self.window.tasks.panel("rings")
        rings.presenter.run()  # type: ignore[attr-defined]  # every panel has one of its own
        self.wait(lambda: not core.jobs.alive)
        web = self.window.stage.web
        self.wait(lambda: web is None or web.is_ready)
        self.window.message_bar.hide()
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
        for area in self.window.tasks.findChildren(QScrollArea):  # as a panel is first seen
            area.verticalScrollBar().setValue(0)

    def save(self, name: str) -> None:
        """
        Wait until everything is drawn and take the window, without its message.

        Parameters
        ----------
        name : str
            What is seen; the look is added.
        """
        self.window.message_bar.hide()
        self.be_quiet()
        self.settle()
        self.rest(0.2)
        self.keep(self.window, name)

    def keep(self, widget: QWidget, name: str) -> None:
        """
        Take a widget as it is.

        Parameters
        ----------
        widget : QWidget
            The window, a dialog or a menu.
        name : str
            What is seen; the look is added.
        """
        taken = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        picture = Image.frombuffer(
            "RGB", (taken.width(), taken.height()), taken.constBits(), "raw", "RGB", taken.bytesPerLine()
        )
        full = f"{name}-{self.look}"
        # 256 colours are enough for a window, and a third of the size.
        small = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        if full in IN_GUIDE:
            small.save(self.wanted.images / f"{full}.png", optimize=True)
        if not self.wanted.guide:
            path = self.wanted.out / f"{full}.{self.wanted.format}"
            picture.save(path, quality=82) if self.wanted.format == "webp" else small.save(path)
        print(full, flush=True)
        if self._is_late:
            self.missed.append(full)
        self._is_late = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold up all quick and urgent work of the window, such as reading layers: what is seen is the window at work."""
        gate, core = threading.Event(), self.window.core
        for haste in (Haste.NOW, Haste.SOON):
            for _ in range(_QUICK_THREADS):
                core.jobs.quick(lambda: gate.wait(_PATIENCE_S), lambda _done: None, haste)
        try:
            yield
        finally:
            gate.set()

    def be_quiet(self) -> None:
        """Wait until all quick work that was asked for is done and shown, and what it asked for in its turn."""
        for _ in range(2):
            self.rest(0.2)
            gate, seen = threading.Barrier(_QUICK_THREADS), list[object]()
            for _ in range(_QUICK_THREADS):
                # Each thread waits for the other: none has anything before it any more.
                self.window.core.jobs.quick(lambda gate=gate: gate.wait(_PATIENCE_S), seen.append, Haste.LATER)
            self.wait(lambda seen=seen: len(seen) == _QUICK_THREADS)

    def settle(self) -> None:
        """Wait until the map page has all its tiles."""
        web = self.window.stage.web
        if web is None or not web.is_ready:
            return
        answers: list[object] = []
        # A page that is still of the size before has its map beside its place.
        script = (
            f"patrolmap.settled() && patrolmap.map.getSize().y === {web.height()} && innerHeight === {web.height()}"
        )

        def is_still() -> bool:
            web.run_script(script, answers.append)
            self.rest(0.2)
            # Once is not enough: the page may not have begun to move.
            return answers[-_SETTLED_TIMES:] == [True] * _SETTLED_TIMES

        self.wait(is_still)

    def scroll_to(self, part: QWidget) -> None:
        """
        Bring a part of a panel into sight.

        Parameters
        ----------
        part : QWidget
            The part; it comes near the top, as far as the panel can be scrolled.
        """
        self.rest(0.1)
        area: object = part.parent()
        while isinstance(area, QWidget) and not (isinstance(area, QScrollArea) and area.widget() is not None):
            area = area.parent()
        if isinstance(area, QScrollArea):
            top = part.mapTo(area.widget(), part.rect().topLeft()).y()
            area.verticalScrollBar().setValue(max(top - _ABOVE_PX, 0))

    def wait(self, ready: Callable[[], bool], limit_s: float = _PATIENCE_S) -> None:
        """
        Let the window work until something is so.

        Parameters
        ----------
        ready : Callable
            Tells whether it is.
        limit_s : float, default 300
            When to give up; the next picture is then told of as missed.
        """
        end_s = time.monotonic() + limit_s
        while not ready():
            if time.monotonic() > end_s:
                self._is_late = True
                return
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
