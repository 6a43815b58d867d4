"""Contraction: a smaller graph, the same times and lengths."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from patrolmap.model.kinds import TravelMode
from patrolmap.streets import matrix as matrix_module
from patrolmap.streets.attach import attach
from patrolmap.streets.contract import contract
from patrolmap.streets.matrix import travel_matrix
from patrolmap.streets.travel import edge_travel_s, street_arcs
from tests.helpers.city import city_graph


@pytest.mark.parametrize("mode", list(TravelMode))
@pytest.mark.parametrize("most_neighbours", [2, 3, 4, 6])
def test_times_between_kept_nodes_stay(mode, most_neighbours):
    """Times between the nodes kept are those of the whole graph, one-way streets included."""
    graph = city_graph(12, 9, oneway_row=4)
    arcs = street_arcs(graph, edge_travel_s(graph, mode))
    keep = np.zeros(graph.node_count, dtype=bool)
    keep[[0, 17, 50, 51, 100]] = True
    small = contract(arcs, graph.edge_length_m[arcs.edge], keep, most_neighbours=most_neighbours)
    kept = np.flatnonzero(keep)
    whole_s = dijkstra(arcs.matrix, indices=kept)[:, kept]
    small_s = dijkstra(small.matrix, indices=small.node[kept])[:, small.node[kept]]
    np.testing.assert_allclose(small_s, whole_s, rtol=1e-12)
    assert small.matrix.shape[0] < graph.node_count


def test_arcs_are_sorted_and_one_a_pair():
    """The keys of the arcs ascend strictly, as a look-up by bisection needs."""
    graph = city_graph(9, 9)
    arcs = street_arcs(graph, edge_travel_s(graph, TravelMode.WALK))
    small = contract(arcs, graph.edge_length_m[arcs.edge], np.arange(graph.node_count) % 20 == 0)
    assert (np.diff(small.key) > 0).all()
    rest = small.matrix.shape[0]
    np.testing.assert_array_equal(small.key % rest, small.matrix.indices)


def test_dead_ends_vanish():
    """A graph of which two neighbours are kept shrinks to them."""
    graph = city_graph(2, 2)
    arcs = street_arcs(graph, edge_travel_s(graph, TravelMode.WALK))
    small = contract(arcs, graph.edge_length_m[arcs.edge], np.array([True, True, False, False]))
    assert small.matrix.shape == (2, 2)
    np.testing.assert_allclose(small.length_m, 200.0)


@pytest.mark.parametrize("mode", list(TravelMode))
def test_a_matrix_is_the_same_with_and_without(mode, monkeypatch):
    """The travel matrix does not depend on whether the graph was contracted; lengths by car are the way's own."""
    graph = city_graph(15, 12, oneway_row=3)
    rng = np.random.default_rng(4)
    xy = graph.node_xy.min(axis=0) + rng.random((40, 2)) * np.ptp(graph.node_xy, axis=0)
    places = attach(graph, xy)
    whole = travel_matrix(graph, places, mode)
    monkeypatch.setattr(matrix_module, "_CONTRACT_FROM", 0)
    small = travel_matrix(graph, places, mode)
    np.testing.assert_allclose(small.travel_s, whole.travel_s, rtol=1e-12)
    np.testing.assert_allclose(small.length_m.sum(), whole.length_m.sum(), rtol=1e-3)
