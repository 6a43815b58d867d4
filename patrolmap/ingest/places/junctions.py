"""Where two named streets meet: one centre for each crossing, however many nodes it is drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.ingest.places.street_names import StreetNames
    from patrolmap.streets.network import StreetGraph

__all__ = ["Junction", "Junctions", "Meeting"]

_ONE_CROSSING_M: Final = 60.0
_WIDE_CROSSING_M: Final = 130.0
_NEAR_M: Final = 80.0
_SAME_PLACE_M: Final = 1.0
_ACROSS: Final = 0.5


class Meeting(StrEnum):
    """How two streets meet: at a node, at different levels, or with a gap such as an unnamed roundabout."""

    NODE = "node"
    LEVELS = "levels"
    GAP = "gap"


@dataclass(frozen=True)
class Junction:
    """
    One crossing of two streets.

    Parameters
    ----------
    x_m, y_m : float
        Its centre.
    radius_m : float
        Distance of its farthest node from the centre.
    meeting : Meeting
        How the streets meet.
    parts : int, default 1
        How many separate places it is the middle of.
    """

    x_m: float
    y_m: float
    radius_m: float
    meeting: Meeting
    parts: int = 1


class Junctions:
    """
    The crossings of named streets, found when they are asked for.

    Parameters
    ----------
    names : StreetNames
        The streets.
    """

    def __init__(self, names: StreetNames) -> None:
        self._names = names
        self._graph = names.graph
        self._lines = lru_cache(maxsize=4096)(self._lines_of)

    def between(self, first: int, second: int) -> tuple[Junction, ...]:
        """
        Find all crossings of two streets.

        Parameters
        ----------
        first, second : int
            Places in `StreetNames.streets`.

        Returns
        -------
        tuple of Junction
            Points nearer than 60 m are one crossing, and up to 130 m if they lie across the carriageways of a divided
            street. Several crossings within a circle of 60 m radius are one of several parts. Where streets share no point, their ends within 80 m of each other count. The centre is that of the
            smallest circle around the points.
        """
        a, b = self._names.streets[first].edges, self._names.streets[second].edges
        points, meeting = self._shared(a, b), Meeting.NODE
        crossed = self._crossed(first, second, points)
        if len(points) == 0:
            meeting = Meeting.LEVELS
        points = np.vstack([points, crossed])
        if len(points) == 0:
            return _junctions(self._near(first, second), [], Meeting.GAP)
        links = [_across(self._graph, edges, points) for edges in (a, b)] if len(points) > 1 else []
        return _junctions(points, links, meeting)

    def gap_m(self, first: int, second: int) -> float:
        """
        Measure how near two streets come.

        Parameters
        ----------
        first, second : int
            Places in `StreetNames.streets`.

        Returns
        -------
        float
            Metres; 0 if they touch or cross.
        """
        return float(shapely.distance(self._lines(first), self._lines(second)))

    def _lines_of(self, street: int) -> shapely.MultiLineString:
        return shapely.multilinestrings(self._graph.edge_geometry[self._names.streets[street].edges])

    def _shared(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        graph = self._graph
        own = np.setdiff1d(a, b), np.setdiff1d(b, a)
        nodes = [np.unique(np.concatenate([graph.edge_u[edges], graph.edge_v[edges]])) for edges in own]
        shared: NDArray[np.float64] = graph.node_xy[np.intersect1d(nodes[0], nodes[1])]
        return shared

    def _crossed(self, first: int, second: int, known: NDArray[np.float64]) -> NDArray[np.float64]:
        crossing = shapely.intersection(self._lines(first), self._lines(second))
        parts = shapely.get_parts(crossing)
        xy: NDArray[np.float64] = shapely.get_coordinates(parts[shapely.get_type_id(parts) == 0])
        if len(known) == 0 or len(xy) == 0:
            return xy
        away_m = np.hypot(*(xy[:, None] - known[None]).transpose(2, 0, 1)).min(axis=1)
        new: NDArray[np.float64] = xy[away_m > _SAME_PLACE_M]
        return new

    def _near(self, first: int, second: int) -> NDArray[np.float64]:
        """Take the ends of either street that come near to the other: the arms of a roundabout, or of a square."""
        found = []
        for street, other in ((first, second), (second, first)):
            edges = self._names.streets[street].edges
            nodes = np.concatenate([self._graph.edge_u[edges], self._graph.edge_v[edges]])
            node, uses = np.unique(nodes, return_counts=True)
            ends = self._graph.node_xy[node[uses == 1]]
            away_m = shapely.distance(shapely.points(ends), self._lines(other)) if len(ends) else np.zeros(0)
            found.append(ends[away_m <= _NEAR_M])
        return np.vstack(found)


def _across(graph: StreetGraph, edges: NDArray[np.int64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which pairs of points lie across the carriageways of a divided street: one-way at both, and sideways."""
    count = len(points)
    heading = np.full((count, 2), np.nan)
    oneway = edges[graph.edge_oneway[edges] != 0]
    if len(oneway):
        lines = graph.edge_geometry[oneway]
        for place, point in enumerate(shapely.points(points)):
            away_m = shapely.distance(lines, point)
            nearest = int(np.argmin(away_m))
            if away_m[nearest] <= _SAME_PLACE_M:
                heading[place] = _heading(lines[nearest], point)
    step = points[None] - points[:, None]
    length = np.hypot(step[..., 0], step[..., 1])
    unit = np.divide(step, length[..., None], out=np.zeros_like(step), where=length[..., None] > 0)
    along = np.abs(np.einsum("ijk,ik->ij", unit, heading))
    sideways: NDArray[np.bool_] = (along < _ACROSS) & (along.T < _ACROSS)
    return sideways & (length <= _WIDE_CROSSING_M)


def _heading(line: shapely.LineString, point: shapely.Point) -> NDArray[np.float64]:
    at = shapely.line_locate_point(line, point)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [max(at - 15.0, 0.0), at + 15.0]))
    step = ends[1] - ends[0]
    unit: NDArray[np.float64] = step / max(float(np.hypot(*step)), 1e-9)
    return unit


def _junctions(points: NDArray[np.float64], links: list[NDArray[np.bool_]], meeting: Meeting) -> tuple[Junction, ...]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if len(points) == 0:
        return ()
    step = points[None] - points[:, None]
    linked = np.hypot(step[..., 0], step[..., 1]) <= (_NEAR_M if meeting is Meeting.GAP else _ONE_CROSSING_M)
    for link in links:
        linked |= link
    count, group = connected_components(coo_array(linked), directed=False)
    whole = _circle(points)
    if count > 1 and whole[2] <= _ONE_CROSSING_M:
        return (Junction(*whole, meeting, int(count)),)
    return tuple(Junction(*_circle(points[group == number]), meeting) for number in range(count))


def _circle(points: NDArray[np.float64]) -> tuple[float, float, float]:
    """Find the smallest circle around points: its centre is as near as can be to the farthest of them."""
    members = shapely.multipoints(points)
    x_m, y_m = shapely.get_coordinates(shapely.centroid(shapely.minimum_bounding_circle(members)))[0]
    return float(x_m), float(y_m), float(shapely.minimum_bounding_radius(members))
