"""Closure between rings, and between any two sets of junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.closure import Closure, ClosureParams, close_between
from patrolmap.rings.controls import controls_at_nodes
from patrolmap.services.rings_reading import read_rings, ring_line, site_controls
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore

__all__ = ["RingGap", "closure_between", "ring_to_ring"]


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
    lines = {kind: ring_line(reading, kind, chosen) for kind in reading.areas}
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
            nodes=[str(graph.node_id[node]) for node in both],
        )
    label = np.zeros(graph.node_count, dtype=np.int8)
    label[list(inside)], label[list(outside)] = 1, -1
    controls = site_controls(project, graph, params)[0] if controlled is None else controls_at_nodes(graph, controlled)
    return close_between(graph, label, controls, params, end_posts=end_posts, cancel=cancel)
