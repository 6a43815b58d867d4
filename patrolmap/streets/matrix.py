"""Exact travel times and lengths between many points along the streets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.streets.contract import contract
from patrolmap.streets.search import Ends, ends_of, same_edge_s, with_sources
from patrolmap.streets.travel import edge_travel_s, street_arcs, uniform_speed_mps
from patrolmap.streets.trees import Ground, tree_length_m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["TravelMatrix", "travel_matrix", "travel_rows"]

_CHUNK_CELLS: Final = 200_000
"""Nodes times searches in one call: SciPy keeps the interpreter for all of it, and a window waits. Longer calls are not quicker."""
_CONTRACT_FROM: Final = 80
"""Contracting costs about as much as this many searches over the whole graph."""


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
    lengths: bool = True,
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
    lengths : bool, default True
        Whether the metres are wanted; without them they are NaN, and a car's matrix takes a quarter less time.
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
    One Dijkstra search for each different place, on the graph contracted to the places' junctions if there are many.
    Where one speed holds on all edges the length is time by speed; else it is summed along the search tree.
    """
    first, own = _different(attachments)
    task = _Task(graph, attachments.take(first), mode, speed_kph, limit_s, lengths=lengths)
    distinct = task.run(progress, cancel)
    grid = np.ix_(own, own)
    return TravelMatrix(distinct.travel_s[grid], distinct.length_m[grid])


