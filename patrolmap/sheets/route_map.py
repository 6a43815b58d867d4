"""The map of one route at a round scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from patrolmap.i18n import tr
from patrolmap.maps.legend import legend_entries, legend_size, paint_legend
from patrolmap.maps.painting import (
    ALL_PARTS,
    MapView,
    StopMark,
    paint_map,
    paint_names,
    paint_north_arrow,
    paint_route,
    paint_scale_bar,
    paint_stops,
    prepare_painter,
)
from patrolmap.model.style import Theme

if TYPE_CHECKING:
    from patrolmap.maps.painting import MapContent, Occupancy
    from patrolmap.model.plan import Route
    from patrolmap.sheets.canvas import Box, Canvas

__all__ = ["ROUND_SCALES", "draw_route_map", "round_scale", "route_bounds"]

ROUND_SCALES: Final = (1_000, 1_500, 2_000, 2_500, 4_000, 5_000, 7_500, 10_000, 15_000, 20_000, 25_000, 40_000, 50_000)
_MARGIN_MM: Final = 13.0
_ROUTE_INK: Final = "#b3001b"
_IN_LEGEND: Final = frozenset({"sites", "hotspots", "rings"})
_NAMES: Final = frozenset({"street_names", "site_names"})
_NOT_ON_SHEETS: Final = frozenset({"incidents", "routes", "stops", "grid_cells"})


def route_bounds(route: Route) -> tuple[float, float, float, float]:
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
    legs = [stop.leg.geometry for stop in route.stops]
    if route.way_home is not None:
        legs.append(route.way_home.geometry)
    shapes = [route.start_point, route.end_point, *legs, *(stop.visit.point for stop in route.stops)]
    left, bottom, right, top = shapely.total_bounds(np.array(shapes, dtype=object))
    return float(left), float(bottom), float(right), float(top)


def round_scale(bounds: tuple[float, float, float, float], width_mm: float, height_mm: float) -> int:
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


def draw_route_map(canvas: Canvas, box: Box, content: MapContent, route: Route) -> None:
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
    """
    bounds = route_bounds(route)
    scale = round_scale(bounds, box.width_mm - 2 * _MARGIN_MM, box.height_mm - 2 * _MARGIN_MM)
    device = (canvas.dots(box.x_mm), canvas.dots(box.y_mm), canvas.dots(box.width_mm), canvas.dots(box.height_mm))
    centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    view = MapView.at_scale(centre, scale, device, dots_per_mm=canvas.dots_per_mm, theme=Theme.PRINT)
    painter = canvas.painter
    painter.save()
    occupancy = paint_map(painter, content, view, parts=ALL_PARTS - _NAMES - _NOT_ON_SHEETS)
    prepare_painter(painter, view)
    _draw_route(canvas, route, view, occupancy)
    paint_names(painter, content, view, occupancy)
    painter.restore()
    _draw_furniture(canvas, box, view, frozenset(content.area_layers))
    canvas.frame(box, width_mm=0.35)


def _draw_route(canvas: Canvas, route: Route, view: MapView, occupancy: Occupancy) -> None:
    legs = [stop.leg.geometry for stop in route.stops]
    if route.way_home is not None:
        legs.append(route.way_home.geometry)
    paint_route(canvas.painter, legs, _ROUTE_INK, view)
    marks = [StopMark(tr("S"), route.start_point.x, route.start_point.y)]
    marks += [
        StopMark(str(number), stop.visit.point.x, stop.visit.point.y)
        for number, stop in enumerate(route.stops, start=1)
    ]
    paint_stops(canvas.painter, marks, _ROUTE_INK, view, occupancy)


def _draw_furniture(canvas: Canvas, box: Box, view: MapView, layers: frozenset[str]) -> None:
    painter = canvas.painter
    left, bottom = canvas.dots(box.x_mm), canvas.dots(box.bottom_mm)
    _fill(painter, QRectF(left, bottom - canvas.dots(12.5), canvas.dots(68.0), canvas.dots(12.5)))
    paint_scale_bar(painter, view, left + canvas.dots(4), bottom - canvas.dots(3), max_width_mm=34.0)
    paint_north_arrow(painter, view, QPointF(canvas.dots(box.right_mm - 8), canvas.dots(box.y_mm + 9)))
    entries = legend_entries(view.style, _IN_LEGEND & layers)
    if entries:
        room, margin = legend_size(entries, view, columns=2), canvas.dots(1.5)
        corner = QPointF(canvas.dots(box.right_mm) - margin - room.width(), bottom - margin - room.height())
        _fill(painter, QRectF(corner, room).adjusted(-margin, -margin, margin, margin))
        paint_legend(painter, entries, view, corner.x(), corner.y(), columns=2)


def _fill(painter: QPainter, plate: QRectF) -> None:
    painter.fillRect(plate, QColor(255, 255, 255, 225))
