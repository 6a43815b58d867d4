"""Claims about a shift planned from a project: everything lies on streets, every time is real, all is kept."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import TimeWindow
from patrolmap.planner import assemble, solve
from patrolmap.planner.replan import Changes
from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.solution import SearchRecord, solution_of
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.services.plan_quality import plan_variants
from patrolmap.services.planning import find_shift, plan_shift, shift_at
from patrolmap.services.replanning import replan_shift
from patrolmap.services.streets import street_graph
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_streets

STORED = "EPSG:4326"
EVENING = shift_at(dt.date(2026, 11, 20), "20:00", "24:00")


def at(column, row):
    return shapely.Point(ORIGIN_XY[0] + column * 200.0, ORIGIN_XY[1] + row * 200.0)


def put(project, name, rows):
    columns = list(empty_layer(name, None).columns)
    frame = gpd.GeoDataFrame([{**dict.fromkeys(columns), **row} for row in rows], columns=columns, geometry="geometry")
    project.apply(InsertRows(name, frame.set_crs(METRIC_CRS).to_crs(STORED)), Message("test"))


@pytest.fixture
def project(tmp_path):
    """Build a grid of 7 x 7 streets with three teams, key sites, checkpoints and a hotspot."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        streets = city_streets(7, 7)
        put(store, "streets", streets.to_dict("records"))
        kinds = ["key_site", "checkpoint", "checkpoint", "intersection", "checkpoint"]
        levels = [None, 1, 2, None, 3]
        put(
            store,
            "sites",
            [
                {
                    "site_id": f"s{k}",
                    "name": f"点{k}",
                    "kind": kind,
                    "level": level,
                    "geometry": at(k + 0.5, (3 * k) % 7),
                }
                for k, (kind, level) in enumerate(zip(kinds, levels, strict=True))
            ],
        )
        square = at(3.5, 3.5).buffer(60, cap_style="square")
        spot = {"hotspot_id": "h1", "name": "热点", "score": 3.0, "peak_hours": "21:00-23:00", "geometry": square}
        put(store, "hotspots", [spot])
        modes = ["walk", "ebike", "car"]
        teams = [
            {"team_id": f"t{k}", "name": f"队{k}", "mode": mode, "members": 3, "geometry": at(2 * k, 0)}
            for k, mode in enumerate(modes)
        ]
        put(store, "teams", teams)
        yield store


def plan_of(project, **values):
    return plan_shift(project, EVENING, iterations=60, **values)


def test_every_leg_lies_on_streets_and_joins_the_next(project):
    """No vertex of a leg is further than a millimetre from a street; each leg starts where the last one ended."""
    plan = plan_of(project)
    streets = shapely.union_all(street_graph(project).edge_geometry)
    ways = [route for route in plan.routes if route.stops]
    assert ways
    for route in ways:
        legs = [*(stop.leg for stop in route.stops), route.way_home]
        for leg in legs:
            assert shapely.distance(shapely.points(leg.geometry.coords), streets).max() < 1e-3
            assert leg.length_m == pytest.approx(leg.geometry.length, abs=0.5)
        for before, after in itertools.pairwise(legs):
            assert before.geometry.coords[-1] == pytest.approx(after.geometry.coords[0], abs=1e-6)


def test_every_time_is_real(project):
    """Each stop starts in its window, after the leg's travel time, for the whole dwell, inside the shift."""
    plan = plan_of(project)
    for route in plan.routes:
        free_s = route.depart_s
        for stop in route.stops:
            assert stop.arrive_s >= free_s + stop.leg.travel_s - 1e-6
            assert stop.start_s >= stop.arrive_s
            assert any(w.start_s <= stop.start_s <= w.end_s for w in stop.visit.windows)
            assert stop.leave_s == stop.start_s + stop.visit.dwell_s
            free_s = stop.leave_s
        if route.way_home:
            assert EVENING.window.start_s <= route.depart_s
            assert free_s + route.way_home.travel_s - 1e-6 <= route.end_s <= EVENING.window.end_s


def test_walking_routes_are_walkable(project):
    """At 1.2 m/s a walking team cannot go further than its time off the stops allows."""
    for route in plan_of(project).routes:
        if route.mode == "walk" and route.stops:
            dwell_s = sum(stop.visit.dwell_s for stop in route.stops)
            assert route.length_m <= 1.2 * (route.end_s - route.depart_s - dwell_s) + 1.0


