"""A distance along a street from a junction, in a direction of the compass."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["Walked", "halfway", "walk"]

_WIDEST_DEG: Final = 55.0
_BESIDE_M: Final = 80.0
_END_M: Final = 1e-6
_HALF_TOLERANCE_M: Final = 5.0
_CARRIAGEWAYS_M: Final = 60.0


@dataclass(frozen=True)
class Walked:
    """
    A point along a street.

    Parameters
    ----------
    x_m, y_m : float
        The point, the middle of carriageways that run beside each other.
    off_deg : float
        Angle between the wanted direction and that of the point from the start.
    points : int
        How many points it is the middle of.
    """

    x_m: float
    y_m: float
    off_deg: float
    points: int


def walk(
    graph: StreetGraph,
    edges: NDArray[np.int64],
    start: tuple[float, float, float],
    distance_m: float,
    bearing_deg: float,
) -> tuple[tuple[Walked, ...], float]:
    """
    Follow a street from a junction.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    edges : (k,) int64 array
        The edges of the street.
    start : tuple of float
        Centre and radius of the junction, metres.
    distance_m : float
        How far along the street.
    bearing_deg : float
        Direction, clockwise from north.

    Returns
    -------
    points : tuple of Walked
        Points at the distance, within 55 degrees of the direction as seen from the start; best direction first.
    reach_m : float
        How far the street goes that way at most; `distance_m` if it goes on.

    Notes
    -----
    Dijkstra's algorithm on the street alone, started where the centre of the junction stands abreast of it.
    """
    seeds, abreast = _seeds(graph, edges, start)
    at_m = _distances(graph, edges, seeds)
    found = _points_at(graph, np.setdiff1d(edges, list(abreast)), at_m, distance_m)
    for edge, along in abreast.items():
        line = graph.edge_geometry[edge]
        ahead = [at for at in (along + distance_m, along - distance_m) if 0 <= at <= line.length]
        found += [shapely.get_coordinates(line.interpolate(at))[0] for at in ahead]
    centre = np.array(start[:2])
    points = [(np.asarray(point), _off_deg(point - centre, bearing_deg)) for point in found]
    good = [(point, off) for point, off in points if off <= _WIDEST_DEG]
    if good:
        return _merged(good, distance_m), distance_m
    reached = [
        value for node, value in at_m.items() if _off_deg(graph.node_xy[node] - centre, bearing_deg) <= _WIDEST_DEG
    ]
    return (), max(reached, default=0.0)


def halfway(
    graph: StreetGraph,
    edges: NDArray[np.int64],
    first: tuple[float, float, float],
    second: tuple[float, float, float],
) -> tuple[float, float, float] | None:
    """
    Find the middle of the way between two junctions of a street.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    edges : (k,) int64 array
        The edges of the street.
    first, second : tuple of float
        Centre and radius of the junctions, metres.

    Returns
    -------
    x_m, y_m, length_m : float
        The point, between the carriageways of a divided street, and the length of the way; None if the street does not
        lead from one to the other.

    Notes
    -----
    Dijkstra's algorithm on the street alone, from both ends.
    """
    ends = []
    for junction in (first, second):
        seeds, abreast = _seeds(graph, edges, junction)
        ends.append((_distances(graph, edges, seeds), abreast))
    (near_m, here), (far_m, there) = ends
    lengths = [near_m[node] + far_m[node] for node in near_m if node in far_m]
    lengths += [abs(along - there[edge]) for edge, along in here.items() if edge in there]
    if not lengths:
        return None
    half_m = min(lengths) / 2
    found = [
        shapely.get_coordinates(graph.edge_geometry[edge].interpolate(along))[0]
        for edge in edges.tolist()
        for along in _alongs(graph, edge, half_m, near_m, here)
        if all(abs(_away(graph, edge, along, *end) - half_m) <= _HALF_TOLERANCE_M + half_m / 50 for end in ends)
    ]
    if not found:
        return None
    beside = [point for point in found if np.hypot(*(point - found[0])) <= _CARRIAGEWAYS_M]
    x_m, y_m = np.mean(beside, axis=0).tolist()
    return x_m, y_m, 2 * half_m


def _alongs(
    graph: StreetGraph, edge: int, half_m: float, at_m: dict[int, float], abreast: dict[int, float]
) -> list[float]:
    length_m = float(graph.edge_geometry[edge].length)
    u_m, v_m = at_m.get(int(graph.edge_u[edge]), np.inf), at_m.get(int(graph.edge_v[edge]), np.inf)
    tried = [half_m - u_m, length_m - (half_m - v_m)]
    if edge in abreast:
        tried += [abreast[edge] - half_m, abreast[edge] + half_m]
    return [along for along in tried if 0 <= along <= length_m]


def _away(graph: StreetGraph, edge: int, along: float, at_m: dict[int, float], abreast: dict[int, float]) -> float:
    length_m = float(graph.edge_geometry[edge].length)
    ways = [
        at_m.get(int(graph.edge_u[edge]), np.inf) + along,
        at_m.get(int(graph.edge_v[edge]), np.inf) + length_m - along,
    ]
    return min(*ways, abs(along - abreast[edge]) if edge in abreast else np.inf)


def _seeds(
    graph: StreetGraph, edges: NDArray[np.int64], start: tuple[float, float, float]
) -> tuple[list[tuple[float, int]], dict[int, float]]:
    """Find nodes with their distances from the centre, and edges on which the centre stands abreast, with the place."""
    centre = shapely.Point(start[:2])
    lines = graph.edge_geometry[edges]
    away_m = shapely.distance(lines, centre)
    seeds: list[tuple[float, int]] = []
    abreast: dict[int, float] = {}
    for place in np.flatnonzero(away_m <= min(max(start[2] + 10.0, float(away_m.min()) + 1.0), start[2] + _BESIDE_M)):
        edge, line = int(edges[place]), lines[place]
        along = float(shapely.line_locate_point(line, centre))
        inside = _END_M < along < line.length - _END_M
        offset = 0.0 if inside else _past_end(line, centre, at_start=along < line.length / 2)
        seeds.append((offset + along, int(graph.edge_u[edge])))
        seeds.append((offset + line.length - along, int(graph.edge_v[edge])))
        if inside:
            abreast[edge] = along
    return seeds, abreast


def _past_end(line: shapely.LineString, centre: shapely.Point, *, at_start: bool) -> float:
    """Measure how far a place lies beyond an end of a line, in the line's direction there; beside the end it is no way."""
    ends = shapely.get_coordinates(line)
    end, inner = (ends[0], ends[1]) if at_start else (ends[-1], ends[-2])
    out = end - inner
    length_m = float(np.hypot(*out))
    away = np.array([centre.x, centre.y]) - end
    return abs(float(away @ out)) / length_m if length_m else float(np.hypot(*away))


