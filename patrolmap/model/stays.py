"""Where a recorded track stood still: which stops of a route were visited, and when.

The track is brought to an even beat and smoothed. Its moments are parted among the places of the route by the likeliest
course (Viterbi, doi:10.1109/TIT.1967.1054010): being near a place speaks for it, each change costs, so that a receiver's drift
between two places near each other is no walk between them. A place counts as visited when the track stays longer than
crossing the circle at the team's speed would take, by a share of the planned stay.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.plan import Route

__all__ = ["RADIUS_M", "Stay", "Track", "found_stays"]

RADIUS_M: Final = 30.0
"""How near a smoothed track must be to a place, or to the line from the street to it."""

_BEAT_S: Final = 5.0
_SMOOTHED_BEATS: Final = 9
_BRIDGED_BEATS: Final = 6
_LEAST_STAY_S: Final = 60.0
_LEAST_SHARE: Final = 0.25
_SAME_PLACE_M: Final = 12.0
_OFF_STREET_M: Final = 300.0
_NEAR_STREET_M: Final = 100.0
_SPREAD_M: Final = 15.0
_BEATS_A_WITNESS: Final = 6.0
"""Moments that follow each other err alike: so many count as one."""
_CHANGE_COST: Final = 2.0
_GAP_S: Final = 60.0
_ENDS_S: Final = 30.0
_WINDING: Final = 1.3
_SLOWEST: Final = 0.8
_LEAST_GAP_SHARE: Final = 0.5
_MOST_BEATS: Final = 200_000


@dataclass(frozen=True, eq=False)
class Track:
    """
    Where somebody was when.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Metric coordinates.
    seconds : ndarray of float64, shape (n,)
        Seconds after 00:00 of the shift's date, in any order.
    """

    xy: NDArray[np.float64]
    seconds: NDArray[np.float64]


@dataclass(frozen=True)
class Stay:
    """
    A stop that was visited.

    Parameters
    ----------
    visit_id : str
        The visit.
    arrive_s, leave_s : float
        When the track came and went, seconds after 00:00 of the shift's date.
    """

    visit_id: str
    arrive_s: float
    leave_s: float


def found_stays(route: Route, track: Track) -> tuple[Stay, ...]:
    """
    Find the stops that a track visited.

    Parameters
    ----------
    route : Route
        The route.
    track : Track
        At least two moments.

    Returns
    -------
    tuple of Stay
        In the order of the route; a stop that was only passed is not among them. Stops within some 12 m are one place.
        Where a route has a place more than once, stays go to its visits so that they are nearest to the planned times
        altogether; of visits that follow each other at one place the track cannot tell which was left out. A gap longer than
        its way takes is a stay at the place on that way, if there is but one. O(beats x stops).
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.optimize import linear_sum_assignment

    if not route.stops or len(track.seconds) < 2:
        return ()
    stops_xy = np.array([shapely.get_coordinates(stop.leg.geometry)[-1] for stop in route.stops])
    lines = _standing_lines(route)
    place_of = fcluster(linkage(stops_xy, "average"), _SAME_PLACE_M, "distance") - 1 if len(stops_xy) > 1 else [0]
    places = [np.flatnonzero(np.asarray(place_of) == place) for place in range(max(place_of) + 1)]
    beats_s, xy = _even_beat(_with_stays_in_gaps(route, track, lines, places))
    place_at = _likeliest(np.stack([_distance_m(xy, lines[numbers]) for numbers in places], axis=1))
    found: dict[int, Stay] = {}
    for place, numbers in enumerate(places):
        crossing_s = _crossing_m(lines[numbers]) / _speed_mps(route)
        stays = _long_stays(route, numbers, _inner(_runs(place_at == place, beats_s), beats_s, crossing_s))
        planned_s = np.array([route.stops[number].arrive_s for number in numbers], dtype=np.float64)
        off_s = np.abs(planned_s[:, None] - stays[None, :, 0])
        for visit, stay in zip(*linear_sum_assignment(off_s), strict=True):
            number = int(numbers[visit])
            begin_s, end_s = stays[stay].tolist()
            found[number] = Stay(route.stops[number].visit.visit_id, begin_s, end_s)
    return tuple(found[number] for number in sorted(found))


