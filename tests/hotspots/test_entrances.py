from __future__ import annotations

import numpy as np
import shapely

from patrolmap.hotspots.entrances import entrances
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
