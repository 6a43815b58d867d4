"""The streets of the sample make one city network of the promised size."""

from __future__ import annotations

import collections
import itertools

import networkx as nx
import numpy as np
import shapely


def test_between_8000_and_15000_edges_run_between_junctions(edges, truth):
    """Cutting the ways where they share vertices gives the count that the generator wrote down."""
    assert 8_000 <= len(edges) <= 15_000
    assert len(edges) == truth["streets"]["edges"]


def test_all_streets_hang_together(graph, truth):
    """One connected component, and as many junctions as the generator wrote down."""
    assert nx.number_connected_components(graph) == truth["streets"]["components"] == 1
    assert graph.number_of_nodes() == truth["streets"]["junctions"]


def test_no_piece_is_without_length(edges):
    """Every edge is longer than a metre."""
    assert edges.length.min() > 1.0


def test_no_stretch_of_street_stands_twice(streets):
    """No two ways share a segment in either direction."""
    seen: collections.Counter[frozenset[tuple[float, float]]] = collections.Counter()
    for line in streets.geometry:
        xy = list(line.coords)
        seen.update(frozenset(pair) for pair in itertools.pairwise(xy))
    assert max(seen.values()) == 1


def test_streets_of_one_level_cross_only_at_junctions(edges):
    """Where two edges of the same level meet, they meet at an end of both."""
    lines = edges.geometry.to_numpy()
    level = edges["layer"].fillna(0).to_numpy()
    tree = shapely.STRtree(lines)
    first, second = tree.query(lines, predicate="intersects")
    keep = (first < second) & (level[first] == level[second])
    ends = shapely.boundary(lines)
    strays = 0
    for a, b in zip(first[keep], second[keep], strict=True):
        shared = shapely.intersection(lines[a], lines[b])
        strays += not (shapely.buffer(ends[a], 0.05).covers(shared) and shapely.buffer(ends[b], 0.05).covers(shared))
    assert strays == 0


def test_some_streets_pass_over_others_without_a_junction(edges):
    """The street beside the railway runs above the underpasses: a planar graph would be wrong here."""
    lines = edges.geometry.to_numpy()
    level = edges["layer"].fillna(0).to_numpy()
    first, second = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert (level[first] != level[second]).any()


def test_wide_streets_have_names_and_most_lanes_too(streets):
    """Shares of named ways by class."""
    named = streets["name"].notna().groupby(streets["highway"]).mean()
    assert (named[["trunk", "primary", "secondary", "tertiary"]] == 1.0).all()
    assert named["residential"] > 0.8
    assert named["living_street"] > 0.7
    assert named["unclassified"] > 0.6


def test_names_read_like_street_names(streets):
    """Every name ends in one of the usual words and no street has hundreds of ways."""
    ends = ("路", "街", "大街", "大道", "巷", "胡同", "公路", "里")
    names = streets["name"].dropna()
    assert names.str.endswith(ends).all()
    assert names.value_counts().max() < 40
    assert names.nunique() > 1_500


def test_a_city_has_all_classes_in_the_usual_proportion(edges):
    """Residential streets lead, arterials are a few per cent, one-way streets exist but are few."""
    length = edges.length.groupby(edges["highway"]).sum() / edges.length.sum()
    assert length["residential"] > 0.3
    assert 0.05 < length["primary"] < 0.2
    assert set(length.index) >= {
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
    }
    assert 0 < (edges["oneway"] == "yes").mean() < 0.1


def test_everything_can_be_reached_by_car_both_ways(edges):
    """One-way streets cut nobody off."""
    made = nx.DiGraph()
    for line, oneway in zip(edges.geometry, edges["oneway"], strict=True):
        start, end = map(tuple, shapely.get_coordinates(line)[[0, -1]].round(2).tolist())
        made.add_edge(start, end)
        if oneway != "yes":
            made.add_edge(end, start)
    assert nx.is_strongly_connected(made)


def test_the_river_has_a_handful_of_bridges(streets):
    """Streets cross the river on bridges alone."""
    import geopandas as gpd

    from tests.sample.conftest import FOLDER

    barriers = gpd.read_file(FOLDER / "barriers.geojson")
    river = barriers.loc[barriers["name"] == "澄河"].geometry.union_all()
    wet = streets[streets.intersects(river)]
    assert (wet["bridge"] == "yes").all()
    assert 7 <= wet["name"].nunique() <= 25


def test_turns_at_junctions_are_mostly_threes_and_fours(graph):
    """The mean degree is that of a street network, not of a grid or a tree."""
    degree = np.array([d for _, d in graph.degree()])
    assert 2.6 < degree.mean() < 3.3
    assert (degree == 3).mean() > 0.45
