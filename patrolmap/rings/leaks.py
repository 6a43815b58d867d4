"""Leaks: the ways in that no checkpoint closes, as paths on the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["Leak", "find_leaks", "street_line"]


@dataclass(frozen=True, eq=False)
class Leak:
    """
    A way from outside to inside that passes no control.

    Parameters
    ----------
    nodes : tuple of int
        From a node outside to a node inside.
    edges : tuple of int
        The edges between them, one fewer.
    geometry : shapely.LineString
        The way on the streets, metric, in its direction.
    length_m : float
        Its length.
    streets : tuple of str
        Names of its streets in order, each once; empty texts left out.
    """

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    geometry: shapely.LineString
    length_m: float
    streets: tuple[str, ...]


def find_leaks(graph: StreetGraph, label: NDArray[np.int8], edge_flow: NDArray[np.int8]) -> tuple[Leak, ...]:
    """
    Take a flow apart into edge-disjoint ways.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    label : numpy.ndarray of int8, shape (n,)
        -1 outside, 1 inside, 0 in between.
    edge_flow : numpy.ndarray of int8, shape (m,)
        As in `patrolmap.rings.flow.StreetFlow`.

    Returns
    -------
    tuple of Leak
        As many as the flow's value; circles in the flow are left out.
    """
    used = np.flatnonzero(edge_flow)
    forward = edge_flow[used] > 0
    tail = np.where(forward, graph.edge_u[used], graph.edge_v[used])
    head = np.where(forward, graph.edge_v[used], graph.edge_u[used])
    onward: dict[int, list[tuple[int, int]]] = {}
    for edge, start, end in zip(used.tolist(), tail.tolist(), head.tolist(), strict=True):
        onward.setdefault(start, []).append((edge, end))
    table = graph.edges.iloc[used]
    words = (str(name or ref or "") for name, ref in zip(table["name"], table["ref"], strict=True))
    names = dict(zip(used.tolist(), words, strict=True))
    leaks = []
    for start in sorted(node for node in onward if label[node] < 0):
        while onward[start]:
            nodes, edges = _walk(start, onward, label)
            leaks.append(_leak(graph, nodes, edges, names))
    return tuple(leaks)


def street_line(graph: StreetGraph, nodes: tuple[int, ...], edges: tuple[int, ...]) -> shapely.LineString:
    """
    Draw a way on the streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    nodes : tuple of int
        Its nodes in order.
    edges : tuple of int
        Its edges, one fewer.

    Returns
    -------
    shapely.LineString
        In the direction of the way.
    """
    pieces = []
    for start, edge in zip(nodes, edges, strict=False):
        xy = graph.lines.xy[graph.lines.start[edge] : graph.lines.start[edge + 1]]
        pieces.append(xy if int(graph.edge_u[edge]) == start else xy[::-1])
    return shapely.LineString(np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])]))


def _walk(start: int, onward: dict[int, list[tuple[int, int]]], label: NDArray[np.int8]) -> tuple[list[int], list[int]]:
    """Follow and use up flow from a node outside until a node inside; drop circles."""
    nodes, edges = [start], list[int]()
    while label[nodes[-1]] <= 0:
        edge, node = onward[nodes[-1]].pop()
        if node in nodes:
            back = nodes.index(node)
            nodes, edges = nodes[: back + 1], edges[:back]
        else:
            nodes.append(node)
            edges.append(edge)
    return nodes, edges


def _leak(graph: StreetGraph, nodes: list[int], edges: list[int], names: Mapping[int, str]) -> Leak:
    way = tuple(nodes), tuple(edges)
    streets = dict.fromkeys(names[edge] for edge in edges if names[edge])
    return Leak(*way, street_line(graph, *way), float(graph.edge_length_m[edges].sum()), tuple(streets))
