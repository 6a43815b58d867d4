"""Claims about patrol points, on a grid of streets 200 m apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely

from patrolmap.planner.hotspot_points import hotspot_points, point_count, spread_points
from patrolmap.planner.settings import PlanSettings
from tests.helpers.city import ORIGIN_XY, city_graph

SETTINGS = PlanSettings()
X0, Y0 = ORIGIN_XY
GRAPH = city_graph(9, 9)


@pytest.mark.parametrize(
    ("hectares", "count"), [(0.1, 1), (12, 1), (17.9, 1), (18, 2), (30, 3), (98, 8), (500, 8)], ids=str
)
def test_points_grow_with_the_area(hectares, count):
    """One for each 12 ha, half of it rounds up, eight at most."""
    assert point_count(hectares * 10_000, SETTINGS) == count


def test_one_point_for_all_sizes_if_the_office_wants_it():
    """Setting 0."""
    assert point_count(1e6, PlanSettings(hotspot_point_ha=0)) == 1


def test_points_lie_on_streets_inside_and_apart():
    """In 100 ha of a grid the eight points are on streets, in the area, and no two nearer than 200 m."""
    area = shapely.box(X0 + 150, Y0 + 150, X0 + 1150, Y0 + 1150)
    (points,) = hotspot_points(GRAPH, [area], SETTINGS)
    streets = shapely.union_all(GRAPH.edge_geometry)
    assert len(points) == 8
    assert all(area.covers(point) and point.distance(streets) < 1e-6 for point in points)
    assert min(a.distance(b) for a, b in itertools.combinations(points, 2)) > 200


def test_every_street_of_the_area_has_a_point_near():
    """Eight discs over 1,000 m by 1,000 m: no place on a street is more than 400 m away."""
    area = shapely.box(X0 + 150, Y0 + 150, X0 + 1150, Y0 + 1150)
    (points,) = hotspot_points(GRAPH, [area], SETTINGS)
    inside = shapely.segmentize(shapely.intersection(shapely.union_all(GRAPH.edge_geometry), area), 10)
    assert shapely.distance(shapely.points(shapely.get_coordinates(inside)), shapely.MultiPoint(points)).max() < 400


def test_same_area_gives_the_same_points():
    """Twice."""
    area = shapely.Point(X0 + 700, Y0 + 700).buffer(500)
    assert hotspot_points(GRAPH, [area], SETTINGS) == hotspot_points(GRAPH, [area], SETTINGS)


def test_area_between_streets_has_a_point_inside():
    """A yard that no street enters."""
    yard = shapely.box(X0 + 40, Y0 + 40, X0 + 160, Y0 + 160)
    ((point,),) = hotspot_points(GRAPH, [yard], SETTINGS)
    assert yard.contains(point)


def test_points_of_one_street_divide_it():
    """Two points on 800 m: at a quarter and at three quarters, within the 20 m of the candidates."""
    line = np.array([shapely.LineString([(0, 0), (800, 0)])])
    assert sorted(point.x for point in spread_points(line, 2)) == pytest.approx([200, 600], abs=20)
    assert spread_points(line[:0], 2) == ()
    assert len(spread_points(np.array([shapely.LineString([(0, 0), (1, 0)])]), 5)) == 2
