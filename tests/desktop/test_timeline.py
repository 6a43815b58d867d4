"""The chart of a shift shows every minute of every team, and finds its bars again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.planning.presenter import PlanningPresenter
from patrolmap.desktop.features.tables.stops import stop_rows
from patrolmap.desktop.features.timeline.presenter import BarKind, chart_of, hour_marks
from patrolmap.desktop.features.timeline.widget import TimeLine
from patrolmap.desktop.plan_desk import StopRef
from tests.desktop.tiny import make_plan, make_project


def test_bars_follow_each_other_without_gap():
    """Travel, wait, dwell, travel: each begins where the one before ended, to the way home."""
    chart = chart_of(make_plan())
    first = chart.rows[0]
    kinds = [bar.kind for bar in first.bars]
    each = [BarKind.TRAVEL, BarKind.WAIT, BarKind.DWELL]
    assert kinds == [*each, *each, BarKind.TRAVEL]
    assert all(before.end_s == after.start_s for before, after in zip(first.bars, first.bars[1:], strict=False))
    assert first.bars[0].start_s == 72_000
    assert first.bars[2].end_s - first.bars[2].start_s == 720
    assert (chart.start_s, chart.end_s) == (72_000, 86_400)


def test_a_break_is_a_bar_of_its_own():
    """Twenty minutes from 22:00, and the bars of the stops are as without it."""
    plan = make_plan()
    plain = chart_of(plan).rows[0].bars
    route = replace(plan.routes[0], break_s=1_200, break_start_s=79_200)
    bars = chart_of(replace(plan, routes=(route, *plan.routes[1:]))).rows[0].bars
    assert bars[:-1] == plain
    assert (bars[-1].kind, bars[-1].start_s, bars[-1].end_s) == (BarKind.BREAK, 79_200, 80_400)


def test_hour_marks_are_round_and_few():
    """Four hours in room for five marks: every hour; in room for twenty: every quarter."""
    assert hour_marks(72_000, 86_400, 5) == [72_000, 75_600, 79_200, 82_800, 86_400]
    assert hour_marks(72_100, 73_900, 20)[:2] == [72_300, 72_600]
    assert all(mark % 900 == 0 for mark in hour_marks(72_000, 86_400, 20))


def test_stop_rows_say_when_and_how_long():
    """A row for each stop, with clock times and whole minutes."""
    rows = stop_rows(make_plan())
    assert [ref for ref, _ in rows] == [StopRef("T1", 1), StopRef("T1", 2), StopRef("T2", 1)]
    team, number, place, kind, arrive, leave, stay, way, required = rows[0][1]
    assert (team, number, place, kind, stay, way, required) == ("Team 1", 1, "Place 1", "key_site", 12, 300, True)
    assert (arrive, leave) == ("20:04", "20:17")


@pytest.fixture
def line(qtbot):
    core = Core()
    made = TimeLine(core.desk)
    qtbot.addWidget(made)
    made.resize(1000, 200)
    made.show()
    core.desk.put(make_plan())
    yield made, core.desk
    core.close()


def test_a_click_on_a_bar_takes_its_stop_in_hand(line, qtbot):
    """The bar that is under the pointer is the one that is chosen."""
    chart, desk = line
    bar = chart.chart.rows[0].bars[2]
    place = QPoint(round((chart.x_of(bar.start_s) + chart.x_of(bar.end_s)) / 2), 26 + 13)
    assert chart.bar_at(place) == (chart.chart.rows[0], bar)
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.current == StopRef("T1", 1)


def test_arrow_keys_go_from_stop_to_stop_and_team_to_team(line, qtbot):
    """Right, right, right stays at the last stop; down goes to the next team, at most its last stop."""
    chart, desk = line
    desk.point_at(StopRef("T1", 0))
    for _ in range(3):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert desk.current == StopRef("T1", 2)
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert desk.current == StopRef("T2", 1)


def test_zoom_keeps_the_shift_in_reach(line, qtbot):
    """Plus zooms in and gives a scroll bar; minus never zooms out beyond the shift."""
    chart, _ = line
    assert chart.horizontalScrollBar().maximum() == 0
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert chart.horizontalScrollBar().maximum() > 0
    for _ in range(5):
        qtbot.keyClick(chart, Qt.Key.Key_Minus)
    assert chart.horizontalScrollBar().maximum() == 0


def test_it_paints_bars_in_the_colour_of_the_route(line):
    """Where the first dwell is drawn there is the first colour of the palette."""
    chart, _ = line
    bar = chart.chart.rows[0].bars[2]
    image = chart.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    pixel = image.pixelColor(round((chart.x_of(bar.start_s) + 4) * ratio), round((26 + 8) * ratio))
    assert pixel.name() in {"#226699", "#6fb1e4"}


def test_a_plan_that_comes_late_does_not_cover_a_newer_one(qapp, qtbot, tmp_path):  # noqa: ARG001 - needs an application
    """The plan read when the project was opened arrives after a new one was laid on the desk: the new one stays."""
    core = Core()
    PlanningPresenter(core)
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    core.desk.put(make_plan("new"))
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    qtbot.wait(100)
    assert core.desk.plan is not None
    assert core.desk.plan.plan_id == "new"
    core.close()