def _distances(graph: StreetGraph, edges: NDArray[np.int64], seeds: list[tuple[float, int]]) -> dict[int, float]:
    beside: dict[int, list[tuple[int, float]]] = {}
    for edge in edges:
        u, v, length = int(graph.edge_u[edge]), int(graph.edge_v[edge]), float(graph.edge_geometry[edge].length)
        beside.setdefault(u, []).append((v, length))
        beside.setdefault(v, []).append((u, length))
    queue = list(seeds)
    heapq.heapify(queue)
    done: dict[int, float] = {}
    while queue:
        value, node = heapq.heappop(queue)
        if node not in done:
            done[node] = value
            for other, length in beside[node]:
                if other not in done:
                    heapq.heappush(queue, (value + length, other))
    return done


def _points_at(
    graph: StreetGraph, edges: NDArray[np.int64], at_m: dict[int, float], distance_m: float
) -> list[NDArray[np.float64]]:
    found: list[NDArray[np.float64]] = []
    for edge in edges:
        line = graph.edge_geometry[edge]
        u_m, v_m = at_m.get(int(graph.edge_u[edge])), at_m.get(int(graph.edge_v[edge]))
        if u_m is None or v_m is None:
            continue
        middle = (line.length + v_m - u_m) / 2
        for along in (distance_m - u_m, line.length - (distance_m - v_m)):
            from_u = along == distance_m - u_m
            inside = 0 <= along <= line.length and (along <= middle + 1e-6 if from_u else along >= middle - 1e-6)
            if inside:
                found.append(shapely.get_coordinates(line.interpolate(along))[0])
    return found


def _off_deg(step: NDArray[np.float64], bearing_deg: float) -> float:
    heading = float(np.degrees(np.arctan2(step[0], step[1])))
    return abs((heading - bearing_deg + 180.0) % 360.0 - 180.0)


def _merged(points: list[tuple[NDArray[np.float64], float]], distance_m: float) -> tuple[Walked, ...]:
    """Take points side by side, such as those of two carriageways, as one."""
    width_m = min(max(40.0, distance_m / 4), 120.0)
    groups: list[list[tuple[NDArray[np.float64], float]]] = []
    for point in sorted(points, key=lambda item: item[1]):
        near = [group for group in groups if np.hypot(*(group[0][0] - point[0])) <= width_m]
        if near:
            near[0].append(point)
        else:
            groups.append([point])
    made = []
    for group in groups:
        box = np.array([xy for xy, _ in group])
        x_m, y_m = (box.min(axis=0) + box.max(axis=0)) / 2
        made.append(Walked(float(x_m), float(y_m), min(off for _, off in group), len(group)))
    return tuple(sorted(made, key=lambda walked: walked.off_deg))
