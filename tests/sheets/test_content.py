from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from patrolmap.i18n import set_language
from patrolmap.model.plan import Turn
from patrolmap.sheets.content import sheet_content
from tests.sheets.samples import made_plan, made_route

PRINTED = dt.datetime(2026, 11, 21, 18, 5)


def test_the_head_says_who_when_and_how_far() -> None:
    """District, date with weekday, shift, crew and the sum of the way stand in the head."""
    plan = made_plan(made_route(4))
    content = sheet_content(plan, plan.routes[0], PRINTED)
    assert content.district == "云溪市城关区"
    assert content.date == "2026年11月21日 星期六"
    assert content.shift == "19:00-23:00 平时"
    assert content.crew == "组长07 · 000-0007 · 5 人"
    assert content.summary.startswith("4 个点位 · 步行 1.0 公里")


def test_a_row_gives_the_stay_not_the_arrival() -> None:
    """Who waits for a window to open reads when the stay begins."""
    route = made_route(1)
    stop = dataclasses.replace(route.stops[0], arrive_s=19 * 3600, start_s=20 * 3600, leave_s=20 * 3600 + 720)
    plan = made_plan(dataclasses.replace(route, stops=(stop,)))
    (row,) = sheet_content(plan, plan.routes[0], PRINTED).stops
    assert row.times == "20:00-20:12"
    assert row.dwell == "12 分钟"


def test_the_way_has_a_block_for_each_stop_and_one_home() -> None:
    """Four stops and the way back are five blocks; the first line says the direction."""
    plan = made_plan(made_route(4))
    blocks = sheet_content(plan, plan.routes[0], PRINTED).turns
    assert len(blocks) == 5
    assert blocks[0].lines[0] == "沿解放大街出发，向东 120 米"
    assert blocks[-1].title.startswith("返回")


@pytest.mark.parametrize(("heading_deg", "expected"), [(0, "北"), (22, "北"), (23, "东北"), (180, "南"), (359, "北")])
def test_headings_become_the_nearest_of_eight(heading_deg: float, expected: str) -> None:
    """A bearing is said as the nearest compass point, through north."""
    route = made_route(1)
    leg = dataclasses.replace(route.stops[0].leg, turns=(Turn("depart", "建设路", 50.0, heading_deg),))
    plan = made_plan(dataclasses.replace(route, stops=(dataclasses.replace(route.stops[0], leg=leg),)))
    assert f"向{expected} 50" in sheet_content(plan, plan.routes[0], PRINTED).turns[0].lines[0]


def test_english_says_the_same() -> None:
    """In English nothing Chinese is left but what the user entered."""
    set_language("en")
    plan = made_plan(made_route(4))
    content = sheet_content(plan, plan.routes[0], PRINTED)
    assert content.title == "Patrol sheet"
    assert content.turns[0].lines[0] == "Set out along 解放大街 to the east, 120 m"


def test_the_break_is_a_row_between_the_stops_around_it() -> None:
    """A break after the second stop is the third row, without a number; the stops keep theirs."""
    route = made_route(4)
    starts = [stop.start_s for stop in route.stops]
    plan = made_plan(dataclasses.replace(route, break_s=1_200, break_start_s=starts[1] + 720))
    rows = sheet_content(plan, plan.routes[0], PRINTED).stops
    assert [row.number for row in rows] == [1, 2, 0, 3, 4]
    assert (rows[2].place, rows[2].dwell) == ("休息", "20 分钟")
