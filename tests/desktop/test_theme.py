"""Another theme dresses what is seen at once, and whatever is opened after it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QMainWindow, QMenu, QVBoxLayout, QWidget

from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.tokens import DARK, LIGHT


@pytest.fixture
def window(qtbot, qapp):
    apply_theme(qapp, "light")
    made = QMainWindow()
    qtbot.addWidget(made)
    inside = QWidget()
    column = QVBoxLayout(inside)
    for _ in range(10):
        column.addWidget(QLabel("x"))
        column.addWidget(QComboBox())
    made.setCentralWidget(inside)
    made.menu = QMenu("Menu", made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    apply_theme(qapp, "light")


class Heard(QObject):
    """Counts events by kind."""

    def __init__(self):
        super().__init__()
        self.counts = Counter()

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        self.counts[event.type()] += 1
        return False


def corner(widget):
    return widget.grab().toImage().pixelColor(3, 3)


def test_a_window_that_is_seen_follows(window, qapp):
    """There and back again."""
    apply_theme(qapp, "dark")
    assert corner(window) == QColor(DARK.panel)
    apply_theme(qapp, "light")
    assert corner(window) == QColor(LIGHT.panel)


def test_a_dialog_that_comes_later_follows(window, qapp, qtbot):
    """It is the window's, so it is dressed as the window is; the window's menus too."""
    apply_theme(qapp, "dark")
    dialog = QDialog(window)
    qtbot.addWidget(dialog)
    dialog.resize(200, 100)
    dialog.show()
    assert corner(dialog) == QColor(DARK.panel)
    dialog.close()
    window.menu.addAction("One")
    window.menu.ensurePolished()
    assert window.menu.palette().window().color() == QColor(DARK.raised)
    assert corner(window.menu) == QColor(DARK.raised)


def test_a_window_made_without_others_follows(qapp, qtbot):
    """Nothing is seen yet: the application has the sheet."""
    apply_theme(qapp, "dark")
    made = QDialog()
    qtbot.addWidget(made)
    made.resize(200, 100)
    assert corner(made) == QColor(DARK.panel)
    apply_theme(qapp, "light")


def test_each_widget_is_dressed_a_few_times_not_many(window, qapp):
    """Qt tells each widget of a new style some eight times when the sheet of the application is exchanged."""
    heard = Heard()
    qapp.installEventFilter(heard)
    apply_theme(qapp, "dark")
    qapp.removeEventFilter(heard)
    assert heard.counts[QEvent.Type.StyleChange] <= 4 * len(window.findChildren(QWidget))
