"""
Travel matrix, ways and graph building on a made-up network, as a ratio to NetworkX in the same run.

NetworkX runs `single_source_dijkstra` (times and paths) from a sample of the same places on the same graph, and its time
is scaled to all of them; patrolmap computes the whole matrix and draws the ways of as many legs as routes would have.
Both answers are compared before any time is printed. CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from benchmarks.streets.network import made_up_streets
from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import Attachments, attach_nodes
from patrolmap.streets.build import build_graph
from patrolmap.streets.matrix import TravelMatrix, travel_matrix
from patrolmap.streets.paths import legs_for_routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.streets.network import StreetGraph


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """
    Run something.

    Parameters
    ----------
    work : callable
        What to run.

    Returns
    -------
    (Any, float)
        Its answer and its CPU seconds.
    """
    start = time.process_time()
    return work(), time.process_time() - start


def with_networkx(graph: StreetGraph, places: Attachments, rows: range, mode: TravelMode) -> tuple[np.ndarray, float]:
    """
    Search from some places with NetworkX.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    places : Attachments
        Places on nodes.
    rows : range
        Which of them to search from.
    mode : TravelMode
        How to travel.

    Returns
    -------
    seconds : numpy.ndarray of float64, shape (rows, k)
        Travel times.
    cpu_s : float
        What the searches took.
    """
    public = walking_graph(graph) if mode is TravelMode.WALK else graph.to_networkx(mode)
    ends = np.where(places.share == 0, graph.edge_u[places.edge], graph.edge_v[places.edge])
    names = [str(graph.node_id[node]) for node in ends]
    found_s = np.full((len(rows), len(names)), np.inf)
    start = time.process_time()
    for row in rows:
        seconds, _paths = nx.single_source_dijkstra(public, names[row], weight="travel_s")
        found_s[row] = [seconds.get(name, np.inf) for name in names]
    return found_s, time.process_time() - start


def walking_graph(graph: StreetGraph) -> nx.MultiDiGraph:
    """
    Make the public graph without one-way rules, which walkers ignore.

    Parameters
    ----------
    graph : StreetGraph
        The streets.

    Returns
    -------
    networkx.MultiDiGraph
        With both directions of each edge.
    """
    public = graph.to_networkx(TravelMode.WALK)
    for u, v, key, values in list(public.edges(keys=True, data=True)):
        if not public.has_edge(v, u, key):
            public.add_edge(v, u, key, **values)
    return public


def run(edges: int, count: int, sample: int, mode: TravelMode) -> dict[str, float]:
    """
    Measure.

    Parameters
    ----------
    edges : int
        Size of the network.
    count : int
        Number of places.
    sample : int
        From how many of them NetworkX searches.
    mode : TravelMode
        How to travel.

    Returns
    -------
    dict of str to float
        Sizes, CPU seconds and ratios.
    """
    build, build_s = timed(lambda: build_graph(made_up_streets(edges)))
    graph = build.graph
    rng = np.random.default_rng(7)
    places = attach_nodes(graph, rng.choice(graph.node_count, count, replace=False))
    matrix: TravelMatrix
    matrix, matrix_s = timed(lambda: travel_matrix(graph, places, mode))
    order = rng.permutation(count)
    pairs = [(int(a), int(b)) for a, b in itertools.pairwise(order)]
    limits = [float(matrix.travel_s[pair]) for pair in pairs]
    legs, legs_s = timed(lambda: legs_for_routes(graph, places, pairs, mode, limit_s=limits))
    reference_s, sample_s = with_networkx(graph, places, range(sample), mode)
    np.testing.assert_allclose(matrix.travel_s[:sample], reference_s, rtol=1e-9)
    for pair, leg in zip(pairs, legs, strict=True):
        assert (leg is None and np.isinf(matrix.travel_s[pair])) or abs(leg.travel_s - matrix.travel_s[pair]) < 1e-6
    networkx_s = sample_s / sample * count
    return {
        "nodes": graph.node_count,
        "edges": graph.edge_count,
        "places": count,
        "build_cpu_s": build_s,
        "matrix_cpu_s": matrix_s,
        "legs": len(pairs),
        "legs_cpu_s": legs_s,
        "networkx_cpu_s": networkx_s,
        "ratio_matrix": networkx_s / matrix_s,
        "ratio_matrix_and_legs": networkx_s / (matrix_s + legs_s),
    }


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=100_000)
    parser.add_argument("--places", type=int, default=400)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--mode", choices=[str(mode) for mode in TravelMode], default="walk")
    given = parser.parse_args()
    print(json.dumps(run(given.edges, given.places, given.sample, TravelMode(given.mode)), indent=2))


if __name__ == "__main__":
    main()