def _standing_lines(route: Route) -> NDArray[np.object_]:
    """Give where a team stands at each stop: from the end of its way towards the place, up to 300 m."""
    ends = [shapely.get_coordinates(stop.leg.geometry)[-1] for stop in route.stops]
    places = [shapely.get_coordinates(stop.visit.point)[0] for stop in route.stops]
    way = np.array(places) - np.array(ends)
    length_m = np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    far = np.array(ends) + way * np.minimum(_OFF_STREET_M / length_m, 1.0)
    return np.asarray(shapely.linestrings(np.stack([ends, far], axis=1)), dtype=object)


def _distance_m(xy: NDArray[np.float64], lines: NDArray[np.object_]) -> NDArray[np.float64]:
    points = shapely.points(xy)
    apart = np.stack([shapely.distance(points, line) for line in lines], axis=1)
    return np.asarray(apart.min(axis=1), dtype=np.float64)


def _likeliest(distance_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """Part moments among places, -1 for none: at `RADIUS_M` being at a place is as likely as being on the way."""
    nearer = RADIUS_M**2 - np.minimum(distance_m, 2 * RADIUS_M) ** 2
    gain = np.column_stack([np.zeros(len(nearer)), nearer / (2 * _SPREAD_M**2 * _BEATS_A_WITNESS)])
    count, states = gain.shape
    came_from = np.empty((count, states), dtype=np.int32)
    score, own = gain[0], np.arange(states)
    for beat in range(1, count):
        best = int(score.argmax())
        stays = score >= score[best] - _CHANGE_COST
        came_from[beat] = np.where(stays, own, best)
        score = np.where(stays, score, score[best] - _CHANGE_COST) + gain[beat]
    course = np.empty(count, dtype=np.int64)
    course[-1] = score.argmax()
    for beat in range(count - 1, 0, -1):
        course[beat - 1] = came_from[beat, course[beat]]
    return course - 1


def _with_stays_in_gaps(
    route: Route, track: Track, lines: NDArray[np.object_], places: list[NDArray[np.int64]]
) -> Track:
    """Put a stay into each gap that is longer than its way takes, if one place alone lies on that way."""
    seconds, order = np.unique(track.seconds, return_index=True)
    xy = track.xy[order]
    standing = [lines[numbers] for numbers in places]
    dwell_s = [min(route.stops[n].leave_s - route.stops[n].start_s for n in numbers) for numbers in places]
    least_s = np.maximum(_LEAST_STAY_S, _LEAST_GAP_SHARE * np.array(dwell_s, dtype=np.float64))
    gaps = [_Gap(xy, seconds, at) for at in np.flatnonzero(np.diff(seconds) > _GAP_S).tolist()]
    found = (_stay_in_gap(gap, standing, least_s, _speed_mps(route)) for gap in gaps)
    stays = [stay for stay in found if stay is not None]
    if not stays:
        return Track(xy, seconds)
    where, when = zip(*stays, strict=True)
    return Track(np.concatenate([xy, *where]), np.concatenate([seconds, *when]))


class _Gap:
    """A stretch without a moment, and where the track was right before and after it."""

    def __init__(self, xy: NDArray[np.float64], seconds: NDArray[np.float64], at: int) -> None:
        self.begin_s, self.end_s = seconds[[at, at + 1]].tolist()
        before = slice(int(np.searchsorted(seconds, self.begin_s - _ENDS_S)), at + 1)
        after = slice(at + 1, int(np.searchsorted(seconds, self.end_s + _ENDS_S, "right")))
        self.ends = np.stack([np.median(xy[before], axis=0), np.median(xy[after], axis=0)])


def _stay_in_gap(
    gap: _Gap, places: list[NDArray[np.object_]], least_s: NDArray[np.float64], speed_mps: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Give the place and the time that its way leaves, also at a slow pace; None if no place or several fit."""
    ends_m = np.stack([_distance_m(gap.ends, lines) for lines in places])
    way_s = _WINDING * np.maximum(ends_m - RADIUS_M / 2, 0.0) / speed_mps
    on_way = ends_m.sum(axis=1) <= 1.5 * np.hypot(*(gap.ends[1] - gap.ends[0])) + 100.0
    fits = on_way & (gap.end_s - gap.begin_s - way_s.sum(axis=1) / _SLOWEST >= least_s)
    place = int(fits.argmax())
    if np.count_nonzero(fits) != 1 or ends_m[place].max() <= RADIUS_M:
        return None
    line = places[place][0]
    spot = shapely.get_coordinates(line.interpolate(line.project(shapely.Point(gap.ends.mean(axis=0)))))
    return np.repeat(spot, 2, axis=0), np.array([gap.begin_s + way_s[place, 0], gap.end_s - way_s[place, 1]])


def _crossing_m(lines: NDArray[np.object_]) -> float:
    """Measure the way of somebody who only passes: across the circle, and to a place far from its street."""
    return 2 * RADIUS_M + max(float(shapely.length(lines).max()) - _NEAR_STREET_M, 0.0)


def _inner(runs: NDArray[np.float64], beats_s: NDArray[np.float64], crossing_s: float) -> NDArray[np.float64]:
    """Take off the time of walking in and out of the circle; a track that begins or ends inside has no such way."""
    inner = runs.copy()
    inner[:, 0] += np.where(runs[:, 0] > beats_s[0], crossing_s / 2, 0.0)
    inner[:, 1] -= np.where(runs[:, 1] < beats_s[-1], crossing_s / 2, 0.0)
    return inner


def _long_stays(route: Route, numbers: NDArray[np.int64], runs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep stretches that are stays; one as long as several visits that follow each other here is parted."""
    planned_s = np.array([route.stops[n].leave_s - route.stops[n].start_s for n in numbers], dtype=np.float64)
    usual_s = float(np.median(planned_s))
    in_a_row = max(len(block) for block in np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1))
    least_s = max(_LEAST_STAY_S, _LEAST_SHARE * float(planned_s.min()))
    stays = []
    for begin_s, end_s in runs.tolist():
        net_s = end_s - begin_s
        if net_s >= least_s:
            parts = min(max(round(net_s / max(usual_s, 1.0)), 1), in_a_row)
            edges = begin_s + np.linspace(0.0, net_s, parts + 1)
            stays += list(itertools.pairwise(edges.tolist()))
    return np.array(stays, dtype=np.float64).reshape(-1, 2)


def _speed_mps(route: Route) -> float:
    length_m = sum(stop.leg.length_m for stop in route.stops)
    travel_s = sum(stop.leg.travel_s for stop in route.stops)
    return length_m / travel_s if length_m > 0 and travel_s > 0 else 1.2


def _even_beat(track: Track) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring a track to an even beat and smooth it; gaps are crossed in a straight line."""
    seconds, order = np.unique(track.seconds, return_index=True)
    xy = track.xy[order]
    count = int((seconds[-1] - seconds[0]) / _BEAT_S) + 1
    beats_s = np.linspace(seconds[0], seconds[-1], min(max(count, 2), _MOST_BEATS))
    even = np.column_stack([np.interp(beats_s, seconds, xy[:, axis]) for axis in (0, 1)])
    width = min(_SMOOTHED_BEATS, len(beats_s))
    weights = np.convolve(np.ones(len(beats_s)), np.ones(width), "same")
    smooth = [np.convolve(even[:, axis] - even[0, axis], np.ones(width), "same") / weights for axis in (0, 1)]
    return beats_s, np.column_stack(smooth) + even[0]


def _runs(inside: NDArray[np.bool_], beats_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find stretches inside, as begin and end in seconds; short breaks are bridged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return np.empty((0, 2))
    apart = runs[1:, 0] - runs[:-1, 1] > _BRIDGED_BEATS
    begins, ends = runs[np.concatenate([[True], apart]), 0], runs[np.concatenate([apart, [True]]), 1] - 1
    return np.column_stack([beats_s[begins], beats_s[ends]])
