"""The card over the map: says that a district is being read, and what to do while there is nothing in it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from patrolmap.desktop.core import Core
from patrolmap.desktop.haste import Haste
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from tests.desktop.tiny import make_project


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=15_000)
    made.close()


def test_an_empty_project_says_what_to_do(window, qtbot, tmp_path, monkeypatch):
    """The button asks for a file and opens the task of importing; the first rows take the card away."""
    window.core.session.create(tmp_path / "empty.gpkg", "Empty")
    note = window.stage.note
    qtbot.waitUntil(note.isVisible)
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: asked.append(True) or ("", ""))
    window.show_task("plan")
    qtbot.mouseClick(note.import_button, Qt.MouseButton.LeftButton)
    assert asked == [True]
    assert window.tasks.task == "import"
    window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    assert not note.isVisible()


def test_reading_that_takes_long_is_told(window, qtbot, tmp_path):
    """With the readers held up there is a bar and no button; when they are through, only the map."""
    gate, note = threading.Event(), window.stage.note
    try:
        for haste in (Haste.NOW, Haste.NOW, Haste.SOON, Haste.SOON):
            window.core.jobs.quick(lambda: gate.wait(20), lambda _done: None, haste)
        window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
        assert not note.isVisible()  # a district that is read at once is not preceded by a flash
        qtbot.waitUntil(note.isVisible)
        assert note.bar.isVisible()
        assert not note.import_button.isVisible()
    finally:
        gate.set()
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    assert not note.isVisible()


def test_it_goes_with_the_project(window, qtbot, tmp_path):
    """The first page is not covered."""
    window.core.session.create(tmp_path / "empty.gpkg", "Empty")
    qtbot.waitUntil(window.stage.note.isVisible)
    window.core.session.close()
    assert window.stage.note.isHidden()
