"""Lines moved sideways."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.maps.offset import points_along, sideways


def test_east_moves_down_on_a_device():
    """Right of east is south, which is a larger y."""
    assert sideways(np.array([[0.0, 0.0], [10.0, 0.0]]), 2.0).tolist() == [[0.0, 2.0], [10.0, 2.0]]


def test_a_right_angle_is_bevelled_or_mitred_on_the_right_side():
    """A turn by 45 degrees has one corner, at the distance of both lines."""
    line = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 10.0]])
    moved = sideways(line, 1.0)
    assert len(moved) == 3
    assert moved[1, 1] == pytest.approx(1.0)
    normal = np.array([-1.0, 1.0]) / np.sqrt(2)
    assert normal @ (moved[1] - line[1]) == pytest.approx(1.0)


def test_a_u_turn_keeps_both_ways():
    """There and back along one street gives two parallel lines."""
    moved = sideways(np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 0.0]]), 1.0)
    assert moved.tolist() == [[0.0, 1.0], [10.0, 1.0], [10.0, -1.0], [0.0, -1.0]]


def test_a_standing_still_leg_does_not_divide_by_zero():
    """A leg of no length repeats its point."""
    assert sideways(np.array([[3.0, 4.0], [3.0, 4.0]]), 1.0).tolist() == [[3.0, 4.0]]


def test_arrows_stand_evenly_and_point_along():
    """On 100 dots with a spacing of 50 they stand at 25 and 75."""
    found = points_along(np.array([[0.0, 0.0], [0.0, 100.0]]), 50.0)
    assert found[:, 1].tolist() == pytest.approx([25.0, 75.0])
    assert found[:, 2].tolist() == pytest.approx([np.pi / 2] * 2)
    assert len(points_along(np.array([[0.0, 0.0], [10.0, 0.0]]), 50.0)) == 0
