"""The rings of a project: crossings, closure, depth of defence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import SiteKind, ring_title
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.closure import Closure, ClosureParams, close_ring
from patrolmap.rings.depth import SiteDepth, site_depths
from patrolmap.rings.nesting import NestingViolation, check_nesting, polygonal
from patrolmap.services.rings_reading import read_rings, ring_line, site_xy
from patrolmap.streets.attach import attach

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore
    from patrolmap.rings.crossings import Crossing, RingLine

__all__ = ["RingAnswer", "ring_closure", "ring_crossings", "ring_depth", "ring_nesting"]


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
        found.extend(ring_line(reading, kind, chosen).crossings)
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
        line = ring_line(reading, kind, chosen)
        closure = close_ring(reading.graph, line, reading.controls, chosen, cancel=cancel)
        answers.append(RingAnswer(line, closure, reading.off_duty_site_ids))
    return tuple(answers)


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
    line = ring_line(reading, next(iter(reading.areas)), chosen)
    sites = project.metric_layer("sites")
    sites = sites[sites["kind"] == SiteKind.KEY_SITE.value]
    found = site_depths(
        reading.graph,
        line.passages.node_side,
        reading.controls,
        sites["site_id"].tolist(),
        attach(reading.graph, site_xy(sites)),
        respect_oneway=chosen.respect_oneway,
    )
    return tuple(sorted(found, key=lambda one: (np.inf if one.depth is None else one.depth, one.site_id)))
