"""A small map of what would be imported, over the streets that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from patrolmap.desktop.theme import current_tokens

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["PreviewMap"]

_MARGIN_PX: Final = 14
_MOST_LINES: Final = 4_000
_FEW_DOTS: Final = 3_000
_MOST_DOTS: Final = 8_000
_DOT_PX: Final = 2.6
_LEAST_EXTENT_M: Final = 200.0


class PreviewMap(QWidget):
    """
    Draws streets in grey and the new rows in the accent colour; the extent is that of the new rows, strays left out.

    Parameters
    ----------
    parent : QWidget or None
        Owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview_map")
        self.setMinimumSize(QSize(260, 200))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._ground: NDArray[np.object_] = np.zeros(0, dtype=object)
        self._shapes: NDArray[np.object_] = np.zeros(0, dtype=object)
        self._painted: tuple[tuple[QSize, float, str], QPixmap] | None = None

    def show_shapes(self, shapes: gpd.GeoSeries, streets: gpd.GeoDataFrame | None) -> None:
        """
        Draw others.

        Parameters
        ----------
        shapes : geopandas.GeoSeries
            The new rows, metric.
        streets : geopandas.GeoDataFrame or None
            Streets of the project in the same system.
        """
        given = shapes.to_numpy()
        self._shapes = given[~(shapely.is_missing(given) | shapely.is_empty(given))]
        lines = np.zeros(0, dtype=object) if streets is None else streets.geometry.to_numpy()
        box = shapely.box(*self._extent(lines)) if len(lines) or len(self._shapes) else None
        near = lines[shapely.intersects(lines, box)] if box is not None and len(lines) else lines
        self._ground = near[:: max(-(-len(near) // _MOST_LINES), 1)]
        self._painted = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """
        Draw the map.

        Parameters
        ----------
        _event : QPaintEvent
            Which part; all is drawn.
        """
        key = (self.size(), self.devicePixelRatioF(), current_tokens().name)
        if self._painted is None or self._painted[0] != key:
            # It is painted anew with each move of the pointer over the page.
            picture = QPixmap(self.size() * self.devicePixelRatioF())
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            self._paint(picture)
            self._painted = key, picture
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._painted[1])
        painter.end()

    def _paint(self, picture: QPixmap) -> None:
        tokens = current_tokens()
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.field))
        painter.setPen(QColor(tokens.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if len(self._ground) or len(self._shapes):
            to_screen = self._projector()
            painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
            painter.setPen(QPen(QColor(tokens.line_strong), 1.0))
            painter.drawPath(_path(self._ground, to_screen))
            self._draw_shapes(painter, to_screen, QColor(tokens.accent))
        painter.end()

    def _draw_shapes(self, painter: QPainter, to_screen: _Projector, colour: QColor) -> None:
        is_point = np.isin(shapely.get_type_id(self._shapes), (0, 4)) if len(self._shapes) else np.zeros(0, dtype=bool)
        painter.setPen(QPen(colour, 1.6))
        others = self._shapes[~is_point]
        painter.drawPath(_path(others[:: max(-(-len(others) // _MOST_LINES), 1)], to_screen))
        dots = _apart(to_screen(shapely.get_coordinates(self._shapes[is_point])))
        if len(dots) > _FEW_DOTS:
            # Copies of one dot: to draw each takes ten times as long.
            stamp = self._stamp(colour)
            for x, y in (dots - stamp.deviceIndependentSize().width() / 2).tolist():
                painter.drawPixmap(QPointF(x, y), stamp)
            return
        painter.setPen(QPen(QColor(current_tokens().field), 0.8))
        painter.setBrush(colour)
        for x, y in dots.tolist():
            painter.drawEllipse(QPointF(x, y), _DOT_PX, _DOT_PX)

    def _stamp(self, colour: QColor) -> QPixmap:
        edge = round((2 * _DOT_PX + 1) * self.devicePixelRatioF())
        stamp = QPixmap(edge, edge)
        stamp.fill(Qt.GlobalColor.transparent)
        painter = QPainter(stamp)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(edge / 2, edge / 2), *[_DOT_PX * self.devicePixelRatioF()] * 2)
        painter.end()
        stamp.setDevicePixelRatio(self.devicePixelRatioF())
        return stamp

    def _extent(self, lines: NDArray[np.object_]) -> tuple[float, float, float, float]:
        xy = shapely.get_coordinates(self._shapes if len(self._shapes) else lines)
        low, high = np.percentile(xy, 2, axis=0), np.percentile(xy, 98, axis=0)
        middle = (low + high) / 2
        half = np.maximum((high - low) / 2 * 1.12, _LEAST_EXTENT_M / 2)
        west, south = middle - half
        east, north = middle + half
        return float(west), float(south), float(east), float(north)

    def _projector(self) -> _Projector:
        west, south, east, north = self._extent(self._ground)
        inside = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        scale = min(inside.width() / (east - west), inside.height() / (north - south))
        centre = np.array([(west + east) / 2, (south + north) / 2])
        return _Projector(centre, scale, np.array([self.width() / 2, self.height() / 2]))


class _Projector:
    """From metres to pixels."""

    def __init__(self, centre: NDArray[np.float64], scale: float, middle: NDArray[np.float64]) -> None:
        self._centre, self._factors, self._middle = centre, np.array([scale, -scale]), middle

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        pixels: NDArray[np.float64] = (xy - self._centre) * self._factors + self._middle
        return np.clip(pixels, -30_000, 30_000)


def _apart(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out dots that others hide: of a hundred thousand few are seen."""
    if len(pixels) <= _FEW_DOTS:
        return pixels
    _, first = np.unique(np.floor(pixels / (2 * _DOT_PX)).astype(np.int64) @ np.array([1 << 20, 1]), return_index=True)
    # Dots of a large area in an even choice, if there are still too many.
    return pixels[np.sort(first)[:: max(-(-len(first) // _MOST_DOTS), 1)]]


def _path(shapes: NDArray[np.object_], to_screen: _Projector) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    parts = shapely.get_parts(shapes) if len(shapes) else shapes
    is_area = shapely.get_type_id(parts) == 3 if len(parts) else np.zeros(0, dtype=bool)
    lines = [*parts[~is_area], *(shapely.get_rings(parts[is_area]) if is_area.any() else ())]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    begins = np.diff(line, prepend=-1) > 0
    for (x, y), is_first in zip(to_screen(xy).tolist(), begins.tolist(), strict=True):
        if is_first:
            path.moveTo(x, y)
        else:
            path.lineTo(x, y)
    return path
