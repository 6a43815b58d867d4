"""Names for hotspots: the streets they hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.streets.network import StreetGraph

__all__ = ["SEPARATOR", "street_names"]

SEPARATOR: Final = "—"


def street_names(graph: StreetGraph, polygons: Sequence[shapely.Polygon], *, most: int = 2) -> tuple[str, ...]:
    """
    Name areas by the streets that run longest in them.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    polygons : sequence of shapely.Polygon
        Areas, metric CRS.
    most : int, default 2
        How many streets a name holds.

    Returns
    -------
    tuple of str
        A name for each area, streets by length, joined by `SEPARATOR`; the nearest named street where the area
        holds none; empty if no street has a name.
    """
    names = graph.edges["name"].fillna("").astype(str).to_numpy()
    named = np.flatnonzero(names != "")
    if len(named) == 0:
        return tuple("" for _ in polygons)
    tree = shapely.STRtree(graph.edge_geometry[named])
    result = []
    for polygon in polygons:
        length_m: dict[str, float] = defaultdict(float)
        for hit in tree.query(polygon, predicate="intersects"):
            edge = named[hit]
            length_m[names[edge]] += shapely.length(shapely.intersection(graph.edge_geometry[edge], polygon))
        longest = sorted(length_m, key=lambda name: (-length_m[name], name))[:most]
        result.append(SEPARATOR.join(longest) if longest else str(names[named[tree.nearest(polygon.centroid)]]))
    return tuple(result)