def test_what_should_be_visited_is(project):
    """Key site twice, level 1 and 2, intersection and hotspot twice; level 3 is on call. All fits, so nothing is unmet."""
    plan = plan_of(project)
    places = sorted(stop.visit.place_id for route in plan.routes for stop in route.stops)
    assert places == ["h1", "h1", "s0", "s0", "s1", "s2", "s3"]
    assert plan.unmet == ()
    assert plan.complete


def test_plan_is_kept_and_the_same_again(project):
    """The plan in the file equals the one returned; the same seed gives the same routes and id."""
    plan = plan_of(project)
    assert project.plan(plan.plan_id) == plan
    assert project.count("stops") == 7
    again = plan_of(project)
    assert (again.plan_id, again.routes) == (plan.plan_id, plan.routes)
    assert plan.provenance.inputs["streets"] == project.content_hash("streets")


def test_unmet_requests_say_why(project):
    """One at noon, one far from streets, one for a team that does not exist, one larger than any team."""
    noon = Visit("r1", "r1", "request", "午间", at(1, 1), (TimeWindow(43200, 46800),), 600, True, 0.0)
    far = Visit("r2", "r2", "request", "远处", at(60, 60), (), 600, True, 0.0)
    pair = Visit("r3", "r3", "request", "专人", at(2, 2), (), 600, False, 5.0)
    large = Visit("r4", "r4", "request", "大队", at(2, 2), (), 600, False, 5.0, min_members=9)
    settings = PlanSettings(fixed_pairs={"r3": ("nobody",)})
    plan = plan_of(project, requests=(noon, far, pair, large), settings=settings)
    reasons = {one.visit.visit_id: one.code for one in plan.unmet}
    assert reasons == {
        "r1": "window_unreachable",
        "r2": "unreachable",
        "r3": "no_team_allowed",
        "r4": "no_team_allowed",
    }


def test_cancelled_before_the_search_changes_nothing(project):
    """No plan is kept."""
    with pytest.raises(CancelledError):
        plan_of(project, cancel=lambda: True)
    assert project.plan_ids() == ()


def test_a_search_cancelled_with_nothing_planned_keeps_no_plan(project, monkeypatch):
    """An empty plan is no best plan: a project whose plan was good must not end with one that visits nothing."""
    monkeypatch.setattr("patrolmap.planner.large_streets.solve", stopped_at_once)
    with pytest.raises(CancelledError):
        plan_of(project)
    assert project.plan_ids() == ()


def stopped_at_once(problem, _params, **_others):
    return solution_of(problem, [()] * len(problem.teams), SearchRecord(0, 0, 0, "cancel"), complete=False)


def test_the_best_plan_of_a_cancelled_search_is_kept_only_if_wanted(project, monkeypatch):
    """The window keeps it, marked as not complete; a command that was cancelled leaves the project as it was."""

    def stopped_late(problem, params, **others):
        return replace(solve(problem, params, **others), complete=False)

    monkeypatch.setattr("patrolmap.planner.large_streets.solve", stopped_late)
    with pytest.raises(CancelledError):
        plan_of(project, keep_best=False)
    assert project.plan_ids() == ()
    kept = plan_of(project)
    assert not kept.complete
    assert project.plan_ids() == (kept.plan_id,)


@pytest.mark.parametrize("missing", ["streets", "teams", "sites"])
def test_missing_layers_are_named(tmp_path, project, missing):
    """Without streets, teams, or anything to visit the user learns what to import."""
    layers = {"streets", "teams", "sites"} - {missing}
    with ProjectStore.create(tmp_path / "q.gpkg", name="q", frame=project.frame) as bare:
        for name in layers:
            bare.apply(InsertRows(name, project.layer(name)), Message("test"))
        with pytest.raises(InputError):
            plan_shift(bare, EVENING, iterations=10)


def test_shift_past_midnight():
    """An end before the start is on the next day."""
    shift = shift_at(dt.date(2026, 11, 20), "22:00", "06:00", "heightened")
    assert (shift.window, shift.mode) == (TimeWindow(79200, 108000), "heightened")


