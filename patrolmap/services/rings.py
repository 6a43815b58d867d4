"""The rings of a project: crossings, closure, depth of defence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.duty import on_duty, site_hours
from patrolmap.model.kinds import CONTROLLED_KINDS, RINGS_OUTSIDE_IN, SiteKind, ring_title
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.closure import Closure, ClosureParams, close_between, close_ring
from patrolmap.rings.controls import Controls, controls_at_nodes, stand
from patrolmap.rings.crossings import Crossing, RingLine, find_crossings
from patrolmap.rings.depth import SiteDepth, site_depths
from patrolmap.rings.nesting import NestingViolation, check_nesting, polygonal
from patrolmap.services.streets import street_graph
from patrolmap.streets.attach import attach

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import shapely

    from patrolmap.model.schedule import Shift
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = [
    "CONTROL_LIMIT_M",
    "RingAnswer",
    "RingGap",
    "RingsReading",
    "closure_between",
    "off_duty_sites",
    "read_rings",
    "ring_closure",
    "ring_crossings",
    "ring_depth",
    "ring_nesting",
    "ring_to_ring",
]

CONTROL_LIMIT_M: Final = 100.0
"""A checkpoint farther than this from every street controls nothing and is reported."""


@dataclass(frozen=True, eq=False)
class RingsReading:
    """
    What the closure of a project is computed from.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    areas : dict of str to shapely.Geometry
        The rings from outside in, metric.
    controls : Controls
        Checkpoints and controlled intersections.
    unattached_site_ids : tuple of str
        Those that are too far from every street.
    off_duty_site_ids : tuple of str
        Those that are left out because they are not on duty then.
    """

    graph: StreetGraph
    areas: dict[str, shapely.Geometry]
    controls: Controls
    unattached_site_ids: tuple[str, ...]
    off_duty_site_ids: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RingAnswer:
    """
    A ring with its crossings and its closure.

    Parameters
    ----------
    line : RingLine
        Crossings and their controls.
    closure : Closure
        Whether it is closed, and the proof.
    off_duty_site_ids : tuple of str
        Checkpoints and controlled intersections that do not count because they are not on duty then.
    """

    line: RingLine
    closure: Closure
    off_duty_site_ids: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RingGap:
    """
    Ways from outside one ring to inside another, past the checkpoints of all rings between.

    Parameters
    ----------
    outer, inner : str
        The two rings; the same for a ring by itself.
    closure : Closure
        Of everything outside `outer` against everything inside `inner`.
    """

    outer: str
    inner: str
    closure: Closure


def read_rings(project: ProjectStore, ring: str | None = None, params: ClosureParams | None = None) -> RingsReading:
    """
    Read rings, checkpoints and streets.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        One kind of ring; None for all.
    params : ClosureParams or None
        Who is on duty, and how far carriageways are apart; None for the defaults.

    Returns
    -------
    RingsReading
        Rings from outside in; several rows of one kind are one ring of several parts.

    Raises
    ------
    InputError
        If there is no ring, or not this one, or there are no streets.
    """
    graph = street_graph(project)
    rows = project.metric_layer("rings")
    kinds = [str(kind) for kind in rows["kind"]]
    order = [kind.value for kind in RINGS_OUTSIDE_IN if kind in kinds]
    order += sorted(set(kinds) - set(order))
    if not order:
        raise InputError(N_("The project has no defence rings."), remedy=N_("Draw or import the layer rings first."))
    if ring is not None and ring not in order:
        raise InputError(
            N_("The project has no ring “{ring}”."),
            remedy=N_("Its rings are: {rings}."),
            ring=ring,
            rings=", ".join(order),
        )
    wanted = order if ring is None else [ring]
    areas = {kind: polygonal(rows.geometry[rows["kind"] == kind].union_all()) for kind in wanted}
    controls, unattached = site_controls(project, graph, params)
    areas = {kind: area for kind, area in areas.items() if not area.is_empty}
    return RingsReading(graph, areas, controls, unattached, off_duty_sites(project, params.duty if params else None))


def off_duty_sites(project: ProjectStore, duty: Shift | None) -> tuple[str, ...]:
    """
    List the checkpoints and controlled intersections that are not on duty.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    duty : Shift or None
        When; None for no time, so that nobody is off duty.

    Returns
    -------
    tuple of str
        Ids of those that are not on duty during all of it, by level, hours and mode.

    Raises
    ------
    InputError
        If the hours of a site cannot be read.
    """
    if duty is None:
        return ()
    sites = _control_sites(project)
    off = [
        str(name)
        for name, kind, level, hours in zip(*(sites[one] for one in ("site_id", "kind", "level", "hours")), strict=True)
        if not on_duty(
            site_hours(str(kind), 1 if pd.isna(level) else int(level), "" if pd.isna(hours) else str(hours), duty.mode),
            duty,
        )
    ]
    return tuple(off)


def _control_sites(project: ProjectStore) -> gpd.GeoDataFrame:
    sites = project.metric_layer("sites")
    return sites[sites["kind"].isin([kind.value for kind in CONTROLLED_KINDS])]


def site_controls(
    project: ProjectStore, graph: StreetGraph, params: ClosureParams | None = None
) -> tuple[Controls, tuple[str, ...]]:
    """
    Find out where the checkpoints and controlled intersections of a project stand.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    graph : StreetGraph
        Its streets.
    params : ClosureParams or None
        Who is on duty, and how far carriageways are apart; None for the defaults.

    Returns
    -------
    controls : Controls
        One for each such site, and a second for each that stands on two carriageways.
    unattached : tuple of str
        Ids of those that are farther than `CONTROL_LIMIT_M` from every street.
    """
    sites = _control_sites(project)
    chosen = params or ClosureParams()
    sites = sites[~sites["site_id"].astype(str).isin(off_duty_sites(project, chosen.duty))]
    xy = _xy(sites)
    controls = stand(
        graph,
        sites["site_id"].tolist(),
        sites["kind"].tolist(),
        xy,
        attach(graph, xy, limit_m=CONTROL_LIMIT_M),
        carriageway_m=chosen.carriageway_m,
    )
    lost = [name for name, placed in zip(controls.site_id, controls.placed(), strict=True) if not placed]
    return controls, tuple(lost)


def ring_nesting(project: ProjectStore) -> tuple[NestingViolation, ...]:
    """
    Check that core lies within town within city.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    tuple of NestingViolation
        The offending pieces; empty if all is well or there are fewer than two rings.
    """
    rows = project.metric_layer("rings")
    areas = {kind: polygonal(rows.geometry[rows["kind"] == kind].union_all()) for kind in rows["kind"].unique()}
    return check_nesting({kind: area for kind, area in areas.items() if not area.is_empty})


def ring_crossings(
    project: ProjectStore,
    ring: str | None = None,
    params: ClosureParams | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[Crossing, ...]:
    """
    List the crossings of the rings, with who controls each.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        One kind of ring; None for all.
    params : ClosureParams or None
        None for the defaults.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of Crossing
        From the outer ring inwards, along each boundary.

    Raises
    ------
    InputError
        If there is no such ring, or there are no streets.
    """
    chosen = params or ClosureParams()
    reading = read_rings(project, ring, chosen)
    found: list[Crossing] = []
    for place, kind in enumerate(reading.areas):
        raise_if_cancelled(cancel)
        progress(place / len(reading.areas), Message(N_("Crossings: {ring}"), {"ring": ring_title(kind)}))
        found.extend(_line(reading, kind, chosen).crossings)
    return tuple(found)


def ring_closure(
    project: ProjectStore,
    ring: str | None = None,
    params: ClosureParams | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[RingAnswer, ...]:
    """
    Tell for each ring whether it is closed, where it leaks, and how few posts would close it.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        One kind of ring; None for all.
    params : ClosureParams or None
        None for the defaults.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of RingAnswer
        From the outer ring inwards.

    Raises
    ------
    InputError
        If there is no such ring, or there are no streets.
    """
    chosen = params or ClosureParams()
    reading = read_rings(project, ring, chosen)
    answers = []
    for place, kind in enumerate(reading.areas):
        raise_if_cancelled(cancel)
        progress(place / len(reading.areas), Message(N_("Closure: {ring}"), {"ring": ring_title(kind)}))
        line = _line(reading, kind, chosen)
        closure = close_ring(reading.graph, line, reading.controls, chosen, cancel=cancel)
        answers.append(RingAnswer(line, closure, reading.off_duty_site_ids))
    return tuple(answers)


def ring_to_ring(
    project: ProjectStore,
    params: ClosureParams | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[RingGap, ...]:
    """
    Tell for each two rings whether anybody can pass both without meeting a checkpoint.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    params : ClosureParams or None
        None for the defaults.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of RingGap
        Every pair of an outer and an inner ring. Checkpoints anywhere count where they stand, and those of a crossing
        close its street.

    Raises
    ------
    InputError
        If there is no ring, or there are no streets.
    """
    chosen = params or ClosureParams()
    reading = read_rings(project, params=chosen)
    lines = {kind: _line(reading, kind, chosen) for kind in reading.areas}
    shut = np.zeros(reading.graph.edge_count, dtype=bool)
    for line in lines.values():
        shut |= line.guarded_edges(reading.graph.edge_count)
    pairs = [(outer, inner) for place, outer in enumerate(lines) for inner in list(lines)[place + 1 :]]
    gaps = []
    for place, (outer, inner) in enumerate(pairs):
        raise_if_cancelled(cancel)
        told = Message(N_("From {outer} to {inner}"), {"outer": ring_title(outer), "inner": ring_title(inner)})
        progress(place / len(pairs), told)
        label = np.zeros(reading.graph.node_count, dtype=np.int8)
        label[lines[inner].passages.node_side > 0] = 1
        label[lines[outer].passages.node_side < 0] = -1
        closure = close_between(
            reading.graph,
            label,
            reading.controls,
            chosen,
            name=f"{outer}-{inner}",
            end_posts=True,
            closed_edges=shut,
            cancel=cancel,
        )
        gaps.append(RingGap(outer, inner, closure))
    return tuple(gaps)


def closure_between(
    project: ProjectStore,
    inside: Sequence[int],
    outside: Sequence[int],
    controlled: Sequence[int] | None = None,
    params: ClosureParams | None = None,
    *,
    end_posts: bool = False,
    cancel: Cancel = NO_CANCEL,
) -> Closure:
    """
    Tell whether some junctions are closed against others.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    inside, outside : sequence of int
        Nodes of the street graph: where ways end, and where they start.
    controlled : sequence of int or None
        Nodes that are controlled, and nothing else is; None for the checkpoints of the project.
    params : ClosureParams or None
        None for the defaults.
    end_posts : bool, default False
        Whether new posts may stand on the junctions of `inside` and `outside` themselves.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    Closure
        With its certificate.

    Raises
    ------
    InputError
        If a junction is on both sides.
    """
    graph = street_graph(project)
    both = sorted(set(inside) & set(outside))
    if both:
        raise InputError(
            N_("Junctions stand on both sides: {nodes}."),
            remedy=N_("Name each junction once, inside or outside."),
            nodes=", ".join(str(graph.node_id[node]) for node in both),
        )
    label = np.zeros(graph.node_count, dtype=np.int8)
    label[list(inside)], label[list(outside)] = 1, -1
    controls = site_controls(project, graph, params)[0] if controlled is None else controls_at_nodes(graph, controlled)
    return close_between(graph, label, controls, params, end_posts=end_posts, cancel=cancel)


def ring_depth(
    project: ProjectStore, ring: str | None = None, params: ClosureParams | None = None
) -> tuple[SiteDepth, ...]:
    """
    Compute the depth of defence of the key sites.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        The ring whose outside the ways start from; None for the outermost.
    params : ClosureParams or None
        None for the defaults; only one-way and duty matter here.

    Returns
    -------
    tuple of SiteDepth
        One for each key site, the weakest first.

    Raises
    ------
    InputError
        If there is no such ring, or there are no streets.
    """
    chosen = params or ClosureParams()
    reading = read_rings(project, ring, chosen)
    line = _line(reading, next(iter(reading.areas)), chosen)
    sites = project.metric_layer("sites")
    sites = sites[sites["kind"] == SiteKind.KEY_SITE.value]
    found = site_depths(
        reading.graph,
        line.passages.node_side,
        reading.controls,
        sites["site_id"].tolist(),
        attach(reading.graph, _xy(sites)),
        respect_oneway=chosen.respect_oneway,
    )
    return tuple(sorted(found, key=lambda one: (np.inf if one.depth is None else one.depth, one.site_id)))


def _line(reading: RingsReading, kind: str, params: ClosureParams) -> RingLine:
    return find_crossings(reading.graph, kind, reading.areas[kind], reading.controls, tolerance_m=params.tolerance_m)


def _xy(sites: gpd.GeoDataFrame) -> np.ndarray:
    return np.column_stack([sites.geometry.x, sites.geometry.y]).astype(np.float64)
