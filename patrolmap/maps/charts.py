"""Charts into any paint device: bars with intervals, and tinted tables. They read in black and white too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from patrolmap.maps.text import map_font_family

if TYPE_CHECKING:
    from patrolmap.model.charts import BarChart, HeatChart

__all__ = ["paint_bars", "paint_heat"]

_INK: Final = "#22282e"
_GRID: Final = "#d5dae0"
_FILLS: Final = ("#2b5d8c", "#e0a458", "#7a8b99")
_ALL: Final = 100.0
_WRAPPING_MM: Final = 16.0
_PALE: Final = (246, 244, 238)
_DEEP: Final = (158, 27, 40)
_POINT_MM: Final = 25.4 / 72
_FACES: Final = 8.5


_Place = tuple[float, float, float, float]


class _Pad:
    """A painter that thinks in millimetres from the top left corner of the chart."""

    def __init__(self, painter: QPainter, dots_per_mm: float) -> None:
        self.painter = painter
        self.dots_per_mm = dots_per_mm
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.font = QFont(list(map_font_family()))
        self.font.setPixelSize(max(round(_FACES * _POINT_MM * dots_per_mm), 1))

    def width_mm(self, text: str) -> float:
        return QFontMetricsF(self.font).horizontalAdvance(text) / self.dots_per_mm

    def text(
        self, place: _Place, text: str, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter, *, wraps: bool = False
    ) -> None:
        self.painter.setFont(self.font)
        self.painter.setPen(QColor(_INK))
        flags = int(align) | int(Qt.TextFlag.TextDontClip)
        if wraps:
            flags |= int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        else:
            flags |= int(Qt.AlignmentFlag.AlignVCenter)
        self.painter.drawText(self.rect(*place), flags, text)

    def box(self, x: float, y: float, width: float, height: float, fill: QColor) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QBrush(fill))
        self.painter.drawRect(self.rect(x, y, width, height))

    def line(self, x1: float, y1: float, x2: float, y2: float, *, colour: str = _INK, width_mm: float = 0.2) -> None:
        self.painter.setPen(QPen(QColor(colour), width_mm * self.dots_per_mm))
        k = self.dots_per_mm
        self.painter.drawLine(QPointF(x1 * k, y1 * k), QPointF(x2 * k, y2 * k))

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        k = self.dots_per_mm
        return QRectF(x * k, y * k, width * k, height * k)


def paint_bars(painter: QPainter, chart: BarChart, width_mm: float, height_mm: float, dots_per_mm: float) -> None:
    """
    Draw upright bars, each with its number, and its interval where there is one.

    Parameters
    ----------
    painter : QPainter
        Its origin is the top left corner of the chart; its state is changed.
    chart : BarChart
        What to draw.
    width_mm, height_mm : float
        Size.
    dots_per_mm : float
        Resolution.
    """
    pad = _Pad(painter, dots_per_mm)
    values = [value for one in chart.series for value in one.values]
    highs = [high for one in chart.series for _, high in one.intervals]
    step = _round_step(max([*values, *highs, 1.0]))
    top_value = step * math.ceil(max([*values, *highs, 1.0]) * 1.04 / step)
    is_share = chart.unit == "%" and max([*values, *highs, 0.0]) <= _ALL
    top_value = min(top_value, _ALL) if is_share else top_value
    left = max(pad.width_mm(f"{top_value:g}") + 3.0, 8.0)
    keys_mm = 6.0 if len(chart.series) > 1 or chart.unit else 2.0
    head_mm = keys_mm + (5.0 if is_share else 2.0)
    foot_mm = 11.0 if _wraps(pad, chart, width_mm - left - 2.0) else 7.0
    area = (left, head_mm, width_mm - left - 2.0, height_mm - head_mm - foot_mm)
    _axis(pad, area, step, top_value)
    _keys(pad, chart, left)
    _labels(pad, chart, area, height_mm)
    slot = area[2] / max(len(chart.labels), 1)
    bar = min(slot * 0.7 / len(chart.series), 12.0)
    for number, one in enumerate(chart.series):
        for place, value in enumerate(one.values):
            x = area[0] + slot * (place + 0.5) + bar * (number - len(chart.series) / 2)
            y = area[1] + area[3] * (1 - value / top_value)
            pad.box(x, y, bar * 0.94, area[1] + area[3] - y, QColor(_FILLS[number % len(_FILLS)]))
            peak = y
            if one.intervals:
                low_y, peak = (area[1] + area[3] * (1 - limit / top_value) for limit in one.intervals[place])
                middle = x + bar * 0.47
                pad.line(middle, low_y, middle, peak, width_mm=0.3)
                for limit_y in (low_y, peak):
                    pad.line(middle - 0.9, limit_y, middle + 0.9, limit_y, width_mm=0.3)
            shown = f"{value:g}"
            if pad.width_mm(shown) < max(bar * 1.15, slot / len(chart.series)):
                pad.text((x - 5, peak - 4.2, bar * 0.94 + 10, 4.0), shown)


def paint_heat(painter: QPainter, chart: HeatChart, width_mm: float, height_mm: float, dots_per_mm: float) -> None:
    """
    Draw a table of tinted squares with a key.

    Parameters
    ----------
    painter : QPainter
        Its origin is the top left corner of the chart; its state is changed.
    chart : HeatChart
        What to draw.
    width_mm, height_mm : float
        Size.
    dots_per_mm : float
        Resolution.
    """
    pad = _Pad(painter, dots_per_mm)
    left = max(pad.width_mm(row) for row in chart.rows) + 3.0
    bottom = 12.0
    cell_w = (width_mm - left - 1.0) / len(chart.columns)
    cell_h = (height_mm - bottom) / len(chart.rows)
    most = max((value for row in chart.values for value in row), default=0.0)
    for row, values in enumerate(chart.values):
        pad.text((0, row * cell_h, left - 2.0, cell_h), chart.rows[row], Qt.AlignmentFlag.AlignRight)
        for column, value in enumerate(values):
            tint = _tint(value / most if most else 0.0)
            pad.box(left + column * cell_w, row * cell_h, cell_w * 0.97, cell_h * 0.94, tint)
    every = 1
    while every * cell_w < max(pad.width_mm(label) for label in chart.columns) + 1.0:
        every += 1
    for column in range(0, len(chart.columns), every):
        pad.text((left + column * cell_w - 5, height_mm - bottom, cell_w + 10, 4.5), chart.columns[column])
    _heat_key(pad, left, height_mm - 5.0, most)


def _heat_key(pad: _Pad, left: float, top: float, most: float) -> None:
    steps = 12
    pad.text((left, top, 6, 4), "0", Qt.AlignmentFlag.AlignLeft)
    for step in range(steps):
        pad.box(left + 4 + 3 * step, top + 0.4, 3.05, 3.2, _tint(step / (steps - 1)))
    pad.text((left + 4 + 3 * steps + 1.5, top, 20, 4), f"{most:.3g}", Qt.AlignmentFlag.AlignLeft)


def _axis(pad: _Pad, area: _Place, step: float, top_value: float) -> None:
    left, top, width, height = area
    for number in range(round(top_value / step) + 1):
        y = top + height * (1 - number * step / top_value)
        pad.line(left, y, left + width, y, colour=_GRID if number else _INK, width_mm=0.15 if number else 0.3)
        pad.text((0, y - 2.2, left - 1.5, 4.4), f"{number * step:g}", Qt.AlignmentFlag.AlignRight)


def _keys(pad: _Pad, chart: BarChart, left: float) -> None:
    x = left
    if chart.unit:
        pad.text((x, 0, pad.width_mm(chart.unit), 5), chart.unit, Qt.AlignmentFlag.AlignLeft)
        x += pad.width_mm(chart.unit) + 8
    for number, one in enumerate(chart.series):
        if one.title:
            pad.box(x, 0.9, 4.0, 3.0, QColor(_FILLS[number % len(_FILLS)]))
            pad.text((x + 5.2, 0, pad.width_mm(one.title), 5), one.title, Qt.AlignmentFlag.AlignLeft)
            x += 5.2 + pad.width_mm(one.title) + 6


def _labels(pad: _Pad, chart: BarChart, area: _Place, height_mm: float) -> None:
    slot = area[2] / max(len(chart.labels), 1)
    widest = max((pad.width_mm(label) for label in chart.labels), default=0.0)
    if _wraps(pad, chart, area[2]):
        for place, label in enumerate(chart.labels):
            pad.text((area[0] + slot * place + 0.5, height_mm - 10.5, slot - 1.0, 10.0), label, wraps=True)
        return
    every = max(math.ceil((widest + 1.5) / slot), 1)
    for place in range(0, len(chart.labels), every):
        pad.text((area[0] + slot * place - 10, height_mm - 6.0, slot + 20, 5), chart.labels[place])


def _wraps(pad: _Pad, chart: BarChart, width_mm: float) -> bool:
    slot = width_mm / max(len(chart.labels), 1)
    return slot > _WRAPPING_MM and max((pad.width_mm(label) for label in chart.labels), default=0.0) > slot - 1.0


def _round_step(most: float) -> float:
    """Find a round distance of grid lines, so that there are four to ten of them, never less than 1 apart."""
    raw = most / 5
    power: float = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    return max(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw), 1.0)


def _tint(share: float) -> QColor:
    eased = share**0.8
    return QColor(*(round(pale + (deep - pale) * eased) for pale, deep in zip(_PALE, _DEEP, strict=True)))
