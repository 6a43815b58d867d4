"""The card that tells what was clicked on the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from patrolmap.desktop.session import Selection
from tests.desktop.test_rings_sections import click_map, window  # noqa: F401 - fixtures
from tests.desktop.tiny import at, make_plan

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def lines(card):
    """Read the pairs of title and value."""
    grid = card._grid
    cells = [
        [grid.itemAtPosition(place, column) for column in (0, 1)]
        for place in range(grid.rowCount())
        if grid.itemAtPosition(place, 0) is not None
    ]
    return {head.widget().text(): value.widget().text() for head, value in cells}


def test_a_click_tells_what_lies_there(window, qtbot):  # noqa: F811
    """Layer, name, the words of closed lists, and the place in the project's system and WGS 84; all of it is seen."""
    click_map(window, qtbot, 600, 600)
    card = window.identify
    assert card.isVisible()
    assert (card.layer.text(), card.heading.text()) == ("Checkpoints and key sites", "Site B")
    told = lines(card)
    assert told["Kind"] == "Controlled intersection"
    x, y = (float(part) for part in told[window.core.session.project.frame.metric_crs].split(","))
    assert (x, y) == (pytest.approx(at(600, 600).x, abs=0.1), pytest.approx(at(600, 600).y, abs=0.1))
    qtbot.waitUntil(lambda: all(part.height() >= 12 for part in card._page.findChildren(QLabel)))
    assert card._page.height() <= card._fields.height() + 1


def test_it_follows_the_selection_and_goes_with_it(window, qtbot):  # noqa: F811
    """A ring has an area and a perimeter; Escape on the map selects nothing and puts the card away."""
    click_map(window, qtbot, 600, 600)
    window.core.session.select(Selection("rings", (1,)))
    told = lines(window.identify)
    assert told["Area"] == "0.36 km²"
    assert told["Perimeter"] == "2.40 km"
    window.stage.plain.setFocus()
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Escape)
    assert window.identify.isHidden()
    assert window.core.session.selection == Selection()


def test_a_key_tells_what_is_selected_and_a_closed_card_stays_closed(window, qtbot):  # noqa: F811
    """What is chosen in a table brings no card by itself; the key does."""
    window.core.session.select(Selection("sites", (1,)))
    assert window.identify.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_I, CONTROL | SHIFT)
    assert window.identify.heading.text() == "Site A"
    qtbot.mouseClick(window.identify.close_button, Qt.MouseButton.LeftButton)
    window.core.session.select(Selection("sites", (2,)))
    assert window.identify.isHidden()


def test_an_edit_is_told_on_the_card(window, qtbot):  # noqa: F811
    """And undo too."""
    click_map(window, qtbot, 600, 600)
    fid = window.core.session.selection.fids[0]
    window.attributes.presenter.change("sites", [fid], {"owner": ["West station"]})
    qtbot.waitUntil(lambda: lines(window.identify).get("Owner") == "West station")
    window.core.session.undo()
    qtbot.waitUntil(lambda: "Owner" not in lines(window.identify))


def test_tab_goes_through_the_window_and_comes_back_to_the_map(window, qtbot):  # noqa: F811
    """By way of the board's menu and its chart: no circle of a few widgets holds the focus."""
    window.core.desk.put(make_plan())
    window.show_task("plan")
    start = window.stage.plain
    start.setFocus()
    passed = []
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is start:
            break
        passed.append(QApplication.focusWidget())
    assert QApplication.focusWidget() is start
    assert {window.board.more_button, window.board.chart} <= set(passed)
