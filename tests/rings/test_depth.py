"""Depth of defence against a search over all sets of controls, on small networks."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from patrolmap.rings.controls import controls_at_nodes
from patrolmap.rings.crossings import find_crossings
from patrolmap.rings.depth import site_depths
from patrolmap.streets.attach import attach_nodes
from tests.rings.networks import network
from tests.rings.random_networks import checkpoints, planar_network, ring


def test_a_control_on_the_junction_of_the_site_counts():
    """A site stands on a junction that two ways reach; the one control on it must be passed on either."""
    graph = network({"A": (0, 0), "B": (100, 0), "C": (200, 0)}, [("A", "B"), ("B", "C"), ("A", "C")])
    held, site = controls_at_nodes(graph, [2]), np.array([2])
    (found,) = site_depths(graph, np.array([-1, 0, 1], np.int8), held, ["S"], attach_nodes(graph, site))
    assert (found.depth, found.controls) == (1, ("node:C",))


def least(graph, side, controls, node):
    """Count the fewest controls that must be passed, by trying all sets of them in order of size."""
    on_node, on_edge = {}, {}
    for place, name in enumerate(controls.site_id):
        for one in controls.junction[place]:
            on_node.setdefault(one, set()).add(name)
        if controls.edge[place] >= 0:
            on_edge.setdefault(int(controls.edge[place]), set()).add(name)
    for count in range(len(controls) + 1):
        for passed in map(set, combinations(controls.site_id, count)):
            free = nx.Graph()
            free.add_nodes_from(one for one in range(graph.node_count) if on_node.get(one, set()) <= passed)
            for edge, (u, v) in enumerate(zip(graph.edge_u.tolist(), graph.edge_v.tolist(), strict=True)):
                if u in free and v in free and on_edge.get(edge, set()) <= passed:
                    free.add_edge(u, v)
            if node in free and any(side[one] < 0 for one in nx.node_connected_component(free, node)):
                return count
    return None


@pytest.mark.parametrize("seed", range(20))
def test_no_way_passes_fewer_controls(seed):
    """Every junction inside a random ring has the depth that the search over sets of controls finds."""
    rng = np.random.default_rng(7_100 + seed)
    graph, area = planar_network(rng, 12), ring(rng)
    controls = checkpoints(rng, graph, 5)
    side = find_crossings(graph, "core", area, controls).passages.node_side
    nodes = np.arange(graph.node_count)
    places = attach_nodes(graph, nodes)
    depths = site_depths(graph, side, controls, [str(node) for node in nodes], places)
    for node in np.flatnonzero((side > 0) & places.attached).tolist():
        assert depths[node].depth == least(graph, side, controls, node)
