"""Real streets: the published figures of each layer, and what joining does to them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from patrolmap.streets.matrix import travel_matrix
from patrolmap.streets.paths import legs_for_routes
from patrolmap.streets.turns import turn_list
from tests.helpers.shared_data import shared_file


def real(name):
    streets = gpd.read_file(shared_file(f"{name}/roads.geojson"))
    return streets.to_crs(streets.estimate_utm_crs()).rename(columns={"layer": "level"})


@pytest.mark.parametrize(
    ("name", "nodes", "edges", "parts"),
    [("zhengzhou", 2100, 3034, 10), ("guixi", 332, 471, 2), ("shenzhen", 885, 1135, 35), ("beijing", 994, 1402, 16)],
)
def test_published_figures(name, nodes, edges, parts):
    """
    Cut at every shared vertex and end, and at nothing else, the layers have the nodes and edges published for them.

    Beijing's 1,403 count an edge of no length: one way repeats a vertex. Joining through nodes of degree 2 then takes
    away as many edges as nodes, and no metre.
    """
    streets = real(name)
    build = build_graph(streets, snap_tolerance_m=0, node_crossings=False)
    report = build.report
    assert (report.junctions, report.pieces) == (nodes, edges)
    assert report.junctions - report.nodes == report.pieces - report.edges > 0
    assert report.length_m == pytest.approx(streets.length.sum(), rel=1e-9)
    assert len(report.components) == parts


@pytest.mark.parametrize("name", ["zhengzhou", "guixi", "shenzhen", "beijing"])
def test_crossings_of_openstreetmap_are_bridges(name):
    """Layers with junctions as shared vertices are recognised: what crosses without one stays apart."""
    report = build_graph(real(name)).report
    assert not report.crossings_noded
    assert report.crossings_unshared < 0.25 * report.junctions_shared


def test_montreal_is_one_network():
    """Segments cut at every junction join to a network of which the main part has over 99 % of the length."""
    streets = gpd.read_file(shared_file("montreal/streets_central.geojson"))
    report = build_graph(streets.to_crs(streets.estimate_utm_crs())).report
    assert report.outside_main_m < 0.01 * report.length_m


@pytest.mark.parametrize("mode", list(TravelMode))
def test_legs_lie_on_real_streets(mode):
    """Ways between places in Zhengzhou follow the streets within a micrometre and are as long as the matrix says."""
    graph = build_graph(real("zhengzhou")).graph
    rng = np.random.default_rng(11)
    main = np.flatnonzero(graph.component == 0)
    xy = graph.node_xy[rng.choice(main, 14)] + rng.uniform(-60, 60, (14, 2))
    places = attach(graph, xy, mode=mode)
    matrix = travel_matrix(graph, places, mode)
    pairs = [(a, b) for a in range(14) for b in range(14) if a != b]
    paths = legs_for_routes(graph, places, pairs, mode, limit_s=[matrix.travel_s[pair] for pair in pairs])
    found = 0
    for pair, path in zip(pairs, paths, strict=True):
        assert (path is None) == np.isinf(matrix.travel_s[pair])
        if path is None:
            continue
        found += 1
        assert path.travel_s == pytest.approx(matrix.travel_s[pair])
        assert path.length_m == pytest.approx(matrix.length_m[pair])
        vertices = shapely.get_coordinates(path.geometry)
        on_way = shapely.points(np.vstack([vertices, (vertices[1:] + vertices[:-1]) / 2]))
        assert (
            shapely.distance(on_way[:, None], graph.edge_geometry[path.edges][None, :]).min(axis=1).max(initial=0)
            < 1e-6
        )
        listed = turn_list(graph, path)
        assert sum(turn.length_m for turn in listed) == pytest.approx(path.length_m)
        assert (listed[0].action, listed[-1].action) == ("depart", "arrive")
    assert found > 100
