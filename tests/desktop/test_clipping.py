"""No text of the window is cut off, in either language, at the usual scale and larger ones."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QPushButton, QWidget

from patrolmap.desktop.core import Core
from patrolmap.desktop.crash import CrashDialog
from patrolmap.desktop.features.importing.report_dialog import ReportDialog
from patrolmap.desktop.features.settings.dialog import SettingsDialog
from patrolmap.desktop.features.tables.cell_editors import ManyDialog
from patrolmap.desktop.help_desk import AboutDialog
from patrolmap.desktop.keys import KeysDialog
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.tasks import TASKS
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.tour import STEPS
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.model.report import ImportReport
from tests.desktop.tiny import make_plan, make_project

LANGUAGES = ("zh", "en")


def clipped(root: QWidget) -> list[str]:
    """List the texts that need more room than their widget has."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel) and widget.text():
            high = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            wide = 0 if widget.wordWrap() else widget.sizeHint().width()
        elif isinstance(widget, QPushButton | QCheckBox) and isinstance(widget, QAbstractButton) and widget.text():
            high, wide = widget.sizeHint().height(), widget.sizeHint().width()
        else:
            continue
        if widget.height() < high or widget.width() < wide:
            found.append(f"{widget.text()!r}: has {widget.width()}x{widget.height()}, needs {wide}x{high}")
    return found


@pytest.fixture(params=LANGUAGES)
def window(qtbot, qapp, monkeypatch, request):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    switch_language(qapp, request.param)
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    switch_language(qapp, "en")


def shown(dialog, qtbot):
    """Show a dialog and wait until it has its size."""
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def test_the_check_finds_a_cut_text(qtbot):
    """A label squeezed by hand is found: the check can fail."""
    frame = QWidget()
    qtbot.addWidget(frame)
    squeezed = QLabel("A sentence of several words that needs three lines here", frame)
    squeezed.setWordWrap(True)
    squeezed.setGeometry(0, 0, 120, 12)
    frame.show()
    assert len(clipped(frame)) == 1


@pytest.mark.parametrize("size", [(1680, 1050), (1000, 640)])
def test_the_first_page_shows_all_its_words(window, qtbot, size):
    """The card of the sample district is as high as its wrapped sentence, at once and after a change of language."""
    window.resize(*size)
    qtbot.wait(20)
    assert clipped(window.welcome) == []
    window.toggle_language()
    qtbot.wait(20)
    assert clipped(window.welcome) == []
    window.toggle_language()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_the_panels_show_all_their_words(window, qtbot, tmp_path, size):
    """Every task, with a plan on the desk and without widening anything by hand."""
    window.resize(*size)
    window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    window.core.desk.put(make_plan())
    for task in TASKS:
        window.show_task(task.id)
        qtbot.wait(30)
        assert (task.id, clipped(window)) == (task.id, [])
    rings = window.tasks.panel("rings")
    window.show_task("rings")
    for name in rings.sections:
        rings.show_section(name)
        qtbot.wait(30)
        assert (name, clipped(window)) == (name, [])
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=15_000)


def test_the_dialogs_show_all_their_words(window, qtbot):
    """Keys, import report, defect and guide."""
    report = ImportReport("a long name of a file 2026.csv", "incidents", 1200, choices=(Message("One"),))
    window.help_desk.show_guide()
    dialogs = [
        shown(KeysDialog(window.actions_board, window), qtbot),
        shown(ReportDialog(report, window), qtbot),
        shown(CrashDialog(ValueError("wrong"), window), qtbot),
    ]
    qtbot.wait(30)
    for dialog in dialogs:
        assert clipped(dialog) == []


@pytest.fixture(params=[100, 150, 200])
def large_text(qapp, window, request):
    """Write everything larger, as a desktop with scaled text does."""
    usual = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(usual.pointSizeF() * request.param / 100)
    qapp.setFont(larger)
    # The style sheet hands fonts down only when it is laid on anew.
    qapp.setStyleSheet(qapp.styleSheet())
    yield window
    qapp.setFont(usual)
    qapp.setStyleSheet(qapp.styleSheet())


def test_the_dialogs_show_all_their_words_at_every_size(large_text, qtbot, tmp_path):
    """Settings, versions, keys, many rows at once, the tour, the list of work and the search, at 100, 150 and 200 %."""
    window = large_text
    window.resize(1680, 1050)
    window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    for dialog in (
        SettingsDialog(window.core, window),
        AboutDialog(window),
        KeysDialog(window.actions_board, window),
        ManyDialog("sites", ["name", "kind"], 12, window),
    ):
        shown(dialog, qtbot)
        qtbot.wait(20)
        assert (type(dialog).__name__, clipped(dialog)) == (type(dialog).__name__, [])
        dialog.close()
    window.tour.start()
    for step in range(len(STEPS)):
        window.tour.go(step)
        qtbot.wait(20)
        assert (step, clipped(window.tour)) == (step, [])
    window.tour.end()
    window.jobs_list.toggle()
    window.activateWindow()
    window.search.take_focus()
    qtbot.waitUntil(window.search.hasFocus)
    window.search.setText("zzzz")
    window.search.presenter.ask("zzzz")
    qtbot.waitUntil(window.search.card.isVisible)
    qtbot.wait(20)
    assert clipped(window.jobs_list) == []
    assert clipped(window.search.card) == []
