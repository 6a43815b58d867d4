"""The check on what tests leave behind finds what it is for."""

from __future__ import annotations

import subprocess
import sys
import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from tests.desktop.leftovers import Leftovers


def test_a_thread_is_found():
    """While it runs, and no longer."""
    before, gate = Leftovers(), threading.Event()
    thread = threading.Thread(target=gate.wait, name="lost")
    thread.start()
    assert before.now() == ["thread lost"]
    gate.set()
    thread.join()
    assert before.now() == []


def test_a_timer_of_an_open_widget_is_found(qtbot):
    """A timer ends with its owner."""
    before, owner = Leftovers(), QWidget()
    qtbot.addWidget(owner)
    timer = QTimer(owner)
    timer.start(10_000)
    assert before.now() == ["timer of QWidget"]
    owner.deleteLater()
    assert before.now() == []


def test_a_process_is_found():
    """Until it has ended."""
    before = Leftovers()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert len(before.now()) == 1
    child.communicate(b"\n")
    assert before.now() == []
