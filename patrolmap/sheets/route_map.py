"""The map of one route at a round scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.i18n import tr
from patrolmap.maps.painting import (
    ALL_PARTS,
    MapView,
    StopMark,
    marker_places,
    paint_map,
    paint_names,
    paint_route,
    paint_stops,
    prepare_painter,
    route_places,
)
from patrolmap.model.style import Theme
from patrolmap.sheets.map_furniture import MapFurniture
from patrolmap.sheets.map_parts import map_parts

if TYPE_CHECKING:
    import shapely

    from patrolmap.maps.painting import MapContent
    from patrolmap.model.plan import Route
    from patrolmap.sheets.canvas import Box, Canvas
    from patrolmap.sheets.map_parts import MapPart

__all__ = ["RouteMap", "draw_route_map", "route_maps"]

_MARGIN_MM: Final = 13.0
_ROUTE_INK: Final = "#b3001b"
_IN_LEGEND: Final = frozenset({"sites", "hotspots", "rings"})
_NAMES: Final = frozenset({"street_names", "site_names"})
_NOT_ON_SHEETS: Final = frozenset({"incidents", "routes", "stops", "grid_cells"})


@dataclass(frozen=True)
class RouteMap:
    """
    A map that can be drawn into a box of at least the size that it was chosen for.

    Parameters
    ----------
    content : MapContent
        The layers, metric CRS.
    route : Route
        The route; stops are numbered from 1.
    part : MapPart
        What it shows at which scale.
    """

    content: MapContent
    route: Route
    part: MapPart

    def __call__(self, canvas: Canvas, box: Box) -> None:
        """
        Draw it.

        Parameters
        ----------
        canvas : Canvas
            The page.
        box : Box
            Where.
        """
        draw_route_map(canvas, box, self.content, self.route, self.part)


def route_maps(content: MapContent, route: Route, width_mm: float, height_mm: float) -> list[RouteMap]:
    """
    Choose the map or maps of a route.

    Parameters
    ----------
    content : MapContent
        The layers, metric CRS.
    route : Route
        The route; stops are numbered from 1.
    width_mm, height_mm : float
        Size of a map.

    Returns
    -------
    list of RouteMap
        One, or two that overlap; each draws into a box of at least that size.
    """
    parts = map_parts(route, width_mm - 2 * _MARGIN_MM, height_mm - 2 * _MARGIN_MM)
    return [RouteMap(content, route, part) for part in parts]


def draw_route_map(canvas: Canvas, box: Box, content: MapContent, route: Route, part: MapPart | None = None) -> None:
    """
    Draw the map of a route into a box.

    Parameters
    ----------
    canvas : Canvas
        The page.
    box : Box
        Where.
    content : MapContent
        The layers, metric CRS.
    route : Route
        The route; stops are numbered from 1.
    part : MapPart or None, default None
        What to show at which scale; None for the first that `map_parts` chooses.
    """
    part = part or map_parts(route, box.width_mm - 2 * _MARGIN_MM, box.height_mm - 2 * _MARGIN_MM)[0]
    bounds = part.bounds
    device = (canvas.dots(box.x_mm), canvas.dots(box.y_mm), canvas.dots(box.width_mm), canvas.dots(box.height_mm))
    centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    view = MapView.at_scale(centre, part.scale, device, dots_per_mm=canvas.dots_per_mm, theme=Theme.PRINT)
    painter = canvas.painter
    painter.save()
    occupancy = paint_map(painter, content, view, parts=ALL_PARTS - _NAMES - _NOT_ON_SHEETS)
    prepare_painter(painter, view)
    legs, marks = _legs(route), _marks(route)
    seen = np.array(marker_places(marks, view)).reshape(-1, 4), route_places(legs, view)
    furniture = MapFurniture((canvas, box), view, _IN_LEGEND & set(content.area_layers), part, seen)
    occupancy.take(furniture.places)
    paint_route(painter, legs, _ROUTE_INK, view, occupancy=occupancy)
    paint_stops(painter, marks, _ROUTE_INK, view, occupancy)
    paint_names(painter, content, view, occupancy)
    painter.restore()
    furniture.draw()
    if furniture.hides_a_stop:  # in every corner: rather a blot on the legend than a stop without its number
        painter.save()
        prepare_painter(painter, view)
        paint_stops(painter, marks, _ROUTE_INK, view)
        painter.restore()
    canvas.frame(box, width_mm=0.35)


def _legs(route: Route) -> list[shapely.LineString]:
    legs = [stop.leg.geometry for stop in route.stops]
    return legs if route.way_home is None else [*legs, route.way_home.geometry]


def _marks(route: Route) -> list[StopMark]:
    marks = [StopMark(tr("S"), route.start_point.x, route.start_point.y)]
    marks += [
        StopMark(str(number), stop.visit.point.x, stop.visit.point.y)
        for number, stop in enumerate(route.stops, start=1)
    ]
    return marks
