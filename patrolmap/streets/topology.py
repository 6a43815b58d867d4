"""Topology care for street lines from drawings: what should meet is made to meet, what is there twice goes.

All repairs move nothing further than the tolerance, and are repeated until none is left to make, so that a second pass
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.streets.topology_meets import join_same_places, node_crossings, snap_ends, snap_to_lines
from patrolmap.streets.topology_web import LineFacts, Web, web_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Finding", "FindingKind", "Topology", "TopologySettings", "care_for"]

_MAX_ROUNDS: Final = 40


class FindingKind(StrEnum):
    """What can be wrong with street lines."""

    NEAR_ENDS = "near_ends"
    END_ON_LINE = "end_on_line"
    CROSSING = "crossing"
    SELF_CROSSING = "self_crossing"
    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    ZERO_LENGTH = "zero_length"
    DANGLE = "dangle"
    TINY_COMPONENT = "tiny_component"


@dataclass(frozen=True)
class TopologySettings:
    """
    How far a repair may go.

    Parameters
    ----------
    snap_m : float, default 0.5
        Ends this near to another end or line are joined with it, metres.
    dangle_m : float, default 1.0
        Loose ends shorter than this behind their last junction are cut off, metres; 0 cuts none.
    component_m : float, default 30.0
        Groups of streets of less total length that nothing joins to the rest are listed, never removed; metres.
    """

    snap_m: float = 0.5
    dangle_m: float = 1.0
    component_m: float = 30.0


@dataclass(frozen=True)
class Finding:
    """
    One thing that was found.

    Parameters
    ----------
    kind : FindingKind
        What it is.
    row : int
        Position of the street.
    x, y : float
        Where, metric.
    size_m : float
        How far an end was moved, or how much length it concerns; 0 for crossings.
    """

    kind: FindingKind
    row: int
    x: float
    y: float
    size_m: float


@dataclass(frozen=True, eq=False)
class Topology:
    """
    The streets mended, and what was found.

    Parameters
    ----------
    lines : numpy.ndarray of object, shape (n,)
        Metric lines; the very input where nothing changed; None where nothing is left of a street.
    changed : numpy.ndarray of bool, shape (n,)
        Which streets are others than before, or gone.
    findings : tuple of Finding
        In the order in which they were found.
    settled : bool
        Whether the last round found nothing more to do; False after 40 rounds.
    """

    lines: NDArray[np.object_]
    changed: NDArray[np.bool_]
    findings: tuple[Finding, ...]
    settled: bool

    def counts(self) -> dict[FindingKind, int]:
        """
        Count the findings.

        Returns
        -------
        dict of FindingKind to int
            Every kind, also with 0.
        """
        counted = dict.fromkeys(FindingKind, 0)
        for finding in self.findings:
            counted[finding.kind] += 1
        return counted


def care_for(
    lines: NDArray[np.object_],
    facts: LineFacts,
    settings: TopologySettings,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Topology:
    """
    Mend the topology of street lines.

    Parameters
    ----------
    lines : numpy.ndarray of object, shape (n,)
        Lines and multi-lines, metric.
    facts : LineFacts
        Level, direction and grade of each.
    settings : TopologySettings
        How far a repair may go.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Topology
        In each round: ends within the tolerance become one; ends near a line of their level, or of level 0, come to lie on
        it; lines of one level get a common vertex where they meet; of segments that are drawn twice in the same
        direction the first stays; short loose ends are cut off. O(v log v) a round for v vertices, mostly two or three rounds.
    """
    web = web_of(lines)
    findings: list[Finding] = [Finding(FindingKind.ZERO_LENGTH, row, x, y, 0.0) for row, x, y in _collapse(web)]
    settled = False
    for number in range(_MAX_ROUNDS):
        raise_if_cancelled(cancel)
        progress(1 - 0.6**number, Message(N_("Mending the topology, round {number}"), {"number": number + 1}))
        found = list(_one_round(web, facts, settings))
        findings += found
        if not found:
            settled = True
            break
    findings += _tiny_components(web, settings.component_m)
    mended, changed = _differences(lines, web)
    progress(1.0)
    return Topology(mended, changed, tuple(findings), settled)


def _one_round(web: Web, facts: LineFacts, settings: TopologySettings) -> Iterator[Finding]:
    for row, xy, size_m in snap_ends(web, settings.snap_m):
        yield Finding(FindingKind.NEAR_ENDS, row, *xy, size_m)
    yield from _collapsed_now(web)
    for row, xy, size_m in snap_to_lines(web, facts, settings.snap_m):
        yield Finding(FindingKind.END_ON_LINE, row, *xy, size_m)
    yield from _collapsed_now(web)
    for row, other, xy in node_crossings(web, facts):
        yield Finding(FindingKind.SELF_CROSSING if row == other else FindingKind.CROSSING, row, *xy, 0.0)
    join_same_places(web, facts)
    yield from _collapsed_now(web)
    yield from _without_repeats(web, facts)
    yield from _without_dangles(web, settings.dangle_m)


def _collapsed_now(web: Web) -> Iterator[Finding]:
    for row, x, y in _collapse(web):
        yield Finding(FindingKind.ZERO_LENGTH, row, x, y, 0.0)


def _collapse(web: Web) -> list[tuple[int, float, float]]:
    place_of = dict(zip(web.part.tolist(), web.place.tolist(), strict=True))
    before = np.unique(web.part)
    web.drop_collapsed()
    gone = np.setdiff1d(before, web.part)
    xy = web.xy[[place_of[int(part)] for part in gone]]
    return [(int(row), float(x), float(y)) for row, (x, y) in zip(web.row[gone], xy, strict=True)]


def _without_repeats(web: Web, facts: LineFacts) -> Iterator[Finding]:
    """Of segments of one level and direction between the same places keep the first."""
    at = web.segments()
    row = web.rows[at]
    start, end = web.place[at], web.place[at + 1]
    way = facts.direction[row]
    turned = np.where(way == 0, start > end, way < 0)
    first, last = np.where(turned, end, start), np.where(turned, start, end)
    keys = np.column_stack([first, last, facts.level[row], way != 0])
    _, kept = np.unique(keys, axis=0, return_index=True)
    again = np.ones(len(at), dtype=bool)
    again[kept] = False
    if not again.any():
        return
    lengths = web.lengths(at)
    part = web.part[at]
    total = np.bincount(part, minlength=len(web.row))
    twice = np.bincount(part[again], minlength=len(web.row))
    length = np.bincount(part[again], weights=lengths[again], minlength=len(web.row))
    where = dict(zip(part[again].tolist(), start[again].tolist(), strict=True))
    found = []
    for one in np.flatnonzero(twice).tolist():
        kind = FindingKind.DUPLICATE if twice[one] == total[one] else FindingKind.OVERLAP
        x, y = map(float, web.xy[where[one]])
        found.append(Finding(kind, int(web.row[one]), x, y, float(length[one])))
    web.cut_out(at[again])
    yield from found


def _without_dangles(web: Web, dangle_m: float) -> Iterator[Finding]:
    """Cut off what lies between a loose end and the last junction of its line, if that is short."""
    degree = web.degree()
    ends = web.ends()
    gone: list[int] = []
    found = []
    for end in ends[degree[web.place[ends]] == 1].tolist():
        forward = end + 1 < len(web.part) and web.part[end + 1] == web.part[end]
        step, at, length_m, cut = (1 if forward else -1), end, 0.0, []
        while length_m < dangle_m:
            after = at + step
            if not 0 <= after < len(web.part) or web.part[after] != web.part[end]:
                break
            cut.append(min(at, after))
            length_m += float(np.hypot(*(web.xy[web.place[after]] - web.xy[web.place[at]])))
            at = after
            if degree[web.place[at]] > 2 and length_m < dangle_m:
                gone += cut
                x, y = map(float, web.xy[web.place[end]])
                found.append(Finding(FindingKind.DANGLE, int(web.row[web.part[end]]), x, y, length_m))
                break
            if degree[web.place[at]] != 2:
                break
    if gone:
        web.cut_out(np.unique(np.array(gone, dtype=np.int64)))
    yield from found


def _tiny_components(web: Web, component_m: float) -> list[Finding]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    at = web.segments()
    if len(at) == 0:
        return []
    start, end = web.place[at], web.place[at + 1]
    size = len(web.xy)
    count, label = connected_components(coo_array((np.ones(len(at)), (start, end)), shape=(size, size)), directed=False)
    length_m = np.bincount(label[start], weights=web.lengths(at), minlength=count)
    tiny = length_m < component_m
    tiny[np.argmax(length_m)] = False
    rows = web.rows[at]
    seen: dict[int, Finding] = {}
    for place, row in zip(start[tiny[label[start]]].tolist(), rows[tiny[label[start]]].tolist(), strict=True):
        x, y = map(float, web.xy[place])
        seen.setdefault(row, Finding(FindingKind.TINY_COMPONENT, row, x, y, float(length_m[label[place]])))
    return list(seen.values())


def _differences(lines: NDArray[np.object_], web: Web) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    drawn = web.shapes(len(lines))
    same = web_of(lines).shapes(len(lines))
    changed = np.asarray(shapely.to_wkb(drawn) != shapely.to_wkb(same), dtype=bool)
    mended = np.where(changed, drawn, lines)
    return mended, changed
