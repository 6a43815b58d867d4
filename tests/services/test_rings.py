"""Claims about the rings of a project: a city of 9 x 9 streets, 200 m apart, with three rings."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.duty import moment_on_duty
from patrolmap.model.edits import InsertRows, UpdateRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.rings.closure import ClosureParams
from patrolmap.services.planning import shift_at
from patrolmap.services.rings import ring_closure, ring_crossings, ring_depth, ring_nesting
from patrolmap.services.rings_between import closure_between, ring_to_ring
from patrolmap.services.streets import street_graph
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_streets

STORED = "EPSG:4326"


def at(column, row):
    return shapely.Point(ORIGIN_XY[0] + column * 200.0, ORIGIN_XY[1] + row * 200.0)


def square(low, high):
    return shapely.box(*at(low, low).coords[0], *at(high, high).coords[0])


def put(project, name, rows):
    columns = list(empty_layer(name, None).columns)
    frame = gpd.GeoDataFrame([{**dict.fromkeys(columns), **row} for row in rows], columns=columns, geometry="geometry")
    project.apply(InsertRows(name, frame.set_crs(METRIC_CRS).to_crs(STORED)), Message("test"))


def site(name, kind, column, row):
    return {"site_id": name, "name": name, "kind": kind, "geometry": at(column, row)}


def core_guards():
    """Twelve streets enter the core ring; the one at column 4 from the south has no checkpoint."""
    places = [(c, r) for c in (3, 4, 5) for r in (2.5, 5.5)] + [(c, r) for r in (3, 4, 5) for c in (2.5, 5.5)]
    return [site(f"K{k:02d}", "checkpoint", c, r) for k, (c, r) in enumerate(places) if (c, r) != (4, 2.5)]


@pytest.fixture
def project(tmp_path):
    """Core around the middle 3 x 3, town around 5 x 5, city around 7 x 7 junctions."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        put(store, "streets", city_streets(9, 9).to_dict("records"))
        rings = {"core": square(2.5, 5.5), "city": square(0.5, 7.5), "town": square(1.5, 6.5)}
        put(store, "rings", [{"kind": kind, "name": kind, "geometry": area} for kind, area in rings.items()])
        put(store, "sites", [*core_guards(), site("V", "key_site", 4, 4.2), site("far", "checkpoint", 60, 60)])
        yield store


def test_crossings_come_with_their_controls(project):
    """The core ring has twelve crossings, one of them open; distances are along the street."""
    found = ring_crossings(project, "core")
    assert len(found) == 12
    (gap,) = [one for one in found if not one.controlled]
    assert gap.xy == pytest.approx((at(4, 2.5).x, at(4, 2.5).y), abs=0.5)
    assert gap.name == "经5路"
    assert max(one.guards[0].distance_m for one in found if one.controlled) < 1.0


def test_rings_are_answered_from_outside_in(project):
    """Open city and town leak at every street; the core leaks once and needs one post."""
    city, town, core = ring_closure(project)
    assert [one.line.ring for one in (city, town, core)] == ["city", "town", "core"]
    assert [len(one.closure.leaks) for one in (city, town, core)] == [28, 20, 1]
    assert len(core.closure.posts.today) == 1
    assert core.closure.certificate.holds
    assert len(core.closure.posts.from_nothing) == 8
    assert "far" not in core.closure.controls_used


def test_filling_the_gap_closes_the_ring_and_its_loss_opens_it(project):
    """A new checkpoint at the gap closes the core; then one failure opens it."""
    put(project, "sites", [site("new", "checkpoint", 4, 2.4)])
    (core,) = ring_closure(project, "core")
    assert core.closure.closed
    assert core.closure.weakness.failures_to_open == 1


def test_a_controlled_intersection_closes_its_streets(project):
    """An intersection 20 m beside the junction behind the gap closes it too."""
    put(project, "sites", [site("J", "intersection", 4.1, 3)])
    (core,) = ring_closure(project, "core")
    assert core.closure.closed


def test_from_ring_to_ring(project):
    """Through open city and town into the core one way is left; between city and town the streets are 20."""
    gaps = {(gap.outer, gap.inner): gap.closure for gap in ring_to_ring(project)}
    assert len(gaps["city", "core"].leaks) == 1
    assert len(gaps["town", "core"].leaks) == 1
    assert len(gaps["city", "town"].leaks) == 20
    assert all(closure.certificate.holds for closure in gaps.values())


