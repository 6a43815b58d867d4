"""Strokes become a network: cut at water and rails, noded at junctions, cleaned of what no street map shows."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, STRtree
from shapely.ops import substring

from tools.make_sample.curves import lines_of
from tools.make_sample.plane import GRID_M, on_grid
from tools.make_sample.stroke import RANK, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tools.make_sample.layout import Ground

__all__ = ["Edge", "Network", "arrange"]

_NEAR_M: Final = 0.35
_LONGEST_BRIDGE_M: Final = 700.0


@dataclass(eq=False)
class Edge:
    """
    A piece of street between two junctions.

    Parameters
    ----------
    xy : numpy.ndarray
        Vertices (n, 2) in metres, on the grid.
    stroke : Stroke
        What it is a piece of.
    kind : str, default ""
        ``bridge``, ``tunnel`` or empty.
    over : str, default ""
        What a bridge or tunnel crosses: ``water`` or ``rail``.
    name, ref, oneway : str, default ""
        As they will stand in the file.
    """

    xy: np.ndarray = field(repr=False)
    stroke: Stroke
    kind: str = ""
    over: str = ""
    name: str = ""
    ref: str = ""
    oneway: str = ""

    @property
    def start(self) -> tuple[float, float]:
        """First vertex, the key of its junction."""
        return key_of(self.xy[0])

    @property
    def end(self) -> tuple[float, float]:
        """Last vertex, the key of its junction."""
        return key_of(self.xy[-1])

    @property
    def highway(self) -> str:
        """Class of the street."""
        return self.stroke.highway

    @property
    def rank(self) -> int:
        """Place of its class, 0 for the widest."""
        return RANK[self.stroke.highway]

    @property
    def length_m(self) -> float:
        """Length in metres."""
        return float(np.hypot(*np.diff(self.xy, axis=0).T).sum())

    @property
    def look(self) -> tuple[str, ...]:
        """What makes two edges one street where nothing else meets them."""
        stroke = self.stroke
        return stroke.highway, stroke.name, stroke.ref, self.kind, self.over, self.name, self.ref, self.oneway

    @property
    def line(self) -> LineString:
        """Course."""
        return LineString(self.xy)


def key_of(xy: Sequence[float]) -> tuple[float, float]:
    """
    Name a junction by its place.

    Parameters
    ----------
    xy : sequence of float
        A vertex on the grid.

    Returns
    -------
    tuple of (float, float)
        The same for each edge that meets there.
    """
    return round(float(xy[0]), 1), round(float(xy[1]), 1)


class Network:
    """
    Edges with their junctions.

    Parameters
    ----------
    edges : iterable of Edge
        All edges.
    """

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = list(edges)

    def at(self) -> dict[tuple[float, float], list[Edge]]:
        """
        List the edges at each junction.

        Returns
        -------
        dict
            Junction to edges; a loop stands twice.
        """
        found: dict[tuple[float, float], list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.start].append(edge)
            found[edge.end].append(edge)
        return found

    def drop(self, gone: Iterable[Edge]) -> None:
        """
        Remove edges.

        Parameters
        ----------
        gone : iterable of Edge
            Those to remove.
        """
        ids = {id(edge) for edge in gone}
        self.edges = [edge for edge in self.edges if id(edge) not in ids]

    def prune(self, shorter_than_m: Callable[[Edge], float]) -> None:
        """
        Remove dead ends, again and again until none is left.

        Parameters
        ----------
        shorter_than_m : callable
            For an edge, below which length it is no dead end worth keeping.
        """
        while True:
            degree = {node: len(edges) for node, edges in self.at().items()}
            gone = [
                edge
                for edge in self.edges
                if min(degree[edge.start], degree[edge.end]) == 1 and edge.length_m < shorter_than_m(edge)
            ]
            if not gone:
                return
            self.drop(gone)

    def join_chains(self) -> None:
        """Join two edges of one look where nothing else meets them."""
        around = self.at()
        for node in list(around):
            edges = around[node]
            if len(edges) != 2 or edges[0] is edges[1]:
                continue
            a, b = edges
            if a.look != b.look:
                continue
            first = a.xy if a.end == node else a.xy[::-1]
            second = b.xy if b.start == node else b.xy[::-1]
            if a.oneway and not (a.end == node and b.start == node):
                continue
            joined = Edge(np.vstack([first, second[1:]]), a.stroke, a.kind, a.over, a.name, a.ref, a.oneway)
            for far in {a.start, a.end, b.start, b.end} - {node}:
                around[far] = [joined if other is a or other is b else other for other in around[far]]
            del around[node]
        kept = {id(edge): edge for edges in around.values() for edge in edges}
        self.edges = list(kept.values())

    def contract(self, shorter_than_m: float, longest: Callable[[Edge], float] | None = None) -> None:
        """
        Draw junctions together that stand next to each other.

        Parameters
        ----------
        shorter_than_m : float
            Edges below this length become a point, at the end where the wider streets meet.
        longest : callable or None
            A limit for each edge instead of the one for all.
        """
        around = self.at()
        for edge in sorted(self.edges, key=lambda e: e.length_m):
            limit = longest(edge) if longest else shorter_than_m
            a, b = edge.start, edge.end
            if edge.length_m >= limit or edge.kind or a == b or a not in around or b not in around:
                continue
            rank_a = min((e.rank for e in around[a] if e is not edge), default=99)
            rank_b = min((e.rank for e in around[b] if e is not edge), default=99)
            keep, gone = (a, b) if (rank_a, a) <= (rank_b, b) else (b, a)
            if any(e.kind for e in around[gone]):
                keep, gone = gone, keep
            if any(e.kind for e in around[gone]):
                continue
            around[keep] = [e for e in around[keep] if e is not edge]
            for other in around.pop(gone):
                if other is edge:
                    continue
                ends = [0] * (other.start == gone) + [-1] * (other.end == gone)
                for end in ends:
                    other.xy[end] = keep
                around[keep].append(other)
        left = {id(edge): edge for edges in around.values() for edge in edges}
        self.edges = [edge for edge in left.values() if edge.length_m > 1]
        self.drop_twins()

    def drop_twins(self) -> None:
        """Remove loops that go nowhere and streets that run beside another one between the same junctions."""
        best: dict[tuple[tuple[float, float], ...], list[Edge]] = defaultdict(list)
        gone = []
        for edge in sorted(self.edges, key=lambda e: (e.rank, e.length_m)):
            if edge.start == edge.end and edge.length_m < 60:
                gone.append(edge)
                continue
            pair = tuple(sorted((edge.start, edge.end)))
            if any(shapely.hausdorff_distance(edge.line, twin.line) < 22 for twin in best[pair]):
                gone.append(edge)
            else:
                best[pair].append(edge)
        self.drop(gone)

    def components(self) -> list[set[tuple[float, float]]]:
        """
        Find what hangs together.

        Returns
        -------
        list of set
            Junctions of each part, the largest first.
        """
        around = self.at()
        seen: set[tuple[float, float]] = set()
        parts = []
        for node in around:
            if node in seen:
                continue
            part, front = {node}, [node]
            while front:
                for edge in around[front.pop()]:
                    for far in (edge.start, edge.end):
                        if far not in part:
                            part.add(far)
                            front.append(far)
            seen |= part
            parts.append(part)
        return sorted(parts, key=lambda part: (-len(part), min(part)))

    def keep_largest(self) -> None:
        """Remove all but the largest connected part."""
        main = self.components()[0]
        self.edges = [edge for edge in self.edges if edge.start in main]


def arrange(strokes: Sequence[Stroke], land: Ground) -> Network:
    """
    Cut strokes at obstacles and at each other.

    Parameters
    ----------
    strokes : sequence of Stroke
        As drawn; what crosses on another level is not joined.
    land : Ground
        Water and railway.

    Returns
    -------
    Network
        Edges that share exact end points at junctions.
    """
    obstacles = _obstacles(land)
    flat: list[tuple[LineString, Stroke]] = []
    raised: list[Edge] = []
    for stroke in strokes:
        for part, kind, over in _cut(stroke, obstacles):
            line = LineString(on_grid(shapely.get_coordinates(part)))
            if line.length < GRID_M:
                continue
            if kind:
                raised.append(Edge(shapely.get_coordinates(line), stroke, kind, over))
            else:
                flat.append((line, stroke))
    noded = lines_of(shapely.union_all([line for line, _ in flat], grid_size=GRID_M))
    tree = STRtree([line for line, _ in flat])
    edges = list(raised)
    for piece in noded:
        middle = piece.interpolate(0.5, normalized=True)
        near = tree.query(middle, predicate="dwithin", distance=_NEAR_M)
        if not len(near):
            near = [tree.nearest(middle)]
        owner = min(near, key=lambda i: (RANK[flat[i][1].highway], i))
        edges.append(Edge(on_grid(shapely.get_coordinates(piece)), flat[owner][1]))
    network = Network(edges)
    network.join_chains()
    return network


def _obstacles(land: Ground) -> list[tuple[str, shapely.Geometry, shapely.Geometry]]:
    still = shapely.union_all([land.lakes])
    small = shapely.union_all([land.stream, land.moat])
    return [
        ("lake", still.buffer(6), still.buffer(6)),
        ("river", land.river.buffer(9), land.river.buffer(9)),
        ("stream", small.buffer(4), small.buffer(4)),
        ("rail", land.railway.buffer(62), land.railway.buffer(16)),
    ]


def _cut(
    stroke: Stroke, obstacles: list[tuple[str, shapely.Geometry, shapely.Geometry]]
) -> list[tuple[LineString, str, str]]:
    allowed = {
        "lake": "",
        "river": "bridge" if stroke.over_water else "",
        "stream": "bridge" if stroke.over_stream else "",
        "rail": stroke.over_rail,
    }
    parts: list[tuple[LineString, str, str]] = [(stroke.line, "", "")]
    for name, wide, narrow in obstacles:
        area = wide if allowed[name] else narrow
        over = "rail" if name == "rail" else "water"
        next_parts: list[tuple[LineString, str, str]] = []
        for line, kind, was_over in parts:
            if kind or not line.intersects(area):
                next_parts.append((line, kind, was_over))
                continue
            next_parts.extend(_split_at(line, area, allowed[name], over))
        parts = next_parts
    return parts


def _split_at(line: LineString, area: shapely.Geometry, kind: str, over: str) -> list[tuple[LineString, str, str]]:
    borders = shapely.get_coordinates(line.intersection(area.boundary))
    cuts = sorted({0.0, line.length, *(round(line.project(shapely.Point(xy)), 2) for xy in borders)})
    made = []
    for start, end in itertools.pairwise(cuts):
        if end - start < 0.3:
            continue
        part = substring(line, start, end)
        inside = shapely.contains(area, part.interpolate(0.5, normalized=True))
        if not inside:
            made.append((part, "", ""))
        elif kind and end - start <= _LONGEST_BRIDGE_M and start > 0 and end < line.length:
            made.append((part, kind, over))
        elif kind and over == "rail":
            made.append((part, "", ""))
    return made
