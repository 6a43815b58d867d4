"""The window does what a user clicks: open, look, plan, cancel, undo, switch, close."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QTabBar

from patrolmap.desktop.core import PROJECT_LANE, Core
from patrolmap.desktop.features.planning.panel import PlanPanel
from patrolmap.desktop.guide import GuideDialog
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.plan_desk import StopRef
from patrolmap.desktop.session import Selection
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows
from patrolmap.progress import raise_if_cancelled
from tests.desktop.tiny import make_plan, make_project


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    switch_language(qapp, "en")
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive)
    made.close()


@pytest.fixture
def opened(window, qtbot, tmp_path):
    window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    return window


def test_first_start_offers_the_sample_and_hides_the_docks(window):
    """Without a project there is one page, with the sample as the thing to do."""
    assert window.welcome.isVisible()
    assert window.welcome.sample_button.isVisible()
    assert not any(dock.isVisible() for dock in window.docks.values())
    assert not window.actions_board["edit.undo"].isEnabled()


def test_opening_shows_layers_with_their_numbers(opened):
    """The tiny project's rows are counted in the list and drawn on the map."""
    rows = opened.core.board.rows
    assert {name: row.count for name, row in rows.items() if row.count} == {
        "streets": 10, "rings": 1, "sites": 3, "incidents": 4,
    }  # fmt: skip
    assert opened.windowTitle() == "Tiny — patrolmap"
    assert opened.stage.isVisible()


def test_another_project_finds_the_docks_as_they_were_with_one_row_of_tabs(opened, qapp, qtbot, tmp_path):
    """A dock that was put away stays away, and no row of tabs is left over the other, whatever the language was between."""
    opened.docks["layers"].close()
    for number, language in enumerate(("zh", "en", "zh")):
        opened.project_flow.close()
        switch_language(qapp, language)
        opened.project_flow.open(make_project(tmp_path / f"{number}.gpkg"))
        qtbot.waitUntil(lambda: not opened.core.cache.is_loading)
        bars = [bar for bar in opened.findChildren(QTabBar) if bar.parent() is opened and bar.isVisible()]
        assert len(bars) == 1
        assert bars[0].count() == 4
        assert not opened.docks["layers"].isVisible()
        assert opened.docks["tasks"].isVisible()


def test_a_project_that_is_none_is_refused_in_the_bar(window, tmp_path):
    """A wrong file leaves the first page and one clear message."""
    wrong = tmp_path / "wrong.gpkg"
    wrong.write_text("no project", encoding="utf-8")
    window.project_flow.open(wrong)
    assert window.message_bar.isVisible()
    assert "is not a patrolmap project" in window.message_bar.text.text()
    assert window.welcome.isVisible()


def test_the_language_switches_live(opened, qapp):
    """Menus, docks, panels and lists speak Chinese at once, and English again."""
    opened.actions_board["view.language"].trigger()
    assert opened.menuBar().actions()[0].text() == "项目(&P)"
    assert opened.docks["layers"].windowTitle() == "图层"
    assert opened.layers.tree.topLevelItem(1).text(0) == "卡口与重点部位"
    assert opened.core.session.preferences.language == "zh"
    opened.actions_board["view.language"].trigger()
    assert opened.docks["layers"].windowTitle() == "Layers"
    assert isinstance(qapp, QApplication)


def test_the_theme_switches_live(opened, qapp):
    """Palette and preference follow the key."""
    opened.actions_board["view.dark"].trigger()
    assert qapp.palette().window().color().lightness() < 80
    assert opened.core.session.preferences.theme == "dark"
    opened.actions_board["view.dark"].trigger()
    assert qapp.palette().window().color().lightness() > 200


