"""What must hold for every network."""

from __future__ import annotations

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach, attach_nodes
from patrolmap.streets.build import build_graph
from patrolmap.streets.matrix import travel_matrix
from patrolmap.streets.paths import legs_for_routes
from patrolmap.streets.reach import reach_s, reached_points
from patrolmap.streets.travel import edge_travel_s

SIDE_M = 100.0


@st.composite
def networks(draw):
    """Draw streets between the points of a shaken lattice: planar, with bends, one-way streets and dead ends."""
    side = draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    place = {(i, j): np.array([i, j]) * SIDE_M + rng.uniform(-30, 30, 2) for i in range(side) for j in range(side)}
    steps = [((i, j), (i + di, j + dj)) for i, j in place for di, dj in ((1, 0), (0, 1)) if (i + di, j + dj) in place]
    kept = [step for step in steps if rng.random() < 0.8] or steps[:1]
    lines, oneway, name = [], [], []
    for a, b in kept:
        middle = (place[a] + place[b]) / 2 + rng.uniform(-9, 9, 2)
        lines.append(shapely.LineString([place[a], middle, place[b]]))
        oneway.append(rng.choice(["yes", "-1", "no", "no"]))
        name.append(rng.choice(["A", "B"]))
    highway = rng.choice(["primary", "residential", "service", "unclassified"], len(lines))
    return gpd.GeoDataFrame({"name": name, "oneway": oneway, "highway": highway}, geometry=lines, crs="EPSG:32649")


seeds = st.integers(0, 2**32 - 1)
modes = st.sampled_from(list(TravelMode))


def some_points(graph, seed, count=6):
    """Points on and beside edges, one at a node, two on one edge."""
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, graph.edge_count, count)
    edges[1] = edges[0]
    on = shapely.line_interpolate_point(graph.edge_geometry[edges], rng.random(count), normalized=True)
    xy = shapely.get_coordinates(on) + rng.uniform(-3, 3, (count, 2))
    xy[-1] = graph.node_xy[rng.integers(graph.node_count)]
    return attach(graph, xy)


def stops_along(graph, places, edge):
    """List the ends of an edge and the points on it, in order from u."""
    inner = sorted((float(places.share[k]), f"p{k}") for k in np.flatnonzero(places.edge == edge))
    return [(0.0, int(graph.edge_u[edge])), *inner, (1.0, int(graph.edge_v[edge]))]


def cut_graph(graph, places, mode):
    """Make a NetworkX graph in which every point is a node of its own."""
    cost = edge_travel_s(graph, mode)
    cut = nx.MultiDiGraph()
    cut.add_nodes_from(range(graph.node_count))
    for edge in range(graph.edge_count):
        for (s, a), (t, b) in itertools.pairwise(stops_along(graph, places, edge)):
            for one, two, way in ((a, b, 0), (b, a, 1)):
                seconds = (t - s) * cost[edge, way] if t > s else 0.0
                if np.isfinite(seconds):
                    cut.add_edge(one, two, s=seconds)
    return cut


def reference(graph, places, mode):
    """Compute travel with NetworkX on a graph that is cut at every point."""
    cut = cut_graph(graph, places, mode)
    result = np.full((len(places), len(places)), np.inf)
    for k in range(len(places)):
        found = nx.single_source_dijkstra_path_length(cut, f"p{k}", weight="s")
        result[k] = [found.get(f"p{other}", np.inf) for other in range(len(places))]
    return result


@settings(max_examples=60)
@given(networks())
def test_building_keeps_every_metre(streets):
    """The edges are as long as the streets they were built from."""
    graph = build_graph(streets, snap_tolerance_m=0).graph
    assert graph.edge_length_m.sum() == pytest.approx(streets.length.sum(), rel=1e-9)


@settings(max_examples=60)
@given(networks())
def test_degrees_and_geometry_agree(streets):
    """Twice the edges are the degrees; edges begin and end at their nodes; no node has two like continuing edges."""
    graph = build_graph(streets).graph
    assert graph.degree.sum() == 2 * graph.edge_count
    ends = shapely.get_coordinates(shapely.get_point(graph.edge_geometry, -1))
    np.testing.assert_allclose(ends, graph.node_xy[graph.edge_v], atol=1e-9)
    for node in np.flatnonzero(graph.degree == 2):
        edges = np.flatnonzero((graph.edge_u == node) | (graph.edge_v == node))
        if len(edges) == 2:
            rows = graph.edges.iloc[edges]
            flow = [graph.edge_oneway[e] * (1 if graph.edge_v[e] == node else -1) for e in edges]
            same = rows["name"].nunique() == 1 and rows["highway"].nunique() == 1
            assert not (same and flow[0] == -flow[1])


