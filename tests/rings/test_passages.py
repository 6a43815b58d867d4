"""Passing from one side to the other: every shape of street against hand-counted places."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.rings.passages import INSIDE, ON, OUTSIDE, find_passages
from tests.rings.networks import box, grid, network

RING = box(0, 0, 100, 100)


def test_a_grid_has_one_passage_for_each_street_through_the_wall() -> None:
    """A ring around the middle 3 x 3 of a 5 x 5 grid is passed by 12 streets, each half-way."""
    found = find_passages(grid(5, 5), box(50, 50, 350, 350))
    assert len(found.edge) == 12
    assert found.share == pytest.approx(0.5)
    assert (found.node_side == INSIDE).sum() == 9


def test_a_street_that_crosses_three_times_passes_three_times() -> None:
    """In, out, in: three places with their directions and distances."""
    graph = network({"a": (-50, 10), "b": (50, 90)}, [("a", "b")], via={0: [(50, 10), (50, 30), (-50, 30), (-50, 90)]})
    found = find_passages(graph, RING)
    assert found.edge.tolist() == [0, 0, 0]
    assert found.inward.tolist() == [True, False, True]
    assert found.xy == pytest.approx(np.array([[0, 10], [0, 30], [0, 90]]))
    assert found.share * graph.edge_length_m[0] == pytest.approx([50, 170, 330])


@pytest.mark.parametrize(
    "bends",
    [
        pytest.param([(0, 50)], id="tip on the wall"),
        pytest.param([(0, 40), (0, 60)], id="along the wall"),
        pytest.param([(-20, 100), (20, 100), (20, 130)], id="along the top"),
    ],
)
def test_touching_is_not_passing(bends: list[tuple[float, float]]) -> None:
    """A street that meets the boundary and stays on its side has no passage."""
    graph = network({"a": (-50, 20), "b": (-50, 130)}, [("a", "b")], via={0: bends})
    found = find_passages(graph, RING)
    assert not len(found.edge)
    assert found.node_side.tolist() == [OUTSIDE, OUTSIDE]


def test_touching_from_inside_is_not_passing() -> None:
    """The same from the other side."""
    graph = network({"a": (50, 20), "b": (50, 80)}, [("a", "b")], via={0: [(0, 50)]})
    assert not len(find_passages(graph, RING).edge)


def test_a_street_that_runs_along_the_wall_and_goes_in_passes_once() -> None:
    """The place is where it leaves the boundary for the inside, whichever way the edge is drawn."""
    bends = [(0, 20), (0, 60)]
    for pair, way in ((("a", "b"), bends), (("b", "a"), bends[::-1])):
        graph = network({"a": (-50, 20), "b": (50, 60)}, [pair], via={0: way})
        found = find_passages(graph, RING)
        assert found.xy == pytest.approx(np.array([[0, 60]]))
        assert found.inward.tolist() == [pair == ("a", "b")]


def test_a_junction_on_the_wall_is_on_neither_side() -> None:
    """Its streets do not pass between their ends; each keeps the side that it lies on."""
    nodes = {"m": (0, 50), "w": (-50, 50), "e": (50, 50), "n": (0, 90), "s": (-10, 0.0)}
    graph = network(nodes, [("w", "m"), ("m", "e"), ("m", "n"), ("s", "m")])
    found = find_passages(graph, RING)
    assert not len(found.edge)
    assert found.node_side.tolist() == [ON, OUTSIDE, INSIDE, ON, OUTSIDE]
    assert found.first_side.tolist() == [OUTSIDE, INSIDE, ON, OUTSIDE]
    assert found.last_side.tolist() == [OUTSIDE, INSIDE, ON, OUTSIDE]


def test_a_street_from_the_wall_inwards_and_out_again_passes_once() -> None:
    """From a junction on the boundary an edge goes in and then out: one passage, outward."""
    graph = network({"m": (0, 50), "o": (50, 150)}, [("m", "o")], via={0: [(50, 50)]})
    found = find_passages(graph, RING)
    assert found.inward.tolist() == [False]
    assert found.xy == pytest.approx(np.array([[50, 100]]))
    assert (found.first_side[0], found.last_side[0]) == (INSIDE, OUTSIDE)


def test_a_street_that_crosses_itself_on_the_wall_passes_twice() -> None:
    """Both visits to the same spot of the boundary count."""
    graph = network({"a": (-50, 40), "b": (-50, 60)}, [("a", "b")], via={0: [(50, 60), (50, 40)]})
    found = find_passages(graph, RING)
    assert found.inward.tolist() == [True, False]
    assert found.xy == pytest.approx(np.array([[0, 50], [0, 50]]))


def test_rings_with_holes_and_parts_have_all_their_walls() -> None:
    """A street through a ring with a hole and a second part passes six times."""
    area = shapely.MultiPolygon([box(0, 0, 100, 100) - box(40, 40, 60, 60), box(200, 0, 300, 100)])
    graph = network({"a": (-50, 50), "b": (350, 50)}, [("a", "b")])
    found = find_passages(graph, area)
    assert found.xy[:, 0] == pytest.approx([0, 40, 60, 100, 200, 300])


def test_rounding_does_not_make_passages() -> None:
    """A street drawn on the wall but a millimetre off, zigzag, is on it and does not pass."""
    nodes = {"a": (0.001, 10.0), "b": (-0.001, 90.0)}
    graph = network(nodes, [("a", "b")], via={0: [(-0.002, 30), (0.003, 50), (-0.001, 70)]})
    found = find_passages(graph, RING)
    assert not len(found.edge)
    assert found.first_side.tolist() == [ON]


def test_lengths_from_a_table_do_not_move_the_places() -> None:
    """Shares refer to the drawn line; a straight drawing of a longer street keeps its place on the map."""
    graph = network({"a": (-50, 50), "b": (50, 50)}, [("a", "b")])
    assert find_passages(graph, RING).share == pytest.approx([0.5])
