"""What stands over a map of a route: which part it is, scale bar, north and legend, in corners where they hide least."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter

from patrolmap.i18n import tr
from patrolmap.maps.legend import legend_entries, legend_size, paint_legend
from patrolmap.maps.painting import paint_north_arrow, paint_scale_bar
from patrolmap.sheets.canvas import Align, Box, TextStyle
from patrolmap.sheets.map_parts import spans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.maps.painting import MapView
    from patrolmap.sheets.canvas import Canvas
    from patrolmap.sheets.map_parts import MapPart

__all__ = ["MapFurniture", "best_corners"]

_PART: Final = TextStyle(12, bold=True, align=Align.CENTRE)
_PART_MM: Final = 8.0
_BAR_MM: Final = (68.0, 12.5)
_NORTH_MM: Final = 15.5
_TOUCH_MM: Final = 1.5
_NORTH_REACH_MM: Final = 6.5
_NORTH_AT_MM: Final = (8.0, 9.0)
_USUAL: Final = {"part": "top left", "north": "top right", "bar": "bottom left", "legend": "bottom right"}
_A_STOP: Final = 1000.0
_A_MOVE: Final = 12.0
"""Millimetres of the route that may be hidden before something leaves its usual corner."""
_Place = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def best_corners(
    frame: _Place,
    sizes: Mapping[str, tuple[float, float]],
    stops: NDArray[np.float64],
    way: NDArray[np.float64],
) -> dict[str, str]:
    """
    Choose the corner of each piece.

    Parameters
    ----------
    frame : tuple of float
        Left, top, right and bottom of the map.
    sizes : mapping of str to (float, float)
        Width and height of ``part``, ``north``, ``bar`` and ``legend``; those that are missing are not there.
    stops : numpy.ndarray of float64, shape (n, 4)
        Boxes of the stops' markers.
    way : numpy.ndarray of float64, shape (m, 2)
        Places along the route, a millimetre apart.

    Returns
    -------
    dict of str to str
        ``top left``, ``top right``, ``bottom left`` or ``bottom right`` for each: the usual ones unless that hides a stop
        or more than 12 mm of the route; each has its own. The part is always at the top.
    """
    corners = tuple(_USUAL.values())
    costs = {
        (name, corner): _cost(_place(frame, size, corner), stops, way) + _A_MOVE * (_USUAL[name] != corner)
        for name, size in sizes.items()
        for corner in corners
        if name != "part" or corner.startswith("top")
    }
    ways = [
        dict(zip(sizes, chosen, strict=True))
        for chosen in itertools.permutations(corners, len(sizes))
        if all(one in costs for one in zip(sizes, chosen, strict=True))
    ]
    return min(ways, key=lambda chosen: sum(costs[one] for one in chosen.items()))


def _place(frame: _Place, size: tuple[float, float], corner: str) -> _Place:
    left, top, right, bottom = frame
    x = left if corner.endswith("left") else right - size[0]
    y = top if corner.startswith("top") else bottom - size[1]
    return x, y, x + size[0], y + size[1]


def _cost(place: _Place, stops: NDArray[np.float64], way: NDArray[np.float64]) -> float:
    left, top, right, bottom = place
    hidden = (stops[:, 0] < right) & (stops[:, 2] > left) & (stops[:, 1] < bottom) & (stops[:, 3] > top)
    under = (way[:, 0] < right) & (way[:, 0] > left) & (way[:, 1] < bottom) & (way[:, 1] > top)
    return _A_STOP * float(hidden.sum()) + float(under.sum())


class MapFurniture:
    """
    The pieces over a map; no name goes below them.

    Parameters
    ----------
    place : tuple of (Canvas, Box)
        The page, and the map on it.
    view : MapView
        The map's view.
    layers : frozenset of str
        What the legend explains.
    part : MapPart
        Which map of how many.
    seen : tuple of numpy.ndarray of float64
        Boxes of the stops' markers, shape (n, 4), and places along the route, a millimetre apart, shape (m, 2), device dots.
    """

    def __init__(
        self,
        place: tuple[Canvas, Box],
        view: MapView,
        layers: frozenset[str],
        part: MapPart,
        seen: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        (canvas, box), (stops, way) = place, seen
        self._canvas, self._view, self._stops = canvas, view, stops
        self._entries = legend_entries(view.style, layers)
        self._title = ""
        sizes = {"north": (canvas.dots(_NORTH_MM),) * 2, "bar": (canvas.dots(_BAR_MM[0]), canvas.dots(_BAR_MM[1]))}
        if part.count > 1:
            stopped = spans(part.stops)
            self._title = tr(
                "Map {number} of {count}: stops {stops}", number=part.number, count=part.count, stops=stopped
            )
            width_mm = min(canvas.text_width_mm(self._title, _PART) + 6, box.width_mm - 24)
            sizes["part"] = (canvas.dots(width_mm), canvas.dots(_PART_MM))
        margin = canvas.dots(_TOUCH_MM)
        room = legend_size(self._entries, view, columns=2) if self._entries else QSizeF()
        if self._entries:
            sizes["legend"] = (room.width() + 2 * margin, room.height() + 2 * margin)
        frame = (canvas.dots(box.x_mm), canvas.dots(box.y_mm), canvas.dots(box.right_mm), canvas.dots(box.bottom_mm))
        self.corners = best_corners(frame, sizes, stops, way)
        """The corner of each piece."""
        self._places = {name: _place(frame, size, self.corners[name]) for name, size in sizes.items()}

    @property
    def places(self) -> list[_Place]:
        """Left, top, right and bottom of each, device dots."""
        middle, reach = self._north_at(), self._canvas.dots(_NORTH_REACH_MM)
        north = (middle.x() - reach, middle.y() - reach, middle.x() + reach, middle.y() + reach)
        return [north if name == "north" else place for name, place in self._places.items()]

    @property
    def hides_a_stop(self) -> bool:
        """Whether a stop lies below a piece all the same."""
        nothing = np.empty((0, 2))
        return any(_cost(place, self._stops, nothing) > 0 for place in self._places.values())

    def draw(self) -> None:
        """Draw them."""
        canvas, view, painter = self._canvas, self._view, self._canvas.painter
        bar = self._rect("bar")
        _fill(painter, bar)
        paint_scale_bar(painter, view, bar.left() + canvas.dots(4), bar.bottom() - canvas.dots(3), max_width_mm=34.0)
        paint_north_arrow(painter, view, self._north_at())
        if self._entries:
            legend = self._rect("legend")
            _fill(painter, legend)
            margin = canvas.dots(_TOUCH_MM)
            paint_legend(painter, self._entries, view, legend.left() + margin, legend.top() + margin, columns=2)
        if self._title:
            part = self._rect("part")
            dots = canvas.dots_per_mm
            plate = Box(part.left() / dots, part.top() / dots, part.width() / dots, part.height() / dots)
            canvas.frame(plate, width_mm=0.35, fill="#ffffff")
            canvas.text(plate, self._title, _PART, middle=True)

    def _north_at(self) -> QPointF:
        left, top, right, bottom = self._places["north"]
        across, down = (self._canvas.dots(one) for one in _NORTH_AT_MM)
        is_left, is_low = self.corners["north"].endswith("left"), self.corners["north"].startswith("bottom")
        return QPointF(left + across if is_left else right - across, bottom - across if is_low else top + down)

    def _rect(self, name: str) -> QRectF:
        left, top, right, bottom = self._places[name]
        return QRectF(left, top, right - left, bottom - top)


def _fill(painter: QPainter, plate: QRectF) -> None:
    painter.fillRect(plate, QColor("#ffffff"))
