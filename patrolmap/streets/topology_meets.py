"""Where lines should meet and do not: near ends, ends near lines, crossings without a common vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from patrolmap.streets.topology_web import LineFacts, Web

__all__ = ["join_same_places", "node_crossings", "snap_ends", "snap_to_lines"]

_ON_THE_LINE_M: Final = 1e-4
"""A vertex this near to a segment lies on it."""

Moved = tuple[int, tuple[float, float], float]


def snap_ends(web: Web, tolerance_m: float) -> Iterator[Moved]:
    """
    Make ends within the tolerance one place. The busiest place stays, the others come to it.

    Parameters
    ----------
    web : Web
        The lines; changed in place.
    tolerance_m : float
        How far apart, metres.

    Yields
    ------
    row : int
        A street that was moved.
    xy : (float, float)
        From where.
    size_m : float
        How far.
    """
    from scipy.spatial import cKDTree

    ends = web.ends()
    places = np.unique(web.place[ends])
    tree = cKDTree(web.xy[places])
    pairs = tree.query_pairs(tolerance_m, output_type="ndarray")
    if len(pairs) == 0:
        return
    degree = web.degree()[places]
    near: dict[int, list[int]] = {}
    for one, other in pairs.tolist():
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    target = np.arange(len(web.xy))
    taken: set[int] = set()
    for one in sorted(near, key=lambda at: (-int(degree[at]), at)):
        if one in taken:
            continue
        taken.add(one)
        for other in near[one]:
            if other not in taken:
                taken.add(other)
                target[places[other]] = places[one]
    rows = web.rows[ends]
    moved = target[web.place[ends]] != web.place[ends]
    found = [
        (int(row), _pair(web.xy[place]), float(np.hypot(*(web.xy[target[place]] - web.xy[place]))))
        for row, place in zip(rows[moved], web.place[ends][moved], strict=True)
    ]
    web.move(target)
    yield from found


def snap_to_lines(web: Web, facts: LineFacts, tolerance_m: float) -> Iterator[Moved]:
    """
    Bring ends near a line of their level, or of level 0, onto it, as a vertex of both.

    Parameters
    ----------
    web : Web
        The lines; changed in place.
    facts : LineFacts
        Level of each street.
    tolerance_m : float
        How far apart, metres.

    Yields
    ------
    row : int
        The street whose end was brought.
    xy : (float, float)
        From where.
    size_m : float
        How far.
    """
    at = web.segments()
    ends = web.ends()
    if len(at) == 0:
        return
    a, b = web.xy[web.place[at]], web.xy[web.place[at + 1]]
    tree = shapely.STRtree(_boxes(a, b, tolerance_m))
    hit, seg = tree.query(shapely.points(web.xy[web.place[ends]]))
    end = ends[hit]
    own, other = facts.level[web.rows[end]], facts.level[web.rows[at[seg]]]
    fits = ((own == other) | (other == 0)) & ~_has_place(web, at[seg], web.place[end])
    end, seg = end[fits], seg[fits]
    along, distance = _project(a[seg], b[seg], web.xy[web.place[end]])
    near = distance <= tolerance_m
    end, seg, along, distance = end[near], seg[near], along[near], distance[near]
    if len(end) == 0:
        return
    order = np.lexsort((seg, distance, web.place[end]))
    _, first = np.unique(web.place[end][order], return_index=True)
    chosen = order[first]  # the nearest segment of each place
    moves = _independent(web, at[seg[chosen]], web.place[end[chosen]])
    chosen = chosen[moves]
    found = [(int(web.rows[end[k]]), _pair(web.xy[web.place[end[k]]]), float(distance[k])) for k in chosen.tolist()]
    _bring(web, at[seg[chosen]], along[chosen], web.place[end[chosen]], tolerance_m)
    yield from found


def node_crossings(web: Web, facts: LineFacts) -> Iterator[tuple[int, int, tuple[float, float]]]:
    """
    Give lines of one level a common vertex wherever they cross, touch or run over each other, also with themselves.

    Parameters
    ----------
    web : Web
        The lines; changed in place.
    facts : LineFacts
        Level and grade of each street.

    Yields
    ------
    row, other : int
        The two streets; equal if a street meets itself.
    xy : (float, float)
        Where.
    """
    at = web.segments()
    grade = facts.on_grade[web.rows[at]]
    at = at[grade]
    if len(at) == 0:
        return
    a, b = web.xy[web.place[at]], web.xy[web.place[at + 1]]
    boxes = _boxes(a, b, _ON_THE_LINE_M)
    one, two = shapely.STRtree(boxes).query(boxes)
    level = facts.level[web.rows[at]]
    fits = (one != two) & (level[one] == level[two])
    one, two = one[fits], two[fits]
    segment, along, place = _vertices_on_segments(web, at, one, two)
    touched = np.unique(np.concatenate([segment, np.zeros(0, dtype=np.int64)]))
    rows = web.rows
    found = [(int(rows[s]), int(rows[v]), _pair(web.xy[web.place[v]])) for s, v in zip(segment, place, strict=True)]
    ups = one < two
    one, two = one[ups], two[ups]
    apart = ~np.isin(at[one], touched) & ~np.isin(at[two], touched)  # those wait for the next round
    crossing = _proper_crossings(web, at, one[apart], two[apart])
    made = web.add_places(crossing.xy)
    found += [
        (int(rows[s]), int(rows[t]), _pair(xy))
        for s, t, xy in zip(crossing.one, crossing.two, crossing.xy, strict=True)
    ]
    web.insert(
        np.concatenate([segment, crossing.one, crossing.two]),
        np.concatenate([along, crossing.along_one, crossing.along_two]),
        np.concatenate([web.place[place], made, made]),
    )
    yield from found


def join_same_places(web: Web, facts: LineFacts) -> bool:
    """
    Make places of one level that are a tenth of a millimetre apart one, as two crossings at one place are.

    Parameters
    ----------
    web : Web
        The lines; changed in place.
    facts : LineFacts
        Level of each street.

    Returns
    -------
    bool
        Whether there were any.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    used = np.unique(web.place)
    pairs = cKDTree(web.xy[used]).query_pairs(_ON_THE_LINE_M, output_type="ndarray")
    if len(pairs) == 0:
        return False
    pairs = np.sort(used[pairs], axis=1)
    levels = facts.level[web.rows]
    low, high = np.full(len(web.xy), np.iinfo(np.int64).max), np.full(len(web.xy), np.iinfo(np.int64).min)
    np.minimum.at(low, web.place, levels)
    np.maximum.at(high, web.place, levels)
    one_level = (low[pairs[:, 0]] == low[pairs[:, 1]]) | (high[pairs[:, 0]] == high[pairs[:, 1]])
    pairs = pairs[one_level]
    size = len(web.xy)
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    _, first = np.unique(label, return_index=True)
    web.move(first[label])
    return bool(len(pairs))


