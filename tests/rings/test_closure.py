"""Closure of hand-made networks whose answers are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely

from patrolmap.rings.closure import ClosureParams, close_between, close_ring
from patrolmap.rings.controls import Controls, controls_at_nodes, no_controls, stand
from patrolmap.rings.crossings import find_crossings
from patrolmap.streets.attach import attach
from patrolmap.streets.network import assemble
from tests.rings.networks import box, grid, network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.rings.closure import Closure
    from patrolmap.streets.network import StreetGraph

RING = box(0, 0, 100, 100)


def checkpoints(*places: tuple[int, float]) -> Controls:
    """Put checkpoints K0, K1, ... on edges, metres along."""
    edges = np.array([edge for edge, _ in places], np.int32)
    return Controls(
        tuple(f"K{k}" for k in range(len(places))), edges, np.array([m for _, m in places], float), ((),) * len(places)
    )


def closed(graph: StreetGraph, area: shapely.Polygon, controls: Controls | None = None, **params: float) -> Closure:
    held = controls or no_controls()
    chosen = ClosureParams(**params)
    line = find_crossings(graph, "core", area, held, tolerance_m=chosen.tolerance_m)
    answer = close_ring(graph, line, held, chosen)
    assert answer.certificate.holds
    assert all(found.closes for found in vars(answer.posts).values())
    return answer


def label_of(graph: StreetGraph, outside: Sequence[str], inside: Sequence[str]) -> np.ndarray:
    label = np.zeros(graph.node_count, np.int8)
    label[[graph.node_index(one) for one in outside]] = -1
    label[[graph.node_index(one) for one in inside]] = 1
    return label


def test_an_open_grid_leaks_at_every_street() -> None:
    """Twelve streets enter the middle 3 x 3; corners let 8 junctions close them all."""
    answer = closed(grid(5, 5), box(50, 50, 350, 350))
    assert len(answer.leaks) == 12
    assert len(answer.posts.today) == len(answer.posts.from_nothing) == 8
    assert answer.weakness.failures_to_open == 0


def test_controls_on_junctions_close_all_their_streets() -> None:
    """With the eight inner junctions at the wall controlled the grid is closed; one failure opens it."""
    graph = grid(5, 5)
    wall = [graph.node_index(f"{x},{y}") for x in (1, 2, 3) for y in (1, 2, 3) if (x, y) != (2, 2)]
    answer = closed(graph, box(50, 50, 350, 350), controls_at_nodes(graph, wall))
    assert answer.closed
    assert len(answer.posts.today) == 0
    assert len(answer.posts.from_nothing) == 8
    assert answer.weakness.failures_to_open == 1


def test_a_bridge_is_closed_by_one_checkpoint() -> None:
    """Two halves joined by one bridge: one leak, one post; a checkpoint on the bridge closes it."""
    nodes = {"a": (-200, 0), "b": (-200, 100), "c": (-50, 50), "d": (50, 50), "e": (90, 90), "f": (90, 10)}
    graph = network(nodes, [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("d", "e"), ("d", "f")])
    assert len(closed(graph, RING).leaks) == 1
    answer = closed(graph, RING, checkpoints((3, 20.0)))
    assert answer.closed
    assert answer.weakness.failures_to_open == 1
    assert answer.weakness.site_ids == ("K0",)
    assert len(answer.posts.from_nothing) == 1


def test_a_tree_has_one_leak_for_each_branch_through_the_wall() -> None:
    """A root inside with three branches outwards: three leaks, one post on the root closes them."""
    nodes = {"r": (50, 50), "w": (-50, 50), "n": (50, 150), "e": (150, 50), "far": (-90, 50)}
    graph = network(nodes, [("r", "w"), ("r", "n"), ("r", "e"), ("w", "far")])
    answer = closed(graph, RING)
    assert len(answer.leaks) == 3
    assert [place.node for place in answer.posts.from_nothing.places] == [0]


def test_parallel_streets_are_leaks_of_their_own() -> None:
    """Two streets between the same junctions: two leaks, one post on either junction; one checkpoint leaves one."""
    graph = network({"o": (-50, 50), "i": (50, 50)}, [("o", "i"), ("o", "i")], via={1: [(0, 80)]})
    answer = closed(graph, RING)
    assert len(answer.leaks) == 2
    assert len(answer.posts.today) == 1
    assert len(closed(graph, RING, checkpoints((1, 50.0))).leaks) == 1


def test_one_way_counts_only_when_asked() -> None:
    """A street out of the ring is a leak for people on foot, and none for who keeps to the rules."""
    graph = network({"o": (-50, 50), "i": (50, 50)}, [("i", "o")], oneway={0: 1})
    assert len(closed(graph, RING).leaks) == 1
    answer = closed(graph, RING, respect_oneway=True)
    assert answer.closed
    assert answer.weakness.failures_to_open is None


def test_a_flyover_is_not_a_junction() -> None:
    """A street that bridges another inside does not join it: its far end outside is no way to the street below."""
    nodes = {"w": (-50, 50), "e": (150, 50), "s": (50, 20), "n": (50, 80)}
    graph = network(nodes, [("w", "e"), ("s", "n")], level=[1, 0])
    answer = closed(graph, RING)
    assert answer.closed
    line = find_crossings(graph, "core", RING, no_controls())
    assert [one.dips for one in line.crossings] == [True, True]


def test_a_ring_through_a_junction_leaks_through_it() -> None:
    """Two streets outside and three inside meet on the wall: two disjoint leaks, one post on the junction."""
    nodes = {"m": (0, 50), "a": (-50, 20), "b": (-50, 80), "c": (50, 20), "d": (50, 50), "e": (50, 80)}
    graph = network(nodes, [("a", "m"), ("b", "m"), ("m", "c"), ("m", "d"), ("m", "e")])
    answer = closed(graph, RING)
    assert len(answer.leaks) == 2
    assert [place.node for place in answer.posts.today.places] == [0]
    (crossing,) = find_crossings(graph, "core", RING, no_controls()).crossings
    assert (crossing.place, crossing.node, crossing.direction) == ("junction", 0, "both")
    assert closed(graph, RING, controls_at_nodes(graph, [0])).closed
    one_side = checkpoints((0, 30.0), (1, 30.0))
    assert closed(graph, RING, one_side).closed
    assert find_crossings(graph, "core", RING, one_side).crossings[0].controlled


def test_a_street_along_the_wall_carries_a_leak() -> None:
    """In at one junction on the wall, along it, inwards at the next: one leak with three edges."""
    nodes = {"o": (-50, 20), "p": (0, 20), "q": (0, 80), "i": (50, 80)}
    graph = network(nodes, [("o", "p"), ("p", "q"), ("q", "i")])
    answer = closed(graph, RING)
    assert [leak.edges for leak in answer.leaks] == [(0, 1, 2)]
    assert answer.leaks[0].length_m == pytest.approx(nodes_length(graph))


def nodes_length(graph: StreetGraph) -> float:
    return float(graph.edge_length_m.sum())


def test_a_street_that_crosses_three_times_is_one_leak_and_one_post() -> None:
    """Three crossings on one edge; a checkpoint near any of them controls the edge."""
    graph = network(
        {"a": (-500, 10), "b": (50, 90)}, [("a", "b")], via={0: [(50, 10), (50, 30), (-500, 30), (-500, 90)]}
    )
    assert len(closed(graph, RING).leaks) == 1
    for along_m in (480.0, 640.0, 1680.0):
        assert closed(graph, RING, checkpoints((0, along_m))).closed
    assert len(closed(graph, RING, checkpoints((0, 50.0))).leaks) == 1


def test_the_tolerance_is_measured_along_the_street() -> None:
    """A checkpoint 149 m down a bent street controls the crossing, one at 151 m does not, though it is near in a line."""
    graph = network({"o": (-120, 20), "i": (50, 50)}, [("o", "i")], via={0: [(-20, 20), (-20, 50)]})
    crossing_m = 150.0
    assert closed(graph, RING, checkpoints((0, crossing_m - 149))).closed
    assert not closed(graph, RING, checkpoints((0, crossing_m - 60)), tolerance_m=59).closed
    line = find_crossings(graph, "core", RING, checkpoints((0, crossing_m - 60)))
    assert line.crossings[0].guards[0].distance_m == pytest.approx(60)


def test_a_street_goes_on_where_nothing_branches_off() -> None:
    """A checkpoint behind a node of two streets controls the crossing; behind a node of three it does not."""
    nodes = {"o": (-50, 50), "j": (20, 50), "k": (50, 50), "side": (20, 90), "x": (50, 90), "y": (90, 50)}
    plain = network(nodes, [("o", "j"), ("j", "k"), ("k", "x"), ("k", "y")])
    assert closed(plain, RING, checkpoints((1, 20.0))).closed
    assert closed(plain, RING, controls_at_nodes(plain, [plain.node_index("k")])).closed
    branching = network(nodes, [("o", "j"), ("j", "k"), ("k", "x"), ("k", "y"), ("j", "side")])
    assert not closed(branching, RING, checkpoints((1, 20.0))).closed


def test_two_checkpoints_on_the_only_street_must_both_fail() -> None:
    """Redundancy of a crossing with a checkpoint on the street and one on its junction is two."""
    graph = network({"o": (-50, 50), "i": (50, 50), "z": (50, 90), "y": (90, 50)}, [("o", "i"), ("i", "z"), ("i", "y")])
    held = Controls(("K", "J"), np.array([0, -1], np.int32), np.array([40.0, 0.0]), ((), (1,)))
    answer = closed(graph, RING, held)
    assert answer.weakness.failures_to_open == 2
    assert answer.weakness.site_ids == ("J", "K")


def test_a_touched_ring_is_closed() -> None:
    """A street that only touches the wall is no leak even if nothing controls it."""
    graph = network(
        {"a": (-50, 20), "b": (-50, 80), "i": (50, 50), "k": (60, 60)}, [("a", "b"), ("i", "k")], via={0: [(0, 50)]}
    )
    answer = closed(graph, RING)
    assert answer.closed
    assert answer.weakness.failures_to_open is None
    assert len(answer.posts.from_nothing) == 0


def test_the_cheapest_posts_avoid_dear_streets() -> None:
    """Three side streets fan out of one trunk road: one post on the trunk is fewest, three on side streets are cheapest."""
    nodes = {"o": (-500, 50), "m": (-200, 50), "a": (50, 20), "b": (50, 50), "c": (50, 80)}
    graph = network(nodes, [("o", "m"), ("m", "a"), ("m", "b"), ("m", "c")], highway=["trunk", "path", "path", "path"])
    answer = closed(graph, RING, tolerance_m=1000)
    assert len(answer.posts.from_nothing) == 1
    assert answer.posts.from_nothing.cost == 6
    assert len(answer.posts.cheapest_from_nothing) == 3
    assert answer.posts.cheapest_from_nothing.cost == 3


def test_posts_on_junctions_stay_within_reach() -> None:
    """The same fan with the junction 200 m off and a reach of 150 m needs three posts."""
    nodes = {"o": (-500, 50), "m": (-200, 50), "a": (50, 20), "b": (50, 50), "c": (50, 80)}
    graph = network(nodes, [("o", "m"), ("m", "a"), ("m", "b"), ("m", "c")])
    assert len(closed(graph, RING).posts.from_nothing) == 3


def test_any_two_places_can_be_closed_against_each_other() -> None:
    """Opposite corners of a 4 x 4 grid: two disjoint ways, two posts; a control on one side leaves one."""
    graph = grid(4, 4)
    label = label_of(graph, ["0,0"], ["3,3"])
    answer = close_between(graph, label, no_controls())
    assert len(answer.leaks) == len(answer.posts.today) == 2
    assert answer.certificate.holds
    assert answer.weakness.failures_to_open == 0
    held = controls_at_nodes(graph, [graph.node_index("1,0")])
    assert len(close_between(graph, label, held).leaks) == 1
    both = controls_at_nodes(graph, [graph.node_index("1,0"), graph.node_index("0,1")])
    answer = close_between(graph, label, both)
    assert answer.closed
    assert answer.weakness.failures_to_open == 1


def test_neighbours_need_a_post_on_their_street() -> None:
    """Between two joined junctions the street itself must be closed, beside one junction of the ways around."""
    graph = grid(2, 2)
    answer = close_between(graph, label_of(graph, ["0,0"], ["1,0"]), no_controls())
    assert len(answer.leaks) == 2
    assert len(answer.posts.today) == 2
    assert 0 in [place.edge for place in answer.posts.today.places]
    ends = close_between(graph, label_of(graph, ["0,0"], ["1,0"]), no_controls(), end_posts=True)
    assert len(ends.posts.today) == 1


@pytest.mark.parametrize(
    ("names", "apart_m", "carriageway_m", "closed"),
    [
        (("环路", "环路"), 20.0, 40.0, True),
        (("环路", "环路"), 20.0, 0.0, False),
        (("环路", "环路"), 60.0, 40.0, False),
        (("环路", "辅路"), 20.0, 40.0, False),
        (("", ""), 20.0, 40.0, False),
    ],
)
def test_a_checkpoint_controls_both_carriageways(
    names: tuple[str, str], apart_m: float, carriageway_m: float, closed: bool
) -> None:
    """One checkpoint beside one carriageway closes the other too if it has the same name, runs back and is near."""
    xy = np.array([[0.0, 0.0], [400.0, 0.0], [400.0, apart_m], [0.0, apart_m]])
    pairs = np.array([[0, 1], [2, 3]])
    table = pd.DataFrame({"name": list(names)})
    ids = np.array(list("abcd"), dtype=object)
    graph = assemble(xy, ids, pairs, shapely.linestrings(xy[pairs]), oneway=np.array([1, 1], np.int8), edges=table)
    place = np.array([[200.0, 1.0]])
    controls = stand(graph, ["K"], ["checkpoint"], place, attach(graph, place), carriageway_m=carriageway_m)
    answer = close_ring(graph, find_crossings(graph, "core", shapely.box(190, -50, 500, 100), controls), controls)
    assert answer.closed == closed
    assert answer.controls_used == ("K",)
