"""Isochrones against outlines that shapely makes of every reached street."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.rings.isochrones import isochrone
from patrolmap.streets.attach import attach_nodes
from patrolmap.streets.reach import reach_s, reached_stretches
from tests.rings.random_networks import planar_network


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("beside_m", [20.0, 60.0])
def test_the_outline_lies_beside_the_reached_streets(seed, beside_m):
    """It differs from the union of the streets' own outlines by little more than a third of the distance, and small holes are filled."""
    graph = planar_network(np.random.default_rng(seed), 40)
    reach = reach_s(graph, attach_nodes(graph, np.array([0, 7])), TravelMode.WALK, speed_kph=6.0)
    stretches = zip(*reached_stretches(graph, reach, 240.0), strict=True)
    lines = [shapely.LineString(graph.lines.cut(int(edge), low, high)) for edge, low, high in stretches]
    found = isochrone(graph, reach, 240.0, beside_m=beside_m)
    assert found.is_valid
    exact = shapely.union_all(shapely.buffer(lines, beside_m, quad_segs=16))
    assert without_holes(exact.buffer(0.35 * beside_m)).covers(without_holes(found))
    assert without_holes(found.buffer(0.35 * beside_m)).covers(without_holes(exact))
    holes = [shapely.Polygon(ring).area for part in shapely.get_parts(found) for ring in part.interiors]
    assert min(holes, default=np.inf) >= 0.95 * (4 * beside_m) ** 2


def without_holes(area):
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(area)])


def test_nothing_reached_has_no_outline():
    """Without time nothing is outlined."""
    graph = planar_network(np.random.default_rng(1), 10)
    reach = reach_s(graph, attach_nodes(graph, np.array([0])), TravelMode.WALK)
    assert isochrone(graph, reach, 0.0).is_empty
