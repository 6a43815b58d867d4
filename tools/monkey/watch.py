"""What the monkey notices: exceptions, words of Qt, pauses of the window, memory, widgets."""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import psutil
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext

__all__ = ["Watch"]

_MB: Final = 1 << 20
_QUIET: Final = (
    "This plugin does not support",
    "propagateSizeHints",
    "context",
    "RHI",
    "ulkan",
    "GBM",
    "GPU",
    "Sandboxing",
    "Release of profile",
)


class Watch:
    """Keeps the figures of a run."""

    def __init__(self) -> None:
        self.defects: list[str] = []
        self.qt_words: Counter[str] = Counter()
        self.memory_mb: list[tuple[float, float]] = []
        self.widgets: list[int] = []
        self.pauses: list[tuple[float, str]] = []
        self.last: list[str] = []
        self.reached: Counter[str] = Counter()
        self._started_s = time.monotonic()
        self._process = psutil.Process()

    def install(self) -> None:
        """Take over the hooks."""
        faulthandler.enable()
        sys.excepthook = lambda _kind, error, _trace: self.defect(error)
        threading.excepthook = lambda about: self.defect(about.exc_value)
        sys.unraisablehook = lambda about: self.defect(about.exc_value)
        qInstallMessageHandler(self._hear)

    def defect(self, error: BaseException | None) -> None:
        """
        Note an exception that nobody caught.

        Parameters
        ----------
        error : BaseException or None
            What was raised.
        """
        if error is None:
            return
        trace = "".join(traceback.format_exception(error))
        told = f"{trace}after: {' | '.join(self.last[-6:])}"
        if trace not in {known.rpartition("after: ")[0] for known in self.defects}:
            self.defects.append(told)
            print(told, file=sys.stderr, flush=True)

    def did(self, what: str, where: str = "") -> None:
        """
        Note what is done next.

        Parameters
        ----------
        what : str
            In words.
        where : str, default ""
            Part of the window; empty if it is not known.
        """
        self.reached[where] += 1
        self.last = [*self.last[-19:], what]

    def paused(self, seconds: float, what: str) -> None:
        """
        Note how long the window did not answer.

        Parameters
        ----------
        seconds : float
            How long.
        what : str
            What was done before.
        """
        self.pauses = sorted([*self.pauses, (seconds, what)], reverse=True)[:12]

    def look(self) -> None:
        """Note memory and widgets as they are now."""
        self.memory_mb.append((time.monotonic() - self._started_s, self._process.memory_info().rss / _MB))
        self.widgets.append(len(QApplication.allWidgets()))

    def growth_mb(self, from_s: float) -> float:
        """
        Compare memory after a warm-up with the end.

        Parameters
        ----------
        from_s : float
            Seconds that the warm-up takes: every task has been used once and its libraries are loaded.

        Returns
        -------
        float
            Middle of the last fifth less middle of the fifth after the warm-up.
        """
        later = [value for second, value in self.memory_mb if second >= from_s]
        size = max(1, len(later) // 5)
        if len(later) < 2 * size:
            return 0.0
        return sorted(later[-size:])[size // 2] - sorted(later[:size])[size // 2]

    def figures(self, from_s: float) -> dict[str, Any]:
        """
        Sum up.

        Parameters
        ----------
        from_s : float
            As in `growth_mb`.

        Returns
        -------
        dict
            Fit for JSON.
        """
        every = max(1, len(self.memory_mb) // 12)
        return {
            "exceptions": len(self.defects),
            "qt_warnings": dict(self.qt_words.most_common(20)),
            "growth_mb": round(self.growth_mb(from_s), 1),
            "memory_mb": [[round(second), round(value)] for second, value in self.memory_mb[::every]],
            "widgets": self.widgets[::every],
            "reached": dict(self.reached.most_common()),
            "longest_pauses_s": [[round(seconds, 2), what] for seconds, what in self.pauses],
        }

    def _hear(self, kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
        if kind in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg} or any(quiet in words for quiet in _QUIET):
            return
        self.qt_words[words[:200]] += 1
        if self.qt_words[words[:200]] == 1:
            print(f"Qt: {words} (after: {' | '.join(self.last[-4:])})", file=sys.stderr, flush=True)
