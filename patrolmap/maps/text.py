"""Names with a rim around the letters, and the font they are set in."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath, QTransform

from patrolmap.maps.pens import line_pen
from patrolmap.model.style import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import LabelStyle

__all__ = ["label_font", "map_font_family", "paint_label", "paint_labels", "text_size"]

_FAMILIES: Final = ("Noto Sans CJK SC", "Microsoft YaHei", "sans-serif")


@lru_cache(maxsize=1)
def map_font_family() -> tuple[str, ...]:
    """
    Name the font families of maps, the preferred first.

    Returns
    -------
    tuple of str
        The packaged font where `patrolmap.maps.fonts` can load it, then common ones.
    """
    try:
        fonts = importlib.import_module("patrolmap.maps.fonts")
    except ModuleNotFoundError:
        return _FAMILIES
    return tuple(dict.fromkeys((str(fonts.load_fonts()), *_FAMILIES)))


def label_font(label: LabelStyle, view: MapView) -> QFont:
    """
    Make the font of a label.

    Parameters
    ----------
    label : LabelStyle
        How.
    view : MapView
        For the size of a point.

    Returns
    -------
    QFont
        With its size in device dots, the same on screen, tile and paper.
    """
    return _font(view.type_dots(label.size_pt), label.bold)


@lru_cache(maxsize=64)
def _font(dots: int, bold: bool) -> QFont:  # noqa: FBT001 - a key of the cache
    font = QFont(list(map_font_family()))
    font.setPixelSize(dots)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=20_000)
def _measure(text: str, dots: int, bold: bool) -> tuple[float, float, float]:  # noqa: FBT001 - a key of the cache
    metrics = QFontMetricsF(_font(dots, bold))
    return metrics.horizontalAdvance(text), metrics.ascent(), metrics.descent()


@lru_cache(maxsize=4_000)
def _outline(text: str, dots: int, bold: bool) -> QPainterPath:  # noqa: FBT001 - a key of the cache
    path = QPainterPath()
    path.addText(QPointF(0, 0), _font(dots, bold), text)
    return path


def _paint_rim(painter: QPainter, text: str, label: LabelStyle, view: MapView) -> None:
    if view.theme is Theme.PRINT:
        # On paper each corner of a stroked letter is in the file, for every name again: a plate does the same.
        painter.fillRect(_halo_plate(text, label, view), QColor(label.halo))
    else:
        rim = line_pen(QColor(label.halo), 2 * view.dots(label.halo_mm))
        painter.strokePath(_outline(text, view.type_dots(label.size_pt), label.bold), rim)


def _halo_plate(text: str, label: LabelStyle, view: MapView) -> QRectF:
    reach = view.dots(label.halo_mm)
    return _plate(text, view.type_dots(label.size_pt), label.bold).adjusted(-reach, -reach, reach, reach)


@lru_cache(maxsize=8192)
def _plate(text: str, dots: int, bold: bool) -> QRectF:  # noqa: FBT001 - a key of the cache
    return _outline(text, dots, bold).boundingRect()


def text_size(text: str, label: LabelStyle, view: MapView) -> tuple[float, float, float]:
    """
    Measure a text.

    Parameters
    ----------
    text : str
        One line.
    label : LabelStyle
        How it is written.
    view : MapView
        For the size of a point.

    Returns
    -------
    tuple of float
        Width, ascent and descent in device dots.
    """
    return _measure(text, view.type_dots(label.size_pt), label.bold)


def paint_labels(
    painter: QPainter,
    labels: Sequence[tuple[str, LabelStyle, tuple[float, float], float]],
    view: MapView,
) -> None:
    """
    Write many texts, on paper all their plates first: a path and a pen for each text would double the file.

    Parameters
    ----------
    painter : QPainter
        Where.
    labels : sequence of tuple of (str, LabelStyle, (float, float), float)
        Text, how it is written, left end of its base line in device dots, and turn around it in degrees clockwise.
    view : MapView
        The view.
    """
    if view.theme is not Theme.PRINT:
        for text, label, base, angle_deg in labels:
            paint_label(painter, text, label, view, QPointF(*base), angle_deg=angle_deg)
        return
    plates: dict[str, QPainterPath] = {}
    for text, label, base, angle_deg in labels:
        if label.halo:
            plate = plates.setdefault(label.halo, QPainterPath())
            plate.setFillRule(Qt.FillRule.WindingFill)
            plate.addPolygon(_turned(base, angle_deg).mapToPolygon(_halo_plate(text, label, view).toAlignedRect()))
            plate.closeSubpath()
    for colour, plate in plates.items():
        painter.fillPath(plate, QColor(colour))
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    plain, style = painter.worldTransform(), None
    for text, label, base, angle_deg in labels:
        if label is not style:
            style = label
            painter.setFont(label_font(label, view))
            painter.setPen(QColor(label.colour))
        painter.setWorldTransform(_turned(base, angle_deg) * plain)
        painter.drawText(QPointF(0, 0), text)
    painter.restore()


def _turned(base: tuple[float, float], angle_deg: float) -> QTransform:
    turned = QTransform.fromTranslate(*base)
    return turned.rotate(angle_deg) if angle_deg else turned


def paint_label(
    painter: QPainter, text: str, label: LabelStyle, view: MapView, base: QPointF, *, angle_deg: float = 0.0
) -> QRectF:
    """
    Write a text with its rim.

    The letters are text, not outlines, so that a PDF can be searched; only the rim is outlines.

    Parameters
    ----------
    painter : QPainter
        Where.
    text : str
        One line.
    label : LabelStyle
        How.
    view : MapView
        For the size of a point.
    base : QPointF
        Left end of the base line, device dots.
    angle_deg : float, default 0.0
        Turn around `base`, clockwise.

    Returns
    -------
    QRectF
        What the unturned text covers, relative to `base`.
    """
    dots = view.type_dots(label.size_pt)
    painter.save()
    painter.translate(base)
    if angle_deg:
        painter.rotate(angle_deg)
    if label.halo:
        _paint_rim(painter, text, label, view)
    painter.setFont(_font(dots, label.bold))
    painter.setPen(QColor(label.colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawText(QPointF(0, 0), text)
    painter.restore()
    width, ascent, descent = _measure(text, dots, label.bold)
    return QRectF(0, -ascent, width, ascent + descent)
