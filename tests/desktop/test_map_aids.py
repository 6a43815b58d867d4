"""Measuring, coordinates, the map as a picture, named views."""

from __future__ import annotations

import itertools

import pyproj
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from patrolmap.desktop import bookmarks
from patrolmap.desktop.map.measure import area_text, length_text
from patrolmap.messages import Message
from patrolmap.services.place_search import PlaceFinder
from patrolmap.services.workspace import load_preferences
from tests.desktop.test_rings_sections import click_map, pixel, window  # noqa: F401 - fixtures
from tests.desktop.tiny import FRAME, at

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_a_distance_is_that_of_the_geodesic(window, qtbot):  # noqa: F811
    """Three clicks, compared leg by leg with the inverse problem on the ellipsoid; Enter tells it."""
    said = []
    window.core.notices.said.connect(said.append)
    qtbot.keyClick(window, Qt.Key.Key_M, CONTROL)
    for x, y in ((300, 300), (900, 300), (900, 900)):
        click_map(window, qtbot, x, y)
    tool = window.core.tools.tool
    degrees = [FRAME.metric_to_wgs84(at(0, 0).__class__(corner)) for corner in tool.corners]
    geod = pyproj.Geod(ellps="WGS84")
    legs = [geod.inv(a.x, a.y, b.x, b.y)[2] for a, b in itertools.pairwise(degrees)]
    assert tool.length_m == pytest.approx(sum(legs), abs=0.01)
    assert sum(legs) == pytest.approx(1200, abs=15)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    assert "Distance: 1.2" in str(said[-1].parts[0])
    assert window.core.tools.tool is None


def test_an_area_and_a_step_back(window, qtbot):  # noqa: F811
    """600 m by 600 m; Backspace leaves a line without an area, Escape puts the tool away."""
    qtbot.keyClick(window, Qt.Key.Key_M, CONTROL | SHIFT)
    for x, y in ((300, 300), (900, 300), (900, 900), (300, 900)):
        click_map(window, qtbot, x, y)
    assert window.core.tools.tool.area_m2 == pytest.approx(360_000, rel=0.02)
    assert "km²" in window.stage.strip.hint.text()
    for _ in range(2):
        qtbot.keyClick(window.stage.plain, Qt.Key.Key_Backspace)
    assert window.core.tools.tool.area_m2 == 0
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Escape)
    assert window.core.tools.tool is None


def test_figures_change_their_unit():
    """Metres to 1 km, square metres to 0.1 km²."""
    texts = [length_text(999.4), length_text(1000), area_text(99_999), area_text(100_000)]
    assert [str(text) for text in texts] == ["999 m", "1.00 km", "99999 m²", "0.10 km²"]


def test_copied_coordinates_find_the_place_again(window, qtbot):  # noqa: F811
    """The status bar shows both systems; what it copies is read by the search box."""
    qtbot.mouseMove(window.stage.plain, pixel(window, 590, 590))
    qtbot.mouseMove(window.stage.plain, pixel(window, 600, 600))
    qtbot.waitUntil(lambda: "WGS 84" in window.status.place.text())
    assert FRAME.metric_crs in window.status.place.text()
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.AltModifier)
    copied = QGuiApplication.clipboard().text()
    found = PlaceFinder(window.core.session.project).find(copied)[0]
    assert found.geometry.distance(at(600, 600)) < 15


def test_the_map_is_copied_as_a_picture(window, qtbot):  # noqa: F811
    """As large as it is seen."""
    seen = window.stage.plain.size()
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().image().size() == seen * window.devicePixelRatio()


def test_a_named_view_is_kept_for_the_project_and_gone_back_to(window, qtbot, monkeypatch):  # noqa: F811
    """Same middle and scale within a twentieth after going elsewhere; it outlives the program."""
    plain = window.stage.plain
    plain.show_bounds((*at(300, 300).coords[0], *at(900, 700).coords[0]))
    before, size = plain.view, plain.size()
    monkeypatch.setattr(bookmarks, "ask_name", lambda *_args: "East side")
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    kept = load_preferences().bookmarks_of(window.core.session.project.path)
    assert [one[0] for one in kept] == ["East side"]
    window.core.scene.show_all()
    window.message_bar.hide()
    qtbot.waitUntil(lambda: plain.size() == size)
    action = next(action for action in window.bookmarks.actions() if "East side" in action.text())
    action.trigger()
    assert plain.view.denominator == pytest.approx(before.denominator, rel=0.05)
    assert plain.view.world == pytest.approx(before.world, abs=40)


def test_bookmarks_go_with_their_project_and_leave_no_menus(window, qtbot):  # noqa: F811
    """Listed anew twenty times there is one menu to delete them; without a project none, and nothing to trigger."""
    window.bookmarks.add("East side")
    for _ in range(20):
        window.core.session.prefer(tour_done=True)
    qtbot.waitUntil(lambda: len(window.bookmarks.findChildren(QMenu)) == 1)
    window.project_flow.close()
    qtbot.waitUntil(lambda: not window.bookmarks.findChildren(QMenu))
    assert not [action for action in window.bookmarks.actions() if action.isEnabled()]


def test_a_message_and_a_tool_leave_the_map_where_it_is(window, qtbot):  # noqa: F811
    """They lie over its upper edge, one below the other: neither its size nor its scale changes, and none hides the other."""
    before = window.stage.map.geometry()
    window.message_bar.hide()
    window.map_desk.measure(of_area=True)
    window.core.notices.say(Message("{n}", {"n": "It is so. " * 40}))
    qtbot.waitUntil(lambda: window.message_bar.isVisible() and window.stage.strip.isVisible())
    assert window.stage.map.geometry() == before
    assert window.stage.strip.geometry().bottom() < window.message_bar.geometry().top()
    text = window.message_bar.text
    assert text.height() >= text.heightForWidth(text.width())
    window.core.tools.drop()
    assert window.message_bar.geometry().top() < 20