def test_without_a_project_only_what_needs_none_can_be_done(opened, qtbot):
    """After closing, undo, zoom and export are off again; opening and making a project are on."""
    fid = int(opened.core.cache["sites"].index[0])
    opened.core.session.project.apply(DeleteRows("sites", (fid,)), Message("Site deleted"))
    opened.core.session.refresh()
    actions = opened.actions_board
    assert actions["edit.undo"].isEnabled()
    actions["project.close"].trigger()
    qtbot.waitUntil(lambda: not actions["edit.undo"].isEnabled())
    off = (
        "project.close",
        "project.export",
        "project.import",
        "map.zoom_in",
        "map.bookmark",
        "map.select_box",
        "edit.find",
    )
    assert [name for name in off if actions[name].isEnabled()] == []
    assert actions["project.open"].isEnabled()
    assert actions["project.new"].isEnabled()


def test_an_edit_is_undone_and_done_again(opened, qtbot):
    """Undo brings the row back on the list, redo takes it away; the keys follow."""
    core = opened.core
    fid = int(core.cache["sites"].index[0])
    core.session.project.apply(DeleteRows("sites", (fid,)), Message("Delete a site"))
    core.session.refresh()
    qtbot.waitUntil(lambda: core.board.rows["sites"].count == 2)
    assert opened.actions_board["edit.undo"].isEnabled()
    opened.actions_board["edit.undo"].trigger()
    qtbot.waitUntil(lambda: core.board.rows["sites"].count == 3)
    assert "Delete a site" in opened.message_bar.text.text()
    opened.actions_board["edit.redo"].trigger()
    qtbot.waitUntil(lambda: core.board.rows["sites"].count == 2)


def test_hiding_a_layer_takes_it_off_the_map(opened):
    """The box in the list and the map agree."""
    item = opened.layers.tree.topLevelItem(1)
    assert "sites" in opened.core.scene.parts
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert "sites" not in opened.core.scene.parts
    assert "site_names" not in opened.core.scene.parts


def test_a_click_on_the_map_selects_and_the_table_follows(opened, qtbot):
    """The site under the pointer is selected, in the map and in the attribute table."""
    opened.docks["attributes"].raise_()
    qtbot.waitUntil(lambda: opened.attributes.isVisible() and opened.stage.plain.is_settled)
    place = opened.core.cache["sites"].geometry.iloc[1]
    view = opened.stage.plain.view
    pixel = QPoint(
        round((place.x - view.world[0]) * view.dots_per_unit), round((view.world[3] - place.y) * view.dots_per_unit)
    )
    qtbot.mouseClick(opened.stage.plain, Qt.MouseButton.LeftButton, pos=pixel)
    fid = int(opened.core.cache["sites"].index[1])
    assert opened.core.session.selection == Selection("sites", (fid,))
    assert opened.attributes.table.currentIndex().row() == 1


def test_a_plan_fills_time_line_table_figures_and_sheet(opened, qtbot):
    """One plan on the desk is seen everywhere it belongs."""
    plan = make_plan()
    opened.core.session.project.save_plan(plan, label=Message("Plan"))
    opened.core.session.refresh()
    qtbot.waitUntil(lambda: opened.core.desk.plan is not None and opened.core.board.rows["stops"].count == 3)
    assert opened.core.desk.plan.plan_id == "P1"
    qtbot.waitUntil(lambda: [row.name for row in opened.time_line.chart.rows] == ["Team 1", "Team 2"])
    qtbot.waitUntil(lambda: opened.stops.model.rowCount() == 3)
    opened.show_task("plan")
    panel = opened.findChild(PlanPanel)
    assert [figure.text() for figure in panel.figures[:3]] == ["2 / 2", "3", "2 / 3"]
    told = panel.unmet.visits.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.splitlines() == ["Place 4", "No time is left: 7 min are missing."]


def test_choosing_a_stop_points_everywhere(opened, qtbot):
    """A row of the stop table selects the stop on the map and in the time line."""
    opened.core.session.project.save_plan(make_plan(), label=Message("Plan"))
    opened.core.session.refresh()
    qtbot.waitUntil(lambda: opened.core.desk.plan is not None and opened.core.board.rows["stops"].count == 3)
    qtbot.waitUntil(lambda: opened.stops.model.rowCount() == 3)
    opened.stops.table.selectRow(1)
    assert opened.core.desk.current == StopRef("T1", 2)
    assert opened.core.session.selection.layer == "stops"


