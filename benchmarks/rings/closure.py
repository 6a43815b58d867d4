"""
Closure of three rings on a large network, against ``networkx.minimum_cut`` on the same network in the same run.

Run ``python -m benchmarks.rings.closure [--edges 100000] [--without-networkx]``.
"""

from __future__ import annotations

import argparse
import time

import networkx as nx
import numpy as np
import pandas as pd
import shapely

from patrolmap.rings.certificate import certify
from patrolmap.rings.closure import close_ring
from patrolmap.rings.controls import Controls
from patrolmap.rings.crossings import RingLine, find_crossings
from patrolmap.rings.flow import street_flow
from patrolmap.rings.leaks import find_leaks
from patrolmap.rings.problem import ClosureProblem
from patrolmap.streets.network import StreetGraph, assemble


def main() -> None:
    """Time crossings and closure of three rings, and NetworkX on one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, default=100_000)
    parser.add_argument("--without-networkx", action="store_true")
    options = parser.parse_args()
    graph = shaken_grid(options.edges)
    extent_m = float(np.ptp(graph.node_xy[:, 0]))
    rings = {kind: ring(extent_m, share) for kind, share in (("city", 0.42), ("town", 0.3), ("core", 0.15))}
    controls = scattered(graph, 400)
    print(f"{graph.edge_count} edges, {graph.node_count} nodes, {len(controls)} checkpoints")
    whole_s = 0.0
    for kind, area in rings.items():
        started = time.perf_counter()
        line = find_crossings(graph, kind, area, controls)
        found_s = time.perf_counter() - started
        flow_s = leaks_only(graph, line, controls)
        answer = close_ring(graph, line, controls)
        ring_s = time.perf_counter() - started
        ring_s -= flow_s
        whole_s += ring_s
        print(
            f"{kind}: {len(line.crossings)} crossings in {found_s:.3f} s, {len(answer.leaks)} leaks, "
            f"fewest posts {len(answer.posts.today)} ({len(answer.posts.from_nothing)} from nothing), "
            f"proof holds: {answer.certificate.holds}, together {ring_s:.3f} s; flow, leaks and proof alone {flow_s:.3f} s"
        )
        if kind == "city" and not options.without_networkx:
            leaks, peer_s = by_networkx(graph, line, controls)
            print(f"  networkx.minimum_cut: {leaks} leaks in {peer_s:.2f} s, ratio {peer_s / flow_s:.0f}")
    print(f"three rings: {whole_s:.2f} s")


def shaken_grid(edges: int) -> StreetGraph:
    """
    Make a grid of streets with shaken junctions and missing links.

    Parameters
    ----------
    edges : int
        About how many.

    Returns
    -------
    StreetGraph
        Streets of about 100 m.
    """
    rng = np.random.default_rng(1)
    side = round(np.sqrt(edges / 1.7))
    place = np.arange(side * side)
    xy = np.column_stack([place % side, place // side]) * 100.0 + rng.uniform(-30, 30, (side * side, 2))
    right, up = place[place % side < side - 1], place[place < side * (side - 1)]
    pairs = np.concatenate([np.column_stack([right, right + 1]), np.column_stack([up, up + side])])
    pairs = pairs[rng.random(len(pairs)) < 0.85]
    middle = xy[pairs].mean(axis=1) + rng.uniform(-10, 10, (len(pairs), 2))
    lines = shapely.linestrings(np.stack([xy[pairs[:, 0]], middle, xy[pairs[:, 1]]], axis=1))
    classes = rng.choice(["primary", "secondary", "residential", "service"], len(pairs), p=[0.05, 0.1, 0.6, 0.25])
    names = np.array([str(one) for one in place], dtype=object)
    table = pd.DataFrame({"highway": classes})
    return assemble(xy, names, pairs, lines, oneway=np.zeros(len(pairs), np.int8), edges=table)


def ring(extent_m: float, share: float) -> shapely.Polygon:
    """
    Draw a wavy ring around the middle.

    Parameters
    ----------
    extent_m : float
        Width of the network.
    share : float
        Radius as a share of the width.

    Returns
    -------
    shapely.Polygon
        With 120 corners.
    """
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = extent_m * share * (1 + 0.08 * np.sin(5 * angle))
    return shapely.Polygon(extent_m / 2 + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])


def scattered(graph: StreetGraph, count: int) -> Controls:
    """
    Put checkpoints on random streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    count : int
        How many.

    Returns
    -------
    Controls
        Half-way on their streets.
    """
    edge = np.random.default_rng(2).choice(graph.edge_count, count, replace=False).astype(np.int32)
    ids = tuple(f"K{place}" for place in range(count))
    return Controls(ids, edge, graph.edge_length_m[edge] / 2, ((),) * count)


def leaks_only(graph: StreetGraph, line: RingLine, controls: Controls) -> float:
    """
    Time what NetworkX is asked for: flow and cut, with leaks as paths and the proof.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    line : RingLine
        The ring.
    controls : Controls
        The checkpoints.

    Returns
    -------
    float
        Seconds.
    """
    shut, held = line.guarded_edges(graph.edge_count), controls.on_nodes(graph.node_count)
    started = time.perf_counter()
    problem = ClosureProblem(graph, line.passages.node_side, ~shut, ~held)
    flow = street_flow(problem)
    leaks = find_leaks(graph, problem.label, flow.edge_flow)
    certificate = certify(problem, leaks, flow.cut_edges)
    seconds = time.perf_counter() - started
    assert certificate.holds
    return seconds


def by_networkx(graph: StreetGraph, line: RingLine, controls: Controls) -> tuple[int, float]:
    """
    Solve the same closure by NetworkX.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    line : RingLine
        The ring.
    controls : Controls
        The checkpoints.

    Returns
    -------
    leaks : int
        Value of the cut.
    seconds : float
        Of the cut alone, without building the network.
    """
    shut, held = line.guarded_edges(graph.edge_count), controls.on_nodes(graph.node_count)
    network = nx.DiGraph()
    for edge in np.flatnonzero(~shut).tolist():
        u, v = int(graph.edge_u[edge]), int(graph.edge_v[edge])
        if not (held[u] or held[v]):
            network.add_edge(u, v, capacity=1)
            network.add_edge(v, u, capacity=1)
    side = line.passages.node_side
    network.add_edges_from(("outside", node) for node in np.flatnonzero((side < 0) & ~held).tolist())
    network.add_edges_from((node, "inside") for node in np.flatnonzero((side > 0) & ~held).tolist())
    started = time.perf_counter()
    value, _ = nx.minimum_cut(network, "outside", "inside")
    return int(value), time.perf_counter() - started


if __name__ == "__main__":
    main()
