"""Scale bar, north arrow and the fixed-scale text of a map's margin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainterPath

from patrolmap.i18n import tr
from patrolmap.maps.pens import line_pen, translucent
from patrolmap.maps.text import paint_label, text_size
from patrolmap.model.style_types import LabelStyle

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from patrolmap.maps.view import MapView

__all__ = ["paint_credit", "paint_north_arrow", "paint_scale_bar", "round_length_m"]


def paint_credit(painter: QPainter, view: MapView, text: str) -> None:
    """
    Name whom a background is owed to, at the lower right of a map.

    Parameters
    ----------
    painter : QPainter
        Where.
    view : MapView
        The view.
    text : str
        Plain text; empty draws nothing.
    """
    if not text:
        return
    label = LabelStyle(7.6, view.style.ink, "", 0.0)
    width, ascent, descent = text_size(text, label, view)
    right, bottom = view.device[0] + view.device[2], view.device[1] + view.device[3]
    box = QRectF(right - width - view.dots(2.4), bottom - ascent - descent, width + view.dots(2.4), ascent + descent)
    painter.fillRect(box, translucent(view.style.panel, 0.75))
    paint_label(painter, text, label, view, QPointF(box.left() + view.dots(1.2), bottom - descent))


def round_length_m(at_most_m: float) -> float:
    """
    Find a round length for a scale bar.

    Parameters
    ----------
    at_most_m : float
        The longest that fits, metres; above 0.

    Returns
    -------
    float
        The largest 1, 2 or 5 times a power of ten that is not longer, metres.

    Raises
    ------
    ValueError
        If `at_most_m` is not above 0.
    """
    if not at_most_m > 0:
        raise ValueError(at_most_m)
    power = 10.0 ** math.floor(math.log10(at_most_m))
    return max(step * power for step in (1, 2, 5) if step * power <= at_most_m * (1 + 1e-9))


def paint_scale_bar(
    painter: QPainter, view: MapView, left: float, bottom: float, *, max_width_mm: float = 40.0, scale_text: bool = True
) -> QRectF:
    """
    Draw a scale bar of a round length, in two halves of two quarters.

    Parameters
    ----------
    painter : QPainter
        Where.
    view : MapView
        The view.
    left, bottom : float
        Lower left corner, device dots.
    max_width_mm : float, default 40.0
        The bar is not longer.
    scale_text : bool, default True
        Whether to write 1:N beside it.

    Returns
    -------
    QRectF
        What it covers.
    """
    metres_per_dot = view.ground_factor / view.dots_per_unit
    length_m = round_length_m(max_width_mm * view.dots_per_mm * metres_per_dot)
    width, height = length_m / metres_per_dot, view.dots(1.1)
    ink, paper = QColor(view.style.ink), QColor(view.style.panel)
    bar = QRectF(left, bottom - height, width, height)
    rim = view.dots(0.18)
    painter.fillRect(bar.adjusted(-3 * rim, -3 * rim, 3 * rim, 3 * rim), translucent(view.style.panel, 0.8))
    painter.fillRect(bar, paper)
    for part in (0, 2):
        painter.fillRect(QRectF(left + part * width / 4, bar.top(), width / 4, height), ink)
    outline = QPainterPath()
    outline.addRect(bar)
    painter.strokePath(outline, line_pen(ink, rim, flat=True))
    label = _label(view)
    text_bottom = bar.top() - view.dots(0.9)
    for share, text in ((0.0, "0"), (0.5, _figure(length_m / 2)), (1.0, _with_unit(length_m))):
        text_width = text_size(text, label, view)[0]
        paint_label(painter, text, label, view, QPointF(left + share * width - text_width / 2, text_bottom))
    ascent = text_size("0", label, view)[1]
    covered = bar.adjusted(0, -ascent - view.dots(0.9), 0, 0)
    if scale_text:
        words = f"1:{_three_figures(view.denominator):,}"
        after = bar.right() + text_size(_with_unit(length_m), label, view)[0] / 2 + view.dots(2.0)
        covered.setRight(after + text_size(words, label, view)[0])
        paint_label(painter, words, label, view, QPointF(after, bottom))
    return covered


def paint_north_arrow(painter: QPainter, view: MapView, centre: QPointF, size_mm: float = 9.0) -> None:
    """
    Draw a north arrow; the map's up is grid north.

    Parameters
    ----------
    painter : QPainter
        Where.
    view : MapView
        The view.
    centre : QPointF
        Middle of the arrow, device dots.
    size_mm : float, default 9.0
        Height, letter included.
    """
    size = view.dots(size_mm)
    ink = QColor(view.style.ink)
    painter.save()
    painter.translate(centre)
    for side in (-1, 1):
        half = QPainterPath()
        half.moveTo(0, -0.24 * size)
        half.lineTo(side * 0.24 * size, 0.5 * size)
        half.lineTo(0, 0.34 * size)
        half.closeSubpath()
        painter.strokePath(half, line_pen(translucent(view.style.panel, 0.85), view.dots(0.9)))
        painter.fillPath(half, ink if side > 0 else QColor(view.style.panel))
        painter.strokePath(half, line_pen(ink, view.dots(0.18)))
    words = tr("N")
    label = LabelStyle(size_mm * 0.24 * 72 / 25.4, view.style.ink, view.style.panel, 0.4, bold=True)
    width = text_size(words, label, view)[0]
    paint_label(painter, words, label, view, QPointF(-width / 2, -0.29 * size))
    painter.restore()


def _label(view: MapView) -> LabelStyle:
    return LabelStyle(view.style.site_label.size_pt * 0.95, view.style.ink, view.style.panel, 0.4)


def _three_figures(denominator: float) -> int:
    """Round what a reader cannot measure; the round scales of sheets stay as they are."""
    unit = math.pow(10.0, max(math.floor(math.log10(max(denominator, 1.0))) - 2, 0))
    return round(round(denominator / unit) * unit)


def _figure(length_m: float) -> str:
    return f"{length_m / 1000:g}" if length_m * 2 >= 1000 else f"{length_m:g}"


def _with_unit(length_m: float) -> str:
    if length_m >= 1000:
        return tr("{count} km", count=f"{length_m / 1000:g}")
    return tr("{count} m", count=f"{length_m:g}")
