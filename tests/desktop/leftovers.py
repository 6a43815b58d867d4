"""What a test of the window may leave behind: nothing that runs."""

from __future__ import annotations

import threading
from contextlib import suppress

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication

STAYING = ("resource_tracker", "--type=zygote", "--type=gpu-process", "--type=utility")
"""Processes that serve the whole run: Python's own tracker, and the web engine's helpers, which live as long as Qt."""


class Leftovers:
    """Looks at what runs before a test, and tells afterwards what is new."""

    def __init__(self) -> None:
        self._threads = {thread.ident for thread in threading.enumerate()}
        self._children = {child.pid for child in _children()}
        self._timers = {id(timer) for timer in _timers()}

    def now(self) -> list[str]:
        """List the threads, processes and timers that run and did not before."""
        app = QApplication.instance()
        if app is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            app.processEvents()
        threads = [f"thread {one.name}" for one in threading.enumerate() if one.ident not in self._threads]
        timers = [f"timer of {_owners(one)}" for one in _timers() if id(one) not in self._timers]
        return (
            threads + timers + [f"process {_words(child)}" for child in _children() if child.pid not in self._children]
        )


def _children() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [child for child in found if not any(part in _words(child) for part in STAYING) and _words(child)]


def _words(process: psutil.Process) -> str:
    # A process that ends while it is asked is none that stays.
    with suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            return " ".join(process.cmdline())[:200]
    return ""


def _timers() -> list[QTimer | QThread]:
    app = QApplication.instance()
    roots = [] if app is None else [app, *QApplication.topLevelWidgets()]
    timers = [timer for root in roots for timer in root.findChildren(QTimer) if timer.isActive()]
    return timers + [thread for root in roots for thread in root.findChildren(QThread) if thread.isRunning()]


def _owners(timer: QTimer | QThread) -> str:
    names, owner = [], timer.parent()
    while owner is not None:
        names.append(type(owner).__name__)
        owner = owner.parent()
    return " in ".join(names)
