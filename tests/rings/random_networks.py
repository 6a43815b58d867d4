"""Random planar networks with random rings and checkpoints, and plain answers by other means."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import Delaunay

from patrolmap.rings.controls import Controls
from patrolmap.streets.network import assemble

if TYPE_CHECKING:
    from patrolmap.rings.problem import ClosureProblem
    from patrolmap.streets.network import StreetGraph


def planar_network(rng: np.random.Generator, nodes: int = 30) -> StreetGraph:
    """Make a planar network: a triangulation of random points from which edges were taken; some are one-way."""
    xy = rng.uniform(0, 1000, (nodes, 2))
    triangles = Delaunay(xy).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), 1), axis=0
    )
    pairs = pairs[rng.random(len(pairs)) < rng.uniform(0.4, 0.9)]
    if not len(pairs):
        pairs = np.array([[0, 1]])
    lines = shapely.linestrings(xy[pairs])
    ids = np.array([str(k) for k in range(nodes)], dtype=object)
    oneway = rng.choice([0, 0, 0, 1, -1], len(pairs))
    return assemble(xy, ids, pairs, lines, oneway=oneway, edges=pd.DataFrame(index=range(len(pairs))))


def ring(rng: np.random.Generator) -> shapely.Polygon:
    """Draw a star-shaped ring around a random centre."""
    corners = int(rng.integers(3, 12))
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = rng.uniform(100, 450, corners)
    centre = rng.uniform(300, 700, 2)
    area = shapely.Polygon(centre + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None])
    return area if area.is_valid else shapely.convex_hull(area)


def checkpoints(rng: np.random.Generator, graph: StreetGraph, count: int) -> Controls:
    """Put checkpoints on random streets and junctions."""
    edge = np.full(count, -1, np.int32)
    along_m, junction = np.zeros(count), []
    for place in range(count):
        if rng.random() < 0.5:
            junction.append((int(rng.integers(graph.node_count)),))
        else:
            edge[place] = rng.integers(graph.edge_count)
            along_m[place] = rng.random() * graph.edge_length_m[edge[place]]
            junction.append(())
    return Controls(tuple(f"K{k}" for k in range(count)), edge, along_m, tuple(junction))


def opens(problem: ClosureProblem) -> bool:
    """Tell by a queue over the edges, node by node, whether the inside can be reached."""
    graph = problem.graph
    ways: dict[int, list[int]] = {}
    for edge in range(graph.edge_count):
        u, v = int(graph.edge_u[edge]), int(graph.edge_v[edge])
        if not (problem.open_edge[edge] and problem.open_node[u] and problem.open_node[v]):
            continue
        if not problem.respect_oneway or graph.edge_oneway[edge] >= 0:
            ways.setdefault(u, []).append(v)
        if not problem.respect_oneway or graph.edge_oneway[edge] <= 0:
            ways.setdefault(v, []).append(u)
    queue = deque(int(node) for node in np.flatnonzero((problem.label < 0) & problem.open_node))
    seen = set(queue)
    while queue:
        node = queue.popleft()
        if problem.label[node] > 0:
            return True
        for other in ways.get(node, ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return False


def networkx_cut(problem: ClosureProblem) -> int:
    """Compute the least number of streets that close it by `networkx.minimum_cut` on the whole network."""
    graph = problem.graph
    network = nx.DiGraph()
    network.add_nodes_from(["outside", "inside"])
    for edge in range(graph.edge_count):
        u, v = int(graph.edge_u[edge]), int(graph.edge_v[edge])
        if not (problem.open_edge[edge] and problem.open_node[u] and problem.open_node[v]) or u == v:
            continue
        for start, end, way in ((u, v, 1), (v, u, -1)):
            if problem.respect_oneway and graph.edge_oneway[edge] == -way:
                continue
            held = network.get_edge_data(start, end, {"capacity": 0})["capacity"]
            network.add_edge(start, end, capacity=held + 1)
    for node in np.flatnonzero(problem.open_node & (problem.label != 0)).tolist():
        if problem.label[node] < 0:
            network.add_edge("outside", node)
        else:
            network.add_edge(node, "inside")
    return int(nx.minimum_cut_value(network, "outside", "inside"))


def fewest_places(problem: ClosureProblem) -> int:
    """Compute the fewest junctions and streets in between by `networkx.minimum_cut`, ends left out."""
    graph = problem.graph
    network = nx.DiGraph()
    network.add_nodes_from(["outside", "inside"])

    def leave(node: int) -> object:
        return "outside" if problem.label[node] < 0 else "inside" if problem.label[node] > 0 else (node, 1)

    def enter(node: int) -> object:
        return "outside" if problem.label[node] < 0 else "inside" if problem.label[node] > 0 else (node, 0)

    for node in np.flatnonzero(problem.open_node & (problem.label == 0)).tolist():
        network.add_edge((node, 0), (node, 1), capacity=1)
    for edge in range(graph.edge_count):
        u, v = int(graph.edge_u[edge]), int(graph.edge_v[edge])
        if not (problem.open_edge[edge] and problem.open_node[u] and problem.open_node[v]) or u == v:
            continue
        network.add_edge(("e", edge, 0), ("e", edge, 1), capacity=1)
        for node in (u, v):
            network.add_edge(leave(node), ("e", edge, 0))
            network.add_edge(("e", edge, 1), enter(node))
    return int(nx.minimum_cut_value(network, "outside", "inside"))
