"""What all dialogs share: one button stands out, lists are measured in the theme, a dialog may go while it is laid out."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QVBoxLayout

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.board.pick import PickDialog
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def themed(qapp):
    apply_theme(qapp, "light")


class Asking(Dialog):
    """Two buttons and a word."""

    def __init__(self, *buttons):
        super().__init__()
        self.words, self.buttons = QLabel("word"), QDialogButtonBox()
        for one in buttons:
            self.buttons.addButton(one)
        column = QVBoxLayout(self)
        column.addWidget(self.words)
        column.addWidget(self.buttons)


def test_the_button_that_agrees_stands_out(qtbot):
    """OK, not Cancel; where there is only Close, none."""
    kind = QDialogButtonBox.StandardButton
    for buttons, wanted in (((kind.Ok, kind.Cancel), [True, None]), ((kind.Close,), [None])):
        dialog = Asking(*buttons)
        qtbot.addWidget(dialog)
        dialog.show()
        assert [dialog.buttons.button(one).property("primary") for one in buttons] == wanted


def test_rows_of_a_list_are_as_high_as_the_theme_draws_them(window, qtbot):  # noqa: F811
    """Forty names: each row has the letters and the room above and below them."""
    dialog = PickDialog("Move here", "Which team?", [(str(n), f"北关第{n}社区巡逻队") for n in range(40)], window.board)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.wait(20)
    rows = [dialog.list.visualItemRect(dialog.list.item(place)).height() for place in range(40)]
    assert min(rows) >= dialog.list.fontMetrics().height() + 8
    assert len(set(rows)) == 1


def test_a_dialog_can_be_deleted_while_it_is_laid_out():
    """Deletion and a change of the layout in the same turn: nothing is touched that is gone."""
    dialog = Asking(QDialogButtonBox.StandardButton.Ok)
    dialog.show()
    dialog.deleteLater()
    dialog.words.setText("many more words than there were before " * 5)
    QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    QGuiApplication.processEvents()
    assert not shiboken6.isValid(dialog)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_chart_makes_the_other_docks_narrower(window, qtbot, qapp, language):  # noqa: F811
    """The lower docks fit between the layers and the tasks on a screen of 1680 pixels, whichever chart is chosen."""
    switch_language(qapp, language)
    window.resize(1680, 1050)
    window.docks["charts"].raise_()
    wide = {}
    for place in range(window.charts.choice.count()):
        window.charts.choice.setCurrentIndex(place)
        qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
        wide[window.charts.canvas.name] = window.charts.minimumSizeHint().width()
    switch_language(qapp, "en")
    assert {name: px for name, px in wide.items() if px > 960} == {}
