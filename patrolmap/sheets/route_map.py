"""The map of one route at a round scale."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF
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
from patrolmap.sheets.canvas import Align, Box, TextStyle
from patrolmap.sheets.map_parts import MapPart, map_parts, spans

if TYPE_CHECKING:
    from patrolmap.maps.painting import MapContent, Occupancy
    from patrolmap.model.plan import Route
    from patrolmap.sheets.canvas import Canvas
    from patrolmap.sheets.flow import Draw

__all__ = ["draw_route_map", "route_maps"]

_MARGIN_MM: Final = 13.0
_PART: Final = TextStyle(12, bold=True, align=Align.CENTRE)
_ROUTE_INK: Final = "#b3001b"
_IN_LEGEND: Final = frozenset({"sites", "hotspots", "rings"})
_NAMES: Final = frozenset({"street_names", "site_names"})
_NOT_ON_SHEETS: Final = frozenset({"incidents", "routes", "stops", "grid_cells"})


def route_maps(content: MapContent, route: Route, width_mm: float, height_mm: float) -> list[Draw]:
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
    list of Draw
        One, or two that overlap; each draws into a box of at least that size.
    """
    parts = map_parts(route, width_mm - 2 * _MARGIN_MM, height_mm - 2 * _MARGIN_MM)
    return [partial(draw_route_map, content=content, route=route, part=part) for part in parts]


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
    furniture = _Furniture(canvas, box, view, frozenset(content.area_layers), part)
    occupancy.take(furniture.places)
    _draw_route(canvas, route, view, occupancy)
    paint_names(painter, content, view, occupancy)
    painter.restore()
    furniture.draw()
    canvas.frame(box, width_mm=0.35)


def _draw_route(canvas: Canvas, route: Route, view: MapView, occupancy: Occupancy) -> None:
    legs = [stop.leg.geometry for stop in route.stops]
    if route.way_home is not None:
        legs.append(route.way_home.geometry)
    paint_route(canvas.painter, legs, _ROUTE_INK, view, occupancy=occupancy)
    marks = [StopMark(tr("S"), route.start_point.x, route.start_point.y)]
    marks += [
        StopMark(str(number), stop.visit.point.x, stop.visit.point.y)
        for number, stop in enumerate(route.stops, start=1)
    ]
    paint_stops(canvas.painter, marks, _ROUTE_INK, view, occupancy)


class _Furniture:
    """What stands over a map: which part it is, scale bar, north and legend; no name goes below them."""

    def __init__(self, canvas: Canvas, box: Box, view: MapView, layers: frozenset[str], part: MapPart) -> None:
        self._canvas, self._view = canvas, view
        left, right = canvas.dots(box.x_mm), canvas.dots(box.right_mm)
        top, bottom = canvas.dots(box.y_mm), canvas.dots(box.bottom_mm)
        self._north = QPointF(right - canvas.dots(8), top + canvas.dots(9))
        self._bar = QRectF(left, bottom - canvas.dots(12.5), canvas.dots(68.0), canvas.dots(12.5))
        self._entries = legend_entries(view.style, _IN_LEGEND & layers)
        margin = canvas.dots(1.5)
        room = legend_size(self._entries, view, columns=2) if self._entries else QSizeF()
        corner = QPointF(right - margin - room.width(), bottom - margin - room.height())
        self._legend = QRectF(corner, room).adjusted(-margin, -margin, margin, margin)
        self._title, self._plate = "", Box(box.x_mm, box.y_mm, 0.0, 0.0)
        if part.count > 1:
            stops = spans(part.stops)
            self._title = tr(
                "Map {number} of {count}: stops {stops}", number=part.number, count=part.count, stops=stops
            )
            width_mm = min(canvas.text_width_mm(self._title, _PART) + 6, box.width_mm - 24)
            self._plate = Box(box.x_mm, box.y_mm, width_mm, 8)

    @property
    def places(self) -> list[tuple[float, float, float, float]]:
        """Left, top, right and bottom of each, device dots."""
        reach, plate, dots = self._canvas.dots(6.5), self._plate, self._canvas.dots
        north = QRectF(self._north.x() - reach, self._north.y() - reach, 2 * reach, 2 * reach)
        taken = [self._bar, north, *([self._legend] if self._entries else [])]
        if self._title:
            taken.append(QRectF(dots(plate.x_mm), dots(plate.y_mm), dots(plate.width_mm), dots(plate.height_mm)))
        return [(one.left(), one.top(), one.right(), one.bottom()) for one in taken]

    def draw(self) -> None:
        """Draw them."""
        canvas, view, painter = self._canvas, self._view, self._canvas.painter
        _fill(painter, self._bar)
        bar = self._bar
        paint_scale_bar(painter, view, bar.left() + canvas.dots(4), bar.bottom() - canvas.dots(3), max_width_mm=34.0)
        paint_north_arrow(painter, view, self._north)
        if self._entries:
            _fill(painter, self._legend)
            margin = canvas.dots(1.5)
            corner = self._legend.topLeft() + QPointF(margin, margin)
            paint_legend(painter, self._entries, view, corner.x(), corner.y(), columns=2)
        if self._title:
            canvas.frame(self._plate, width_mm=0.35, fill="#ffffff")
            canvas.text(self._plate, self._title, _PART, middle=True)


def _fill(painter: QPainter, plate: QRectF) -> None:
    painter.fillRect(plate, QColor("#ffffff"))
