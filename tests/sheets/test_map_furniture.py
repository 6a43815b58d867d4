"""Claims about what stands over a map: it hides no stop where another corner is free."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.sheets.map_furniture import best_corners

FRAME = (0.0, 0.0, 180.0, 130.0)
SIZES = {"north": (15.5, 15.5), "bar": (68.0, 12.5), "legend": (60.0, 20.0)}
USUAL = {"north": "top right", "bar": "bottom left", "legend": "bottom right"}
NO_WAY = np.empty((0, 2))


def markers(*places):
    return np.array([(x - 2, y - 2, x + 2, y + 2) for x, y in places]).reshape(-1, 4)


def test_everything_stays_where_readers_look_for_it():
    """With nothing to hide, and with a short piece of the way below the legend, the corners are the usual ones."""
    assert best_corners(FRAME, SIZES, markers((90, 60)), NO_WAY) == USUAL
    way = np.array([(170.0, 120.0 - step) for step in range(8)])
    assert best_corners(FRAME, SIZES, markers(), way) == USUAL


@pytest.mark.parametrize("place", [(150, 120), (30, 125), (170, 8)])
def test_a_stop_is_not_hidden(place):
    """Whoever stands over it leaves; each piece still has a corner of its own."""
    chosen = best_corners(FRAME, SIZES, markers(place), NO_WAY)
    assert chosen != USUAL
    assert len(set(chosen.values())) == 3
    assert hidden(chosen, SIZES, markers(place)) == 0


def test_the_part_stays_at_the_top():
    """Two maps are told apart by what stands in the upper left, else in the upper right corner."""
    sizes = {**SIZES, "part": (60.0, 8.0)}
    assert best_corners(FRAME, sizes, markers((90, 60)), NO_WAY)["part"] == "top left"
    assert best_corners(FRAME, sizes, markers((40, 5)), NO_WAY)["part"] == "top right"


def hidden(chosen, sizes, stops):
    count = 0
    for name, corner in chosen.items():
        width, height = sizes[name]
        left = 0.0 if "left" in corner else FRAME[2] - width
        top = 0.0 if "top" in corner else FRAME[3] - height
        count += sum(
            one[0] < left + width and one[2] > left and one[1] < top + height and one[3] > top for one in stops
        )
    return count


@given(st.lists(st.tuples(st.floats(0, 180), st.floats(0, 130)), max_size=12))
def test_no_other_arrangement_hides_fewer_stops(places):
    """Against the usual one, and with legend and bar exchanged."""
    stops = markers(*places)
    chosen = best_corners(FRAME, SIZES, stops, NO_WAY)
    others = (USUAL, {**USUAL, "bar": "bottom right", "legend": "bottom left"}, {**USUAL, "legend": "top left"})
    assert hidden(chosen, SIZES, stops) <= min(hidden(one, SIZES, stops) for one in others)
