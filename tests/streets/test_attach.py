"""Points are tied to the nearest point of an edge."""

from __future__ import annotations

import numpy as np

from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach, attach_nodes
from patrolmap.streets.build import build_graph
from tests.helpers.city import city_graph, city_streets, junction_xy


def test_the_nearest_point_not_the_nearest_node():
    """A point beside the middle of an edge keeps its distance and its place along it."""
    graph = city_graph()
    x, y = junction_xy(1, 1)
    places = attach(graph, [(x + 90, y - 12)])
    assert places.distance_m[0] == 12
    assert places.along_m[0] == 90
    np.testing.assert_array_equal(places.xy[0], (x + 90, y))


def test_beyond_the_limit_a_point_is_unattached():
    """At 60 m with a limit of 50 there is no edge, and no number pretends otherwise."""
    graph = city_graph()
    x, y = junction_xy(0, 0)
    places = attach(graph, [(x - 60, y), (x - 40, y), (np.nan, y)], limit_m=50)
    assert places.attached.tolist() == [False, True, False]
    assert np.isnan(places.along_m[[0, 2]]).all()
    assert np.isnan(places.distance_m[[0, 2]]).all()


def test_ties_go_to_the_first_edge():
    """At a junction, and half-way between two streets, the edge with the lowest index is taken every time."""
    graph = city_graph()
    x, y = junction_xy(2, 2)
    places = attach(graph, [(x, y), (x + 100, y + 100)])
    at_junction = np.flatnonzero(
        (graph.node_xy[graph.edge_u] == (x, y)).all(1) | (graph.node_xy[graph.edge_v] == (x, y)).all(1)
    )
    assert places.edge[0] == at_junction.min()
    assert places.share[0] in {0.0, 1.0}
    assert places.distance_m[1] == 100


def test_only_edges_of_the_mode():
    """A car is not tied to a footpath, however near it is."""
    streets = city_streets()
    streets.loc[streets["name"] == "纬2街", "highway"] = "footway"
    graph = build_graph(streets).graph
    x, y = junction_xy(1, 1)
    point = [(x + 100, y + 5)]
    assert graph.edges["name"][attach(graph, point).edge[0]] == "纬2街"
    assert graph.edges["name"][attach(graph, point, mode=TravelMode.CAR).edge[0]] != "纬2街"


def test_nodes():
    """Standing on nodes is exact, in the order asked for."""
    graph = city_graph()
    places = attach_nodes(graph, [7, 0, 19])
    np.testing.assert_array_equal(places.xy, graph.node_xy[[7, 0, 19]])
    at = np.where(places.share == 0, graph.edge_u[places.edge], graph.edge_v[places.edge])
    assert at.tolist() == [7, 0, 19]


def test_take():
    """Choosing some keeps their order."""
    graph = city_graph()
    places = attach_nodes(graph, [3, 4, 5]).take([2, 0])
    np.testing.assert_array_equal(places.xy, graph.node_xy[[5, 3]])
    assert len(places) == 2


def test_an_empty_graph_ties_nothing():
    """Without streets every point is unattached."""
    graph = build_graph(city_streets().iloc[:0]).graph
    assert attach(graph, [(0, 0)]).edge.tolist() == [-1]
