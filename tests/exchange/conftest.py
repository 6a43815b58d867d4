"""What the exchange tests share: a place on Earth, and names that attack."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely

from patrolmap.model.frame import SpatialFrame
from tests.sheets.samples import made_plan, made_route

EAST_M, NORTH_M = 315_300.0, 3_764_000.0
ATTACK = "<b>&amp;\"'</b>]]><script>alert(1)</script>\x00\x0b\u202e;,\\\nBEGIN:VEVENT"


def parsed(document):
    """Read XML that this program just wrote."""
    return ET.fromstring(document)  # noqa: S314 - our own output, not a stranger's


def on_earth(route):
    """Move a route from around 0, 0 to where its metres have a place."""

    def moved(geometry):
        return shapely.transform(geometry, lambda xy: np.add(xy, (EAST_M, NORTH_M)))

    def moved_leg(leg):
        return None if leg is None else dataclasses.replace(leg, geometry=moved(leg.geometry))

    stops = tuple(
        dataclasses.replace(
            stop,
            visit=dataclasses.replace(stop.visit, point=moved(stop.visit.point)),
            leg=moved_leg(stop.leg),
        )
        for stop in route.stops
    )
    return dataclasses.replace(
        route,
        start_point=moved(route.start_point),
        end_point=moved(route.end_point),
        stops=stops,
        way_home=moved_leg(route.way_home),
    )


def attacked(plan):
    """Put attack strings wherever a name goes."""

    def stop_of(stop):
        return dataclasses.replace(stop, visit=dataclasses.replace(stop.visit, name=ATTACK))

    routes = tuple(
        dataclasses.replace(route, team_name=ATTACK, stops=tuple(map(stop_of, route.stops))) for route in plan.routes
    )
    return dataclasses.replace(plan, routes=routes, district=ATTACK)


@pytest.fixture
def frame() -> SpatialFrame:
    """Give the frame of the plan."""
    return SpatialFrame.around(113.0, 34.0)


@pytest.fixture
def plan():
    """Make two busy teams and one without stops."""
    idle = dataclasses.replace(on_earth(made_route(0, "T09")), way_home=None)
    return made_plan(on_earth(made_route(4, "T07")), on_earth(made_route(3, "T08")), idle)
