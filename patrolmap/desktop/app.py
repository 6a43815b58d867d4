"""`run_window()`: start Qt, dress it, show the window."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Final

from patrolmap.errors import PatrolmapError
from patrolmap.i18n import LANGUAGES, set_language, system_language, tr, tr_error
from patrolmap.services.workspace import load_preferences

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtWidgets import QApplication

    from patrolmap.desktop.window import MainWindow
    from patrolmap.services.workspace import Preferences

__all__ = ["give_way", "has_screen", "make_application", "run_window"]

_LOADED_MS: Final = 12_000
"""By then what is wanted later is loaded."""


def run_window(project: Path | None) -> int:
    """
    Open the window and stay until it is closed.

    Parameters
    ----------
    project : Path or None
        A project to open; None for the first page.

    Returns
    -------
    int
        Exit status: 0, or 1 if there is no screen or the window's packages are missing.
    """
    preferences = load_preferences()
    set_language(_language(preferences))
    if not has_screen():
        words = tr(
            "There is no screen to open a window on. Set DISPLAY, or use the commands: "
            "“patrolmap demo --no-window” and “patrolmap --help”."
        )
        print(words, file=sys.stderr)  # noqa: T201 - there is nowhere else to say it
        return 1
    try:
        app = make_application(preferences)
    except ImportError as error:
        words = tr("The window needs PySide6, which is missing or damaged: {reason}", reason=str(error))
        print(words, file=sys.stderr)  # noqa: T201 - there is nowhere else to say it
        return 1
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.window import MainWindow

    window = MainWindow(Core())
    give_way(window)
    _catch_defects(window)
    _listen_for_interrupt(window)
    window.show()
    if project is not None:
        window.project_flow.open(project)
    return app.exec()


def give_way(window: MainWindow) -> None:
    """
    Let other threads and the collector of garbage hold up a window as little as they can.

    Parameters
    ----------
    window : MainWindow
        The program's own.
    """
    from PySide6.QtCore import QTimer

    from patrolmap.desktop.tokens import DARK, LIGHT

    # Work in the background gives way to the window twenty times as often as it would by default.
    sys.setswitchinterval(0.00025)
    # Half a million objects of the libraries stay to the end: to look through them for garbage takes a tenth of a second and more.
    gc.freeze()
    QTimer.singleShot(_LOADED_MS, window, gc.freeze)
    other = LIGHT if window.is_dark() else DARK
    QTimer.singleShot(_LOADED_MS, window, lambda: window.actions_board.prepare(other))


def has_screen() -> bool:
    """
    Tell whether a window can be shown.

    Returns
    -------
    bool
        On Linux: a display is named, or Qt is told to do without one.
    """
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def make_application(preferences: Preferences) -> QApplication:
    """
    Start Qt in the user's language and theme. Must come before any other use of Qt.

    Parameters
    ----------
    preferences : Preferences
        What the user chose.

    Returns
    -------
    QApplication
        The application.
    """
    from PySide6.QtWidgets import QApplication

    from patrolmap.desktop.language import switch_language
    from patrolmap.desktop.map.scheme import prepare_web_engine
    from patrolmap.desktop.theme import apply_theme

    prepare_web_engine()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise PatrolmapError("Qt runs without widgets.")
    app.setApplicationName("patrolmap")
    app.setDesktopFileName("patrolmap")
    switch_language(app, _language(preferences))
    apply_theme(app, preferences.theme)
    return app


def _language(preferences: Preferences) -> str:
    for wish in (os.environ.get("PATROLMAP_LANG", ""), preferences.language):
        if wish in LANGUAGES:
            return wish
    return system_language()


def _listen_for_interrupt(window: MainWindow) -> None:
    """Let Ctrl+C in the terminal close the window as its own button does."""
    from PySide6.QtCore import QTimer

    signal.signal(signal.SIGINT, lambda _number, _frame: window.close())
    # Python looks at signals only when it runs: give it a moment now and then.
    ticker = QTimer(window)
    ticker.timeout.connect(lambda: None)
    ticker.start(300)


def _catch_defects(window: MainWindow) -> None:
    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, PatrolmapError):
            print(tr_error(error.parts), file=sys.stderr)  # noqa: T201 - beside the trace, for whoever reads the log
        window.core.notices.report(error)

    sys.excepthook = report
