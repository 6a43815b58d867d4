"""Networks given as tables keep every row and every id."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach_nodes
from patrolmap.streets.matrix import travel_matrix
from patrolmap.streets.tables import graph_from_tables

NODES = pd.DataFrame({"node_id": [1, 2, 3, 92], "x": [0.0, 3.0, 6.0, 9.0], "y": [0.0, 4.0, 8.0, 9.0]})


def edges(**columns):
    return pd.DataFrame({"from_node": ["1", "2"], "to_node": ["2", "3"], **columns})


def test_a_straight_edge_with_a_scale():
    """3 by 4 units of 100 m are 500 m; a node of degree 2 and one without edges stay."""
    graph = graph_from_tables(NODES, edges(), 100.0)
    assert graph.node_id.tolist() == ["1", "2", "3", "92"]
    np.testing.assert_allclose(graph.edge_length_m, 500)
    assert graph.node_index("92") == 3
    assert graph.component.tolist() == [0, 0, 0, 1]


def test_given_lengths_and_times_hold():
    """A length of the table overrules the straight line where it is given, a time overrules the class."""
    graph = graph_from_tables(NODES, edges(length_m=[700.0, None], travel_s=[None, 42.0]), 100.0)
    np.testing.assert_allclose(graph.edge_length_m, [700, 500])
    matrix = travel_matrix(graph, attach_nodes(graph, [0, 1, 2, 3]), TravelMode.CAR)
    np.testing.assert_allclose(matrix.travel_s[0, :3], [0, 700 / (30 / 3.6), 700 / (30 / 3.6) + 42])
    np.testing.assert_allclose(matrix.length_m[0, :3], [0, 700, 1200])
    assert np.isinf(matrix.travel_s[0, 3])


def test_one_way_and_geometry():
    """A drawn edge keeps its shape; one-way is from from_node to to_node."""
    bent = shapely.LineString([(0, 0), (0, 4), (3, 4)])
    graph = graph_from_tables(NODES, edges(geometry=[bent, None], oneway=["yes", None]), 1.0)
    np.testing.assert_allclose(graph.edge_length_m, [7, 5])
    matrix = travel_matrix(graph, attach_nodes(graph, [0, 1]), TravelMode.CAR)
    assert np.isfinite(matrix.travel_s[0, 1])
    assert np.isinf(matrix.travel_s[1, 0])


@pytest.mark.parametrize(
    ("nodes", "table", "text"),
    [
        (NODES.assign(node_id=[1, 1, 3, 92]), edges(), "not unique: 1"),
        (NODES, edges().assign(to_node=["2", "7"]), "not in the node table: 7"),
        (NODES.assign(x=[0.0, np.nan, 1.0, 2.0]), edges(), "without coordinates: 2"),
    ],
)
def test_mistakes_are_named(nodes, table, text):
    """Ids that occur twice, lead nowhere or have no place are the user's to mend."""
    with pytest.raises(InputError, match=text):
        graph_from_tables(nodes, table)


def test_an_unknown_junction_is_named():
    """Asking for a junction that is not there tells which ids there are."""
    with pytest.raises(InputError, match=r"“77”.*1, 2, 3, 92"):
        graph_from_tables(NODES, edges()).node_index("77")


def test_networkx_has_the_users_ids():
    """The public graph carries places, lengths, times and both directions of a two-way street."""
    public = graph_from_tables(NODES, edges(name=["甲路", "乙路"], oneway=[None, "yes"])).to_networkx()
    assert public.nodes["2"] == {"x": 3.0, "y": 4.0}
    assert sorted((u, v) for u, v, _ in public.edges(keys=True)) == [("1", "2"), ("2", "1"), ("2", "3")]
    forth, back = public["1"]["2"][0], public["2"]["1"][0]
    assert forth["length_m"] == 5.0
    assert forth["name"] == "甲路"
    assert shapely.get_coordinates(back["geometry"]).tolist() == [[3, 4], [0, 0]]
