"""Blocks by hand: a cross of arterials in a square, a river, a strip too small to be a block."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.rings.blocks import cut_blocks, find_blocks
from patrolmap.rings.controls import controls_at_nodes, no_controls
from tests.rings.networks import box, network

RING = box(0, 0, 1000, 1000)


def lines(*paths):
    return np.array([shapely.LineString(path) for path in paths], dtype=object)


def test_a_cross_of_arterials_makes_four_blocks():
    """Four equal quarters, from the north-west; together the ring."""
    faces = cut_blocks(RING, lines([(500, -50), (500, 1050)], [(-50, 500), (1050, 500)]))
    assert [face.area for face in faces] == pytest.approx([250_000] * 4)
    assert faces[0].bounds == pytest.approx((0, 500, 500, 1000))


def test_a_street_that_ends_inside_cuts_nothing():
    """A cul-de-sac does not part a block."""
    assert len(cut_blocks(RING, lines([(500, 0), (500, 700)]))) == 1


def test_a_river_cuts_and_its_water_is_a_piece():
    """A river as an area leaves its banks and itself as pieces."""
    river = np.array([box(400, -10, 600, 1010)], dtype=object)
    assert [round(face.area) for face in cut_blocks(RING, river)] == [400_000, 200_000, 400_000]


def test_small_pieces_join_the_longest_neighbour():
    """The strip between two carriageways 8 m apart is no block; area is kept."""
    faces = cut_blocks(RING, lines([(500, -1), (500, 1001)], [(508, -1), (508, 1001)]))
    assert len(faces) == 2
    assert sum(face.area for face in faces) == pytest.approx(1_000_000)


def test_entrances_are_where_side_streets_leave_arterials():
    """One arterial through the ring; a lane to the west from its middle, one crossing the ring in the east."""
    nodes = {"s": (500, -100), "m": (500, 500), "n": (500, 1100), "w": (200, 500), "e": (800, 300), "x": (1200, 300)}
    edges = [("s", "m"), ("m", "n"), ("m", "w"), ("e", "x")]
    graph = network(nodes, edges, highway=["primary", "primary", "residential", "residential"])
    west, east = find_blocks(graph, "core", RING, np.empty(0, dtype=object), no_controls())
    assert [(one.place, one.node) for one in west.entrances] == [("junction", 1)]
    assert [(one.place, one.edge) for one in east.entrances] == [("street", 3)]
    assert west.controlled_entrances == 0
    held = find_blocks(graph, "core", RING, np.empty(0, dtype=object), controls_at_nodes(graph, [1]))
    assert [block.controlled_entrances for block in held] == [1, 0]
