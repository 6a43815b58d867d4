"""Moving junctions to lighter posts: a line by hand, and claims on random towns."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from patrolmap.rings.district_moves import moved_to_lighter


def town(seed, side=9, posts=5):
    graph = nx.grid_2d_graph(side, side)
    rng = np.random.default_rng(seed)
    graph = nx.convert_node_labels_to_integers(graph)
    nx.set_edge_attributes(graph, {edge: float(rng.uniform(10, 30)) for edge in graph.edges}, "s")
    both = [*graph.edges, *((v, u) for u, v in graph.edges)]
    stands = rng.choice(side * side, posts, replace=False)
    reach = [nx.single_source_dijkstra_path_length(graph, int(one), weight="s") for one in stands]
    travel_s = np.array([[row[node] for node in range(side * side)] for row in reach])
    allowed = travel_s <= 120
    nearest = travel_s.argmin(axis=0)
    allowed[nearest, np.arange(side * side)] = True
    allowed[:, stands] = False
    allowed[np.arange(posts), stands] = True
    return graph, travel_s, allowed, tuple(np.array(both).T), rng.integers(0, 6, side * side).astype(float), stands


def test_on_a_line_the_lighter_post_takes_over():
    """Posts at 0 and 5 of a line with loads 0 0 1 1 9 0: the light junction between them goes to the post that has less."""
    at = np.arange(6.0)
    travel_s = np.array([at, 5 - at])
    arcs = (np.array([0, 1, 2, 3, 4, 1, 2, 3, 4, 5]), np.array([1, 2, 3, 4, 5, 0, 1, 2, 3, 4]))
    load = np.array([0.0, 0.0, 1.0, 1.0, 9.0, 0.0])
    post = moved_to_lighter(np.array([0, 0, 0, 1, 1, 1]), travel_s, np.ones((2, 6), dtype=bool), arcs, load)
    assert post.tolist() == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("seed", range(8))
def test_districts_stay_whole_and_loads_come_nearer(seed):
    """Each district is connected and holds its post, every post is allowed, and the squares of the loads do not grow."""
    graph, travel_s, allowed, arcs, load, stands = town(seed)
    nearest = travel_s.argmin(axis=0)
    post = moved_to_lighter(nearest, travel_s, allowed, arcs, load)
    assert allowed[post, np.arange(len(post))].all()
    for number, stand in enumerate(stands.tolist()):
        mine = graph.subgraph(np.flatnonzero(post == number).tolist())
        assert post[stand] == number
        assert nx.is_connected(mine)
    before, after = (np.bincount(one, weights=load, minlength=len(stands)) for one in (nearest, post))
    assert (after**2).sum() <= (before**2).sum()
    assert after.max() <= before.max()
