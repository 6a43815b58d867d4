from __future__ import annotations

import numpy as np
import shapely

from patrolmap.hotspots.entrances import entrance_streets, entrances
from tests.helpers.city import ORIGIN_XY, city_graph


def box(left, bottom, right, top):
    return shapely.box(ORIGIN_XY[0] + left, ORIGIN_XY[1] + bottom, ORIGIN_XY[0] + right, ORIGIN_XY[1] + top)


def test_each_street_that_passes_the_outline_is_an_entrance() -> None:
    """A square around one junction of two streets is entered at four places, listed from the west."""
    (found,) = entrances(city_graph(5, 4), [box(150, 150, 250, 250)])
    np.testing.assert_allclose(found - ORIGIN_XY, [[150, 200], [200, 150], [200, 250], [250, 200]], atol=1e-6)


def test_a_dead_end_inside_has_one() -> None:
    """At the corner of the city two streets begin: they are entered once each."""
    (found,) = entrances(city_graph(5, 4), [box(-50, -50, 50, 50)])
    assert len(found) == 2


def test_touching_is_not_passing() -> None:
    """Beside a street, between streets, and with an edge on a street there is no entrance."""
    found = entrances(city_graph(5, 4), [box(210, 20, 300, 120), box(20, 20, 180, 180), box(10, 0, 190, 190)])
    assert [len(places) for places in found] == [0, 0, 0]


def test_entrances_are_counted_by_street() -> None:
    """Around two junctions of one street: that street leads in twice, each crossing one twice; nowhere else none."""
    graph = city_graph(5, 4)
    names = graph.edges["name"].to_numpy()
    inside = box(150, 150, 450, 250)
    (found,) = entrance_streets(graph, entrances(graph, [inside]))
    expected = {}
    for line, name in zip(graph.edge_geometry, names, strict=True):
        crossings = shapely.get_num_coordinates(shapely.intersection(line, inside.boundary))
        expected[name] = expected.get(name, 0) + int(crossings)
    assert dict(found) == {name: count for name, count in expected.items() if count}
    assert sum(count for _, count in found) == 6
    assert entrance_streets(graph, [np.empty((0, 2))]) == ((),)