def test_depth_counts_the_controls_on_the_weakest_way(project):
    """Through the gap a key site in the core is reached past none; with the gap guarded, past one."""
    (weak,) = ring_depth(project)
    assert weak.depth == 0
    assert weak.geometry is not None
    put(project, "sites", [site("new", "checkpoint", 4, 2.4)])
    (strong,) = ring_depth(project)
    assert strong.depth == 1
    assert len(strong.controls) == 1


def test_nesting_names_the_offending_piece(project):
    """A core that sticks out of the town ring is shown with the piece."""
    assert ring_nesting(project) == ()
    rings = project.metric_layer("rings")[["geometry"]]
    core = rings[project.layer("rings")["kind"] == "core"].copy()
    core.geometry = core.geometry.union(square(6.4, 7.0))
    project.apply(UpdateRows("rings", core), Message("test"))
    (wrong,) = ring_nesting(project)
    assert (wrong.inner, wrong.outer) == ("core", "town")
    assert wrong.area_m2 == pytest.approx(120**2 - 20**2, rel=0.01)


def test_between_junctions(project):
    """From a corner to the middle two ways lead; with the corner's neighbours controlled, none."""
    graph = street_graph(project)
    nearest = lambda c, r: int(np.argmin(np.hypot(*(graph.node_xy - np.array(at(c, r).coords[0])).T)))  # noqa: E731
    corner, middle = nearest(0, 0), nearest(4, 4)
    assert len(closure_between(project, [middle], [corner], []).leaks) == 2
    assert closure_between(project, [middle], [corner], [nearest(0, 1), nearest(1, 0)]).closed
    with pytest.raises(InputError, match="both sides"):
        closure_between(project, [middle], [middle])


def test_errors_name_the_remedy(project):
    """An unknown ring lists those there are; a tolerance of nothing leaves checkpoints at the spot in force."""
    with pytest.raises(InputError, match="city, town, core"):
        ring_closure(project, "moat")
    with pytest.raises(CancelledError):
        ring_closure(project, cancel=lambda: True)
    assert len(ring_closure(project, "core", ClosureParams(tolerance_m=1.0))[0].closure.leaks) == 1


def test_a_project_without_rings_says_so(tmp_path):
    """The message says what to do."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="x", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        put(store, "streets", city_streets(3, 3).to_dict("records"))
        with pytest.raises(InputError, match="Draw or import"):
            ring_closure(store)


def with_duty(project, hours):
    """Fill the core's gap and give its checkpoints level and hours."""
    put(project, "sites", [{**site("G", "checkpoint", 4, 2.5), "level": hours[0], "hours": hours[1]}])


@pytest.mark.parametrize(
    ("level", "hours", "when", "closed"),
    [
        (1, None, "2026-11-21 03:00", True),
        (1, "20:00-06:00", "2026-11-21 03:00", True),
        (1, "08:00-18:00", "2026-11-21 22:00", False),
        (2, None, "22:00", True),
        (2, None, "12:00", False),
        (3, None, "22:00", False),
    ],
)
def test_only_who_is_on_duty_closes(project, level, hours, when, closed):
    """The core is closed at a time if the checkpoint in its gap is on duty then; without a time it counts always."""
    with_duty(project, (level, hours))
    assert ring_closure(project, "core")[0].closure.closed
    answer = ring_closure(project, "core", ClosureParams(duty=moment_on_duty(when)))[0]
    assert answer.closure.closed == closed
    assert ("G" in answer.off_duty_site_ids) == (not closed)


def test_a_shift_needs_duty_from_start_to_end(project):
    """Hours that end within the shift do not close it; heightened mode puts level 2 on duty around the clock."""
    with_duty(project, (2, "20:00-23:00"))
    evening, night = (
        shift_at(dt.date(2026, 11, 21), "20:00", "22:00"),
        shift_at(dt.date(2026, 11, 21), "20:00", "02:00"),
    )
    heightened = shift_at(dt.date(2026, 11, 21), "20:00", "02:00", "heightened")
    closed = [
        ring_closure(project, "core", ClosureParams(duty=shift))[0].closure.closed
        for shift in (evening, night, heightened)
    ]
    assert closed == [True, False, True]


def test_a_ring_without_area_is_refused(tmp_path):
    """It is named, and what to do, for closure and for depth alike."""
    with ProjectStore.create(tmp_path / "e.gpkg", name="e", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        put(store, "streets", city_streets(4, 4).to_dict("records"))
        put(store, "rings", [{"kind": "core", "name": "core", "geometry": shapely.Polygon()}])
        for ask in (ring_closure, ring_depth):
            with pytest.raises(InputError, match="encloses nothing: core"):
                ask(store)
