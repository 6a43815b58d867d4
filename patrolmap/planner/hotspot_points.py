"""Where to stand in a hotspot: points on its streets, as many as its area asks for, spread apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.streets.parts import joined_edges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.settings import PlanSettings
    from patrolmap.streets.network import StreetGraph

__all__ = ["hotspot_points", "point_count", "spread_points"]

_HECTARE_M2: Final = 10_000.0
_SAMPLE_M: Final = 20.0
_ROUNDS: Final = 25


def point_count(area_m2: float, settings: PlanSettings) -> int:
    """
    Count the patrol points of a hotspot.

    Parameters
    ----------
    area_m2 : float
        Its area.
    settings : PlanSettings
        `hotspot_point_ha` and `hotspot_most_points`.

    Returns
    -------
    int
        Area over `hotspot_point_ha`, rounded half up, at least 1 and at most `hotspot_most_points`; 1 if
        `hotspot_point_ha` is 0.
    """
    if settings.hotspot_point_ha <= 0:
        return 1
    wanted = int(area_m2 / _HECTARE_M2 / settings.hotspot_point_ha + 0.5)
    return max(min(wanted, settings.hotspot_most_points), 1)


def hotspot_points(
    graph: StreetGraph, areas: Sequence[shapely.Geometry], settings: PlanSettings
) -> list[tuple[shapely.Point, ...]]:
    """
    Choose the patrol points of hotspots.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    areas : sequence of shapely.Geometry
        The hotspots, metric CRS.
    settings : PlanSettings
        What the office decided.

    Returns
    -------
    list of tuple of shapely.Point
        For each area its points, on streets that walkers reach, clockwise from north around their middle. An area
        without such streets has one point inside it.
    """
    open_edges = joined_edges(graph, TravelMode.WALK)
    found = []
    for area in areas:
        inside = np.sort(graph.edge_tree.query(area, predicate="intersects"))
        lines = shapely.get_parts(shapely.intersection(graph.edge_geometry[inside[open_edges[inside]]], area))
        points = spread_points(lines[shapely.length(lines) > 0], point_count(area.area, settings))
        found.append(points or (area.representative_point(),))
    return found


def spread_points(lines: NDArray[np.object_], count: int) -> tuple[shapely.Point, ...]:
    """
    Choose points on lines so that every part of the lines has one near.

    Parameters
    ----------
    lines : numpy.ndarray of shapely.LineString
        Streets, metric.
    count : int
        Number of points.

    Returns
    -------
    tuple of shapely.Point
        At most `count`, none twice; empty without lines.

    Notes
    -----
    Candidates stand every 20 m. The first is the nearest to their middle, each next one the farthest from those
    chosen (Gonzalez 1985, doi 10.1016/0304-3975(85)90224-5); then each moves to the candidate nearest to the middle of
    those that it is nearest to (Lloyd 1982, doi 10.1109/TIT.1982.1056489), 25 rounds at most, so that points stand
    in the middle of their part and not at its rim. Distances are straight. O(count · candidates) a round.
    """
    xy = _candidates(lines)
    if not len(xy):
        return ()
    chosen = [_nearest(xy, xy.mean(axis=0))]
    gap = np.hypot(*(xy - xy[chosen[0]]).T)
    while len(chosen) < count and gap.max() > 0:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, np.hypot(*(xy - xy[chosen[-1]]).T))
    for _ in range(_ROUNDS):
        owner = np.hypot(*(xy[:, None] - xy[chosen][None]).transpose(2, 0, 1)).argmin(axis=1)
        moved = [_nearest(xy, xy[owner == place].mean(axis=0)) for place in range(len(chosen))]
        if moved == chosen or len(set(moved)) < len(moved):
            break
        chosen = moved
    east, north = (xy[chosen] - xy[chosen].mean(axis=0)).T
    bearing = np.arctan2(east, north) % (2 * np.pi)
    order = np.lexsort((north, east, np.round(bearing, 6)))
    return tuple(shapely.Point(xy[chosen[place]]) for place in order)


def _candidates(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    points = [
        shapely.line_interpolate_point(line, np.linspace(0.0, line.length, max(int(line.length // _SAMPLE_M), 1) + 1))
        for line in lines
    ]
    xy: NDArray[np.float64] = shapely.get_coordinates(np.concatenate(points)) if points else np.empty((0, 2))
    return xy


def _nearest(xy: NDArray[np.float64], middle: NDArray[np.float64]) -> int:
    return int(np.hypot(*(xy - middle).T).argmin())