class _Crossings:
    """Pairs of segments that cross properly: where, and how far along each."""

    def __init__(
        self,
        one: NDArray[np.int64],
        two: NDArray[np.int64],
        along_one: NDArray[np.float64],
        along_two: NDArray[np.float64],
        xy: NDArray[np.float64],
    ) -> None:
        self.one, self.two, self.along_one, self.along_two, self.xy = one, two, along_one, along_two, xy


def _vertices_on_segments(
    web: Web, at: NDArray[np.int64], one: NDArray[np.int64], two: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Find vertices of segment `two` inside segment `one`: segment, how far along, vertex; each place once a segment."""
    segment = np.concatenate([at[one], at[one]])
    vertex = np.concatenate([at[two], at[two] + 1])
    foreign = (web.place[vertex] != web.place[segment]) & (web.place[vertex] != web.place[segment + 1])
    segment, vertex = segment[foreign], vertex[foreign]
    a, b = web.xy[web.place[segment]], web.xy[web.place[segment + 1]]
    along, distance = _project(a, b, web.xy[web.place[vertex]])
    length = np.hypot(*(b - a).T)
    inside = (distance <= _ON_THE_LINE_M) & (along > 0) & (along < length)
    segment, vertex, along = segment[inside], vertex[inside], along[inside]
    _, first = np.unique(np.column_stack([segment, web.place[vertex]]), axis=0, return_index=True)
    return segment[first], along[first], vertex[first]


def _proper_crossings(web: Web, at: NDArray[np.int64], one: NDArray[np.int64], two: NDArray[np.int64]) -> _Crossings:
    first, second = at[one], at[two]
    joined = np.zeros(len(first), dtype=bool)
    for p in (first, first + 1):
        for q in (second, second + 1):
            joined |= web.place[p] == web.place[q]
    first, second = first[~joined], second[~joined]
    a, b = web.xy[web.place[first]], web.xy[web.place[first + 1]]
    c, d = web.xy[web.place[second]], web.xy[web.place[second + 1]]
    u, v, w = b - a, d - c, c - a
    cross = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (w[:, 0] * v[:, 1] - w[:, 1] * v[:, 0]) / cross
        t = (w[:, 0] * u[:, 1] - w[:, 1] * u[:, 0]) / cross
    proper = (s > 0) & (s < 1) & (t > 0) & (t < 1)
    s, t, first, second = s[proper], t[proper], first[proper], second[proper]
    xy = a[proper] + s[:, None] * u[proper]
    return _Crossings(first, second, s * np.hypot(*u[proper].T), t * np.hypot(*v[proper].T), xy)


def _boxes(a: NDArray[np.float64], b: NDArray[np.float64], margin_m: float) -> NDArray[np.object_]:
    """Wrap segments: the tree's boxes alone find candidates faster than any predicate of single geometries."""
    low, high = np.minimum(a, b) - margin_m, np.maximum(a, b) + margin_m
    boxes: NDArray[np.object_] = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    return boxes


def _project(
    a: NDArray[np.float64], b: NDArray[np.float64], p: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure how far along segment ab the nearest point to p lies, and how far from p."""
    u = b - a
    length = np.hypot(*u.T)
    share = np.clip(np.einsum("ij,ij->i", p - a, u) / np.maximum(length**2, 1e-300), 0.0, 1.0)
    foot = a + share[:, None] * u
    return share * length, np.hypot(*(p - foot).T)


def _has_place(web: Web, segment: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for pairs whether the place is a vertex of the segment's part already."""
    width = len(web.xy)
    known = np.unique(web.part * width + web.place)
    asked = web.part[segment] * width + place
    found = np.searchsorted(known, asked)
    found[found == len(known)] = 0
    there: NDArray[np.bool_] = known[found] == asked
    return there


def _independent(web: Web, segment: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which moves concern a segment whose own ends stay where they are; the others wait for the next round."""
    moving = np.zeros(len(web.xy), dtype=bool)
    moving[place] = True
    free = ~(moving[web.place[segment]] | moving[web.place[segment + 1]])
    if not free.any() and len(free):
        free[0] = True
    return free


def _bring(
    web: Web,
    segment: NDArray[np.int64],
    along: NDArray[np.float64],
    place: NDArray[np.int64],
    tolerance_m: float,
) -> None:
    """Move places to a near vertex of the segment, or else to their foot on it, where they become its vertex."""
    start, end = web.place[segment], web.place[segment + 1]
    here = web.xy[place]
    to_start, to_end = np.hypot(*(web.xy[start] - here).T), np.hypot(*(web.xy[end] - here).T)
    nearest = np.where(to_start <= to_end, start, end)
    at_vertex = np.minimum(to_start, to_end) <= tolerance_m
    inside = ~at_vertex
    length = np.hypot(*(web.xy[end] - web.xy[start]).T)
    share = along[inside] / length[inside]
    foot = web.xy[start[inside]] + share[:, None] * (web.xy[end[inside]] - web.xy[start[inside]])
    web.xy = web.xy.copy()
    web.xy[place[inside]] = foot
    web.insert(segment[inside], along[inside], place[inside])
    target = np.arange(len(web.xy))
    target[place[at_vertex]] = nearest[at_vertex]
    web.move(target)


def _pair(xy: NDArray[np.float64]) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])
