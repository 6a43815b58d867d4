"""The last hand: bend the board, make one-way streets, write the ways as they stand in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from shapely import LineString, STRtree

from tools.make_sample.names import runs
from tools.make_sample.network import Edge, Network, key_of
from tools.make_sample.plane import on_grid, to_lonlat, warp

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["bend", "make_one_way", "street_table", "untangle"]

_SPEED_KPH: Final = {
    "trunk": 80,
    "primary": 60,
    "secondary": 50,
    "tertiary": 40,
    "unclassified": 40,
    "residential": 30,
    "living_street": 20,
}
_WAY_EDGES: Final = 14
_TOUCH_M: Final = 0.6


def bend(network: Network) -> Network:
    """
    Bend all streets, and keep no vertex that does not show.

    Parameters
    ----------
    network : Network
        As drawn.

    Returns
    -------
    Network
        In the city's plane; junctions stay shared to the last digit.
    """
    edges = []
    for edge in network.edges:
        dense = shapely.get_coordinates(shapely.segmentize(edge.line, 45.0))
        line = LineString(on_grid(warp(dense))).simplify(0.7)
        xy = on_grid(shapely.get_coordinates(line))
        keep = np.r_[True, np.hypot(*np.diff(xy, axis=0).T) > 0.05]
        edges.append(Edge(xy[keep], edge.stroke, edge.kind, edge.over, edge.name, edge.ref, edge.oneway))
    return Network(edges)


def untangle(network: Network) -> int:
    """
    Remove the narrower of two streets that cross or touch without a junction.

    Parameters
    ----------
    network : Network
        Changed in place.

    Returns
    -------
    int
        How many were removed.
    """
    lines = [edge.line for edge in network.edges]
    tree = STRtree(lines)
    first, second = tree.query(lines, predicate="dwithin", distance=_TOUCH_M)
    gone: dict[int, Edge] = {}
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        if i >= j or i in gone or j in gone:
            continue
        a, b = network.edges[i], network.edges[j]
        if bool(a.kind) != bool(b.kind) and "rail" in (a.over, b.over):
            continue
        shared = {a.start, a.end} & {b.start, b.end}
        if shared and not lines[i].intersects(lines[j]):
            continue
        meet = shapely.get_coordinates(lines[i].intersection(lines[j]))
        if shared and all(key_of(xy) in shared for xy in meet):
            continue
        worse = max((a.rank, -a.length_m, i), (b.rank, -b.length_m, j))[2]
        gone[worse] = network.edges[worse]
    network.drop(gone.values())
    return len(gone)


def make_one_way(network: Network, rng: np.random.Generator, count: int) -> None:
    """
    Turn some narrow streets into one-way streets without cutting anybody off.

    Parameters
    ----------
    network : Network
        Changed in place: edges of a one-way street run its way.
    rng : numpy.random.Generator
        Source of chance.
    count : int
        How many streets.
    """
    graph = nx.DiGraph()
    for edge in network.edges:
        graph.add_edge(edge.start, edge.end)
        graph.add_edge(edge.end, edge.start)
    groups = [
        g
        for g in runs(network)
        if 4 <= len(g) <= 30 and g[0].stroke.zone.startswith(("core", "inner")) and g[0].rank in (3, 5, 6)
    ]
    for number in rng.permutation(len(groups)).tolist():
        if count == 0:
            return
        line = shapely.line_merge(shapely.union_all([edge.line for edge in groups[number]]))
        if line.geom_type != "LineString" or line.is_ring or any(edge.oneway for edge in groups[number]):
            continue
        against = []
        for edge in groups[number]:
            a, b = line.project(shapely.Point(edge.xy[0])), line.project(shapely.Point(edge.xy[-1]))
            if a > b:
                edge.xy = edge.xy[::-1]
            against.append((edge.end, edge.start))
        graph.remove_edges_from(against)
        if nx.is_strongly_connected(graph):
            count -= 1
            for edge in groups[number]:
                edge.oneway = "yes"
        else:
            graph.add_edges_from(against)


def street_table(network: Network) -> gpd.GeoDataFrame:
    """
    Write the ways: runs of edges with the same attributes, cut to a handy length.

    Parameters
    ----------
    network : Network
        Named streets in the city's plane.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of the file, in WGS 84.
    """
    rows = []
    for chain in _chains(network):
        head = chain[0][0]
        xy = np.vstack(
            [(e.xy if forward else e.xy[::-1])[: None if last else -1] for (e, forward), last in _mark_last(chain)]
        )
        rows.append(
            {
                "name": head.name or None,
                "ref": head.ref or None,
                "highway": head.highway,
                "oneway": head.oneway or None,
                "layer": {"bridge": 1, "tunnel": -1}.get(head.kind),
                "bridge": "yes" if head.kind == "bridge" else None,
                "tunnel": "yes" if head.kind == "tunnel" else None,
                "maxspeed": _SPEED_KPH.get(head.highway),
                "geometry": to_lonlat(LineString(xy)),
            }
        )
    rows.sort(key=lambda row: (row["name"] or "~", row["highway"], row["geometry"].coords[0]))
    for number, row in enumerate(rows, start=1):
        row["id"] = f"w{number:05d}"
    frame = gpd.GeoDataFrame(rows, crs="EPSG:4326")
    return frame[["id", "name", "ref", "highway", "oneway", "layer", "bridge", "tunnel", "maxspeed", "geometry"]]


def _mark_last(chain: list[tuple[Edge, bool]]) -> Iterable[tuple[tuple[Edge, bool], bool]]:
    for place, item in enumerate(chain):
        yield item, place == len(chain) - 1


def _chains(network: Network) -> list[list[tuple[Edge, bool]]]:
    chains = []
    for group in runs(network):
        left = sorted(group, key=lambda e: (e.start, e.end))
        while left:
            chain = _walk(left.pop(0), left)
            chains += [chain[i : i + _WAY_EDGES] for i in range(0, len(chain), _WAY_EDGES)]
    return chains


def _walk(first: Edge, left: list[Edge]) -> list[tuple[Edge, bool]]:
    def like(a: Edge, b: Edge) -> bool:
        return (a.highway, a.kind, a.name, a.ref, a.oneway) == (b.highway, b.kind, b.name, b.ref, b.oneway)

    chain = [(first, True)]
    if first.start == first.end:
        return chain
    for ahead in (True, False):
        while True:
            edge, forward = chain[-1] if ahead else chain[0]
            node = edge.end if forward == ahead else edge.start
            visited = {n for e, _ in chain for n in (e.start, e.end)}
            following = next(
                (e for e in left if like(e, first) and node in (e.start, e.end) and not {e.start, e.end} <= visited),
                None,
            )
            if following is None or (first.oneway and (following.start if ahead else following.end) != node):
                break
            left.remove(following)
            item = (following, (following.start == node) == ahead)
            chain = [*chain, item] if ahead else [item, *chain]
    return chain
