"""Hotspots drawn and sites moved by clicks on the map, with snapping, the band of a box, and undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from patrolmap.desktop.session import Selection
from tests.desktop.test_rings_sections import click_map, pixel, window  # noqa: F401 - fixtures
from tests.desktop.tiny import at

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_a_hotspot_is_drawn_by_clicks_and_taken_back(window, qtbot):  # noqa: F811
    """A triangle between the streets, in the layer after Enter; Ctrl+Z takes it away."""
    count = window.core.session.project.count("hotspots")
    window.actions_board["edit.draw_hotspot"].trigger()
    for x, y in ((350, 350), (550, 350), (450, 520)):
        click_map(window, qtbot, x, y)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    assert window.core.session.project.count("hotspots") == count + 1
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.core.session.project.count("hotspots") == count


def test_a_site_that_is_moved_near_a_street_stands_on_it(window, qtbot):  # noqa: F811
    """Clicked three metres beside the street at y = 300, half way between junctions."""
    frame = window.core.cache["sites"]
    fid = int(frame.index[frame["name"] == "Site C"][0])
    window.core.session.select(Selection("sites", (fid,)))
    qtbot.keyClick(window, Qt.Key.Key_M, CONTROL | ALT)
    tool = window.core.tools
    tool.click(at(450, 303).x, at(450, 303).y, 10.0)
    moved = window.core.session.project.metric_layer("sites").geometry.loc[fid]
    assert (moved.x, moved.y) == (pytest.approx(at(450, 300).x, abs=0.01), pytest.approx(at(450, 300).y, abs=0.01))


def test_the_band_of_a_box_follows_the_pointer(window, qtbot):  # noqa: F811
    """After one corner the box reaches to the pointer; before it there is none."""
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL | SHIFT)
    tools = window.core.tools
    qtbot.mouseMove(window.stage.plain, pixel(window, 500, 500))
    assert tools.tool.overlays() == []
    click_map(window, qtbot, 700, 700)
    window.stage.pointed.emit(at(400, 500).x, at(400, 500).y)
    (band,) = [overlay for overlay in tools.tool.overlays() if overlay.kind == "sketch"]
    low_x, low_y, _, _ = band.geometry.bounds
    assert (low_x, low_y) == (pytest.approx(at(400, 500).x), pytest.approx(at(400, 500).y))
    assert [overlay for overlay in window.core.scene.overlays if overlay.kind == "sketch"]
