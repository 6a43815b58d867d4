"""No text of the window is cut off, in either language, at the usual scale and larger ones."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from contextlib import contextmanager

import pytest
import shiboken6
from PySide6.QtWidgets import QDialog, QLabel, QMenu, QWidget

import patrolmap.desktop
from patrolmap.desktop.core import Core
from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.tasks import TASKS
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.tour import STEPS
from patrolmap.desktop.window import MainWindow
from patrolmap.i18n import current_language
from tests.desktop.tiny import make_plan, make_project
from tests.desktop.words import clipped, untranslated
from tools import every_dialog
from tools.every_dialog import EVERY_DIALOG

LANGUAGES = ("zh", "en")


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


def test_every_dialog_and_menu_shows_all_its_words_at_every_size(large_text, qtbot, tmp_path):
    """All dialogs, the tour, the list of work, the search and the menus, at 100, 150 and 200 % and in both languages."""
    window = large_text
    window.resize(1680, 1050)
    opened(window, qtbot, tmp_path)
    faults = []
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            faults += [f"{name}: {words}" for words in clipped(dialog)]
    window.tour.start()
    for step in range(len(STEPS)):
        window.tour.go(step)
        qtbot.wait(10)
        faults += [f"tour {step}: {words}" for words in clipped(window.tour)]
    window.tour.end()
    window.jobs_list.toggle()
    window.activateWindow()
    window.search.take_focus()
    qtbot.waitUntil(window.search.hasFocus)
    window.search.setText("zzzz")
    window.search.presenter.ask("zzzz")
    qtbot.waitUntil(window.search.card.isVisible)
    qtbot.wait(10)
    faults += [f"work: {words}" for words in clipped(window.jobs_list)]
    faults += [f"search: {words}" for words in clipped(window.search.card)]
    for menu in window.menuBar().findChildren(QMenu):
        for action in menu.actions():
            if action.text() and menu.actionGeometry(action).width() < menu.fontMetrics().horizontalAdvance(
                action.text()
            ):
                faults.append(f"menu: {action.text()}")
    assert not faults, "\n".join(faults)


def test_no_text_is_left_in_the_other_language(window, qtbot, tmp_path):
    """Seen, read out or shown as a tip, in every dialog, panel, dock and menu."""
    opened(window, qtbot, tmp_path)
    names = names_in(window)
    language = current_language()
    faults = []
    for name, make in EVERY_DIALOG.items():
        if name in {"licences", "about", "guide"}:
            continue  # names of packages and licences are not translated
        with dialog_of(window, make, qtbot) as dialog:
            faults += [f"{name}: {words}" for words in untranslated(dialog, language, names)]
    for task in TASKS:
        window.show_task(task.id)
        faults += untranslated(window, language, names)
    assert not faults, "\n".join(sorted(set(faults)))


def test_every_dialog_is_walked():
    """A dialog that is added must be added to the walk, or this fails."""
    for module in pkgutil.walk_packages(patrolmap.desktop.__path__, "patrolmap.desktop."):
        importlib.import_module(module.name)
    sources = "".join(inspect.getsource(make) for make in EVERY_DIALOG.values()) + inspect.getsource(every_dialog)
    kinds = [
        kind.__name__
        for kind in (*QDialog.__subclasses__(), *Dialog.__subclasses__())
        if kind.__module__.startswith("patrolmap.") and kind is not Dialog
    ]
    assert len(kinds) >= 20
    assert [kind for kind in kinds if f"{kind}(" not in sources and f": {kind}," not in sources] == []


def opened(window, qtbot, tmp_path):
    """Open the small project, with a plan on the desk."""
    window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    window.core.desk.put(make_plan())
    qtbot.wait(20)


def names_in(window):
    """Give the names in the project: they are what they are, in every language."""
    found = {
        *["编号", "名称", "类别", "纬度", "经度", "东门", "西门", "北门", "卡口"],
        "sites 2026.csv",
        "a long name of a file 2026.csv",
        "district.pmc",
        "district.gpkg",
        "Tiny",
        "tiny",
        "P1",
    }
    for layer in ("streets", "rings", "sites", "incidents", "teams"):
        rows = window.core.cache[layer]
        found |= {
            str(value) for name in rows.columns if name != "geometry" for value in rows[name] if len(str(value)) > 2
        }
    plan = window.core.desk.plan
    return (
        found
        | {stop.visit.name for route in plan.routes for stop in route.stops}
        | {one.visit.name for one in plan.unmet}
    )


@contextmanager
def dialog_of(window, make, qtbot):
    """Show a dialog with its size, and take it away again with all that it started."""
    dialog = make(window)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=15_000)
    qtbot.wait(50)  # what the work brought is laid out, and the dialog grows with it
    try:
        yield dialog
    finally:
        if shiboken6.isValid(dialog):  # some are gone when they are closed
            dialog.close()
            dialog.deleteLater()
        qtbot.wait(1)
