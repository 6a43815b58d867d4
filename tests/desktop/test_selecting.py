"""Selecting by a box and by an area, and coordinates in another system, by clicks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from patrolmap.desktop.session import Selection
from patrolmap.services.workspace import load_preferences
from tests.desktop.test_layer_list import take
from tests.desktop.test_rings_sections import click_map, pixel, window  # noqa: F401 - fixtures

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def chosen(window):  # noqa: F811
    """Names of the selected sites, and those of the chosen rows of the attribute table."""
    selection, table = window.core.session.selection, window.attributes
    frame = window.core.cache[selection.layer] if selection.layer else None
    names = [] if frame is None else sorted(frame.loc[list(selection.fids), "name"])
    return names, sorted(frame.loc[list(table.chosen_fids), "name"]) if names else []


def test_two_clicks_select_what_lies_in_the_box(window, qtbot):  # noqa: F811
    """Sites A and B of three; the table shows them chosen, ready for one change of both."""
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL | SHIFT)
    assert "two opposite corners" in window.stage.strip.hint.text()
    click_map(window, qtbot, 700, 700)
    click_map(window, qtbot, 400, 500)
    assert window.core.tools.tool is None
    qtbot.waitUntil(lambda: chosen(window) == (["Site A", "Site B"],) * 2)
    assert window.attributes.isVisible()
    assert window.attributes.layer_name == "sites"


def test_an_area_selects_rows_of_the_layer_in_the_list(window, qtbot):  # noqa: F811
    """A triangle over two streets, not the sites in it; Enter ends it; an empty one selects nothing."""
    take(window, "streets")
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL | ALT)
    for x, y in ((330, 340), (560, 340), (450, 420)):
        click_map(window, qtbot, x, y)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    assert window.core.session.selection.layer == ""
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL | ALT)
    for x, y in ((330, 270), (560, 270), (450, 330)):
        click_map(window, qtbot, x, y)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    assert chosen(window)[0] == ["Street 2"]


def test_escape_puts_the_tool_away(window, qtbot):  # noqa: F811
    """What was selected stays selected."""
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL | SHIFT)
    click_map(window, qtbot, 700, 700)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Escape)
    assert window.core.tools.tool is None
    assert window.core.session.selection.layer == ""


def test_the_status_bar_writes_the_system_that_is_chosen(window, qtbot):  # noqa: F811
    """GCJ-02 from the menu: named, copied as written, kept for the next start."""
    qtbot.mouseMove(window.stage.plain, pixel(window, 590, 590))
    qtbot.mouseMove(window.stage.plain, pixel(window, 600, 600))
    qtbot.waitUntil(lambda: "WGS 84" in window.status.place.text())
    before = window.status.place.text()
    action = next(one for one in window.status.list_systems().actions() if one.text() == "GCJ-02")
    action.trigger()
    assert window.status.place.text().startswith("GCJ-02  34.")
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL | ALT)
    assert QGuiApplication.clipboard().text() in window.status.place.text()
    assert QGuiApplication.clipboard().text() not in before
    assert load_preferences().coordinates == "gcj02"


def test_a_street_is_cut_by_clicks_and_merged_from_the_menu(window, qtbot):  # noqa: F811
    """One street is two, then one again; each a step of undo."""
    core = window.core
    streets = core.cache["streets"]
    fid = int(streets.index[streets["name"] == "Street 2"][0])
    assert not window.actions_board["edit.split"].isEnabled()
    core.session.select(Selection("streets", (fid,)))
    window.actions_board["edit.split"].trigger()
    click_map(window, qtbot, 450, 220)
    click_map(window, qtbot, 450, 380)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(core.cache["streets"]) == 11)
    halves = core.cache["streets"].index[core.cache["streets"]["name"] == "Street 2"]
    core.session.select(Selection("streets", tuple(int(one) for one in halves)))
    window.actions_board["edit.merge"].trigger()
    qtbot.waitUntil(lambda: len(core.cache["streets"]) == 10)
    core.session.undo()
    qtbot.waitUntil(lambda: len(core.cache["streets"]) == 11)
