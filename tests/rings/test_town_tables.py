"""
Blockade, pursuit, placement and districts on made towns of 582 junctions with 80 posts and 13 exits.

A unit of the plane is 100 m and teams drive 60 km/h. The answers are checked by other means: bisection with matching,
SciPy's own solver, and a simulation of the pursued by NetworkX.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array, eye_array, hstack
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from patrolmap.rings.blockade import assign_blockade
from patrolmap.rings.districting import divide
from patrolmap.rings.placement import cover_all, cover_most
from patrolmap.rings.pursuit import Flight, find_cordon

JUNCTIONS, STREETS, POSTS, EXITS = 582, 928, 80, 13
SECONDS_PER_UNIT = 6.0


class Town:
    """Random places, denser in the middle, joined by a tree and the shorter streets of a triangulation."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        centre = JUNCTIONS // 3
        wide, dense = rng.uniform(0, 400, (JUNCTIONS - centre, 2)), rng.normal(200, 40, (centre, 2))
        self.xy = np.concatenate([wide, dense])
        corners = Delaunay(self.xy).simplices
        sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
        pairs = np.unique(np.sort(sides, axis=1), axis=0)
        length = np.hypot(*(self.xy[pairs[:, 0]] - self.xy[pairs[:, 1]]).T)
        tree = minimum_spanning_tree(csr_array((length, pairs.T), shape=(JUNCTIONS, JUNCTIONS))).tocoo()
        chosen = dict.fromkeys((min(pair), max(pair)) for pair in zip(*(c.tolist() for c in tree.coords), strict=True))
        for place in np.argsort(length * rng.uniform(0.5, 1.5, len(length))).tolist():
            if len(chosen) == STREETS:
                break
            chosen[tuple(pairs[place].tolist())] = None
        streets = np.array(list(chosen))
        seconds = np.hypot(*(self.xy[streets[:, 0]] - self.xy[streets[:, 1]]).T) * SECONDS_PER_UNIT
        self.tail, self.head = np.concatenate([streets, streets[:, ::-1]]).T.astype(np.int64)
        self.seconds = np.concatenate([seconds, seconds])
        away = np.argsort(-np.hypot(*(self.xy - 200).T))
        self.exits = away[: 3 * EXITS : 3]
        self.start = int(away[-1 - rng.integers(30)])
        self.posts = rng.choice(JUNCTIONS, POSTS, replace=False)
        matrix = csr_array((self.seconds, (self.tail, self.head)), shape=(JUNCTIONS, JUNCTIONS))
        self.all_s = dijkstra(matrix)
        self.travel_s = self.all_s[self.posts]
        self.load = rng.uniform(0.1, 3.0, JUNCTIONS).round(1)

    def flight(self, head_start_s):
        outside = np.zeros(JUNCTIONS, dtype=bool)
        outside[self.exits] = True
        kept = ~outside[self.tail]
        return Flight(self.tail[kept], self.head[kept], self.seconds[kept], self.start, head_start_s, outside)


@pytest.fixture(scope="module", params=[3])
def town(request):
    return Town(request.param)


def test_the_blockade_is_the_bottleneck_optimum(town):
    """No matching closes all exits earlier; with this worst arrival SciPy's assignment has the same sum."""
    times = town.travel_s[:, town.exits]
    found = assign_blockade(times)

    def matched(limit):
        graph = nx.Graph((f"e{e}", f"p{p}") for p, e in np.argwhere(times <= limit))
        return len(nx.max_weight_matching(graph, maxcardinality=True)) == EXITS

    steps = np.unique(times)
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if matched(steps[middle]) else (middle + 1, high)
    assert found.worst_s == pytest.approx(steps[low])
    rows, columns = linear_sum_assignment(np.where(times <= steps[low] + 1e-9, times, 1e9))
    assert found.sum_s == pytest.approx(times[rows, columns].sum())


def simulated(town, nodes, head_start_s):
    """Run the pursued through the streets that are left when nobody leaves a held junction."""
    streets = nx.DiGraph()
    streets.add_nodes_from(range(JUNCTIONS))
    for tail, head, seconds in zip(town.tail.tolist(), town.head.tolist(), town.seconds, strict=True):
        if tail not in nodes:
            streets.add_edge(tail, head, weight=seconds)
    reached = nx.single_source_dijkstra_path_length(streets, town.start)
    return {node: at - head_start_s for node, at in reached.items()}


@pytest.mark.parametrize("aim", ["margin", "area"])
def test_the_cordon_holds_in_a_simulation(town, aim):
    """The pursued gets to no exit that is not held, and to every held junction after its own team."""
    found = find_cordon(town.flight(180.0), town.travel_s, aim=aim, time_limit_s=3.0)
    assert found is not None
    nodes = found.node.tolist()
    arrivals = simulated(town, set(nodes), 180.0)
    assert not (set(town.exits.tolist()) - set(nodes)) & arrivals.keys()
    assert len(set(found.team.tolist())) == len(nodes)
    for node, team, pursued in zip(nodes, found.team.tolist(), found.pursued_s, strict=True):
        assert arrivals[node] == pytest.approx(pursued)
        assert arrivals[node] >= town.travel_s[team, node] - 1e-6
    assert found.best_margin_s >= found.margins_s.min() - 1e-6


def test_posts_are_placed_as_by_another_model(town):
    """Twelve posts within three minutes cover as much, and all is covered by as few, as SciPy's solver says."""
    near = (town.all_s <= 180.0).astype(float)
    covers = csr_array(near)
    found = cover_most(covers, town.load, 12)
    reach = hstack([csr_array(near.T), -eye_array(JUNCTIONS)])
    counted = np.concatenate([np.ones(JUNCTIONS), np.zeros(JUNCTIONS)])[None, :]
    peer = milp(
        np.concatenate([np.zeros(JUNCTIONS), -town.load]),
        integrality=np.ones(2 * JUNCTIONS),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(reach.tocsr(), lb=0.0), LinearConstraint(counted, ub=12)],
    )
    assert found.gap == 0
    assert found.value == pytest.approx(-peer.fun)
    fewest = milp(
        np.ones(JUNCTIONS),
        integrality=np.ones(JUNCTIONS),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(near, lb=1),
    )
    assert cover_all(covers, town.load > 0).value == pytest.approx(fewest.fun)


def test_districts_are_in_time_and_in_one_piece(town):
    """Whoever can be reached in time belongs to a post that does; districts hang together; nobody's load beats the bound."""
    found = divide(town.travel_s, (town.tail, town.head), town.load, 180.0, time_limit_s=3.0)
    reachable = (town.travel_s <= 180.0).any(axis=0)
    assert (found.seconds[reachable] <= 180.0 + 1e-6).all()
    streets = nx.Graph(zip(town.tail.tolist(), town.head.tolist(), strict=True))
    for post in range(POSTS):
        assert nx.is_connected(streets.subgraph(np.flatnonzero(found.post == post).tolist()))
    assert found.load.max() >= found.most_bound - 1e-6
    assert found.load.max() <= found.nearest_load.max() + 1e-6
