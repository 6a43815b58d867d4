"""The way itself: which edges, and the line that follows them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.streets.search import Ends, ends_of, same_edge_s, with_sources
from patrolmap.streets.travel import Arcs, edge_travel_s, street_arcs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["StreetPath", "legs_for_routes", "shortest_path"]

_CHUNK_CELLS: Final = 200_000
"""Nodes times searches in one call: SciPy keeps the interpreter for all of it, and a window waits. Longer calls are not quicker."""


@dataclass(frozen=True, eq=False)
class StreetPath:
    """
    A way along the streets.

    Parameters
    ----------
    geometry : shapely.LineString
        From the first to the last point, on the edges; a way of no length repeats its point.
    edges : numpy.ndarray of int32, shape (e,)
        The edges in order; the first and the last may be used in part. Empty for a way of no length.
    forward : numpy.ndarray of bool, shape (e,)
        Whether each is gone from u to v.
    length_m, travel_s : float
        Along the way.
    share_from, share_to : numpy.ndarray of float64, shape (e,)
        The stretch of each edge that is used, as shares from u, in the direction of travel.
    """

    geometry: shapely.LineString
    edges: NDArray[np.int32]
    forward: NDArray[np.bool_]
    length_m: float
    travel_s: float
    share_from: NDArray[np.float64]
    share_to: NDArray[np.float64]


def shortest_path(
    graph: StreetGraph,
    attachments: Attachments,
    a: int,
    b: int,
    mode: TravelMode,
    *,
    speed_kph: float | None = None,
) -> StreetPath | None:
    """
    Find the quickest way between two points.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    attachments : Attachments
        Points along edges.
    a, b : int
        Which point the way starts from and which it leads to.
    mode : TravelMode
        How the team moves.
    speed_kph : float or None
        One speed for all edges, km/h; None for that of the mode.

    Returns
    -------
    StreetPath or None
        None if there is no way or a point is unattached.
    """
    return legs_for_routes(graph, attachments, [(a, b)], mode, speed_kph=speed_kph)[0]


def legs_for_routes(
    graph: StreetGraph,
    attachments: Attachments,
    pairs: Sequence[tuple[int, int]],
    mode: TravelMode,
    *,
    speed_kph: float | None = None,
    limit_s: Sequence[float] | NDArray[np.float64] | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> list[StreetPath | None]:
    """
    Find the quickest ways for many pairs of points, one search a starting point.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    attachments : Attachments
        Points along edges.
    pairs : sequence of (int, int)
        From which point to which.
    mode : TravelMode
        How the team moves.
    speed_kph : float or None
        One speed for all edges, km/h; None for that of the mode.
    limit_s : sequence of float or None
        For each pair a time within which the way is known to be found, as a travel matrix gives it: it bounds the
        search and saves most of the work. None for no bound.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    list of StreetPath or None
        One a pair, in their order; None where there is no way.
    """
    finder = _Finder(graph, attachments, edge_travel_s(graph, mode, speed_kph))
    wanted: dict[int, list[int]] = defaultdict(list)
    for number, (a, b) in enumerate(pairs):
        if attachments.edge[a] >= 0 and attachments.edge[b] >= 0:
            wanted[a].append(number)
    bound = (
        np.full(len(pairs), np.inf) if limit_s is None else np.asarray(limit_s, dtype=np.float64) * (1 + 1e-9) + 1e-6
    )
    reach = {a: float(np.max(bound[numbers])) for a, numbers in wanted.items()}
    sources = sorted(wanted, key=lambda a: (reach[a], a))
    result: list[StreetPath | None] = [None] * len(pairs)
    step = max(1, min(64, _CHUNK_CELLS // max(1, graph.node_count + len(attachments))))
    for start in range(0, len(sources), step):
        raise_if_cancelled(cancel)
        progress(start / len(sources), Message(N_("Drawing routes on the streets")))
        chunk = np.array(sources[start : start + step])
        node_s, before = finder.search(chunk, reach[int(chunk[-1])])
        for row, a in enumerate(chunk.tolist()):
            for number in wanted[a]:
                result[number] = finder.path(a, pairs[number][1], node_s[row], before[row])
    progress(1.0)
    return result


class _Finder:
    """Searches on one graph by one mode and reads ways off their trees."""

    def __init__(self, graph: StreetGraph, places: Attachments, travel_s: NDArray[np.float64]) -> None:
        self._graph, self._places, self._travel_s = graph, places, travel_s
        self._arcs: Arcs = street_arcs(graph, travel_s)
        self._ends: Ends = ends_of(graph, places, travel_s)
        self._extended = with_sources(self._arcs.matrix, self._ends)

    def search(self, sources: NDArray[np.integer], limit_s: float) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        from scipy.sparse.csgraph import dijkstra

        node_s, before = dijkstra(
            self._extended, indices=self._graph.node_count + sources, limit=limit_s, return_predecessors=True
        )
        return node_s, before

    def path(self, a: int, b: int, node_s: NDArray[np.float64], before: NDArray[np.int32]) -> StreetPath | None:
        ends = self._ends
        via_u = node_s[ends.u[b]] + ends.from_u_s[b]
        via_v = node_s[ends.v[b]] + ends.from_v_s[b]
        quickest_s = float(min(via_u, via_v))
        if self._places.edge[a] == self._places.edge[b]:
            straight_s = float(same_edge_s(self._places, self._travel_s, np.array([a]), np.array([b]))[0])
            if np.isfinite(straight_s) and straight_s <= quickest_s:
                return self._drawn(a, b, [self._stretch(a, float(self._places.share[b]))], straight_s)
        if not np.isfinite(quickest_s):
            return None
        by_v = bool(via_v < via_u)
        node = int(ends.v[b] if by_v else ends.u[b])
        last = (int(self._places.edge[b]), 1.0 if by_v else 0.0, float(self._places.share[b]))
        return self._drawn(a, b, [*self._climb(a, node, before), last], quickest_s)

    def _climb(self, a: int, node: int, before: NDArray[np.int32]) -> list[tuple[int, float, float]]:
        count, stretches = self._graph.node_count, []
        while before[node] < count:
            arc = np.searchsorted(self._arcs.key, int(before[node]) * count + node)
            forward = bool(self._arcs.forward[arc])
            stretches.append((int(self._arcs.edge[arc]), 0.0 if forward else 1.0, 1.0 if forward else 0.0))
            node = int(before[node])
        stretches.append(self._stretch(a, self._exit(a, node)))
        return stretches[::-1]

    def _exit(self, a: int, node: int) -> float:
        ends = self._ends
        by_u = ends.u[a] == node and (ends.v[a] != node or ends.to_u_s[a] <= ends.to_v_s[a])
        return 0.0 if by_u else 1.0

    def _stretch(self, a: int, share_to: float) -> tuple[int, float, float]:
        return int(self._places.edge[a]), float(self._places.share[a]), share_to

    def _drawn(self, a: int, b: int, stretches: list[tuple[int, float, float]], travel_s: float) -> StreetPath:
        used = [stretch for stretch in stretches if stretch[1] != stretch[2]]
        edges = np.array([edge for edge, _, _ in used], dtype=np.int32)
        share_from = np.array([start for _, start, _ in used])
        share_to = np.array([end for _, _, end in used])
        lines = self._graph.lines
        pieces = [self._places.xy[a][None, :]]
        pieces += [lines.cut(edge, start, end)[1:] for edge, start, end in used]
        xy = np.vstack(pieces) if used else np.repeat(pieces[0], 2, axis=0)
        xy[-1] = self._places.xy[b]
        length_m = float(np.sum(self._graph.edge_length_m[edges] * np.abs(share_to - share_from)))
        return StreetPath(
            shapely.LineString(xy), edges, share_to > share_from, length_m, travel_s, share_from, share_to
        )
