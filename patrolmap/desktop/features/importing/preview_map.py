"""A small map of what would be imported, over the streets that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from patrolmap.desktop.theme import current_tokens

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["PreviewMap"]

_MARGIN_PX: Final = 14
_MOST_LINES: Final = 6_000
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
        self._shapes = np.array([shape for shape in shapes if shape is not None and not shape.is_empty], dtype=object)
        lines = np.zeros(0, dtype=object) if streets is None else streets.geometry.to_numpy()
        box = shapely.box(*self._extent(lines)) if len(lines) or len(self._shapes) else None
        near = lines[shapely.intersects(lines, box)] if box is not None and len(lines) else lines
        self._ground = near[:: max(-(-len(near) // _MOST_LINES), 1)]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """
        Draw the map.

        Parameters
        ----------
        _event : QPaintEvent
            Which part; all is drawn.
        """
        tokens = current_tokens()
        painter = QPainter(self)
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
        painter.drawPath(_path(self._shapes[~is_point], to_screen))
        painter.setPen(QPen(QColor(current_tokens().field), 0.8))
        painter.setBrush(colour)
        for x, y in to_screen(shapely.get_coordinates(self._shapes[is_point])):
            painter.drawEllipse(QPointF(x, y), _DOT_PX, _DOT_PX)

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


def _path(shapes: NDArray[np.object_], to_screen: _Projector) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    parts = shapely.get_parts(shapes) if len(shapes) else shapes
    is_area = shapely.get_type_id(parts) == 3 if len(parts) else np.zeros(0, dtype=bool)
    lines = [*parts[~is_area], *(shapely.get_rings(parts[is_area]) if is_area.any() else ())]
    for line in lines:
        pixels = to_screen(shapely.get_coordinates(line))
        path.moveTo(*pixels[0])
        for x, y in pixels[1:]:
            path.lineTo(x, y)
    return path