def test_the_sheet_of_a_team_is_previewed(opened, qtbot):
    """The sheets panel shows the first team's page on paper."""
    opened.core.desk.put(make_plan())
    opened.show_task("sheets")
    panel = opened.tasks.panel("sheets")
    qtbot.waitUntil(lambda: panel.paper.preview is not None, timeout=15_000)
    assert panel.paper.preview.team_id == "T1"
    assert panel.page.text().startswith("1 / ")


def test_planning_is_cancelled_by_its_button(opened, qtbot):
    """A slow search stops when the user says so; the window stays usable and no plan appears."""
    begun = threading.Event()

    def slow(_project, _request, *, progress, cancel):
        progress(0.3, Message("Searching"))
        begun.set()
        while True:
            raise_if_cancelled(cancel)
            threading.Event().wait(0.005)

    panel = opened.tasks.panel("plan")
    panel.presenter._make = slow
    opened.show_task("plan")
    qtbot.mouseClick(panel.run_button.button, Qt.MouseButton.LeftButton)
    assert begun.wait(5)
    qtbot.waitUntil(lambda: panel.run_button.text.text() == "Searching")
    assert not opened.actions_board["edit.undo"].isEnabled()
    qtbot.mouseClick(panel.run_button.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not opened.core.jobs.alive)
    assert opened.core.desk.plan is None
    assert panel.run_button.currentIndex() == 0
    assert "as before" in opened.message_bar.text.text()


def test_closing_waits_for_the_work_to_stop(window, qtbot):
    """The window asks work to end and goes when it has."""
    ended = threading.Event()

    def work(_progress, cancel):
        while not cancel():
            threading.Event().wait(0.005)
        ended.set()

    window.core.jobs.start(Message("Work"), work, lane=PROJECT_LANE)
    window.close()
    assert window.isVisible()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert ended.is_set()


def test_every_action_has_a_text_and_no_key_twice(window):
    """The key map is unambiguous."""
    keys = [spec.shortcut for spec in window.actions_board.specs if spec.shortcut]
    assert len(keys) == len(set(keys))
    assert all(window.actions_board[spec.id].text() for spec in window.actions_board.specs)


def test_the_guide_and_the_keys_have_keys_of_their_own(window):
    """F1 opens the guide in the current language; the sheet of keys has another key."""
    board = window.actions_board
    assert board["help.guide"].shortcut().toString() == "F1"
    assert board["help.keys"].shortcut().toString() == "Ctrl+/"
    board["help.guide"].trigger()
    guide = window.findChild(GuideDialog)
    assert guide.isVisible()
    assert guide.browser.source().fileName() == "window.md"
    guide.close()


def test_docks_are_where_they_were_left(qtbot, tmp_path, monkeypatch):
    """A dock that was closed and one that was moved are found so at the next start."""
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    path = make_project(tmp_path / "tiny.gpkg")
    for start in range(2):
        window = MainWindow(Core())
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        window.project_flow.open(path)
        qtbot.waitUntil(lambda made=window: not made.core.cache.is_loading)
        places = {name: window.dockWidgetArea(dock) for name, dock in window.docks.items()}
        if start == 0:
            assert window.docks["attributes"].toggleViewAction().isChecked()
            window.docks["attributes"].close()
            window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, window.docks["layers"])
        else:
            assert places["layers"] == Qt.DockWidgetArea.RightDockWidgetArea
            assert places["stops"] == Qt.DockWidgetArea.BottomDockWidgetArea
            assert not window.docks["attributes"].toggleViewAction().isChecked()
            assert window.docks["tasks"].isVisible()
        window.core.jobs.cancel_all()
        qtbot.waitUntil(lambda made=window: not made.core.jobs.alive)
        window.close()
