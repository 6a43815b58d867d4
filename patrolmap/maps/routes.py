"""Routes with direction, numbered stops, and the routes of a whole plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath

from patrolmap.maps.offset import points_along, sideways
from patrolmap.maps.paths import path_from_arrays
from patrolmap.maps.pens import halo_colour, line_pen
from patrolmap.maps.symbols import symbol_scale
from patrolmap.maps.text import label_font, text_size
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QPainter

    from patrolmap.maps.content import AreaLayer
    from patrolmap.maps.occupancy import Occupancy
    from patrolmap.maps.view import MapView

__all__ = [
    "StopMark",
    "marker_places",
    "paint_plan_routes",
    "paint_plan_stops",
    "paint_route",
    "paint_stops",
    "route_colours",
    "route_places",
    "thinning",
]

_ARROW_SPACING_MM: Final = 22.0
_ARROW_MM: Final = 1.9
_SIDE_MM: Final = 0.62
_SEEN_MM: Final = 1.0
_MARGIN_MM: Final = 4.0
_AROUND: Final = tuple((math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in range(-60, 300, 30))


@dataclass(frozen=True)
class StopMark:
    """
    A numbered place of a route.

    Parameters
    ----------
    text : str
        What stands in the marker, a number as a rule. Empty draws a small ring, for a start or an end.
    x, y : float
        Where, in the units of the view's world.
    """

    text: str
    x: float
    y: float


def thinning(denominator: float) -> float:
    """
    Tell how much farther apart arrows stand on maps of large areas, so that the map stays calm.

    Parameters
    ----------
    denominator : float
        N of the scale 1:N.

    Returns
    -------
    float
        1 up to 1:20,000, growing with N to 6 at 1:120,000 and beyond.
    """
    return min(max(denominator / 20_000, 1.0), 6.0)


def paint_route(
    painter: QPainter,
    legs: Sequence[shapely.LineString],
    colour: str,
    view: MapView,
    *,
    width_factor: float = 1.0,
    arrows: bool = True,
    thin: float = 1.0,
    occupancy: Occupancy | None = None,
) -> None:
    """
    Draw a route a little right of the streets' middle, with arrows in the direction of travel.

    Parameters
    ----------
    painter : QPainter
        Where.
    legs : sequence of shapely.LineString
        The legs in order, in the units of the view's world. Legs without length are skipped.
    colour : str
        ``#rrggbb``, as a rule from `MapStyle.route_colour`.
    view : MapView
        The view.
    width_factor : float, default 1.0
        Of the style's width.
    arrows : bool, default True
        Whether to draw them.
    thin : float, default 1.0
        How many times farther apart than usual the arrows stand, at least 1, as a rule from `thinning`.
    occupancy : Occupancy or None
        Learns where the route is to be seen, so that names painted later go beside it where they can.
    """
    width = view.dots(view.style.route.width_mm * width_factor)
    moved = [_moved(leg, view) for leg in legs if leg.length > 0]
    moved = [xy for xy in moved if len(xy) > 1]
    if not moved:
        return
    first = np.concatenate(([0], np.cumsum([len(xy) for xy in moved])[:-1])).astype(np.int64)
    path = path_from_arrays(np.vstack(moved), first)
    painter.strokePath(path, line_pen(halo_colour(view.style.route.halo, 0.85, view), width + 2 * view.dots(0.3)))
    painter.strokePath(path, line_pen(colour, width))
    if arrows:
        _paint_arrows(painter, moved, colour, view, thin)
    if occupancy is not None:
        places = np.vstack([points_along(xy, view.dots(_SEEN_MM)) for xy in moved])[:, :2]
        half = max(width / 2, view.dots(_ARROW_MM) * 0.46)
        occupancy.avoid(map(tuple, np.hstack((places - half, places + half)).tolist()))


def paint_stops(
    painter: QPainter,
    stops: Sequence[StopMark],
    colour: str,
    view: MapView,
    occupancy: Occupancy | None = None,
) -> None:
    """
    Draw numbered stops; where they would hide each other they are moved aside and tied to their place by a line.

    Parameters
    ----------
    painter : QPainter
        Where.
    stops : sequence of StopMark
        In order.
    colour : str
        ``#rrggbb``.
    view : MapView
        The view.
    occupancy : Occupancy or None
        Gets a box for each marker, so that names painted later keep clear.
    """
    centres = _centres(stops, view)
    for true_xy, centre in centres:
        if math.dist(true_xy, centre) > view.dots(0.2):
            painter.setPen(line_pen(colour, view.dots(0.3)))
            painter.drawLine(QPointF(*true_xy), QPointF(*centre))
            _paint_disc(painter, true_xy, view.dots(0.5), colour, view)
    for stop, (_, centre) in zip(stops, centres, strict=True):
        _paint_marker(painter, stop.text, centre, colour, view)
    if occupancy is not None:
        occupancy.take(_boxes(centres, view))


def marker_places(stops: Sequence[StopMark], view: MapView) -> list[tuple[float, float, float, float]]:
    """
    Tell where `paint_stops` draws its markers.

    Parameters
    ----------
    stops : sequence of StopMark
        In order.
    view : MapView
        The view.

    Returns
    -------
    list of tuple of float
        Left, top, right and bottom of each, device dots.
    """
    return _boxes(_centres(stops, view), view)


def route_places(
    legs: Sequence[shapely.LineString], view: MapView
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """
    Give places along a route, about a millimetre apart.

    Parameters
    ----------
    legs : sequence of shapely.LineString
        The legs, in the units of the view's world.
    view : MapView
        The view.

    Returns
    -------
    numpy.ndarray of float64, shape (n, 2)
        Device dots.
    """
    lines = [view.to_device(shapely.get_coordinates(leg)) for leg in legs if leg.length > 0]
    return np.vstack([np.empty((0, 2)), *(points_along(xy, view.dots(_SEEN_MM))[:, :2] for xy in lines)])


def _centres(stops: Sequence[StopMark], view: MapView) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    if not stops:
        return []
    return _spread(list(view.to_device(np.array([(stop.x, stop.y) for stop in stops]))), view)


def _boxes(
    centres: Sequence[tuple[tuple[float, float], tuple[float, float]]], view: MapView
) -> list[tuple[float, float, float, float]]:
    half = view.dots(view.style.stop_mm) / 2
    return [(x - half, y - half, x + half, y + half) for _, (x, y) in centres]


def route_colours(layer: AreaLayer, view: MapView) -> dict[str, str]:
    """
    Give each team of a layer its colour.

    Parameters
    ----------
    layer : AreaLayer
        Layer ``routes`` or ``stops``.
    view : MapView
        For the theme.

    Returns
    -------
    dict of str to str
        Colour by ``team_id``, in the order of the sorted ids, so that routes and stops agree.
    """
    teams = sorted({str(team) for team in layer.column("team_id")})
    return {team: view.style.route_colour(place) for place, team in enumerate(teams)}


def paint_plan_routes(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw all routes of a plan.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``routes``.
    view : MapView
        The view.
    """
    colours, teams = route_colours(layer, view), layer.column("team_id")
    for place in layer.within(view.grown(_MARGIN_MM)):
        legs = [part for part in shapely.get_parts(layer.geometries[place]) if part.geom_type == "LineString"]
        factor = 0.8 if view.denominator < 40_000 else 0.55
        paint_route(
            painter, legs, colours[str(teams[place])], view, width_factor=factor, thin=thinning(view.denominator)
        )


