"""Small pictures for the legend, painted from the style table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap

from patrolmap.maps.pens import line_pen, translucent
from patrolmap.maps.symbols import symbol_path

if TYPE_CHECKING:
    from patrolmap.desktop.features.layers.legend import LegendEntry

__all__ = ["SWATCH_HEIGHT_PX", "SWATCH_WIDTH_PX", "swatch"]

SWATCH_WIDTH_PX: Final = 26
SWATCH_HEIGHT_PX: Final = 16
_DOTS_PER_MM: Final = 96 / 25.4


def swatch(entry: LegendEntry, ratio: float = 2.0) -> QIcon:
    """
    Paint the picture of a legend entry.

    Parameters
    ----------
    entry : LegendEntry
        What to show.
    ratio : float, default 2.0
        Device pixels to one of the layout's.

    Returns
    -------
    QIcon
        26 x 16 layout pixels.
    """
    image = QPixmap(round(SWATCH_WIDTH_PX * ratio), round(SWATCH_HEIGHT_PX * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(1, 2, SWATCH_WIDTH_PX - 2, SWATCH_HEIGHT_PX - 4)
    if entry.symbol is not None:
        _paint_symbol(painter, entry, box)
    elif entry.ramp:
        _paint_ramp(painter, entry, box)
    elif entry.fill:
        painter.fillRect(box, translucent(entry.fill, entry.fill_opacity))
    elif entry.line is not None:
        _paint_line(painter, entry, box)
    painter.end()
    return QIcon(image)


def _paint_symbol(painter: QPainter, entry: LegendEntry, box: QRectF) -> None:
    style = entry.symbol
    if style is None:
        return
    size = max(style.size_mm[0] * _DOTS_PER_MM, 5.0)
    painter.translate(box.center())
    painter.scale(size, size)
    painter.fillPath(symbol_path(style.shape), QColor(style.fills[0]))


def _paint_ramp(painter: QPainter, entry: LegendEntry, box: QRectF) -> None:
    width = box.width() / len(entry.ramp)
    for place, colour in enumerate(entry.ramp):
        painter.fillRect(QRectF(box.left() + place * width, box.top() + 2, width, box.height() - 4), QColor(colour))


def _paint_line(painter: QPainter, entry: LegendEntry, box: QRectF) -> None:
    if entry.line is None:
        return
    width = max(entry.line.width_mm * _DOTS_PER_MM, 1.2)
    path = QPainterPath(QPointF(box.left(), box.center().y()))
    path.lineTo(box.right(), box.center().y())
    if entry.casing and not entry.line.dash:
        painter.strokePath(path, line_pen(entry.casing, width + 2, flat=True))
    painter.strokePath(path, line_pen(entry.line.colour, width, entry.line.dash, flat=True))
