"""Travel times from posts to junctions and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.streets.search import ends_of, with_sources
from patrolmap.streets.travel import edge_travel_s, street_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["ROUNDING_S", "node_times_s", "pairs_within"]

ROUNDING_S: Final = 1e-6
"""A time above a limit by no more than this is within it: sums of the same streets in another order differ so."""

_CHUNK_CELLS: Final = 200_000
"""Nodes times searches in one call: SciPy keeps the interpreter for all of it, and a window waits. Longer calls are not quicker."""


def node_times_s(
    graph: StreetGraph,
    posts: Attachments,
    mode: TravelMode,
    nodes: NDArray[np.integer],
    *,
    speed_kph: float | None = None,
) -> NDArray[np.float64]:
    """
    Compute the time from every post to some nodes.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    posts : Attachments
        k posts.
    mode : TravelMode
        How teams move.
    nodes : numpy.ndarray of int, shape (t,)
        The nodes.
    speed_kph : float or None
        One speed for all edges; None for that of the mode.

    Returns
    -------
    numpy.ndarray of float64, shape (k, t)
        Seconds; infinite without a way.

    Notes
    -----
    One Dijkstra search a post, in chunks: O(k m log n).
    """
    from scipy.sparse.csgraph import dijkstra

    travel_s = edge_travel_s(graph, mode, speed_kph)
    extended = with_sources(street_arcs(graph, travel_s).matrix, ends_of(graph, posts, travel_s))
    found = np.empty((len(posts), len(nodes)))
    step = max(1, _CHUNK_CELLS // extended.shape[0])
    for start in range(0, len(posts), step):
        rows = np.arange(start, min(start + step, len(posts)))
        found[rows] = dijkstra(extended, indices=graph.node_count + rows)[:, nodes]
    return found


def pairs_within(
    graph: StreetGraph,
    posts: Attachments,
    mode: TravelMode,
    limit_s: float,
    *,
    speed_kph: float | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> csr_array:
    """
    List the nodes that each post reaches in time.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    posts : Attachments
        k posts.
    mode : TravelMode
        How teams move.
    limit_s : float
        The time, seconds.
    speed_kph : float or None
        One speed for all edges; None for that of the mode.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    scipy.sparse.csr_array, shape (k, n)
        Seconds where they are within the limit; zeros are stored.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    travel_s = edge_travel_s(graph, mode, speed_kph)
    extended = with_sources(street_arcs(graph, travel_s).matrix, ends_of(graph, posts, travel_s))
    step = max(1, _CHUNK_CELLS // extended.shape[0])
    indptr, columns, seconds = [np.zeros(1, np.int64)], [], []
    for start in range(0, len(posts), step):
        raise_if_cancelled(cancel)
        progress(start / max(len(posts), 1))
        rows = np.arange(start, min(start + step, len(posts)))
        times = dijkstra(extended, indices=graph.node_count + rows, limit=limit_s + ROUNDING_S)[:, : graph.node_count]
        row, column = np.nonzero(times <= limit_s + ROUNDING_S)
        columns.append(column)
        seconds.append(times[row, column])
        indptr.append(indptr[-1][-1] + np.cumsum(np.bincount(row, minlength=len(rows))))
    shape = (len(posts), graph.node_count)
    if not columns:
        return csr_array(shape)
    return csr_array((np.concatenate(seconds), np.concatenate(columns), np.concatenate(indptr)), shape=shape)
