"""Rings nest, cross streets cleanly, and leak exactly where the truth says."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from tests.sample.conftest import METRIC

KINDS = ("city", "town", "core")
TITLES = {"city": "环市圈", "town": "环城圈", "core": "主城区内层圈"}


def crossings(edges: gpd.GeoDataFrame, ring: shapely.Polygon) -> list[tuple[int, shapely.Point]]:
    border = ring.exterior
    found = []
    for number in sorted(edges.sindex.query(border, predicate="intersects")):
        meet = shapely.get_coordinates(edges.geometry.iloc[number].intersection(border))
        found += [(int(number), shapely.Point(xy)) for xy in meet]
    return found


def test_core_lies_in_town_lies_in_city_lies_in_district(rings, boundary):
    """With some hundred metres between."""
    assert boundary.geometry.iloc[0].contains(rings.geometry["city"].buffer(30))
    assert rings.geometry["city"].contains(rings.geometry["town"].buffer(100))
    assert rings.geometry["town"].contains(rings.geometry["core"].buffer(100))


@pytest.mark.parametrize("kind", KINDS)
def test_outlines_look_drawn_by_nature(rings, kind):
    """Many vertices and far from the smallest rectangle around."""
    ring = rings.geometry[kind]
    assert len(ring.exterior.coords) > 80
    assert ring.area < 0.95 * ring.minimum_rotated_rectangle.area


@pytest.mark.parametrize("kind", KINDS)
def test_each_ring_crosses_the_promised_number_of_streets(edges, rings, truth, kind):
    """Counted by geometry alone; no street crosses a ring twice."""
    found = crossings(edges, rings.geometry[kind])
    assert len(found) == truth["crossings"][kind]
    assert len({number for number, _ in found}) == len(found)


@pytest.mark.parametrize("kind", KINDS)
def test_crossings_are_clean(edges, graph, rings, kind):
    """None within ten metres of a junction, no vertex of a ring within a metre of a street."""
    border = rings.geometry[kind].exterior
    nodes = shapely.points(list(graph.nodes))
    for _, place in crossings(edges, rings.geometry[kind]):
        assert shapely.distance(nodes, place).min() > 10.0
    corners = shapely.points(shapely.get_coordinates(border))
    near = edges.sindex.query(corners, predicate="dwithin", distance=1.0)
    assert len(near[0]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_crossing_is_guarded_but_those_of_the_truth(edges, rings, sites, truth, kind):
    """A checkpoint stands on the street within 60 m of the crossing; the others are the listed ones."""
    guards = sites[(sites["类型"] == "卡口") & (sites["所属圈层"] == TITLES[kind])]
    nearest = edges.sindex.nearest(guards.geometry, return_all=False)[1]
    along = dict(zip(nearest.tolist(), guards.geometry, strict=True))
    open_ones = [
        (n, at) for n, at in crossings(edges, rings.geometry[kind]) if n not in along or along[n].distance(at) > 60
    ]
    wanted = truth["unguarded"][kind]
    assert sorted(str(edges["name"].iloc[n]) for n, _ in open_ones) == sorted(item["street"] for item in wanted)
    places = gpd.GeoSeries([shapely.Point(item["lon_lat"]) for item in wanted], crs="EPSG:4326").to_crs(METRIC)
    for _, at in open_ones:
        assert places.distance(at).min() < 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_else_guards_the_open_crossings(edges, sites, truth, kind):
    """No controlled point stands within 250 m of them: they are open by any reading."""
    wanted = gpd.GeoSeries([shapely.Point(i["lon_lat"]) for i in truth["unguarded"][kind]], crs="EPSG:4326").to_crs(
        METRIC
    )
    for place in wanted:
        street = edges.geometry.iloc[edges.sindex.nearest(place, return_all=False)[1][0]]
        assert sites.distance(street).min() > 15.0


@pytest.mark.parametrize("kind", KINDS)
def test_each_ring_leaks_once_for_each_open_crossing(edges, rings, sites, truth, kind):
    """Maximum flow from outside to inside, guarded streets and guarded junctions taken out."""
    ring = rings.geometry[kind]
    guards = sites[sites["类型"].isin(["卡口", "路口"])]
    closed = set(edges.sindex.nearest(guards[guards["类型"] == "卡口"].geometry, return_all=False)[1].tolist())
    closed_nodes = [
        tuple(xy) for xy in shapely.get_coordinates(guards[guards["类型"] == "路口"].geometry.to_numpy()).tolist()
    ]
    flow = nx.DiGraph()
    shapely.prepare(ring)
    for number, line in enumerate(edges.geometry):
        if number in closed:
            continue
        ends = [tuple(xy) for xy in shapely.get_coordinates(line)[[0, -1]].round(1).tolist()]
        sides = ["in" if shapely.contains_xy(ring, *xy) else "out" for xy in ends]
        if sides[0] != sides[1] and not any(np.hypot(*np.subtract(xy, c)) < 1 for xy in ends for c in closed_nodes):
            have = flow.get_edge_data("out", "in", {"capacity": 0})["capacity"]
            flow.add_edge("out", "in", capacity=have + 1)
    assert nx.maximum_flow_value(flow, "out", "in") == len(truth["unguarded"][kind])
