"""The map by keys alone, and what the mouse does while a tool is in hand: bands, additions, steps taken back."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from patrolmap.desktop.map.tools import RingTool
from patrolmap.desktop.session import Selection
from tests.desktop.test_rings_sections import click_map, panel, pixel, press, window  # noqa: F401 - fixtures
from tests.desktop.tiny import at

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def look_at(window, x, y):  # noqa: F811
    """Move the map as arrow keys would, in one go."""
    window.stage.plain._look_at(at(x, y).x, at(x, y).y, window.stage.plain._denominator)


def corners_of(window, kind):  # noqa: F811
    rows = window.core.session.project.metric_layer("rings")
    outline = rows.geometry[rows["kind"] == kind].union_all().exterior
    return sorted((round(x), round(y)) for x, y in outline.coords[:-1])


def said_by(window):  # noqa: F811
    said = []
    window.core.notices.said.connect(lambda notice: said.append(" ".join(str(part) for part in notice.parts)))
    return said


def test_a_ring_is_drawn_by_keys_alone(window, panel, qtbot):  # noqa: F811
    """Space on the button, Space at three places, Enter: the button's focus went to the map by itself."""
    panel.closure.editing.ring.setCurrentIndex(panel.closure.editing.ring.findData("town"))
    panel.closure.editing.draw_button.setFocus()
    qtbot.keyClick(panel.closure.editing.draw_button, Qt.Key.Key_Space)
    plain = window.stage.plain
    assert plain.hasFocus()
    tool = window.core.tools.tool
    qtbot.waitUntil(lambda: tool._junctions is not None)
    for x, y in ((300, 300), (900, 300), (900, 900)):
        look_at(window, x, y)
        qtbot.keyClick(plain, Qt.Key.Key_Space)
    qtbot.keyClick(plain, Qt.Key.Key_Return)
    wanted = sorted((round(at(*place).x), round(at(*place).y)) for place in ((300, 300), (900, 300), (900, 900)))
    assert corners_of(window, "town") == wanted


def test_a_corner_is_taken_hold_of_and_put_down_by_the_space_bar(window, qtbot):  # noqa: F811
    """Escape lets it be and keeps the tool; the second time it is put down, and Enter saves the selected ring."""
    window.core.session.select(Selection("rings", (1,)))
    window.actions_board["edit.move"].trigger()
    plain, tools = window.stage.plain, window.core.tools
    look_at(window, 450, 450)
    qtbot.keyClick(plain, Qt.Key.Key_Space)
    assert "arrow keys" in window.stage.strip.hint.text()
    qtbot.keyClick(plain, Qt.Key.Key_Escape)
    assert isinstance(tools.tool, RingTool)
    qtbot.keyClick(plain, Qt.Key.Key_Space)
    look_at(window, 380, 370)
    qtbot.keyClick(plain, Qt.Key.Key_Space)
    qtbot.keyClick(plain, Qt.Key.Key_Return)
    assert (round(at(380, 370).x), round(at(380, 370).y)) in corners_of(window, "core")


def test_a_site_is_chosen_in_the_middle_of_the_map(window, qtbot):  # noqa: F811
    """Without a tool the space bar is a click; with Shift it adds, and a second time takes away."""
    plain = window.stage.plain
    plain.setFocus()
    frame = window.core.cache["sites"].set_index("site_id", append=True).reset_index(level=0)["fid"]
    look_at(window, 600, 600)
    qtbot.keyClick(plain, Qt.Key.Key_Space)
    assert window.core.session.selection == Selection("sites", (int(frame["B"]),))
    look_at(window, 900, 900)
    qtbot.keyClick(plain, Qt.Key.Key_Space, SHIFT)
    assert window.core.session.selection == Selection("sites", (int(frame["B"]), int(frame["C"])))
    qtbot.keyClick(plain, Qt.Key.Key_Space, SHIFT)
    assert window.core.session.selection == Selection("sites", (int(frame["B"]),))


def test_shift_makes_the_arrows_step_a_tenth(window, qtbot):  # noqa: F811
    """The status bar follows the middle of the map."""
    plain = window.stage.plain
    before, per_px = plain._centre.x(), 1 / plain.view.dots_per_unit
    qtbot.keyClick(plain, Qt.Key.Key_Right)
    assert plain._centre.x() - before == pytest.approx(80 * per_px)
    qtbot.keyClick(plain, Qt.Key.Key_Right, SHIFT)
    assert plain._centre.x() - before == pytest.approx(88 * per_px)
    assert "WGS 84" in window.status.place.text()


