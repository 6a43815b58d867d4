"""Plans and shifts in the file: whole, as layers for a GIS, replaced, deleted, undone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

import pyogrio
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Turn, UnmetVisit, Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.project.check import examine
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EDIT = Message("Plan made")
FRAME = SpatialFrame.around(113.0, 34.0)
EAST_M, NORTH_M = 315_300.0, 3_764_000.0
NIGHT = Shift("s1", "夜班", dt.date(2026, 11, 20), TimeWindow(79_200, 108_000), ShiftMode.HEIGHTENED)


def place(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST_M + x, NORTH_M + y)


def leg(*xy: tuple[float, float]) -> Leg:
    line = shapely.LineString([place(*corner) for corner in xy])
    return Leg(line, line.length, line.length / 1.2, (Turn("depart", "人民路", line.length, 90.0),))


def plan(plan_id: str = "P1") -> PatrolPlan:
    visits = [
        Visit(f"v{n}", f"site{n}", "key_site", f"部位{n}", place(100.0 * n, 0), (NIGHT.window,), 600, n == 1, 5.0)
        for n in (1, 2, 3)
    ]
    stops = (
        Stop(visits[0], 79_300, 79_300, 79_900, leg((0, 0), (100, 0))),
        Stop(visits[1], 86_399, 86_401, 87_000, leg((100, 0), (200, 0)), locked=True),
    )
    busy = Route(
        "t1", "一队", "", "", 3, TravelMode.WALK, place(0, 0), place(0, 0), 79_200, 88_000, stops, leg((200, 0), (0, 0))
    )
    idle = Route("t2", "二队", "", "", 2, TravelMode.EBIKE, place(9, 9), place(9, 9), 79_200, 79_200, (), None)
    unmet = UnmetVisit(visits[2], Message("short by {minutes} min", {"minutes": 4}), None, "no_time_left", 240.0)
    made = Provenance("0.1.0", "2026-11-20T18:00:00+08:00", "test", {"iterations": 5}, 7, {"sites": "ab"})
    return PatrolPlan(plan_id, "测试区", NIGHT, (busy, idle), (unmet,), made)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore.create(tmp_path / "a.gpkg", name="a", frame=FRAME) as made:
        yield made


def test_a_plan_comes_back_equal(project: ProjectStore) -> None:
    """By its id and as the latest; the last one saved is the latest."""
    assert project.latest_plan() is None
    project.save_plan(plan("P1"), label=EDIT)
    project.save_plan(plan("P2"), label=EDIT)
    assert project.plan("P1") == plan("P1")
    assert project.plan_ids() == ("P1", "P2")
    assert project.latest_plan() == plan("P2")
    project.save_plan(plan("P1"), label=EDIT)
    assert project.plan_ids() == ("P2", "P1")


def test_a_gis_sees_routes_and_stops(project: ProjectStore) -> None:
    """Routes are lines in degrees, an idle team a point; stops are numbered, with local times across midnight."""
    project.save_plan(plan(), label=EDIT)
    routes = pyogrio.read_dataframe(project.path, layer="routes")
    assert routes["team"].tolist() == ["一队", "二队"]
    assert routes["stops"].tolist() == [2, 0]
    assert routes["length_m"].tolist() == [400.0, 0.0]
    assert routes.geometry.geom_type.tolist() == ["LineString", "Point"]
    assert FRAME.to_metric(routes).geometry.iloc[0].length == pytest.approx(400.0, abs=1e-3)
    stops = pyogrio.read_dataframe(project.path, layer="stops")
    assert stops["number"].tolist() == [1, 2]
    assert stops["arrive"].tolist() == ["2026-11-20T22:01:40", "2026-11-20T23:59:59"]
    assert stops["leave"].tolist() == ["2026-11-20T22:11:40", "2026-11-21T00:10:00"]
    assert stops["visit_id"].tolist() == ["v1", "v2"]


def test_saving_again_replaces_and_undo_brings_the_old_one_back(project: ProjectStore) -> None:
    """Rows of the old plan go with it, and come back with it."""
    project.save_plan(plan(), label=EDIT)
    changed = dataclasses.replace(plan(), routes=plan().routes[1:], complete=False)
    project.save_plan(changed, label=EDIT)
    assert project.plan("P1") == changed
    assert (project.count("routes"), project.count("stops")) == (1, 0)
    project.undo()
    assert project.plan("P1") == plan()
    assert (project.count("routes"), project.count("stops")) == (2, 2)
    project.undo()
    assert project.plan_ids() == ()
    assert (project.count("routes"), project.count("stops")) == (0, 0)
    project.redo()
    assert project.latest_plan() == plan()


def test_a_deleted_plan_takes_its_rows_along(project: ProjectStore) -> None:
    """The other plan's rows stay; an unknown id names the ones there are."""
    project.save_plan(plan("P1"), label=EDIT)
    project.save_plan(plan("P2"), label=EDIT)
    project.delete_plan("P1")
    assert project.plan_ids() == ("P2",)
    assert set(project.layer("routes")["plan_id"]) == {"P2"}
    assert set(project.layer("stops")["plan_id"]) == {"P2"}
    with pytest.raises(InputError, match="P2"):
        project.plan("P1")
    with pytest.raises(InputError, match="no plan P1"):
        project.delete_plan("P1")


def test_a_plan_of_a_plane_keeps_its_units(tmp_path: Path) -> None:
    """In a planar network of 100 metres a unit, stops are stored in units."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="p", frame=SpatialFrame.planar(100.0)) as project:
        project.save_plan(plan(), label=EDIT)
        stop = project.layer("stops").geometry.iloc[0]
        assert (stop.x, stop.y) == pytest.approx(((EAST_M + 100) / 100, NORTH_M / 100))
        assert project.latest_plan() == plan()


def test_shifts_are_kept_in_order_and_replaced_by_id(project: ProjectStore) -> None:
    """By date and start; saving the same id changes it; undo brings the old one back."""
    early = Shift("s2", "早班", dt.date(2026, 11, 20), TimeWindow(30_000, 60_000))
    project.save_shift(NIGHT)
    project.save_shift(early)
    assert project.shifts() == (early, NIGHT)
    project.save_shift(dataclasses.replace(early, name="白班"))
    assert [shift.name for shift in project.shifts()] == ["白班", "夜班"]
    project.undo()
    assert project.shifts() == (early, NIGHT)


def test_the_examination_finds_orphans_and_unreadable_plans(project: ProjectStore) -> None:
    """Routes without a plan, a broken document, a broken setting and rows missing from the index are each named."""
    project.save_plan(plan("P1"), label=EDIT)
    project.save_plan(plan("P2"), label=EDIT)
    project.apply(SetSetting("k", 1), EDIT)
    connection = project._opened.connection
    assert examine(connection).is_sound
    connection.execute("UPDATE plans SET plan_id = 'P9' WHERE plan_id = 'P1'")
    connection.execute("UPDATE plans SET document = ? WHERE plan_id = 'P2'", (json.dumps({"format": 99}),))
    connection.execute("UPDATE settings SET value = '{' WHERE key = 'k'")
    connection.execute("DELETE FROM rtree_stops_geom WHERE id = 1")
    connection.execute("DROP INDEX stops_plan_id")
    report = examine(connection)
    assert not report.is_sound
    assert sorted(finding.code for finding in report.findings) == [
        "index",
        "orphan",
        "orphan",
        "plan",
        "schema",
        "setting",
    ]
    assert report.rows["routes"] == 4
