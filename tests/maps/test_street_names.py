"""Claims about names of streets that a route runs along."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter

from patrolmap.maps.content import StreetLayer
from patrolmap.maps.painting import map_occupancy
from patrolmap.maps.routes import StopMark, paint_route, paint_stops
from patrolmap.maps.street_names import place_street_names
from patrolmap.maps.view import MapView
from patrolmap.model.style import Theme

DOTS_PER_MM = 10.0
DEVICE = (0.0, 0.0, 1500.0, 1000.0)
VIEW = MapView.at_scale((0.0, 0.0), 5_000, DEVICE, dots_per_mm=DOTS_PER_MM, theme=Theme.PRINT)


def layer(*streets):
    rows = [{"name": name, "highway": "residential", "geometry": shapely.LineString(xy)} for name, xy in streets]
    return StreetLayer(gpd.GeoDataFrame(rows, geometry="geometry"))


def placed(streets, legs, stops=()):
    """Place the names beside a route and its stops; gives the names and the route's line on the device."""
    occupancy, image = map_occupancy(VIEW), QImage(1500, 1000, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_route(painter, legs, "#b3001b", VIEW, occupancy=occupancy)
    paint_stops(painter, [StopMark(str(n), *at) for n, at in enumerate(stops, start=1)], "#b3001b", VIEW, occupancy)
    painter.end()
    lines = [shapely.LineString(VIEW.to_device(shapely.get_coordinates(leg))) for leg in legs]
    return place_street_names(streets, VIEW, occupancy), shapely.unary_union(lines)


@pytest.mark.parametrize("name", ["解放大街", "Market Street"])
@pytest.mark.parametrize("turn_deg", [0, 35, 90, 200])
def test_a_name_goes_beside_the_route_along_its_street(qapp, name, turn_deg):  # noqa: ARG001
    """There and back, the line stays in sight: no letter comes nearer than the width of the line, and the name is there."""
    turn = np.radians(turn_deg)
    end = (300 * np.cos(turn), 300 * np.sin(turn)) if turn_deg % 180 == 0 else (190 * np.cos(turn), 190 * np.sin(turn))
    xy = [(-end[0], -end[1]), end]
    street = shapely.LineString(xy)
    names, line = placed(layer((name, xy)), [street, street.reverse()])
    assert names
    for made in names:
        for _, x, y, _ in made.pieces:
            assert line.distance(shapely.Point(x, y)) > 0.62 * DOTS_PER_MM
        middle = shapely.box(*made.box).centroid
        assert 1.2 * DOTS_PER_MM < line.distance(middle) < 8 * DOTS_PER_MM


def test_a_name_without_room_beside_stands_on_its_street(qapp):  # noqa: ARG001
    """Between two routes there is none: the name covers the line rather than being lost."""
    xy = [(-300, 0), (300, 0)]
    legs = [shapely.LineString([(-340, y), (340, y)]) for y in range(-60, 61, 6)]
    names, _ = placed(layer(("解放大街", xy)), legs)
    assert names
    assert all(abs(shapely.box(*made.box).centroid.y - 500) < 2.5 * DOTS_PER_MM for made in names)


def test_a_name_goes_across_other_legs_rather_than_along_the_route(qapp):  # noqa: ARG001
    """Where side legs leave no free stretch beside the street, the name covers them, not the way along its street."""
    street = shapely.LineString([(-300, 0), (300, 0)])
    legs = [street, *(shapely.LineString([(x, -60), (x, 60)]) for x in range(-280, 281, 40))]
    names, _ = placed(layer(("Market Street", [(-300, 0), (300, 0)])), legs)
    assert names
    assert all(abs(shapely.box(*made.box).centroid.y - 500) > 2.0 * DOTS_PER_MM for made in names)


def test_no_name_covers_a_stop(qapp):  # noqa: ARG001
    """Stops every thirty metres along a street leave its name no place on it, nor one over a number."""
    xy = [(-300, 0), (300, 0)]
    stops = [(x, 0) for x in range(-300, 301, 30)]
    names, _ = placed(layer(("解放大街", xy), ("和平路", [(-300, 14), (300, 14)])), [shapely.LineString(xy)], stops)
    marks = shapely.points(VIEW.to_device(np.array(stops, dtype=float)))
    assert names
    for made in names:
        assert shapely.distance(shapely.box(*made.box), marks).min() >= VIEW.dots(VIEW.style.stop_mm) / 2 - 1
