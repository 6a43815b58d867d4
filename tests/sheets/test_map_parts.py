from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.model.kinds import TravelMode
from patrolmap.sheets.map_parts import ROUND_SCALES, map_parts, round_scale, route_bounds, spans
from tests.sheets.samples import made_route

if TYPE_CHECKING:
    from patrolmap.model.plan import Route


def test_the_bounds_hold_the_whole_route() -> None:
    """The block of 200 m with all stops, start and ways."""
    assert route_bounds(made_route(4)) == (0.0, 0.0, 200.0, 200.0)


@pytest.mark.parametrize(("extent_m", "expected"), [(0.0, 1_000), (160.0, 1_000), (161.0, 1_500), (16_000.0, 100_000)])
def test_the_scale_is_the_closest_round_one(extent_m: float, expected: int) -> None:
    """On 160 mm, 160 m need 1:1,000 and a metre more 1:1,500."""
    assert round_scale((0.0, 0.0, extent_m, 1.0), 160.0, 100.0) == expected


@given(st.floats(0, 60_000), st.floats(0, 60_000))
def test_every_route_fits_its_scale(width_m: float, height_m: float) -> None:
    """Whatever the extent, the map holds it, at a scale from the list or a multiple of 25,000."""
    scale = round_scale((0.0, 0.0, width_m, height_m), 160.0, 100.0)
    assert width_m / scale * 1000 <= 160.0 + 1e-6
    assert height_m / scale * 1000 <= 100.0 + 1e-6
    assert scale in ROUND_SCALES or scale % 25_000 == 0


def long_route(mode: TravelMode, stops: int = 12, step_m: float = 400.0) -> Route:
    """Lay stops along a straight street that turns back half way, a street further."""
    route = made_route(stops)
    places = [(min(n, stops - n) * step_m, 0.0 if n <= stops / 2 else 200.0) for n in range(stops + 1)]
    made = tuple(
        replace(
            stop,
            visit=replace(stop.visit, point=shapely.Point(places[n + 1])),
            leg=replace(stop.leg, geometry=shapely.LineString([places[n], places[n + 1]])),
        )
        for n, stop in enumerate(route.stops)
    )
    return replace(route, mode=mode, stops=made, way_home=None, end_point=shapely.Point(places[-1]))


def test_a_long_walk_goes_on_two_maps_that_overlap() -> None:
    """2.4 km on foot in 160 mm: each stop is on one of them at least, both have one scale, larger than that of a single map."""
    route = long_route(TravelMode.WALK)
    first, second = map_parts(route, 160.0, 100.0)
    assert set(first.stops) | set(second.stops) == set(range(1, 13))
    assert first.scale == second.scale < round_scale(route_bounds(route), 160.0, 100.0)
    assert shapely.box(*first.bounds).intersection(shapely.box(*second.bounds)).area > 0


def test_a_readable_map_is_not_parted() -> None:
    """By car the same way is readable at 1:15,000."""
    (part,) = map_parts(long_route(TravelMode.CAR), 160.0, 100.0)
    assert part.scale == 15_000
    assert part.stops == tuple(range(1, 13))


def test_numbers_are_written_short() -> None:
    """Runs with a dash, single ones alone."""
    assert spans([1, 2, 3, 5, 8, 9]) == "1-3, 5, 8-9"