def paint_plan_stops(painter: QPainter, layer: AreaLayer, view: MapView, colours: dict[str, str] | None = None) -> None:
    """
    Draw all stops of a plan: numbered at close scales, dots at far ones.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``stops``.
    view : MapView
        The view.
    colours : dict of str to str or None
        Colour by ``team_id``; None gives them by the ids in this layer.
    """
    by_team = colours if colours is not None else route_colours(layer, view)
    teams, numbers = layer.column("team_id"), layer.column("number")
    which = layer.within(view.grown(_MARGIN_MM))
    points = shapely.get_coordinates(shapely.centroid(layer.geometries[which]))
    numbered = view.denominator < 16_000
    for place, (x, y) in zip(which, points, strict=True):
        colour = by_team.get(str(teams[place]), view.style.route_colour(0))
        centre = view.to_device(np.array([[x, y]]))[0]
        if numbered:
            _paint_marker(painter, str(numbers[place] or ""), centre, colour, view, factor=0.85)
        else:
            _paint_disc(painter, centre, view.dots(0.75) * symbol_scale(view), colour, view)


def _moved(leg: shapely.LineString, view: MapView) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    xy = view.to_device(shapely.get_coordinates(leg))
    simple = shapely.simplify(shapely.linestrings(xy), view.dots(0.1), preserve_topology=False)
    return sideways(shapely.get_coordinates(simple), view.dots(_SIDE_MM))


