"""The plan board by clicks, drags and keys, with the real services on a small hand-made city."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from patrolmap.desktop.core import Core
from patrolmap.desktop.plan_desk import StopRef
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import TimeWindow
from patrolmap.planner.replan import Changes
from patrolmap.project.store import ProjectStore
from patrolmap.services.planning import plan_shift, shift_at
from patrolmap.services.replanning import replan_shift
from tests.desktop.test_evening import make_city_project

ROW_PX, HEAD_PX = 26, 26
LIMIT_MS = 60_000
EVENING = shift_at(dt.date(2026, 11, 20), "19:00", "23:00")


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Plan the evening of the small city once: two teams, two key sites twice each, and a visit nobody can reach in time."""
    path = make_city_project(tmp_path_factory.mktemp("board") / "city.gpkg")
    first_s = EVENING.window.start_s
    with ProjectStore.open(path) as project:
        plan = plan_shift(project, EVENING, iterations=40)
        corner = plan.routes[0].stops[0].visit.point
        far = shapely.Point(corner.x + 120.0, corner.y)
        late = Visit("late", "late", "request", "报警点", far, (TimeWindow(first_s, first_s + 61),), 60, True, 20.0)
        replan_shift(project, plan.plan_id, changes=Changes(requests=(late,)), iterations=20)
    return path.read_bytes()


@pytest.fixture
def window(qtbot, qapp, monkeypatch, tmp_path, planned):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    apply_theme(qapp, "light")
    path = tmp_path / "city.gpkg"
    path.write_bytes(planned)
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.project_flow.open(path)
    qtbot.waitUntil(lambda: not made.core.cache.is_loading and made.core.desk.plan is not None, timeout=LIMIT_MS)
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=LIMIT_MS)
    made.close()


def settled(window, qtbot):
    """Wait until every edit is kept."""
    qtbot.waitUntil(lambda: not window.core.jobs.alive and not window.board.presenter.is_keeping, timeout=LIMIT_MS)


def busiest(window):
    """Give the row with the most stops, and its place."""
    rows = window.time_line.chart.rows
    place = max(range(len(rows)), key=lambda k: rows[k].stops)
    return place, rows[place]


