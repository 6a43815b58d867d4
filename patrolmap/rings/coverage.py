"""Coverage: what posts reach in so many minutes, as numbers and as isochrones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.rings.times import ROUNDING_S
from patrolmap.streets.reach import reached_intervals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.reach import Reach

__all__ = ["ISOCHRONE_M", "CoverageRow", "isochrone", "street_rows", "tally"]

ISOCHRONE_M: Final = 60.0
"""How far beside its streets an isochrone reaches, metres."""


@dataclass(frozen=True)
class CoverageRow:
    """
    How much of something is reached in time.

    Parameters
    ----------
    what : str
        ``sites``, ``street_length_m``, ``incidents``, ``households`` or ``junctions``.
    by : str
        ``all``, ``ring`` or ``class``.
    group : str
        The ring (``outside`` beyond all of them) or the class; empty for all.
    minutes : float
        The time.
    reached, total : float
        Sums of weights.
    """

    what: str
    by: str
    group: str
    minutes: float
    reached: float
    total: float

    @property
    def share(self) -> float | None:
        """Reached share, 0 to 1; None if there is nothing to reach."""
        return self.reached / self.total if self.total else None


def tally(
    what: str,
    seconds: NDArray[np.float64],
    weight: NDArray[np.float64],
    groups: Mapping[str, NDArray[np.object_]],
    minutes: Sequence[float],
) -> tuple[CoverageRow, ...]:
    """
    Sum up what is reached.

    Parameters
    ----------
    what : str
        What is counted.
    seconds : numpy.ndarray of float64, shape (k,)
        Time of the nearest post to each; infinite if none comes.
    weight : numpy.ndarray of float64, shape (k,)
        What each counts.
    groups : mapping of str to numpy.ndarray of object, shape (k,)
        By what to break down, and the group of each.
    minutes : sequence of float
        The times.

    Returns
    -------
    tuple of CoverageRow
        For each time, all together and then by each group in order of name.
    """
    parts = [("all", "", np.ones(len(weight), dtype=bool))]
    for by, labels in groups.items():
        parts += [(by, str(name), labels == name) for name in sorted(set(labels.tolist()))]
    rows = []
    for limit in minutes:
        near = seconds <= limit * 60 + ROUNDING_S
        rows += [
            CoverageRow(what, by, name, limit, float(weight[mask & near].sum()), float(weight[mask].sum()))
            for by, name, mask in parts
        ]
    return tuple(rows)


def street_rows(
    graph: StreetGraph, reach: Reach, groups: Mapping[str, NDArray[np.object_]], minutes: Sequence[float]
) -> tuple[CoverageRow, ...]:
    """
    Sum up the street length that is reached, edges in part where they are entered from one end.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    reach : Reach
        Times from the posts, without a limit below the longest of `minutes`.
    groups : mapping of str to numpy.ndarray of object, shape (m,)
        By what to break down, and the group of each edge.
    minutes : sequence of float
        The times.

    Returns
    -------
    tuple of CoverageRow
        In metres; for each time, all together and then by each group.
    """
    parts = [("all", "", np.ones(graph.edge_count, dtype=bool))]
    for by, labels in groups.items():
        parts += [(by, str(name), labels == name) for name in sorted(set(labels.tolist()))]
    rows = []
    for limit in minutes:
        share = np.zeros(graph.edge_count)
        for edge, low, high in reached_intervals(graph, reach, limit * 60 + ROUNDING_S):
            share[edge] += high - low
        length_m = share * graph.edge_length_m
        rows += [
            CoverageRow(
                "street_length_m",
                by,
                name,
                limit,
                float(length_m[mask].sum()),
                float(graph.edge_length_m[mask].sum()),
            )
            for by, name, mask in parts
        ]
    return tuple(rows)


def isochrone(graph: StreetGraph, reach: Reach, within_s: float, *, beside_m: float = ISOCHRONE_M) -> shapely.Geometry:
    """
    Outline the streets that are reached in time.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    reach : Reach
        Times from the posts.
    within_s : float
        The time, seconds.
    beside_m : float, default 60.0
        How far beside the streets the outline lies, metres.

    Returns
    -------
    shapely.Geometry
        Polygon or multipolygon, metric; holes smaller than a block of ``4 beside_m`` squared are filled. Empty if
        nothing is reached.
    """
    lines = [
        shapely.LineString(graph.lines.cut(edge, low, high))
        for edge, low, high in reached_intervals(graph, reach, within_s)
    ]
    area = shapely.union_all(shapely.buffer(np.array(lines, dtype=object), beside_m, quad_segs=2))
    least_m2 = (4 * beside_m) ** 2
    filled = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least_m2])
        for part in shapely.get_parts(area)
    ]
    return shapely.simplify(shapely.union_all(filled), beside_m / 10)