def _paint_arrows(
    painter: QPainter,
    moved: Sequence[np.ndarray[tuple[int, int], np.dtype[np.float64]]],
    colour: str,
    view: MapView,
    thin: float,
) -> None:
    size = view.dots(_ARROW_MM) * (symbol_scale(view) if thin > 1 else 1.0)
    head = np.array([[0.62, 0.0], [-0.38, 0.46], [-0.16, 0.0], [-0.38, -0.46], [0.62, 0.0]]) * size
    places = np.vstack([points_along(xy, view.dots(_ARROW_SPACING_MM) * thin) for xy in moved])
    across, along = np.cos(places[:, 2, None]), np.sin(places[:, 2, None])
    x = places[:, 0, None] + across * head[:, 0] - along * head[:, 1]
    y = places[:, 1, None] + along * head[:, 0] + across * head[:, 1]
    first = np.arange(len(places)) * len(head)
    corners = np.column_stack((x.ravel(), y.ravel()))
    heads = path_from_arrays(np.rint(corners) if view.theme is Theme.PRINT else corners, first, odd_even=False)
    painter.strokePath(heads, line_pen(view.style.route.halo, view.dots(0.35)))
    painter.fillPath(heads, QColor(colour))


def _spread(
    places: Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float64]]], view: MapView
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Move markers that would overlap to the nearest free place around them."""
    apart = view.dots(view.style.stop_mm * 1.04)
    taken: list[tuple[float, float]] = []
    result = []
    for place in places:
        true_xy = (float(place[0]), float(place[1]))
        chosen = true_xy
        for candidate in _around(true_xy, apart):
            if all(math.dist(candidate, other) >= apart for other in taken):
                chosen = candidate
                break
        taken.append(chosen)
        result.append((true_xy, chosen))
    return result


def _around(centre: tuple[float, float], apart: float) -> Iterator[tuple[float, float]]:
    """Give places to try, the nearest first; most markers stay where they are."""
    yield centre
    for radius in (0.75, 1.05, 1.4, 1.8, 2.3, 2.9):
        for across, along in _AROUND:
            yield centre[0] + radius * apart * across, centre[1] + radius * apart * along


def _paint_disc(painter: QPainter, centre: Sequence[float], radius: float, colour: str, view: MapView) -> None:
    path = QPainterPath()
    path.addEllipse(QPointF(centre[0], centre[1]), radius, radius)
    painter.strokePath(path, line_pen(view.style.route.halo, view.dots(0.4)))
    painter.fillPath(path, QColor(colour))


def _paint_marker(
    painter: QPainter, text: str, centre: Sequence[float], colour: str, view: MapView, *, factor: float = 1.0
) -> None:
    radius = view.dots(view.style.stop_mm / 2 * factor)
    if not text:
        path = QPainterPath()
        path.addEllipse(QPointF(centre[0], centre[1]), radius * 0.6, radius * 0.6)
        painter.strokePath(path, line_pen(view.style.route.halo, view.dots(1.3)))
        painter.fillPath(path, QColor(view.style.panel))
        painter.strokePath(path, line_pen(colour, view.dots(0.6)))
        return
    _paint_disc(painter, centre, radius, colour, view)
    label = view.style.stop_label
    width, ascent, descent = text_size(text, label, view)
    painter.save()
    painter.translate(centre[0], centre[1])
    fit = min(1.6 * radius / max(width, 1e-9), factor)
    painter.scale(fit, fit)
    painter.setFont(label_font(label, view))
    painter.setPen(QColor(label.colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawText(QPointF(-width / 2, (ascent - descent) * 0.42), text)
    painter.restore()
