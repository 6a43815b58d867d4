"""Coverage: what posts reach in so many minutes, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.rings.times import ROUNDING_S
from patrolmap.streets.reach import reached_length_m

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.reach import Reach

__all__ = ["CoverageRow", "street_rows", "tally"]


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
        length_m = reached_length_m(graph, reach, limit * 60 + ROUNDING_S)
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
