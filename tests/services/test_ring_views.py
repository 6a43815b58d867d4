"""Answers about rings as tables and marks, counted by hand on the grid of five by five streets."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.model.kinds import RingKind, SiteKind
from patrolmap.project.store import ProjectStore
from patrolmap.services.drill_sheets import _times, drill_pages
from patrolmap.services.ring_cover_views import blocks_view, districts_view
from patrolmap.services.ring_drill_views import blockade_view, pursuit_view
from patrolmap.services.ring_editing import add_posts, add_site, ring_corners, save_ring
from patrolmap.services.ring_orders import drill_orders, find_junction, nearest_junctions, ring_exits
from patrolmap.services.ring_views import clock_after, minutes_text
from patrolmap.services.rings_blocks import ring_blocks
from patrolmap.services.rings_cover import district
from patrolmap.services.rings_demand import Travel
from patrolmap.services.rings_drills import drill_blockade, drill_pursuit
from patrolmap.services.streets import street_graph
from tests.desktop.tiny import at, make_project


@pytest.fixture
def project(tmp_path):
    with ProjectStore.open(make_project(tmp_path / "tiny.gpkg")) as made:
        yield made


@pytest.mark.parametrize(
    ("seconds", "text"), [(185, "3:05"), (0, "0:00"), (59.6, "1:00"), (-61, "-1:01"), (float("inf"), "–")]
)
def test_times_are_minutes_and_seconds(seconds, text):
    """Rounded to whole seconds before they are split, so that there is no 0:60."""
    assert minutes_text(seconds) == text


def test_a_district_without_a_street_of_its_own_is_listed(project):
    """A post on each of the 25 junctions: no street has both ends in one district, yet all are there."""
    graph = street_graph(project)
    view = districts_view(project, district(project, 3.0, posts=list(range(graph.node_count)), time_limit_s=2.0))
    assert len(view.tables[0].rows) == 25
    assert {mark.kind for mark in view.marks} == {"post"}


def test_orders_follow_the_streets_and_come_in_time(project):
    """From site A (450, 600) to the corner (0, 600) is 450 m, straight along one street."""
    (exit_node,) = nearest_junctions(project, [at(0, 600).coords[0]])
    found = drill_blockade(project, [exit_node])
    (order,) = drill_orders(project, found)
    assert order.leg.length_m == pytest.approx(450.0, abs=1.0)
    assert order.arrival_s == pytest.approx(order.leg.travel_s, rel=0.01)
    assert order.margin_s is None
    assert [row.cells[1] for row in blockade_view(project, found, [order]).tables[1].rows] == ["Site A"]


def test_exits_of_the_ring_are_the_junctions_just_inside(project):
    """The eight crossings of the box lead to the four junctions within it."""
    graph = street_graph(project)
    places = {(round(x), round(y)) for x, y in graph.node_xy[list(ring_exits(project, "core"))]}
    assert places == {(round(at(x, y).x), round(at(x, y).y)) for x in (600, 900) for y in (600, 900)}


def test_a_pursuit_without_a_cordon_says_so_and_what_to_do(project):
    """An hour ahead of two posts nobody is shut in."""
    (start,) = nearest_junctions(project, [at(600, 600).coords[0]])
    found = drill_pursuit(project, start, 3600.0, time_limit_s=2.0)
    view = pursuit_view(project, found, drill_orders(project, found))
    assert not view.is_good
    assert view.lines
    assert [mark.kind for mark in view.marks] == ["start"]


def test_a_place_is_found_by_streets_or_by_the_name_of_a_site(project):
    """Site B stands on the junction of two streets; both ways of naming it mean the same junction."""
    (wanted,) = nearest_junctions(project, [at(600, 600).coords[0]])
    assert find_junction(project, "Site B") == wanted
    assert find_junction(project, "Street 3 & Street 8") == wanted


def test_an_outer_ring_is_drawn_around_the_inner_one(project):
    """Blocks of both rings are listed whole, but their pictures do not overlap."""
    save_ring(
        project,
        RingKind.TOWN,
        [at(150, 150).coords[0], at(1150, 150).coords[0], at(1150, 1150).coords[0], at(150, 1150).coords[0]],
    )
    view = blocks_view(project, ring_blocks(project))
    seen = [mark.geometry for mark in view.marks]
    assert shapely.union_all(seen).area == pytest.approx(sum(one.area for one in seen))


def test_reshaping_keeps_the_other_parts_and_the_holes_of_a_ring(project):
    """Only the outline of the largest part is another."""
    fid, corners = ring_corners(project, RingKind.CORE)
    assert len(corners) == 4
    wider = [(x + (100 if x > at(700, 0).x else 0), y) for x, y in corners]
    save_ring(project, RingKind.CORE, wider, fid)
    area = project.metric_layer("rings").geometry.loc[fid]
    assert area.area == pytest.approx(700 * 600, rel=1e-4)
    project.undo()
    assert project.metric_layer("rings").geometry.loc[fid].area == pytest.approx(600 * 600, rel=1e-4)


def test_a_line_is_no_ring(project):
    """Three corners on a line are refused with what to do; nothing is written."""
    with pytest.raises(InputError):
        save_ring(project, RingKind.TOWN, [at(0, 0).coords[0], at(10, 0).coords[0], at(20, 0).coords[0]])
    assert project.count("rings") == 1


def test_new_sites_get_ids_that_nobody_has(project):
    """Twice the same kind: two ids."""
    add_site(project, SiteKind.POST, *at(100, 100).coords[0], name="West")
    add_posts(project, [(*at(200, 200).coords[0], "One"), (*at(300, 300).coords[0], "Two")])
    ids = list(project.layer("sites")["site_id"])
    assert len(ids) == len(set(ids)) == 6


@pytest.mark.parametrize(
    ("seconds", "arrival", "deadline"),
    [(0.0, "23:58:00", "23:58:00"), (59.2, "23:59:00", "23:58:59"), (120.0, "00:00:00 +1", "00:00:00 +1")],
)
def test_clocks_never_flatter(seconds, arrival, deadline):
    """Parts of a second make an arrival later and a deadline earlier; the next day is marked."""
    moment = dt.datetime(2026, 11, 21, 23, 58)
    assert clock_after(moment, seconds) == arrival
    assert clock_after(moment, seconds, late=False) == deadline


def test_drill_sheets_have_clock_times_when_the_alarm_is_known(project):
    """The sheets lay out with and without an alarm, with the times of each."""
    (start,) = nearest_junctions(project, [at(600, 600).coords[0]])
    found = drill_blockade(project, [start])
    (order,) = drill_orders(project, found)
    moment = dt.datetime(2026, 11, 21, 22, 0)
    plain, clocked = _times(order, None), _times(order, moment)
    assert [value for _, value in clocked][:2] == ["22:00:00", clock_after(moment, order.arrival_s)]
    assert plain[1][1] == minutes_text(order.arrival_s)
    assert len(drill_pages(project, found, (order,), Travel(), alarm_at=moment)) >= 1