@settings(max_examples=80)
@given(networks(), seeds, modes)
def test_matrix_equals_networkx(streets, seed, mode):
    """Times between points along edges equal those of an independent search on a graph cut at the points."""
    graph = build_graph(streets).graph
    places = some_points(graph, seed)
    found = travel_matrix(graph, places, mode)
    np.testing.assert_allclose(found.travel_s, reference(graph, places, mode), rtol=1e-9, atol=1e-6)


@settings(max_examples=40)
@given(networks(), seeds)
def test_walking_is_a_metric(streets, seed):
    """On foot there and back take equal time, and no detour is shorter than the way."""
    graph = build_graph(streets).graph
    found = travel_matrix(graph, some_points(graph, seed), TravelMode.WALK).travel_s
    np.testing.assert_allclose(found, found.T, atol=1e-6)
    detour = (found[:, :, None] + found[None, :, :]).min(axis=1)
    finite = np.isfinite(found)
    assert (found[finite] <= detour[finite] + 1e-6).all()


@settings(max_examples=60)
@given(networks(), seeds, modes)
def test_paths_agree_with_the_matrix_and_lie_on_streets(streets, seed, mode):
    """Every way takes the matrix's time and length, joins its two points, and never leaves the streets."""
    graph = build_graph(streets).graph
    places = some_points(graph, seed)
    matrix = travel_matrix(graph, places, mode)
    pairs = [(a, b) for a in range(len(places)) for b in range(len(places))]
    network = shapely.union_all(graph.edge_geometry)
    limits = [matrix.travel_s[pair] for pair in pairs]
    for pair, path in zip(pairs, legs_for_routes(graph, places, pairs, mode, limit_s=limits), strict=True):
        if path is None:
            assert np.isinf(matrix.travel_s[pair])
            continue
        assert path.travel_s == pytest.approx(matrix.travel_s[pair], abs=1e-6)
        assert path.length_m == pytest.approx(matrix.length_m[pair], abs=1e-5)
        assert path.geometry.length == pytest.approx(path.length_m, abs=1e-5)
        xy = shapely.get_coordinates(path.geometry)
        np.testing.assert_array_equal(xy[[0, -1]], places.xy[list(pair)])
        on_way = shapely.points(np.vstack([xy, (xy[1:] + xy[:-1]) / 2]))
        assert shapely.distance(on_way, network).max() < 1e-6


@settings(max_examples=40)
@given(networks(), seeds, modes)
def test_reach_is_the_least_row_of_the_matrix(streets, seed, mode):
    """The nearest source's time at a point is the least of the matrix's column."""
    graph = build_graph(streets).graph
    places = some_points(graph, seed, 8)
    matrix = travel_matrix(graph, places, mode).travel_s
    reach = reach_s(graph, places.take(range(3)), mode)
    seconds, source = reached_points(graph, reach, places)
    np.testing.assert_allclose(seconds, matrix[:3].min(axis=0), rtol=1e-9, atol=1e-6)
    for place, nearest in enumerate(source):
        assert (nearest == -1) == np.isinf(seconds[place])
        if nearest >= 0:
            assert matrix[nearest, place] == pytest.approx(seconds[place], abs=1e-6)


@settings(max_examples=30)
@given(networks(), st.floats(1, 300))
def test_a_limit_only_cuts_off(streets, limit_s):
    """Within the limit the times are those without one; beyond it there is no way."""
    graph = build_graph(streets).graph
    places = attach_nodes(graph, np.arange(min(5, graph.node_count)))
    whole = travel_matrix(graph, places, TravelMode.CAR)
    cut = travel_matrix(graph, places, TravelMode.CAR, limit_s=limit_s)
    within = whole.travel_s <= limit_s
    np.testing.assert_array_equal(np.isfinite(cut.travel_s), within)
    np.testing.assert_allclose(cut.travel_s[within], whole.travel_s[within])
    np.testing.assert_allclose(cut.length_m[within], whole.length_m[within])
