"""A background under the layers: chosen in its dialog, seen at once, remembered for the project on this computer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog

from patrolmap.desktop.features.layers.background_dialog import BackgroundDialog
from patrolmap.services.workspace import BasemapChoice, load_preferences
from tests.desktop.test_layer_list import colour_at
from tests.desktop.test_rings_sections import press, window  # noqa: F401 - fixtures
from tests.helpers.tile_files import picture, write_mbtiles

GREEN = (30, 160, 60)


@pytest.fixture
def tiles(tmp_path):
    """One tile for the whole world."""
    return write_mbtiles(tmp_path / "world.mbtiles", {(0, 0, 0): picture(GREEN)}, attribution="© <b>Map</b> people")


@pytest.fixture
def dialog(window, qtbot):  # noqa: F811
    made = BackgroundDialog(window.core.backgrounds, window)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(dialog, qtbot, monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(path), ""))
    press(qtbot, dialog.choose_button)


def test_a_file_lies_under_the_streets_at_once(window, qtbot, dialog, tiles, monkeypatch):  # noqa: F811
    """Between streets its colour is seen; the attribution is written without markup; OK remembers it."""
    choose(dialog, qtbot, monkeypatch, tiles)
    qtbot.waitUntil(lambda: window.core.scene.basemap is not None)
    assert colour_at(window, qtbot, 150, 150) == QColor(*GREEN)
    assert colour_at(window, qtbot, 140, 300) != QColor(*GREEN)
    assert "© Map people" in dialog.state.text()
    dialog.accept()
    assert load_preferences().basemap_of(window.core.session.project.path).path == str(tiles)


def test_opacity_and_cancel(window, qtbot, dialog, tiles, monkeypatch):  # noqa: F811
    """Half of it is half paper; Escape takes it off and nothing is remembered."""
    choose(dialog, qtbot, monkeypatch, tiles)
    qtbot.waitUntil(lambda: window.core.scene.basemap is not None)
    dialog.opacity.setValue(50)
    qtbot.waitUntil(lambda: window.core.scene.basemap[1] == 0.5)
    seen = colour_at(window, qtbot, 150, 150)
    assert 100 < seen.red() < 200
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.core.scene.basemap is None
    assert not load_preferences().basemaps


def test_a_file_that_is_none_is_refused_in_the_dialog(window, qtbot, dialog, tmp_path, monkeypatch):  # noqa: F811
    """The dialog says what it is not, and what to choose; the map stays as it was."""
    wrong = tmp_path / "wrong.pmtiles"
    wrong.write_bytes(b"PMTiles\x02" + bytes(200))
    choose(dialog, qtbot, monkeypatch, wrong)
    qtbot.waitUntil(lambda: "cannot be read" in dialog.state.text())
    assert window.core.scene.basemap is None
    press(qtbot, dialog.none_button)
    assert "No background" in dialog.state.text()
    dialog.accept()


def test_it_comes_back_with_the_project_and_goes_with_it(window, qtbot, tiles):  # noqa: F811
    """Closing the project closes the file; opening it lays the file again."""
    core, path = window.core, window.core.session.project.path
    core.backgrounds.choose(BasemapChoice(str(tiles), opacity=0.8))
    qtbot.waitUntil(lambda: core.scene.basemap is not None)
    window.project_flow.close()
    assert core.scene.basemap is None
    assert core.backgrounds.current is None
    window.project_flow.open(path)
    qtbot.waitUntil(lambda: core.scene.basemap is not None and core.scene.basemap[1] == 0.8)
    qtbot.waitUntil(lambda: not core.cache.is_loading)
