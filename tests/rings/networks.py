"""Hand-made street networks with answers known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from patrolmap.streets.network import assemble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.streets.network import StreetGraph


def network(
    nodes: Mapping[str, tuple[float, float]],
    edges: Sequence[tuple[str, str]],
    *,
    via: Mapping[int, Sequence[tuple[float, float]]] | None = None,
    oneway: Mapping[int, int] | None = None,
    **columns: Any,
) -> StreetGraph:
    """Make a graph from places and pairs of ids; `via` gives an edge its bends."""
    ids = list(nodes)
    pairs = np.array([(ids.index(u), ids.index(v)) for u, v in edges], dtype=np.int32)
    bends = via or {}
    lines = np.array(
        [shapely.LineString([nodes[u], *bends.get(k, ()), nodes[v]]) for k, (u, v) in enumerate(edges)], dtype=object
    )
    ways = np.zeros(len(edges), dtype=np.int8)
    for place, way in (oneway or {}).items():
        ways[place] = way
    table = pd.DataFrame(columns, index=range(len(edges)))
    places = np.array(list(nodes.values()), float)
    return assemble(places, np.array(ids, dtype=object), pairs, lines, oneway=ways, edges=table)


def grid(columns: int, rows: int, step_m: float = 100.0) -> StreetGraph:
    """Make a grid of streets; node ``"x,y"`` stands at (x, y) steps."""
    nodes = {f"{x},{y}": (x * step_m, y * step_m) for y in range(rows) for x in range(columns)}
    across = [(f"{x},{y}", f"{x + 1},{y}") for y in range(rows) for x in range(columns - 1)]
    along = [(f"{x},{y}", f"{x},{y + 1}") for y in range(rows - 1) for x in range(columns)]
    return network(nodes, across + along)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Make a rectangle."""
    return shapely.box(west, south, east, north)