def middle(chart, place, bar):
    return QPoint(round((chart.x_of(bar.start_s) + chart.x_of(bar.end_s)) / 2), HEAD_PX + place * ROW_PX + ROW_PX // 2)


def hover(chart, place):
    """Move the pointer with the button held."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(chart.viewport().mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(chart.viewport(), event)


def order(plan, team_id):
    return [stop.visit.visit_id for stop in plan.route(team_id).stops]


def take(window, qtbot):
    """Take the first stop of the busiest team in hand by a click."""
    place, row = busiest(window)
    bar = next(bar for bar in row.bars if bar.is_stop)
    qtbot.mouseClick(window.time_line.viewport(), Qt.MouseButton.LeftButton, pos=middle(window.time_line, place, bar))
    assert window.core.desk.current == StopRef(row.team_id, 1)
    return row.team_id, order(window.core.desk.plan, row.team_id)


def test_a_stop_is_dragged_to_another_team(window, qtbot):
    """Pressed, carried and dropped on the other row: it is there at once, kept in one step, and undo brings it back."""
    core, chart = window.core, window.time_line
    window.board.presenter.prepare()
    settled(window, qtbot)
    before = core.desk.plan
    place, row = busiest(window)
    other = 1 - place
    bar = next(bar for bar in row.bars if bar.is_stop)
    visit = order(before, row.team_id)[0]
    start = middle(chart, place, bar)
    end = QPoint(start.x() + 20, HEAD_PX + other * ROW_PX + ROW_PX // 2)
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (QPoint(start.x() + 8, start.y()), QPoint(start.x() + 16, end.y()), end):
        hover(chart, step)
    assert chart._drag.lines[0].startswith(chart.chart.rows[other].name)
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert core.desk.ref_of(visit).team_id == chart.chart.rows[other].team_id
    settled(window, qtbot)
    assert core.session.project.plan(core.desk.plan.plan_id) == core.desk.plan
    assert core.desk.plan.plan_id != before.plan_id
    window.actions_board["edit.undo"].trigger()
    qtbot.waitUntil(lambda: core.desk.plan.plan_id == before.plan_id, timeout=LIMIT_MS)
    window.actions_board["edit.redo"].trigger()
    qtbot.waitUntil(lambda: core.desk.plan.plan_id != before.plan_id, timeout=LIMIT_MS)
    assert core.desk.ref_of(visit).team_id == chart.chart.rows[other].team_id


def test_escape_lets_a_dragged_stop_go_back(window, qtbot):
    """Nothing changes."""
    chart, before = window.time_line, window.core.desk.plan
    place, row = busiest(window)
    start = middle(chart, place, next(bar for bar in row.bars if bar.is_stop))
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, pos=start)
    hover(chart, QPoint(start.x() + 60, start.y()))
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(start.x() + 60, start.y()))
    settled(window, qtbot)
    assert window.core.desk.plan is before


def test_keys_move_lock_finish_and_take_out(window, qtbot):
    """Alt+Right moves later, L locks, D marks done; what is done is no longer taken out; the states survive a restart."""
    core, board = window.core, window.board
    team, visits = take(window, qtbot)
    qtbot.keyClick(window.time_line, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    settled(window, qtbot)
    assert order(core.desk.plan, team)[:2] == [visits[1], visits[0]]
    assert core.desk.current == StopRef(team, 2)
    qtbot.keyClick(window.time_line, Qt.Key.Key_L)
    settled(window, qtbot)
    assert board.presenter.stop.locked
    assert not board.actions_board["board.take_out"].isEnabled()
    qtbot.keyClick(window.time_line, Qt.Key.Key_D)
    settled(window, qtbot)
    assert [stop.done for stop in core.desk.plan.route(team).stops[:3]][:2] == [True, True]
    kept, path = core.desk.plan, core.session.project.path
    window.project_flow.close()
    window.project_flow.open(path)
    qtbot.waitUntil(lambda: core.desk.plan is not None, timeout=LIMIT_MS)
    assert core.desk.plan == kept


def test_a_stop_is_taken_out_and_added_again(window, qtbot):
    """Delete takes it out; Add offers it among the unmet, and it is back."""
    core, board = window.core, window.board
    team, visits = take(window, qtbot)
    qtbot.keyClick(window.time_line, Qt.Key.Key_Delete)
    settled(window, qtbot)
    assert visits[0] in {one.visit.visit_id for one in core.desk.plan.unmet}
    core.desk.point_at(StopRef(team))
    board.actions_board["board.add"].trigger()
    dialog = board.dialog
    wanted = next(one.visit.name for one in core.desk.plan.unmet if one.visit.visit_id == visits[0])
    dialog.search.setText(wanted)
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    settled(window, qtbot)
    assert visits[0] in order(core.desk.plan, team)


def test_broken_rules_are_said_in_words(window, qtbot):
    """All stops for one team, in the order of nobody's wish: the line below the chart names the first broken rule."""
    core, board = window.core, window.board
    teams = window.time_line.teams
    for visit in order(core.desk.plan, teams[1]):
        board.presenter.move(visit, teams[0], 0)
        settled(window, qtbot)
    assert board.presenter.broken
    assert str(board.presenter.broken[0]) in board.said.text()
    assert core.desk.plan.notices == board.presenter.broken


def test_one_click_meets_an_unmet_visit(window, qtbot):
    """The unmet visit has a button with the smallest change; pressed, the visit is met, and the board says what changed."""
    core, panel = window.core, window.tasks.panel("plan")
    window.show_task("plan")
    assert [one.visit.visit_id for one in core.desk.plan.unmet] == ["late"]
    panel.unmet.setCurrentIndex(panel.unmet.visits.index(0, 0))
    button = panel.unmet.buttons[0][0]
    assert "min" in button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.board.run_button.currentIndex() == 1
    assert not button.isEnabled()
    qtbot.waitUntil(lambda: core.desk.ref_of("late").number > 0, timeout=LIMIT_MS)
    settled(window, qtbot)
    assert core.desk.plan.unmet == ()
    assert "Newly met: 1" in window.board.said.text()


def test_a_team_drops_out_and_an_incident_comes_in(window, qtbot):
    """The other team takes over what it can; a click on the map asks for the rest, and the incident is in a route."""
    core, board = window.core, window.board
    gone, left = window.time_line.teams
    core.desk.point_at(StopRef(gone))
    board.actions_board["board.drop_out"].trigger()
    qtbot.mouseClick(board.dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [r.team_id for r in core.desk.plan.routes] == [left], timeout=LIMIT_MS)
    settled(window, qtbot)
    board.actions_board["board.incident"].trigger()
    spot = core.desk.plan.routes[0].stops[0].visit.point
    assert core.tools.click(spot.x + 30.0, spot.y, 5.0)
    dialog = board.dialog
    dialog.name.setText("路口纠纷")
    dialog.end.setTime(dialog.start.time().addSecs(3_600))
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: core.desk.ref_of("incident-1").team_id == left, timeout=LIMIT_MS)
    settled(window, qtbot)