def test_shift_is_found_by_name(project):
    """By id and by name; an unknown name is refused."""
    project.save_shift(EVENING)
    assert find_shift(project, EVENING.name) == find_shift(project, EVENING.shift_id) == EVENING
    with pytest.raises(InputError):
        find_shift(project, "中班")


def starts(plan):
    """When and by whom each visit is made."""
    return {s.visit.visit_id: (route.team_id, s.start_s) for route in plan.routes for s in route.stops}


def test_drop_out_keeps_what_is_done_and_locked(project):
    """The busiest team drops out after its first stop: that stop stays, a locked one elsewhere stays to the second."""
    before = plan_of(project)
    busiest = max(before.routes, key=lambda route: len(route.stops))
    other = next(route for route in before.routes if route.stops and route is not busiest)
    done, locked = busiest.stops[0].visit.visit_id, other.stops[-1].visit.visit_id
    changes = Changes(frozenset({busiest.team_id}), frozenset({locked}), frozenset({done}))
    after = replan_shift(project, changes=changes, iterations=60)
    assert starts(after)[done] == starts(before)[done]
    assert starts(after)[locked] == starts(before)[locked]
    assert [stop.visit.visit_id for stop in after.route(busiest.team_id).stops] == [done]
    met = set(starts(after)) | {one.visit.visit_id for one in after.unmet}
    assert met == set(starts(before))
    assert not any(one.visit.required for one in after.unmet)
    assert project.latest_plan() == after


def test_rest_starts_where_the_last_done_stop_ends(project):
    """Times and streets go on without a jump, and a dropped team stays away from later re-plans."""
    before = plan_of(project)
    route = max(before.routes, key=lambda one: len(one.stops))
    first = replan_shift(project, changes=Changes(done=frozenset({route.stops[0].visit.visit_id})), iterations=60)
    again = first.route(route.team_id)
    assert again.stops[0] == replace(route.stops[0], locked=True, done=True)
    legs = [*(stop.leg for stop in again.stops), again.way_home]
    for one, two in itertools.pairwise(legs):
        assert one.geometry.coords[-1] == pytest.approx(two.geometry.coords[0], abs=1e-6)
    for one, two in itertools.pairwise(again.stops):
        assert two.arrive_s >= one.leave_s + two.leg.travel_s - 1e-6
    replan_shift(project, changes=Changes(drop=frozenset({route.team_id})), iterations=60)
    last = replan_shift(project, changes=Changes(), iterations=60)
    away = [one for one in last.routes if one.team_id == route.team_id]
    assert all(stop.locked for one in away for stop in one.stops)


def test_large_hotspot_is_walked_about_in(project):
    """36 ha: three points on streets, each twice, two hours apart; and a re-plan still knows which repeats belong together."""
    square = at(3, 3).buffer(300, cap_style="square")
    put(project, "hotspots", [{"hotspot_id": "h2", "name": "市场", "score": 3.0, "geometry": square}])
    plan = plan_of(project)
    done = next(s.visit.visit_id for r in plan.routes for s in r.stops if s.visit.place_id == "h2")
    for one in (plan, replan_shift(project, changes=Changes(done=frozenset({done})), iterations=60)):
        stops = sorted(
            (s.visit.name, s.start_s, s.leave_s) for r in one.routes for s in r.stops if "市场" in s.visit.name
        )
        assert [name for name, _, _ in stops] == [f"市场（第{k}处，共3处）" for k in (1, 1, 2, 2, 3, 3)]
        assert all(again[1] - first[2] >= 7200 for first, again in zip(stops[::2], stops[1::2], strict=True))


def test_new_request_is_taken_in(project):
    """An urgent wish near the teams gets a place; the other visits stay."""
    before = plan_of(project)
    urgent = Visit("u1", "u1", "request", "警情", at(3, 1), (), 300, True, 0.0)
    after = replan_shift(project, before.plan_id, changes=Changes(requests=(urgent,)), iterations=60)
    assert set(starts(after)) == {*starts(before), "u1"}


@pytest.mark.parametrize(
    "changes",
    [Changes(drop=frozenset({"nobody"})), Changes(done=frozenset({"x"})), Changes(drop=frozenset({"t0", "t1", "t2"}))],
)
def test_impossible_changes_are_refused(project, changes):
    """Unknown names, and a shift without any team."""
    plan_of(project)
    with pytest.raises(InputError):
        replan_shift(project, changes=changes, iterations=10)