def test_undo_while_drawing_takes_the_corner_back_and_not_the_project(window, qtbot):  # noqa: F811
    """Redo is refused with words; without a corner left undo is the project's again and puts the tool away."""
    project, said = window.core.session.project, said_by(window)
    label = project.undo_label
    window.actions_board["edit.draw_hotspot"].trigger()
    for x, y in ((350, 350), (550, 350)):
        click_map(window, qtbot, x, y)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert len(window.core.tools.tool.corners) == 1
    window.actions_board["edit.redo"].setEnabled(True)
    window.actions_board["edit.redo"].trigger()
    assert "being drawn" in said[-1]
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert (project.undo_label, window.core.tools.has_steps) == (label, False)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert project.undo_label != label
    assert window.core.tools.tool is None


def test_enter_with_two_corners_says_what_is_missing(window, qtbot):  # noqa: F811
    """And the tool stays in hand."""
    said = said_by(window)
    window.actions_board["edit.draw_hotspot"].trigger()
    for x, y in ((350, 350), (550, 350)):
        click_map(window, qtbot, x, y)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    assert "three corners" in said[-1]
    assert len(window.core.tools.tool.corners) == 2


def test_a_box_is_dragged(window, qtbot):  # noqa: F811
    """From corner to corner without a click between; the map stays where it is."""
    plain = window.stage.plain
    middle = plain._centre
    window.actions_board["map.select_box"].trigger()
    start, end = pixel(window, 400, 560), pixel(window, 700, 700)
    qtbot.mousePress(plain, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(plain, start + (end - start) * step / 4)
    assert any(overlay.kind == "sketch" for overlay in window.core.scene.overlays)
    qtbot.mouseRelease(plain, Qt.MouseButton.LeftButton, pos=end)
    frame = window.core.cache["sites"]
    inside = frame.index[frame.within(shapely.box(*at(400, 560).coords[0], *at(700, 700).coords[0]))]
    assert window.core.session.selection == Selection("sites", tuple(inside))
    assert len(inside) == 2
    assert plain._centre == middle


def test_shift_and_click_selects_several_and_merging_is_offered(window, qtbot):  # noqa: F811
    """Two streets one after the other; a click on another layer starts anew."""
    for x, y, keys in ((150, 300, Qt.KeyboardModifier.NoModifier), (150, 900, SHIFT)):
        qtbot.mouseClick(window.stage.plain, Qt.MouseButton.LeftButton, keys, pixel(window, x, y))
    selection = window.core.session.selection
    assert (selection.layer, len(selection.fids)) == ("streets", 2)
    assert window.actions_board["edit.merge"].isEnabled()
    qtbot.mouseClick(window.stage.plain, Qt.MouseButton.LeftButton, SHIFT, pixel(window, 600, 600))
    assert window.core.session.selection.layer == "sites"


def test_a_click_on_a_corner_adds_none(window, qtbot):  # noqa: F811
    """It may have been meant to take hold of it; a click on the edge beside it does add one."""
    window.core.session.select(Selection("rings", (1,)))
    window.actions_board["edit.move"].trigger()
    tool = window.core.tools.tool
    qtbot.waitUntil(lambda: window.stage.plain.is_settled)
    click_map(window, qtbot, 450, 450)
    assert len(tool.corners) == 4
    click_map(window, qtbot, 750, 450)
    assert len(tool.corners) == 5


def test_corners_are_drawn_to_streets_between_junctions(window):  # noqa: F811
    """Four metres beside the street at y = 300, half way between two junctions; the band goes there too."""
    window.actions_board["edit.draw_hotspot"].trigger()
    tool = window.core.tools.tool
    tool.click(at(450, 304).x, at(450, 304).y, 10.0)
    assert tool.corners[0] == (pytest.approx(at(450, 300).x, abs=0.01), pytest.approx(at(450, 300).y, abs=0.01))
    tool.hover(at(720, 598).x, at(720, 598).y, 10.0)
    (band,) = [overlay for overlay in tool.overlays() if overlay.kind == "sketch"]
    assert band.geometry.coords[-1] == (
        pytest.approx(at(720, 600).x, abs=0.01),
        pytest.approx(at(720, 600).y, abs=0.01),
    )
