"""A plan made by hand for the tests of sheets and of what else reads plans."""

from __future__ import annotations

import datetime as dt

import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Turn, Visit
from patrolmap.model.schedule import Shift, TimeWindow

START_S = 19 * 3600
PLACES = (
    ("解放大街与建设路路口", "intersection"),
    ("老城第一小学东门", "key_site"),
    ("滨河东路 / 车站南大街", "hotspot"),
    ("X054县道城界卡口", "checkpoint"),
    ("人民医院急诊楼前广场及地下停车场出入口", "key_site"),
)


def made_route(stops: int = 9, team_id: str = "T07", members: int = 5) -> Route:
    """Make a walking route around a block of 200 m, one stop a corner."""
    corners = [(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0)]
    made, now_s = [], START_S
    for number in range(stops):
        here, there = corners[number % 4], corners[(number + 1) % 4]
        name, kind = PLACES[number % len(PLACES)]
        visit = Visit(
            f"S{number:03d}-1", f"S{number:03d}", kind, name, shapely.Point(there),
            (TimeWindow(START_S, START_S + 4 * 3600),), 720, number % 3 == 0, 10.0,
        )  # fmt: skip
        turns = (
            Turn("depart", "解放大街", 120.0, 90.0),
            Turn("left", "建设路", 80.0, 0.0),
            Turn("arrive", "", 0.0, 0.0),
        )
        arrive_s = now_s + 167
        made.append(
            Stop(visit, arrive_s, arrive_s, arrive_s + 720, Leg(shapely.LineString([here, there]), 200.0, 167.0, turns))
        )
        now_s = arrive_s + 720
    end = corners[stops % 4]
    home = Leg(shapely.LineString([end, corners[0]]), 200.0, 167.0, (Turn("depart", "", 200.0, 180.0),))
    return Route(
        team_id, "城关街道第七巡逻队", "组长07", "000-0007", members, TravelMode.WALK, shapely.Point(0, 0),
        shapely.Point(0, 0), START_S, now_s + 167, tuple(made), home,
    )  # fmt: skip


def made_plan(*routes: Route) -> PatrolPlan:
    """Make a plan of routes; one route if none is given."""
    shift = Shift("S1", "夜班", dt.date(2026, 11, 21), TimeWindow(START_S, START_S + 4 * 3600))
    provenance = Provenance("0.1.0", "2026-11-21T18:00:00+08:00", "test")
    return PatrolPlan("20261121-1900-a1b2", "云溪市城关区", shift, routes or (made_route(),), (), provenance)
