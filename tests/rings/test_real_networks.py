"""Rings drawn by seed over real streets have as many leaks as NetworkX's own minimum cut says."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.rings.closure import close_ring
from patrolmap.rings.crossings import find_crossings
from patrolmap.rings.problem import ClosureProblem
from patrolmap.streets.build import build_graph
from tests.helpers.shared_data import shared_file
from tests.rings.random_networks import checkpoints, networkx_cut

METRIC = {
    "zhengzhou/roads.geojson": "EPSG:32649",
    "guixi/roads.geojson": "EPSG:32650",
    "shenzhen/roads.geojson": "EPSG:32650",
    "beijing/roads.geojson": "EPSG:32650",
}


@pytest.mark.parametrize("place", METRIC)
def test_leaks_are_networkx_minimum_cut(place):
    """Six rings and sets of checkpoints on each real network, each answer with a certificate that holds."""
    streets = gpd.read_file(shared_file(place)).to_crs(METRIC[place])
    graph = build_graph(streets).graph
    rng = np.random.default_rng(7)
    found = set()
    for _ in range(6):
        centre = graph.node_xy[rng.integers(graph.node_count)]
        angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
        radius = rng.uniform(0.1, 0.3, 9) * float(np.ptp(graph.node_xy, axis=0).min())
        corners = centre + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
        controls = checkpoints(rng, graph, graph.node_count // 8)
        line = find_crossings(graph, "core", shapely.make_valid(shapely.Polygon(corners)), controls)
        answer = close_ring(graph, line, controls)
        today = ClosureProblem.all_open(graph, line.passages.node_side).without(
            edges=np.flatnonzero(line.guarded_edges(graph.edge_count)),
            nodes=np.flatnonzero(controls.on_nodes(graph.node_count)),
        )
        assert answer.certificate.holds
        assert len(answer.leaks) == networkx_cut(today)
        found.add(len(answer.leaks))
    assert len(found) > 1
