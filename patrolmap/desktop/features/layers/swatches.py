"""Small pictures for the legend, painted from the style table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPixmap

from patrolmap.maps.pens import line_pen, translucent
from patrolmap.maps.symbols import symbol_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.desktop.features.layers.legend import LegendEntry
    from patrolmap.maps.overlay_looks import OverlayLook
    from patrolmap.model.style_types import SiteStyle

__all__ = ["SWATCH_HEIGHT_PX", "SWATCH_WIDTH_PX", "overlay_swatch", "swatch"]

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
    image, painter = _canvas(ratio)
    box = QRectF(1, 2, SWATCH_WIDTH_PX - 2, SWATCH_HEIGHT_PX - 4)
    if entry.marker:
        _paint_marker(painter, entry, box)
    elif entry.symbol is not None and entry.of_levels:
        _paint_levels(painter, entry.symbol, box)
    elif entry.symbol is not None:
        _paint_symbol(painter, entry, box)
    elif entry.ramp:
        _paint_ramp(painter, entry, box)
    elif entry.fill:
        painter.fillRect(box, translucent(entry.fill, entry.fill_opacity))
    elif entry.line is not None:
        _paint_line(painter, entry, box)
    painter.end()
    return QIcon(image)


def overlay_swatch(looks: Sequence[OverlayLook], dimension: int, ratio: float = 2.0) -> QPixmap:
    """
    Paint the picture of what is laid over the map.

    Parameters
    ----------
    looks : sequence of OverlayLook
        Drawn side by side.
    dimension : int
        0 for points, 1 for lines, 2 for areas.
    ratio : float, default 2.0
        Device pixels to one of the layout's.

    Returns
    -------
    QPixmap
        26 x 16 layout pixels.
    """
    image, painter = _canvas(ratio)
    width = (SWATCH_WIDTH_PX - 2) / max(len(looks), 1)
    for place, look in enumerate(looks):
        _paint_overlay(painter, look, dimension, QRectF(1 + place * width, 2, width, SWATCH_HEIGHT_PX - 4))
    painter.end()
    return image


def _canvas(ratio: float) -> tuple[QPixmap, QPainter]:
    image = QPixmap(round(SWATCH_WIDTH_PX * ratio), round(SWATCH_HEIGHT_PX * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return image, painter


def _paint_overlay(painter: QPainter, look: OverlayLook, dimension: int, box: QRectF) -> None:
    width, middle = max(look.line.width_mm * _DOTS_PER_MM, 1.2), box.center()
    if dimension == 0:
        # No larger than its share of the picture, edge and all.
        radius = min(look.radius_mm * _DOTS_PER_MM, (min(box.width(), box.height()) - width) / 2)
        path = QPainterPath()
        path.addEllipse(middle, radius, radius)
    else:
        path = QPainterPath(QPointF(box.left(), middle.y()))
        path.lineTo(box.right(), middle.y())
    if dimension == 2:
        # On the map areas lie over each other and grow stronger.
        painter.fillRect(box, translucent(look.fill or look.line.colour, min(look.fill_opacity + 0.25, 1.0)))
        return
    if dimension == 0 and look.fill:
        painter.fillPath(path, translucent(look.fill, look.fill_opacity))
    painter.strokePath(path, line_pen(look.line.colour, width, look.line.dash, flat=True))


def _paint_levels(painter: QPainter, style: SiteStyle, box: QRectF) -> None:
    width = box.width() / len(style.fills)
    for place, fill in enumerate(style.fills):
        size = min(style.size_mm[place] * _DOTS_PER_MM, width - 1)
        painter.save()
        painter.translate(box.left() + (place + 0.5) * width, box.center().y())
        painter.scale(size, size)
        path = symbol_path(style.shape)
        painter.fillPath(path, QColor(fill))
        painter.strokePath(path, line_pen(style.colour, 1.1 / size))
        painter.restore()


def _paint_marker(painter: QPainter, entry: LegendEntry, box: QRectF) -> None:
    radius, font = box.height() / 2, QFont()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(entry.fill))
    painter.drawEllipse(box.center(), radius, radius)
    font.setPixelSize(9)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(entry.casing))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, entry.marker)


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
