"""Rings are drawn and reshaped, checkpoints placed and moved on the map; closure follows at once."""

from __future__ import annotations

import shapely
from PySide6.QtCore import Qt

from tests.desktop.test_rings_sections import click_map, panel, pixel, press, window  # noqa: F401 - fixtures
from tests.desktop.tiny import at


def ring(window, kind):  # noqa: F811
    """Give the area of a ring in the file."""
    rows = window.core.session.project.metric_layer("rings")
    return rows.geometry[rows["kind"] == kind].union_all()


def choose(box, value):
    box.setCurrentIndex(box.findData(value))


def test_a_ring_is_drawn_with_clicks_and_ended_with_enter(window, panel, qtbot):  # noqa: F811
    """Four corners near junctions are drawn to them; undo takes the ring away in one step."""
    choose(panel.closure.editing.ring, "town")
    press(qtbot, panel.closure.editing.draw_button)
    tool = window.core.tools.tool
    qtbot.waitUntil(lambda: tool._junctions is not None)
    for x, y in ((300, 300), (900, 300), (900, 900), (300, 900)):
        click_map(window, qtbot, x + 4, y - 3)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Return)
    wanted = shapely.box(*at(300, 300).coords[0], *at(900, 900).coords[0])
    assert ring(window, "town").symmetric_difference(wanted).area < 1.0
    window.core.session.undo()
    assert ring(window, "town").is_empty


def test_escape_keeps_nothing_and_backspace_takes_a_corner_back(window, panel, qtbot):  # noqa: F811
    """The file is untouched."""
    press(qtbot, panel.closure.editing.draw_button)
    for x, y in ((300, 300), (900, 300), (900, 900)):
        click_map(window, qtbot, x, y)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Backspace)
    assert len(window.core.tools.tool.corners) == 2
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Escape)
    assert window.core.tools.tool is None
    assert window.core.session.project.count("rings") == 1


def test_an_outline_that_crosses_itself_is_refused_and_stays_in_hand(window, panel, qtbot):  # noqa: F811
    """The message says what to do; the corners are not lost."""
    said = []
    window.core.notices.said.connect(said.append)
    press(qtbot, panel.closure.editing.draw_button)
    for x, y in ((300, 300), (900, 900), (900, 300), (300, 900)):
        click_map(window, qtbot, x, y)
    press(qtbot, window.stage.strip.finish_button)
    assert "crosses itself" in " ".join(str(part) for part in said[-1].parts)
    assert len(window.core.tools.tool.corners) == 4


def test_reshaping_moves_a_corner_and_closure_is_computed_again(window, panel, qtbot):  # noqa: F811
    """The core ring of 8 crossings is drawn in over the street at 900 m: its two crossings are gone."""
    press(qtbot, panel.closure.run_button.button)
    qtbot.waitUntil(lambda: bool(panel.presenter.reports) and not window.core.jobs.alive, timeout=20_000)
    assert panel.presenter.reports[0].crossings == 8
    choose(panel.closure.editing.ring, "core")
    press(qtbot, panel.closure.editing.reshape_button)
    qtbot.waitUntil(lambda: window.stage.plain.is_settled)
    plain = window.stage.plain
    for x, y, new_x in ((1050, 450, 750), (1050, 1050, 750)):
        qtbot.mousePress(plain, Qt.MouseButton.LeftButton, pos=pixel(window, x, y))
        qtbot.mouseMove(plain, pixel(window, (x + new_x) / 2, y))
        qtbot.mouseMove(plain, pixel(window, new_x, y))
        qtbot.mouseRelease(plain, Qt.MouseButton.LeftButton, pos=pixel(window, new_x, y))
    press(qtbot, window.stage.strip.finish_button)
    qtbot.waitUntil(lambda: not window.core.jobs.alive and panel.presenter.reports[0].crossings == 6, timeout=20_000)
    assert not panel.presenter.is_stale
    window.core.session.undo()
    qtbot.waitUntil(lambda: not window.core.jobs.alive and panel.presenter.reports[0].crossings == 8, timeout=20_000)


def test_a_checkpoint_is_placed_by_a_click_and_dragged(window, panel, qtbot):  # noqa: F811
    """It controls its crossing at once; dragging it is one step of undo."""
    choose(panel.closure.editing.kind, "checkpoint")
    panel.closure.editing.name.setText("East gate")
    press(qtbot, panel.closure.editing.place_button)
    click_map(window, qtbot, 1050, 600)
    project = window.core.session.project
    sites = project.metric_layer("sites")
    new = sites[sites["name"] == "East gate"]
    assert len(new) == 1
    assert new.geometry.iloc[0].distance(at(1050, 600)) < 5.0
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    click_map(window, qtbot, 1050, 600)
    press(qtbot, panel.closure.editing.move_button)
    plain = window.stage.plain
    qtbot.mousePress(plain, Qt.MouseButton.LeftButton, pos=pixel(window, 1050, 600))
    qtbot.mouseMove(plain, pixel(window, 1050, 750))
    qtbot.mouseRelease(plain, Qt.MouseButton.LeftButton, pos=pixel(window, 1050, 900))
    moved = project.metric_layer("sites").geometry.loc[int(new.index[0])]
    assert moved.distance(at(1050, 900)) < 5.0
    window.core.session.undo()
    assert project.metric_layer("sites").geometry.loc[int(new.index[0])].distance(at(1050, 600)) < 5.0