def test_replan_draws_only_what_is_new(project, monkeypatch):
    """A leg between the same places by the same mode is the old one; every leg still takes what a fresh drawing takes."""
    plan = plan_of(project)
    drawn = []
    real = assemble.legs_for_routes
    monkeypatch.setattr(
        assemble, "legs_for_routes", lambda g, p, pairs, *a, **k: drawn.extend(pairs) or real(g, p, pairs, *a, **k)
    )
    busy = [route.team_id for route in plan.routes if route.stops]
    again = replan_shift(project, plan.plan_id, changes=Changes(drop=frozenset(busy[:1])), iterations=60)
    old = {leg.geometry.wkb for route in plan.routes for leg in (*(s.leg for s in route.stops), route.way_home) if leg}
    new = [leg.geometry.wkb for route in again.routes for leg in (*(s.leg for s in route.stops), route.way_home) if leg]
    assert sum(wkb not in old for wkb in new) == len(drawn) < len(new)


def test_team_far_from_every_street_is_named(project):
    """A post 5 km outside: its team has no stops, and the plan says which one and why, also after it was kept."""
    far = {"team_id": "far", "name": "远队", "mode": "walk", "members": 2, "geometry": at(30, 30)}
    put(project, "teams", [far])
    plan = project.plan(plan_of(project).plan_id)
    assert plan.route("far").stops == ()
    assert [notice.values["team"] for notice in plan.notices] == ["远队"]


def test_no_team_near_a_street_is_refused(tmp_path):
    """All posts outside the streets: there is no plan, and the reason is named."""
    with ProjectStore.create(tmp_path / "q.gpkg", name="测试区", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        put(store, "streets", city_streets(4, 4).to_dict("records"))
        put(store, "sites", [{"site_id": "s", "name": "点", "kind": "checkpoint", "level": 1, "geometry": at(1, 1)}])
        put(store, "teams", [{"team_id": "t", "name": "队", "mode": "walk", "members": 2, "geometry": at(40, 40)}])
        with pytest.raises(InputError, match="home lies"):
            plan_of(store)


def test_routes_tell_when_the_break_is(project):
    """A team with a break: it starts inside the route, after the stop before it and with time for the way after it."""
    rest = {"team_id": "r", "name": "休", "mode": "ebike", "members": 2, "break_minutes": 20, "geometry": at(3, 3)}
    put(project, "teams", [rest])
    route = project.plan(plan_of(project).plan_id).route("r")
    assert route.stops
    assert route.break_s == 1200
    free = [(route.depart_s, route.stops[0]), *((a.leave_s, b) for a, b in itertools.pairwise(route.stops))]
    inside = any(
        leave_s <= route.break_start_s <= stop.arrive_s - 1200 - stop.leg.travel_s + 1 for leave_s, stop in free
    )
    before = route.break_start_s + 1200 <= route.depart_s
    after = route.stops[-1].leave_s <= route.break_start_s <= route.end_s - 1200 - route.way_home.travel_s + 1
    assert inside or before or after


def test_variants_of_a_plan_in_parts(project):
    """Three teams in two parts: the variant differs, loses at most the share allowed, and keeps the gap at the hotspot."""
    plan = plan_of(project)
    other = plan_variants(project, plan.plan_id, count=2, loss=0.6, iterations=600, part_teams=2)[0]
    assert [route.team_id for route in other.routes] == [route.team_id for route in plan.routes]
    assert sum(r.prize for r in other.routes) >= 0.4 * sum(r.prize for r in plan.routes)
    assert [[s.start_s for s in r.stops] for r in other.routes] != [[s.start_s for s in r.stops] for r in plan.routes]
    met = [stop.visit.visit_id for route in other.routes for stop in route.stops]
    every = sorted([*met, *(one.visit.visit_id for one in other.unmet)])
    assert every == sorted(
        [s.visit.visit_id for r in plan.routes for s in r.stops] + [u.visit.visit_id for u in plan.unmet]
    )
    spot = sorted((s.start_s, s.leave_s) for r in other.routes for s in r.stops if s.visit.place_id == "h1")
    assert all(b[0] - a[1] >= 7200 for a, b in itertools.pairwise(spot))
