"""One map of a route, or two that overlap where a single one would be too small to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.model.kinds import TravelMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patrolmap.model.plan import Route

__all__ = ["ROUND_SCALES", "Bounds", "MapPart", "map_parts", "round_scale", "route_bounds", "spans"]

Bounds = tuple[float, float, float, float]

ROUND_SCALES: Final = (1_000, 1_500, 2_000, 2_500, 4_000, 5_000, 7_500, 10_000, 15_000, 20_000, 25_000, 40_000, 50_000)
_READABLE: Final = {TravelMode.WALK: 7_500, TravelMode.EBIKE: 15_000, TravelMode.CAR: 25_000}
_OVERLAP: Final = 0.1
_LEAST_LEGS: Final = 2


@dataclass(frozen=True)
class MapPart:
    """
    What one map shows.

    Parameters
    ----------
    bounds : tuple of float
        ``(min_x, min_y, max_x, max_y)``, metres.
    scale : int
        The N of 1:N.
    number, count : int
        Which map of how many.
    stops : tuple of int
        Numbers of the stops inside, from 1.
    """

    bounds: Bounds
    scale: int
    number: int
    count: int
    stops: tuple[int, ...]


def route_bounds(route: Route) -> Bounds:
    """
    Find what a route's map must show.

    Parameters
    ----------
    route : Route
        The route.

    Returns
    -------
    tuple of float
        ``(min_x, min_y, max_x, max_y)`` of start, end, stops and ways, metres.
    """
    return _joined([(*route.start_point.coords[0][:2],) * 2, (*route.end_point.coords[0][:2],) * 2, *_legs(route)])


def round_scale(bounds: Bounds, width_mm: float, height_mm: float) -> int:
    """
    Choose the scale of a map.

    Parameters
    ----------
    bounds : tuple of float
        What must be seen, metres.
    width_mm, height_mm : float
        Size of the map, margins left out.

    Returns
    -------
    int
        The N of 1:N: the first of `ROUND_SCALES` that fits, else the next multiple of 25,000.
    """
    needed = 1000 * max((bounds[2] - bounds[0]) / width_mm, (bounds[3] - bounds[1]) / height_mm)
    for scale in ROUND_SCALES:
        if scale >= needed:
            return scale
    return int(-(-needed // 25_000) * 25_000)


def map_parts(route: Route, width_mm: float, height_mm: float) -> tuple[MapPart, ...]:
    """
    Choose what the map or the maps of a route show.

    Parameters
    ----------
    route : Route
        The route.
    width_mm, height_mm : float
        Size of a map, margins left out.

    Returns
    -------
    tuple of MapPart
        One, if its scale is 1:7,500 or larger (e-bike 1:15,000, car 1:25,000) or two maps gain nothing. Else two of the same
        scale: the earlier and the later legs with one leg on both, or the halves of the area with a fifth on both,
        whichever is larger. O(stops).
    """
    whole, size_mm = route_bounds(route), (width_mm, height_mm)
    scale = round_scale(whole, width_mm, height_mm)
    if scale <= _READABLE[route.mode]:
        return (_part(route, whole, scale, size_mm, (1, 1)),)
    pairs = [*_by_legs(route), _halves(whole)]
    scales = [max(round_scale(bounds, width_mm, height_mm) for bounds in pair) for pair in pairs]
    best = int(np.argmin(scales))
    if scales[best] >= scale:
        return (_part(route, whole, scale, size_mm, (1, 1)),)
    return tuple(
        _part(route, bounds, scales[best], size_mm, (number, 2)) for number, bounds in enumerate(pairs[best], start=1)
    )


def spans(numbers: Iterable[int]) -> str:
    """
    Write numbers short.

    Parameters
    ----------
    numbers : iterable of int
        Rising.

    Returns
    -------
    str
        Such as ``1-4, 7``.
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def _part(route: Route, bounds: Bounds, scale: int, size_mm: tuple[float, float], which: tuple[int, int]) -> MapPart:
    centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    reach = [side * scale / 2000 for side in size_mm]
    area = shapely.box(centre[0] - reach[0], centre[1] - reach[1], centre[0] + reach[0], centre[1] + reach[1])
    inside = tuple(place for place, stop in enumerate(route.stops, start=1) if area.intersects(stop.visit.point))
    return MapPart(bounds, scale, *which, inside)


def _legs(route: Route) -> list[Bounds]:
    """Give the bounds of each leg with its stop, the way home last."""
    found = [_joined([stop.leg.geometry.bounds, stop.visit.point.bounds]) for stop in route.stops]
    return found if route.way_home is None else [*found, route.way_home.geometry.bounds]


def _joined(many: Iterable[Bounds]) -> Bounds:
    edges = np.array(list(many), dtype=np.float64)
    low, high = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _by_legs(route: Route) -> list[tuple[Bounds, Bounds]]:
    legs = _legs(route)
    if len(legs) <= _LEAST_LEGS:
        return []
    start = (*route.start_point.coords[0][:2],) * 2
    end = (*route.end_point.coords[0][:2],) * 2
    return [
        (_joined([start, *legs[:cut]]), _joined([*legs[cut - 1 :], end]))
        for cut in range(1, len(legs))
    ]  # fmt: skip


def _halves(whole: Bounds) -> tuple[Bounds, Bounds]:
    left, bottom, right, top = whole
    if right - left >= top - bottom:
        middle, reach = (left + right) / 2, _OVERLAP * (right - left)
        return (left, bottom, middle + reach, top), (middle - reach, bottom, right, top)
    middle, reach = (bottom + top) / 2, _OVERLAP * (top - bottom)
    return (left, middle - reach, right, top), (left, bottom, right, middle + reach)
