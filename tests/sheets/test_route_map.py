from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.sheets.route_map import ROUND_SCALES, round_scale, route_bounds
from tests.sheets.samples import made_route


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
