"""A route as points in time and on Earth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.plan import Leg, Route

__all__ = ["Walk", "lonlat_of", "require_earth", "walk_of"]


@dataclass(frozen=True, eq=False)
class Walk:
    """
    Where a team is meant to be when.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Metric coordinates along the streets, in the order of travel.
    seconds : ndarray of int64, shape (n,)
        Seconds after 00:00 of the shift's date, never falling.
    """

    xy: NDArray[np.float64]
    seconds: NDArray[np.int64]


def walk_of(route: Route) -> Walk:
    """
    Put a route on the clock: even speed on each leg, standing still at each stop from arrival to departure.

    Parameters
    ----------
    route : Route
        One with stops or without.

    Returns
    -------
    Walk
        From the start to the end. Time that is left before a leg, such as a break, is spent where the leg begins.
    """
    start = np.array([[route.start_point.x, route.start_point.y]])
    places, times = [start], [np.array([float(route.depart_s)])]
    now_s = float(route.depart_s)
    ends: list[tuple[Leg, float, float]] = [(stop.leg, stop.arrive_s, stop.leave_s) for stop in route.stops]
    if route.way_home is not None:
        ends.append((route.way_home, route.end_s, route.end_s))
    for leg, arrive_s, leave_s in ends:
        xy = shapely.get_coordinates(leg.geometry)
        begin_s = min(max(now_s, arrive_s - leg.travel_s), arrive_s)
        steps_m = np.hypot(*np.diff(xy, axis=0).T)
        total_m = steps_m.sum()
        share = np.concatenate([[0.0], np.cumsum(steps_m) / total_m]) if total_m > 0 else np.ones(len(xy))
        places += [xy, xy[-1:]]
        times += [begin_s + share * (arrive_s - begin_s), np.array([float(leave_s)])]
        now_s = float(leave_s)
    xy, seconds = np.concatenate(places), np.rint(np.concatenate(times)).astype(np.int64)
    fresh = np.ones(len(xy), dtype=bool)
    fresh[1:] = (np.diff(xy, axis=0) != 0).any(axis=1) | (np.diff(seconds) != 0)
    return Walk(xy[fresh], seconds[fresh])


def lonlat_of(frame: SpatialFrame, geometries: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """
    Bring metric geometries into WGS 84, all at once.

    Parameters
    ----------
    frame : SpatialFrame
        The project's.
    geometries : sequence of shapely.Geometry
        Metric.

    Returns
    -------
    list of shapely.Geometry
        Lon, lat; the plane's own units for a planar frame.
    """
    return list(frame.metric_to_wgs84(shapely.GeometryCollection(list(geometries))).geoms)


def require_earth(frame: SpatialFrame, kind: str) -> None:
    """
    Refuse a network without a place on Earth.

    Parameters
    ----------
    frame : SpatialFrame
        The project's.
    kind : str
        Name of the format, for the message.

    Raises
    ------
    InputError
        If the frame is planar.
    """
    if frame.is_planar:
        raise InputError(
            N_("{kind} needs places on Earth; this project has plane coordinates."),
            remedy=N_("Export it as GeoJSON, GeoPackage or Excel."),
            kind=kind,
        )
