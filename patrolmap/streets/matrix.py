"""Exact travel times and lengths between many points along the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse.csgraph import dijkstra

from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.streets.search import Ends, ends_of, same_edge_s, with_sources
from patrolmap.streets.travel import Arcs, edge_travel_s, street_arcs, uniform_speed_mps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["TravelMatrix", "travel_matrix"]

_CHUNK_CELLS: Final = 4_000_000


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """
    Travel between k points.

    Parameters
    ----------
    travel_s : numpy.ndarray of float64, shape (k, k)
        Seconds from row to column; infinity where there is no way, or none within the limit.
    length_m : numpy.ndarray of float64, shape (k, k)
        Metres along that same quickest way.
    """

    travel_s: NDArray[np.float64]
    length_m: NDArray[np.float64]


def travel_matrix(
    graph: StreetGraph,
    attachments: Attachments,
    mode: TravelMode,
    *,
    speed_kph: float | None = None,
    limit_s: float | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> TravelMatrix:
    """
    Compute the travel between all pairs of points, from point to point along the edges.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    attachments : Attachments
        The k points.
    mode : TravelMode
        How the team moves.
    speed_kph : float or None
        One speed for all edges, km/h; None for that of the mode.
    limit_s : float or None
        Ways that take longer count as none, seconds; a small limit saves most of the work. None for no limit.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    TravelMatrix
        0 on the diagonal of attached points; rows and columns of unattached points are infinite.

    Notes
    -----
    One Dijkstra search a point, O(k m log n), in chunks. Where one speed holds on all edges the length is time by
    speed; else it is summed along the search tree.
    """
    travel_s = edge_travel_s(graph, mode, speed_kph)
    arcs = street_arcs(graph, travel_s)
    ends = ends_of(graph, attachments, travel_s)
    speed_mps = uniform_speed_mps(graph, mode, speed_kph)
    extended = with_sources(arcs, ends)
    count, nodes = len(attachments), graph.node_count
    result = TravelMatrix(np.full((count, count), np.inf), np.full((count, count), np.inf))
    rows = np.flatnonzero(attachments.attached)
    step = max(1, _CHUNK_CELLS // max(1, nodes + count))
    for start in range(0, len(rows), step):
        raise_if_cancelled(cancel)
        progress(start / len(rows), Message(N_("Computing travel times")))
        chunk = rows[start : start + step]
        found = dijkstra(
            extended,
            indices=nodes + chunk,
            limit=np.inf if limit_s is None else limit_s,
            return_predecessors=speed_mps is None,
        )
        node_s = found if speed_mps is not None else found[0]
        quickest_s, way = _to_targets(node_s, ends)
        _straight(attachments, travel_s, chunk, quickest_s, way)
        if limit_s is not None:
            quickest_s[quickest_s > limit_s] = np.inf
        result.travel_s[chunk] = quickest_s
        if speed_mps is not None:
            result.length_m[chunk] = quickest_s * speed_mps
        else:
            tree = _Tree(graph, attachments, arcs, ends, chunk, found[1])
            result.length_m[chunk] = np.where(np.isfinite(quickest_s), tree.length_m(way), np.inf)
    progress(1.0)
    return result


_VIA_U, _VIA_V, _ALONG = 0, 1, 2


def _to_targets(node_s: NDArray[np.float64], ends: Ends) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    via_u = node_s[:, ends.u] + ends.from_u_s
    via_v = node_s[:, ends.v] + ends.from_v_s
    return np.minimum(via_u, via_v), (via_v < via_u).astype(np.int8)


def _straight(
    places: Attachments,
    travel_s: NDArray[np.float64],
    chunk: NDArray[np.integer],
    quickest_s: NDArray[np.float64],
    way: NDArray[np.int8],
) -> None:
    row, target = np.nonzero(places.edge[chunk][:, None] == places.edge[None, :])
    along_s = same_edge_s(places, travel_s, chunk[row], target)
    better = along_s <= quickest_s[row, target]
    row, target = row[better], target[better]
    quickest_s[row, target] = along_s[better]
    way[row, target] = _ALONG


@dataclass(frozen=True, eq=False)
class _Tree:
    """Lengths along the search trees of a chunk of sources, climbed by all targets at once."""

    graph: StreetGraph
    places: Attachments
    arcs: Arcs
    ends: Ends
    chunk: NDArray[np.integer]
    predecessor: NDArray[np.int32]

    def length_m(self, way: NDArray[np.int8]) -> NDArray[np.float64]:
        places, ends = self.places, self.ends
        whole_m = np.where(places.attached, self.graph.edge_length_m[places.edge], 0.0)
        along_m = np.where(places.attached, places.along_m, 0.0)
        last_m = np.where(way == _VIA_V, (whole_m - along_m)[None, :], along_m[None, :])
        straight_m = np.abs(along_m[None, :] - along_m[self.chunk][:, None])
        node = np.where(way == _VIA_V, ends.v[None, :], ends.u[None, :])
        climbing = way != _ALONG
        total = np.where(climbing, last_m, straight_m)
        row, column = np.nonzero(climbing)
        self._climb(total, row, column, node[climbing])
        return total

    def _climb(
        self,
        total: NDArray[np.float64],
        row: NDArray[np.intp],
        column: NDArray[np.intp],
        node: NDArray[np.int32],
    ) -> None:
        count = self.graph.node_count
        arc_m = self.graph.edge_length_m[self.arcs.edge]
        while len(row):
            before = self.predecessor[row, node]
            known = before >= 0
            row, column, node, before = row[known], column[known], node[known], before[known]
            inner = before < count
            arc = np.searchsorted(self.arcs.key, before[inner].astype(np.int64) * count + node[inner])
            total[row[inner], column[inner]] += arc_m[arc]
            self._leave(total, row[~inner], column[~inner], node[~inner])
            row, column, node = row[inner], column[inner], before[inner]

    def _leave(
        self,
        total: NDArray[np.float64],
        row: NDArray[np.intp],
        column: NDArray[np.intp],
        node: NDArray[np.int32],
    ) -> None:
        source, ends = self.chunk[row], self.ends
        along_m = self.places.along_m[source]
        whole_m = self.graph.edge_length_m[self.places.edge[source]]
        by_u = (ends.u[source] == node) & ((ends.v[source] != node) | (ends.to_u_s[source] <= ends.to_v_s[source]))
        total[row, column] += np.where(by_u, along_m, whole_m - along_m)
