"""How soon the nearest of many sources is anywhere: for coverage and isochrones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.streets.search import ends_of, with_sources
from patrolmap.streets.travel import edge_travel_s, street_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["Reach", "reach_s", "reached_length_m", "reached_points", "reached_stretches"]


@dataclass(frozen=True, eq=False)
class Reach:
    """
    Time from the nearest source.

    Parameters
    ----------
    node_s : numpy.ndarray of float64, shape (n,)
        Seconds from the nearest source to each node; infinity beyond the limit.
    nearest : numpy.ndarray of int32, shape (n,)
        Which source that is; -1 where none.
    sources : Attachments
        The sources.
    travel_s : numpy.ndarray of float64, shape (m, 2)
        Times of the edges that were used.
    """

    node_s: NDArray[np.float64]
    nearest: NDArray[np.int32]
    sources: Attachments
    travel_s: NDArray[np.float64]


def reach_s(
    graph: StreetGraph,
    sources: Attachments,
    mode: TravelMode,
    limit_s: float | None = None,
    *,
    speed_kph: float | None = None,
) -> Reach:
    """
    Compute how soon the nearest source is at each node.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    sources : Attachments
        Where the searches start, such as posts; unattached ones reach nothing.
    mode : TravelMode
        How it moves.
    limit_s : float or None
        Where to stop, seconds; None for no limit.
    speed_kph : float or None
        One speed for all edges, km/h; None for that of the mode.

    Returns
    -------
    Reach
        Times from the sources outwards, one-way streets obeyed as the mode does.

    Notes
    -----
    One Dijkstra search from all sources together, O(m log n).
    """
    from scipy.sparse.csgraph import dijkstra

    travel_s = edge_travel_s(graph, mode, speed_kph)
    count = graph.node_count
    rows = np.flatnonzero(sources.attached)
    if len(rows) == 0:
        return Reach(np.full(count, np.inf), np.full(count, -1, dtype=np.int32), sources, travel_s)
    extended = with_sources(street_arcs(graph, travel_s).matrix, ends_of(graph, sources, travel_s))
    node_s, _, origin = dijkstra(
        extended,
        indices=count + rows,
        min_only=True,
        return_predecessors=True,
        limit=np.inf if limit_s is None else limit_s,
    )
    nearest = np.where(np.isfinite(node_s[:count]), origin[:count] - count, -1).astype(np.int32)
    return Reach(node_s[:count], nearest, sources, travel_s)


def reached_points(
    graph: StreetGraph, reach: Reach, points: Attachments
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """
    Compute how soon the nearest source is at points along edges.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    reach : Reach
        From `reach_s`.
    points : Attachments
        The points.

    Returns
    -------
    seconds : numpy.ndarray of float64, shape (k,)
        Infinity where no source comes, or not within the limit of `reach`.
    source : numpy.ndarray of int32, shape (k,)
        The nearest source; -1 where none.
    """
    ends = ends_of(graph, points, reach.travel_s)
    via_u, via_v = reach.node_s[ends.u] + ends.from_u_s, reach.node_s[ends.v] + ends.from_v_s
    seconds = np.minimum(via_u, via_v)
    source = np.where(via_u <= via_v, reach.nearest[ends.u], reach.nearest[ends.v])
    on_edge: dict[int, list[int]] = {}
    for number, edge in enumerate(reach.sources.edge.tolist()):
        if edge >= 0:
            on_edge.setdefault(edge, []).append(number)
    for place in np.flatnonzero(np.isin(points.edge, list(on_edge))):
        candidates = np.array(on_edge[int(points.edge[place])])
        straight_s = _between(reach, candidates, points, int(place))
        best = int(np.argmin(straight_s))
        if straight_s[best] <= seconds[place]:
            seconds[place], source[place] = straight_s[best], candidates[best]
    source[~np.isfinite(seconds)] = -1
    return seconds, source.astype(np.int32)


def _between(reach: Reach, candidates: NDArray[np.integer], points: Attachments, place: int) -> NDArray[np.float64]:
    step = points.share[place] - reach.sources.share[candidates]
    cost = reach.travel_s[points.edge[place]]
    way_s = np.where(step >= 0, cost[0], cost[1])
    result: NDArray[np.float64] = np.multiply(np.abs(step), way_s, out=np.zeros_like(step), where=step != 0)
    return result


def reached_stretches(
    graph: StreetGraph, reach: Reach, within_s: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """
    List the stretches of street that are reached in time.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    reach : Reach
        From `reach_s`, without a limit or with one of at least `within_s`.
    within_s : float
        The time, seconds.

    Returns
    -------
    edge : numpy.ndarray of int64, shape (r,)
        Ascending; an edge stands there once or more.
    low, high : numpy.ndarray of float64, shape (r,)
        The shares from u between which it is reached; disjoint on an edge.

    Notes
    -----
    O(m), and the edges on which a source stands one by one.
    """
    from_u = _share_within(within_s - reach.node_s[graph.edge_u], reach.travel_s[:, 0])
    from_v = _share_within(within_s - reach.node_s[graph.edge_v], reach.travel_s[:, 1])
    special = np.unique(reach.sources.edge[reach.sources.edge >= 0])
    plain = np.ones(graph.edge_count, dtype=bool)
    plain[special] = False
    whole = plain & (from_u + from_v >= 1.0)
    ahead, back = np.flatnonzero(plain & ~whole & (from_u > 0)), np.flatnonzero(plain & ~whole & (from_v > 0))
    own = [(int(edge), *span) for edge in special for span in _spans(reach, int(edge), from_u, from_v, within_s)]
    full = np.flatnonzero(whole)
    edge = np.concatenate([full, ahead, back, np.array([one[0] for one in own], dtype=np.int64)])
    low = np.concatenate([np.zeros(len(full) + len(ahead)), 1.0 - from_v[back], [one[1] for one in own]])
    high = np.concatenate([np.ones(len(full)), from_u[ahead], np.ones(len(back)), [one[2] for one in own]])
    order = np.lexsort((low, edge))
    return edge[order], low[order], high[order]


def _spans(
    reach: Reach, edge: int, from_u: NDArray[np.float64], from_v: NDArray[np.float64], within_s: float
) -> list[tuple[float, float]]:
    """Join what is reached of an edge from its ends and from the sources on it."""
    spans = [(0.0, float(from_u[edge])), (1.0 - float(from_v[edge]), 1.0)]
    for place in np.flatnonzero(reach.sources.edge == edge):
        share = float(reach.sources.share[place])
        ahead, behind = (_share_within(np.array([within_s]), cost[None])[0] for cost in reach.travel_s[edge])
        spans.append((max(share - float(behind), 0.0), min(share + float(ahead), 1.0)))
    return _union(spans)


def _share_within(left_s: NDArray[np.float64], whole_s: NDArray[np.float64]) -> NDArray[np.float64]:
    usable = (left_s >= 0) & np.isfinite(whole_s)
    share = np.divide(left_s, whole_s, out=np.ones(len(left_s)), where=usable & (whole_s > 0))
    return np.where(usable, np.clip(share, 0.0, 1.0), 0.0)


def _union(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for low, high in sorted(span for span in spans if span[1] > span[0]):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def reached_length_m(graph: StreetGraph, reach: Reach, within_s: float) -> NDArray[np.float64]:
    """
    Compute how much of each edge is reached in time.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    reach : Reach
        From `reach_s`, without a limit or with one of at least `within_s`.
    within_s : float
        The time, seconds.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        Metres of each edge that a source reaches within the time, edges entered from one end counted in part.
    """
    edge, low, high = reached_stretches(graph, reach, within_s)
    return np.bincount(edge, weights=high - low, minlength=graph.edge_count) * graph.edge_length_m