def travel_rows(
    graph: StreetGraph,
    attachments: Attachments,
    count: int,
    mode: TravelMode,
    *,
    speed_kph: float | None = None,
    limit_s: float | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> NDArray[np.float64]:
    """
    Compute the travel times from some points to all.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    attachments : Attachments
        The k points.
    count : int
        The first so many of them are searched from.
    mode : TravelMode
        How the team moves.
    speed_kph : float or None
        One speed for all edges, km/h; None for that of the mode.
    limit_s : float or None
        Ways that take longer count as none, seconds. None for no limit.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    numpy.ndarray of float64, shape (count, k)
        Seconds, as `travel_matrix` gives them.

    Raises
    ------
    CancelledError
        If the user cancelled.

    Notes
    -----
    A search costs the same however many points it ends at: it is worth noting more of them than are needed now.
    """
    first, own = _different(attachments.take(np.arange(count)))
    places = attachments.take(np.concatenate([first, np.arange(len(attachments))]))
    task = _Task(graph, places, mode, speed_kph, limit_s, lengths=False, sources=len(first))
    return task.times(np.arange(len(first)), progress, cancel)[own, len(first) :]


def _different(attachments: Attachments) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Say where each different place comes first, and which of these each place is."""
    place = np.column_stack([attachments.edge, np.where(attachments.attached, attachments.share, 0.0)])
    _, first, own = np.unique(place, axis=0, return_index=True, return_inverse=True)
    return first, own.reshape(-1)


class _Task:
    """The searches of one matrix."""

    def __init__(
        self,
        graph: StreetGraph,
        places: Attachments,
        mode: TravelMode,
        speed_kph: float | None,
        limit_s: float | None,
        *,
        lengths: bool,
        sources: int | None = None,
    ) -> None:
        self._graph, self._places, self._limit_s, self._lengths = graph, places, limit_s, lengths
        self._travel_s = edge_travel_s(graph, mode, speed_kph)
        self._speed_mps = uniform_speed_mps(graph, mode, speed_kph)
        self._ground = self._make_ground()
        ends = self._ground.ends
        # Only places that are searched from are nodes: each further node costs time in every search.
        self._extended = with_sources(self._ground.matrix, ends if sources is None else ends.first(sources))

    def run(self, progress: Progress, cancel: Cancel) -> TravelMatrix:
        count = len(self._places)
        result = TravelMatrix(np.full((count, count), np.inf), np.full((count, count), np.inf))
        for chunk in self._chunks(np.arange(count), progress, cancel):
            result.travel_s[chunk], result.length_m[chunk] = self._chunk(chunk)
        return result

    def times(self, rows: NDArray[np.intp], progress: Progress, cancel: Cancel) -> NDArray[np.float64]:
        travel_s = np.full((len(rows), len(self._places)), np.inf)
        for chunk in self._chunks(rows, progress, cancel):
            travel_s[np.searchsorted(rows, chunk)], _ = self._chunk(chunk)
        return travel_s

    def _chunks(self, rows: NDArray[np.intp], progress: Progress, cancel: Cancel) -> Iterator[NDArray[np.intp]]:
        """Share out the points to search from, of those that are attached."""
        rows = rows[self._places.attached[rows]]
        step = max(1, _CHUNK_CELLS // self._extended.shape[0])
        for start in range(0, len(rows), step):
            raise_if_cancelled(cancel)
            progress(start / len(rows), Message(N_("Computing travel times")))
            yield rows[start : start + step]
        progress(1.0)

    def _make_ground(self) -> Ground:
        arcs = street_arcs(self._graph, self._travel_s)
        ends = ends_of(self._graph, self._places, self._travel_s)
        arc_m = self._graph.edge_length_m[arcs.edge]
        if self._searches() < _CONTRACT_FROM:
            return Ground(arcs.matrix, arcs.key, arc_m, ends)
        keep = np.zeros(self._graph.node_count, dtype=bool)
        held = self._places.attached
        keep[ends.u[held]] = keep[ends.v[held]] = True
        small = contract(arcs, arc_m, keep)
        u, v = (np.maximum(small.node[end], 0) for end in (ends.u, ends.v))
        return Ground(small.matrix, small.key, small.length_m, replace(ends, u=u, v=v))

    def _searches(self) -> float:
        """Estimate the work, in searches over the whole graph."""
        held = self._places.attached
        if self._limit_s is None or not held.any():
            return float(held.sum())
        usable = np.isfinite(self._travel_s) & (self._travel_s > 0)
        fastest_mps = np.max(self._graph.edge_length_m[:, None] / self._travel_s, where=usable, initial=0.0)
        sides_m = np.ptp(self._graph.node_xy, axis=0)
        share = np.pi * (self._limit_s * fastest_mps) ** 2 / max(float(sides_m.prod()), 1.0)
        return float(held.sum()) * min(1.0, float(share))

    def _chunk(self, chunk: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        from scipy.sparse.csgraph import dijkstra

        ground = self._ground
        by_tree = self._lengths and self._speed_mps is None
        found = dijkstra(
            self._extended,
            indices=ground.matrix.shape[0] + chunk,
            limit=np.inf if self._limit_s is None else self._limit_s,
            return_predecessors=by_tree,
        )
        node_s = found[0] if by_tree else found
        quickest_s, by_v = _to_targets(node_s, ground.ends)
        along = self._straight(chunk, quickest_s)
        if self._limit_s is not None:
            quickest_s[quickest_s > self._limit_s] = np.inf
        if not self._lengths:
            return quickest_s, np.full_like(quickest_s, np.nan)
        if self._speed_mps is not None:
            return quickest_s, quickest_s * self._speed_mps
        length_m = tree_length_m(self._graph, self._places, ground, chunk, before=found[1], by_v=by_v, along=along)
        return quickest_s, np.where(np.isfinite(quickest_s), length_m, np.inf)

    def _straight(self, chunk: NDArray[np.intp], quickest_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Take the way along the common edge where it is quicker; tell where that is."""
        places = self._places
        row, target = np.nonzero(places.edge[chunk][:, None] == places.edge[None, :])
        along_s = same_edge_s(places, self._travel_s, chunk[row], target)
        better = along_s <= quickest_s[row, target]
        row, target = row[better], target[better]
        quickest_s[row, target] = along_s[better]
        along = np.zeros(quickest_s.shape, dtype=bool)
        along[row, target] = True
        return along


def _to_targets(node_s: NDArray[np.float64], ends: Ends) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    via_u = node_s[:, ends.u] + ends.from_u_s
    via_v = node_s[:, ends.v] + ends.from_v_s
    return np.minimum(via_u, via_v), via_v < via_u
