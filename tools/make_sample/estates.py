"""Walled estates: few of their lanes reach the great roads, many end inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely
from shapely.ops import substring

from tools.make_sample.groups import Groups
from tools.make_sample.network import Edge, Network
from tools.make_sample.plane import on_grid

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

__all__ = ["wall_off"]

_CLOSED: Final = {"ring": 0.9, "primary": 0.5, "secondary": 0.28, "tertiary": 0.1, "inside": 0.05}
"""How often a lane is closed, by the widest road at its end."""


def wall_off(network: Network, rng: np.random.Generator) -> None:
    """
    Close lanes at the great roads and cut some short, without cutting anybody off.

    Parameters
    ----------
    network : Network
        Streets as drawn; changed in place.
    rng : numpy.random.Generator
        Source of chance.
    """
    around = network.at()
    closed = []
    for edge in network.edges:
        zone = edge.stroke.zone
        if edge.rank < 5 or edge.kind or zone.startswith(("village", "country", "core")) or edge.highway == "track":
            continue
        if rng.random() < max(_CLOSED[_widest(around[node], edge)] for node in (edge.start, edge.end)):
            closed.append(edge)
    needed = _needed(network, closed)
    closed = [edge for edge in closed if id(edge) not in needed]
    network.drop(closed)
    network.edges += [_stub(edge, around, rng) for edge in closed if edge.length_m > 75 and rng.random() < 0.45]
    network.join_chains()


def _widest(edges: Iterable[Edge], but: Edge) -> str:
    others = [edge for edge in edges if edge is not but]
    best = min(others, key=lambda edge: edge.rank, default=but)
    if best.stroke.name.endswith("二环路"):
        return "ring"
    return {0: "ring", 1: "primary", 2: "secondary", 3: "tertiary"}.get(best.rank, "inside")


def _needed(network: Network, closed: list[Edge]) -> set[int]:
    """Find which of the closed edges hold the network together (a spanning forest over its parts)."""
    gone = {id(edge) for edge in closed}
    groups: Groups[tuple[float, float]] = Groups()
    for edge in network.edges:
        if id(edge) not in gone:
            groups.join(edge.start, edge.end)
    return {id(edge) for edge in sorted(closed, key=lambda e: -e.rank) if groups.join(edge.start, edge.end)}


def _stub(edge: Edge, around: dict[tuple[float, float], list[Edge]], rng: np.random.Generator) -> Edge:
    rank_start = min(e.rank for e in around[edge.start])
    rank_end = min(e.rank for e in around[edge.end])
    line = edge.line if rank_start >= rank_end else shapely.reverse(edge.line)
    kept = substring(line, 0, rng.uniform(0.45, 0.75) * line.length)
    return Edge(on_grid(shapely.get_coordinates(kept)), edge.stroke)
