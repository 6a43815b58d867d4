"""A project small enough to count by hand: a grid of streets, one ring, sites, incidents, teams, and a plan."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Turn, UnmetVisit, Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from pathlib import Path

FRAME = SpatialFrame.around(113.6, 34.7)
ORIGIN = (738_000.0, 3_843_000.0)
STREETS = 10
BLOCK_M = 300.0


def at(x: float, y: float) -> shapely.Point:
    """Give a place by metres from the corner of the grid."""
    return shapely.Point(ORIGIN[0] + x, ORIGIN[1] + y)


def make_project(path: Path) -> Path:
    """Write the project: 10 streets, 1 ring, 3 sites, 4 incidents, 2 teams."""
    with ProjectStore.create(path, name="Tiny", frame=FRAME) as project:
        for layer, rows in _layers().items():
            project.apply(InsertRows(layer, FRAME.to_stored(rows)), Message("{layer}", {"layer": layer}))
    return path


def make_plan(plan_id: str = "P1") -> PatrolPlan:
    """Make two routes of two and one stops, one visit unmet for want of time."""
    window = TimeWindow(72_000, 86_400)
    shift = Shift("S1", "Night", dt.date(2026, 11, 20), window)
    visits = [
        Visit(f"V{n}", f"K{n}", "key_site", f"Place {n}", at(300.0 * n, 300.0), (window,), 720, n != 2, 5.0)
        for n in range(1, 5)
    ]
    first = _route("T1", "Team 1", visits[:2], at(0, 300))
    second = _route("T2", "Team 2", visits[2:3], at(1200, 300))
    reason = Message("No time is left: {minutes} min are missing.", {"minutes": 7})
    unmet = UnmetVisit(visits[3], reason, None, "no_time_left", 420.0)
    made = Provenance("0", "2026-11-20T18:00:00+08:00", "by hand")
    return PatrolPlan(plan_id, "Tiny", shift, (first, second), (unmet,), made)


def _route(team_id: str, name: str, visits: list[Visit], home: shapely.Point) -> Route:
    stops, here, clock_s = [], home, 72_000
    for visit in visits:
        line = shapely.LineString([here, visit.point])
        travel_s = round(line.length / 1.2)
        leg = Leg(line, line.length, travel_s, (Turn("depart", "Street 1", line.length, 90.0),))
        arrive_s = clock_s + travel_s
        stops.append(Stop(visit, arrive_s, arrive_s + 60, arrive_s + 60 + visit.dwell_s, leg))
        here, clock_s = visit.point, arrive_s + 60 + visit.dwell_s
    line = shapely.LineString([here, home])
    way_home = Leg(line, line.length, line.length / 1.2)
    end_s = clock_s + round(way_home.travel_s)
    return Route(team_id, name, "", "", 4, TravelMode.WALK, home, home, 72_000, end_s, tuple(stops), way_home)


def _layers() -> dict[str, gpd.GeoDataFrame]:
    size = BLOCK_M * (STREETS // 2 - 1)
    lines = [shapely.LineString([at(0, n * BLOCK_M), at(size, n * BLOCK_M)]) for n in range(STREETS // 2)]
    lines += [shapely.LineString([at(n * BLOCK_M, 0), at(n * BLOCK_M, size)]) for n in range(STREETS // 2)]
    names = [f"Street {n + 1}" for n in range(STREETS)]
    kinds = ["checkpoint", "intersection", "key_site"]
    return {
        "streets": _frame({"name": names, "highway": "residential"}, lines),
        "rings": _frame(
            {"kind": ["core"], "name": ["Core"]}, [shapely.box(*at(450, 450).coords[0], *at(1050, 1050).coords[0])]
        ),
        "sites": _frame(
            {"site_id": ["A", "B", "C"], "name": ["Site A", "Site B", "Site C"], "kind": kinds, "level": [1, 2, 3]},
            [at(450, 600), at(600, 600), at(900, 900)],
        ),
        "incidents": _frame(
            {
                "incident_id": ["1", "2", "3", "4"],
                "category": ["theft", "theft", "fraud", "theft"],
                "time_from": [f"2026-1{n}-01T2{n}:00:00" for n in (0, 0, 1, 1)],
            },
            [at(610, 610), at(620, 600), at(100, 100), at(600, 630)],
        ),
        "teams": _frame(
            {"team_id": ["T1", "T2"], "name": ["Team 1", "Team 2"], "members": [4, 4], "mode": "walk"},
            [at(0, 300), at(1200, 300)],
        ),
    }


def _frame(columns: dict[str, object], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=FRAME.metric_crs)