def test_replanning_is_cancelled_by_its_button(window, qtbot):
    """The plan is as before."""
    core, board, before = window.core, window.board, window.core.desk.plan
    qtbot.mouseClick(board.run_button.button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(board.run_button.stop_button, Qt.MouseButton.LeftButton)
    settled(window, qtbot)
    assert core.desk.plan is before
    assert board.run_button.currentIndex() == 0


def test_variants_are_listed_and_taken(window, qtbot):
    """Kept, listed with their loss; the chosen one lies on the desk. What makes them is tested by itself."""
    core, board = window.core, window.board
    made = replace(core.desk.plan.provenance, parameters={"variant_of": core.desk.plan.plan_id, "variant": 1})
    other = replace(core.desk.plan, plan_id="other-1", provenance=made)
    board.replanner._apart = SimpleNamespace(run=lambda *_details, **_links: (other,), close=lambda: None)
    board.actions_board["board.variants"].trigger()
    dialog = board.dialog
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1, timeout=LIMIT_MS)
    dialog.count.setValue(1)
    dialog.loss.setValue(20.0)
    qtbot.mouseClick(dialog.run_button.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 2, timeout=LIMIT_MS)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))
    assert dialog.list.topLevelItem(1).text(1).endswith("%")
    base = core.desk.plan
    qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)
    assert core.desk.plan.provenance.parameters["variant_of"] == base.plan_id
    dialog.close()


def test_plans_are_compared_side_by_side_and_on_the_map(window, qtbot):
    """Two charts, numbers with differences, a row for each changed team, both ways on the map until it is closed."""
    core, board = window.core, window.board
    team, _visits = take(window, qtbot)
    qtbot.keyClick(window.time_line, Qt.Key.Key_Delete)
    settled(window, qtbot)
    board.actions_board["board.compare"].trigger()
    dialog = board.dialog
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=LIMIT_MS)
    assert [dialog.charts[k].chart.rows[0].team_id for k in (0, 1)] == list(window.time_line.teams[:1]) * 2
    assert dialog.found.second.stops == dialog.found.first.stops - 1
    assert [change.team_id for change in dialog.found.teams if change.lost] == [team]
    dialog.on_map.setChecked(True)
    assert {overlay.kind for overlay in core.scene.overlays} >= {"before", "after"}
    dialog.close()
    assert not {overlay.kind for overlay in core.scene.overlays} & {"before", "after"}


def test_what_is_in_hand_is_so_in_chart_table_and_map(window, qtbot):
    """A row of the table takes the stop in hand in the chart, and selects it on the map; after an edit still."""
    core = window.core
    ref = next(ref for ref in (window.stops.model.key(row) for row in range(window.stops.model.rowCount())) if ref)
    window.stops.table.selectRow(window.stops.model.row_of(ref))
    assert core.desk.current == ref
    assert core.session.selection.layer == "stops"
    window.time_line.setFocus()
    qtbot.keyClick(window.time_line, Qt.Key.Key_L)
    settled(window, qtbot)
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    chosen = core.cache["stops"].loc[list(core.session.selection.fids)]
    assert list(chosen["plan_id"]) == [core.desk.plan.plan_id]


def test_the_process_gets_ready_while_the_dialog_is_open(window, monkeypatch):
    """Asked once, however many dialogs are opened, with the plan that lies on the desk."""
    asked = []
    monkeypatch.setattr(window.core.jobs, "patient", lambda work, _deliver: asked.append(work))
    board = window.board
    for name in ("board.drop_out", "board.variants"):
        board.actions_board[name].trigger()
        board.dialog.reject()
    assert len(asked) == 1
    assert asked[0]() is True
