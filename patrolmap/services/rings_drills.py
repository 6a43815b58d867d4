"""Cordon drills of a project: blockade of exits, pursuit from a junction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, TravelMode
from patrolmap.model.slices import by_slices
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.blockade import Blockade, assign_blockade
from patrolmap.rings.nesting import polygonal
from patrolmap.rings.pursuit import Cordon, CordonAim, Flight, UndecidedError, find_cordon
from patrolmap.services.rings_demand import PostSites, Travel, find_posts
from patrolmap.services.streets import street_graph
from patrolmap.streets.travel import edge_travel_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["BlockadeDrill", "PursuitDrill", "drill_blockade", "drill_pursuit"]

_ON_RIM_M = 0.01


@dataclass(frozen=True, eq=False)
class BlockadeDrill:
    """
    A blockade of exits.

    Parameters
    ----------
    posts : PostSites
        Where the teams stand.
    exits : tuple of int
        The nodes to close.
    blockade : Blockade
        Which team closes which exit, and when.
    """

    posts: PostSites
    exits: tuple[int, ...]
    blockade: Blockade


@dataclass(frozen=True, eq=False)
class PursuitDrill:
    """
    A cordon around somebody who left a junction some time ago.

    Parameters
    ----------
    posts : PostSites
        Where the teams stand.
    start : int
        The node where it began.
    outside_kind : {"exits", "ring", "rim"}
        What counts as outside: exits that were named, what lies outside a ring, or, without either, every junction on the
        rim of the streets.
    ring : str
        The ring in which it is shut; empty without rings.
    failed_rings : tuple of str
        Smaller rings in which no cordon is possible.
    cordon : Cordon or None
        None if no cordon is possible, or the search came to no end: see `status`.
    undecided_rings : tuple of str
        Smaller rings in which the time ended before a cordon was found, or a proof that there is none; "" without rings.
    length_inside_m : float
        Length of the streets that the pursued can still use, metres.
    """

    posts: PostSites
    start: int
    outside_kind: Literal["exits", "ring", "rim"]
    ring: str
    failed_rings: tuple[str, ...]
    cordon: Cordon | None
    undecided_rings: tuple[str, ...] = ()
    length_inside_m: float = 0.0

    @property
    def status(self) -> Literal["proven", "found", "impossible", "timed_out"]:
        """Whether the cordon is proven best or only the best found, none is possible, or the time ended before that."""
        if self.cordon is not None:
            return "proven" if self.cordon.proven else "found"
        return "timed_out" if self.undecided_rings else "impossible"


def drill_blockade(
    project: ProjectStore, exits: Sequence[int], posts: Sequence[int] | None = None, travel: Travel | None = None
) -> BlockadeDrill:
    """
    Send one team to each exit: the worst arrival first, then the sum.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    exits : sequence of int
        Nodes to close.
    posts : sequence of int or None
        Junctions where teams stand; None for the posts of the project.
    travel : Travel or None
        How teams travel; None for cars by class of street.

    Returns
    -------
    BlockadeDrill
        The exact optimum.

    Raises
    ------
    InputError
        If there are no exits, no posts or no streets.
    """
    how, graph = travel or Travel(), street_graph(project)
    stands = find_posts(project, graph, posts)
    wanted = tuple(dict.fromkeys(int(node) for node in exits))
    if not wanted:
        raise InputError(N_("No exit is named that should be closed."), remedy=N_("Name one junction or more."))
    travel_s = stands.times_s(graph, how, np.array(wanted))
    return BlockadeDrill(stands, wanted, assign_blockade(travel_s))


def drill_pursuit(
    project: ProjectStore,
    start: int,
    head_start_s: float,
    posts: Sequence[int] | None = None,
    travel: Travel | None = None,
    *,
    exits: Sequence[int] | None = None,
    pursued_kph: float | None = None,
    aim: CordonAim = "margin",
    least_margin_s: float = 0.0,
    time_limit_s: float = 10.0,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> PursuitDrill:
    """
    Find the junctions that shut the pursued in, each reached by its own team first.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    start : int
        The node where the pursued began.
    head_start_s : float
        How long before the alarm, seconds.
    posts : sequence of int or None
        Junctions where teams stand; None for the posts of the project.
    travel : Travel or None
        How teams travel; None for cars by class of street.
    exits : sequence of int or None
        Ways out; None for the rings around the start from inside out, and without rings for the rim of the streets.
    pursued_kph : float or None
        Speed of the pursued, who does not mind one-way rules; None for that of the teams' cars.
    aim : {"margin", "area"}
        The greatest least margin, or the smallest area whose cordon keeps `least_margin_s`; area is street length.
    least_margin_s : float, default 0.0
        Cordons with a smaller margin do not count.
    time_limit_s : float, default 10.0
        Seconds of search for each ring.
    seed : int, default 0
        Seed of the solver.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    PursuitDrill
        With margins, or the honest answer that there is no cordon, or that the time did not suffice to tell.

    Raises
    ------
    InputError
        If there are no posts or no streets, or a number cannot be used.
    """
    if not (np.isfinite(head_start_s) and head_start_s >= 0):
        raise InputError(
            N_("A head start of {seconds} s cannot be used."),
            remedy=N_("Give a number from 0 up."),
            seconds=head_start_s,
        )
    if not (np.isfinite(least_margin_s) and least_margin_s >= 0):
        raise InputError(
            N_("A margin of {seconds} s cannot be used."),
            remedy=N_("Give a number from 0 up."),
            seconds=least_margin_s,
        )
    how, graph = travel or Travel(), street_graph(project)
    stands = find_posts(project, graph, posts)
    flee_s = edge_travel_s(graph, TravelMode.CAR, pursued_kph or how.speed_kph).min(axis=1)
    failed, undecided = list[str](), list[str]()
    kind: Literal["exits", "ring", "rim"] = "rim"
    for kind, ring, outside in _outsides(project, graph, start, exits):
        raise_if_cancelled(cancel)
        progress(min((len(failed) + len(undecided)) / 3, 1.0))
        nodes = _within(graph, start, outside)
        flight = _flight(graph, nodes, (start, head_start_s), outside, flee_s)
        travel_s = stands.times_s(graph, how, nodes)
        try:
            cordon = find_cordon(
                flight,
                travel_s,
                aim=aim,
                least_margin_s=least_margin_s,
                time_limit_s=time_limit_s,
                seed=seed,
                cancel=cancel,
            )
        except UndecidedError:
            undecided.append(ring)
            continue
        if cordon is not None:
            whole, length_m = (
                _whole(cordon, nodes, graph.node_count),
                float(_street_m(graph)[nodes[cordon.inside]].sum()),
            )
            return PursuitDrill(stands, start, kind, ring, tuple(failed), whole, tuple(undecided), length_m)
        failed.append(ring)
    return PursuitDrill(stands, start, kind, "", tuple(name for name in failed if name), None, tuple(undecided))


def _outsides(
    project: ProjectStore, graph: StreetGraph, start: int, exits: Sequence[int] | None
) -> Iterator[tuple[Literal["exits", "ring", "rim"], str, NDArray[np.bool_]]]:
    """Give what counts as outside, from the narrowest ring to the widest."""
    mask = np.zeros(graph.node_count, dtype=bool)
    if exits is not None:
        mask[list(exits)] = True
        yield "exits", "", mask
        return
    rows, around = project.metric_layer("rings"), False
    for ring in reversed(RINGS_OUTSIDE_IN):
        mine = rows[rows["kind"] == ring.value]
        if not len(mine):
            continue
        area = polygonal(mine.geometry.union_all())
        inside = shapely.contains_xy(area, graph.node_xy)
        if inside[start]:
            around = True
            yield "ring", ring.value, ~inside
    if not around:
        mask = _rim(graph)
        mask[start] = False
        yield "rim", "", mask


def _rim(graph: StreetGraph) -> NDArray[np.bool_]:
    """Mark the junctions on the outer rim of the streets: those that no block of streets surrounds."""
    faces = shapely.get_parts(shapely.polygonize(list(graph.edge_geometry)))
    if not len(faces):
        return np.ones(graph.node_count, dtype=bool)
    area = shapely.union_all(faces)
    shells = shapely.multipolygons([shapely.Polygon(part.exterior) for part in shapely.get_parts(area)])
    points = by_slices(shapely.points, graph.node_xy)
    shapely.prepare(shells)
    rim: NDArray[np.bool_] = ~shapely.contains_properly(shells, points)
    rim |= shapely.distance(shells.boundary, points) <= _ON_RIM_M
    return rim


def _within(graph: StreetGraph, start: int, outside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """List the nodes that can be reached without passing one outside, those outside next to them included."""
    seen = np.zeros(graph.node_count, dtype=bool)
    seen[start] = True
    fresh = seen.copy()
    tail = np.concatenate([graph.edge_u, graph.edge_v])
    head = np.concatenate([graph.edge_v, graph.edge_u])
    while fresh.any():
        found = np.zeros(graph.node_count, dtype=bool)
        found[head[(fresh & ~outside)[tail]]] = True
        fresh = found & ~seen
        seen |= fresh
    return np.flatnonzero(seen)


def _flight(
    graph: StreetGraph,
    nodes: NDArray[np.int64],
    leaving: tuple[int, float],
    outside: NDArray[np.bool_],
    flee_s: NDArray[np.float64],
) -> Flight:
    start, head_start_s = leaving
    place = np.full(graph.node_count, -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    usable = (place[graph.edge_u] >= 0) & (place[graph.edge_v] >= 0) & np.isfinite(flee_s)
    usable &= graph.edge_u != graph.edge_v
    u, v, seconds = place[graph.edge_u[usable]], place[graph.edge_v[usable]], flee_s[usable]
    tail, head, seconds = np.concatenate([u, v]), np.concatenate([v, u]), np.concatenate([seconds, seconds])
    kept = ~outside[nodes][tail]
    return Flight(
        tail[kept], head[kept], seconds[kept], int(place[start]), head_start_s, outside[nodes], _street_m(graph)[nodes]
    )


def _street_m(graph: StreetGraph) -> NDArray[np.float64]:
    """Give half the length of each street to either end."""
    ends = np.concatenate([graph.edge_u, graph.edge_v])
    half = np.concatenate([graph.edge_length_m, graph.edge_length_m]) / 2
    return np.bincount(ends, weights=half, minlength=graph.node_count).astype(np.float64)


def _whole(cordon: Cordon, nodes: NDArray[np.int64], count: int) -> Cordon:
    inside = np.zeros(count, dtype=bool)
    inside[nodes[cordon.inside]] = True
    return Cordon(
        nodes[cordon.node],
        cordon.team,
        cordon.arrival_s,
        cordon.pursued_s,
        inside,
        cordon.best_margin_s,
        cordon.proven,
        cordon.smallest,
    )
