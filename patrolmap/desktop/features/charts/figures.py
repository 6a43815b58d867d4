"""What the charts draw: each figure knows its numbers, how to paint them and how to write them as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPainter, QPen, QPolygonF

from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.method_names import method_message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.desktop.tokens import Tokens
    from patrolmap.hotspots.time_charts import MonthCount

__all__ = ["WEEKDAYS", "BarFigure", "Curve", "CurveFigure", "Figure", "HeatFigure", "TrendFigure", "mixed"]

WEEKDAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_LEFT: Final = 46.0
_TOP: Final = 12.0
_BOTTOM: Final = 24.0
_RIGHT: Final = 14.0
_SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Told apart by colour-blind eyes (Okabe and Ito), and by their dashes."""

_SERIES_DARK: Final = ("#56b4e9", "#e69f00", "#2fd6a3", "#e29fc4")

_DASHES: Final = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_MOST_BARS: Final = 12
_SCALE_FROM: Final = 560.0
_LEAST_STEP_PX: Final = 18.0


class Figure(Protocol):
    """Something that can be painted and written."""

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint into an area, on a ground that is there already."""

    def rows(self) -> list[list[str]]:
        """Give the numbers with a head line."""

    def tip(self, place: QPointF, area: QRectF) -> str:
        """Say what is at a place; empty if nothing is."""


@dataclass(frozen=True, eq=False)
class HeatFigure:
    """
    Incidents by hour and day of the week.

    Parameters
    ----------
    hours : numpy.ndarray, shape (7, 24)
        Weight of incidents, Monday first.
    current : tuple of int or None, default None
        Weekday and hour under the keyboard.
    picked : tuple of int or None, default None
        Weekday and hour that the map is held to.
    """

    hours: NDArray[np.float64]
    current: tuple[int, int] | None = None
    picked: tuple[int, int] | None = None

    def cell_at(self, place: QPointF, area: QRectF) -> tuple[int, int] | None:
        """
        Find the cell at a place.

        Parameters
        ----------
        place : QPointF
            Where.
        area : QRectF
            Where the figure is painted.

        Returns
        -------
        tuple of int or None
            Weekday and hour.
        """
        inner = _inner(area)
        if not inner.contains(place):
            return None
        hour = int((place.x() - inner.left()) / inner.width() * 24)
        return min(int((place.y() - inner.top()) / inner.height() * 7), 6), min(hour, 23)

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint cells from the ground's colour to the accent's; see `Figure.paint`."""
        inner = _inner(area)
        width, height = inner.width() / 24, inner.height() / 7
        most = float(self.hours.max()) or 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        for day in range(7):
            for hour in range(24):
                share = float(self.hours[day, hour]) / most
                painter.setBrush(mixed(tokens.window, tokens.accent, share))
                painter.drawRect(_cell(inner, day, hour).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(tokens.muted))
        font = painter.font()
        small = QFont(font)
        small.setPixelSize(max(7, min(round(height * 0.9), QFontInfo(font).pixelSize())))
        painter.setFont(small)
        for day, name in enumerate(WEEKDAYS):
            box = QRectF(area.left(), inner.top() + day * height, _LEFT - 8, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tr(name))
        painter.setFont(font)
        every = 3 if width * 3 > 24 else 6
        for hour in range(0, 24, every):
            box = QRectF(inner.left() + hour * width, inner.bottom() + 3, 60, _BOTTOM - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, f"{hour:02d}")
        self._paint_scale(painter, inner, tokens, most)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, pen in ((self.current, QPen(QColor(tokens.text), 1)), (self.picked, QPen(QColor("#d55e00"), 2))):
            if place is not None:
                painter.setPen(pen)
                painter.drawRect(_cell(inner, *place))

    @staticmethod
    def _paint_scale(painter: QPainter, inner: QRectF, tokens: Tokens, most: float) -> None:
        """Say what light and dark stand for, right of the last hour's name, where there is room."""
        if inner.width() < _SCALE_FROM:
            return
        steps, side = 4, 9.0
        words, left = QLocale().toString(round(most)), inner.right() - 34 - steps * side
        box = QRectF(left - 24, inner.bottom() + 3, 20, _BOTTOM - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, "0")
        painter.drawText(box.translated(28 + steps * side, 0).adjusted(0, 0, 14, 0), Qt.AlignmentFlag.AlignLeft, words)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(steps):
            painter.setBrush(mixed(tokens.window, tokens.accent, step / (steps - 1)))
            painter.drawRect(QRectF(left + step * side, inner.bottom() + 6, side, side))
        painter.setPen(QColor(tokens.muted))

    def rows(self) -> list[list[str]]:
        """Give a line for each day; see `Figure.rows`."""
        head = [tr("Weekday"), *(f"{hour:02d}:00" for hour in range(24))]
        return [head, *([tr(WEEKDAYS[day]), *(f"{value:.2f}" for value in self.hours[day])] for day in range(7))]

    def tip(self, place: QPointF, area: QRectF) -> str:
        """Say day, hour and number; see `Figure.tip`."""
        cell = self.cell_at(place, area)
        if cell is None:
            return ""
        words = {"day": tr(WEEKDAYS[cell[0]]), "hour": f"{cell[1]:02d}", "count": f"{self.hours[cell]:.1f}"}
        return tr("{day} {hour}:00: {count} {count:incident|incidents}", **words)


@dataclass(frozen=True)
class TrendFigure:
    """
    Incidents by month with their intervals, beside the mean of the same month in earlier years.

    Parameters
    ----------
    months : tuple of MonthCount
        At least one.
    """

    months: tuple[MonthCount, ...]

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint the band, the line and the seasonal mean; a part of a month is a ring; see `Figure.paint`."""
        inner = _inner(area, legend=True)
        top = round_top(
            max(*(one.high for one in self.months), *(one.same_month_mean or 0.0 for one in self.months), 1.0)
        )
        _axis(painter, inner, tokens, top)
        xs = [self._x(place, inner) for place in range(len(self.months))]
        whole = [(x, one) for x, one in zip(xs, self.months, strict=True) if one.complete]
        band = [QPointF(x, _y(one.high, top, inner)) for x, one in whole]
        band += [QPointF(x, _y(one.low, top, inner)) for x, one in reversed(whole)]
        tint = QColor(_series(tokens)[0])
        tint.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawPolygon(QPolygonF(band))
        painter.setPen(QPen(QColor(_series(tokens)[0]), 2))
        painter.drawPolyline(QPolygonF([QPointF(x, _y(one.count, top, inner)) for x, one in whole]))
        painter.setBrush(QColor(tokens.field))
        for x, one in zip(xs, self.months, strict=True):
            if not one.complete:  # a line down to a month of three days would say that incidents fell
                painter.drawEllipse(QPointF(x, _y(one.count, top, inner)), 3.5, 3.5)
        seasonal = [
            QPointF(x, _y(one.same_month_mean, top, inner))
            for x, one in zip(xs, self.months, strict=True)
            if one.same_month_mean is not None
        ]
        painter.setPen(QPen(QColor(_series(tokens)[1]), 1.6, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(seasonal))
        painter.setPen(QColor(tokens.muted))
        every = max(1, round(len(self.months) * 52 / max(inner.width(), 1.0) + 0.5))
        for place in range(0, len(self.months), every):
            box = QRectF(xs[place] - 30, inner.bottom() + 3, 60, _BOTTOM - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, self.months[place].month)
        names = [tr("Incidents, with 95 % interval"), tr("Same month in earlier years")]
        _legend(painter, area, tokens, names)

    def rows(self) -> list[list[str]]:
        """Give a line for each month; see `Figure.rows`."""
        head = [tr("Month"), tr("Incidents"), tr("Low"), tr("High"), tr("Same month in earlier years"), tr("Complete")]
        return [
            head,
            *(
                [
                    one.month,
                    str(one.count),
                    f"{one.low:.1f}",
                    f"{one.high:.1f}",
                    "" if one.same_month_mean is None else f"{one.same_month_mean:.1f}",
                    tr("yes") if one.complete else tr("no"),
                ]
                for one in self.months
            ),
        ]

    def tip(self, place: QPointF, area: QRectF) -> str:
        """Say the month nearest along the axis; see `Figure.tip`."""
        inner = _inner(area, legend=True)
        if not inner.contains(place):
            return ""
        steps = max(len(self.months) - 1, 1)
        one = self.months[min(round((place.x() - inner.left()) / inner.width() * steps), len(self.months) - 1)]
        values = {"month": one.month, "count": one.count, "low": f"{one.low:.0f}", "high": f"{one.high:.0f}"}
        words = tr("{month}: {count} {count:incident|incidents} ({low} to {high})", **values)
        return words if one.complete else f"{words}\n{tr('Only a part of the month')}"

    def _x(self, place: int, inner: QRectF) -> float:
        return inner.left() + inner.width() * place / max(len(self.months) - 1, 1)


@dataclass(frozen=True)
class BarFigure:
    """
    Incidents by category.

    Parameters
    ----------
    bars : tuple of (str, float)
        Names and numbers, the largest first; as many as have room, at most twelve, are painted.
    decimals : int, default 0
        Of the numbers painted.
    rest : int, default 0
        How many of the last bars, named in English, count what belongs to none of the others; painted always, and quieter.
    """

    bars: tuple[tuple[str, float], ...]
    decimals: int = 0
    rest: int = 0

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint lying bars with name and number; see `Figure.paint`."""
        room, bars = max(1, min(_MOST_BARS, int((area.height() - 2 * _TOP) / _LEAST_STEP_PX))), self._named()
        shown = bars[: len(bars) - self.rest][: max(room - self.rest, 1)] + bars[len(bars) - self.rest :]
        most = max(value for _, value in shown) or 1.0
        metrics = QFontMetricsF(painter.font())
        names_px = min(max(metrics.horizontalAdvance(name) for name, _ in shown) + 20, area.width() / 3)
        numbers_px = metrics.horizontalAdvance(f"{most:,.{self.decimals}f}") + 16
        step = min((area.height() - 2 * _TOP) / len(shown), 34.0)
        for place, (name, value) in enumerate(shown):
            top = area.top() + _TOP + place * step
            painter.setPen(QColor(tokens.text))
            box = QRectF(area.left() + 8, top, names_px - 16, step)
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, elided)
            length = (area.width() - names_px - numbers_px - _RIGHT) * value / most
            bar = QRectF(area.left() + names_px, top + step * 0.18, length, step * 0.64)
            painter.fillRect(bar, QColor(_series(tokens)[0] if place < len(shown) - self.rest else tokens.faint))
            painter.setPen(QColor(tokens.muted))
            box = QRectF(bar.right() + 6, top, numbers_px, step)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{value:,.{self.decimals}f}"
            )

    def rows(self) -> list[list[str]]:
        """Give a line for each category, all of them; see `Figure.rows`."""
        return [[tr("Name"), tr("Value")], *([name, f"{value:.2f}"] for name, value in self._named())]

    def _named(self) -> list[tuple[str, float]]:
        first = len(self.bars) - self.rest
        return [(name if place < first else tr(name), value) for place, (name, value) in enumerate(self.bars)]

    def tip(self, place: QPointF, area: QRectF) -> str:  # noqa: ARG002 - names and numbers are written beside the bars
        """Say nothing: all is written; see `Figure.tip`."""
        return ""


@dataclass(frozen=True)
class Curve:
    """
    One method of a back-test.

    Parameters
    ----------
    name : str
        The method.
    points : tuple of (area_share, pai, low, high, hit_rate)
        By share of the area.
    """

    name: str
    points: tuple[tuple[float, float, float, float, float], ...]


@dataclass(frozen=True)
class CurveFigure:
    """
    PAI by share of the area, the method of the hotspots first.

    Parameters
    ----------
    curves : tuple of Curve
        At least one; the first four are painted.
    """

    curves: tuple[Curve, ...]

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint a line for each method, with intervals; see `Figure.paint`."""
        inner = _inner(area, legend=True)
        shown = self.curves[: len(_SERIES)]
        top = round_top(max(max(point[3] for point in curve.points) for curve in shown) or 1.0)
        shares = [point[0] for point in shown[0].points]
        _axis(painter, inner, tokens, top)
        painter.setPen(QColor(tokens.muted))
        for place, share in enumerate(shares):
            box = QRectF(self._x(place, len(shares), inner) - 30, inner.bottom() + 3, 60, _BOTTOM - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{share:.0%}")
        for number, curve in enumerate(shown):
            pen = QPen(QColor(_series(tokens)[number]), 2, _DASHES[number])
            points = []
            for place, (_, pai, low, high, _hits) in enumerate(curve.points):
                x = self._x(place, len(shares), inner) + 3 * (number - len(shown) / 2)
                points.append(QPointF(x, _y(pai, top, inner)))
                painter.setPen(QPen(QColor(_series(tokens)[number]), 1))
                painter.drawLine(QPointF(x, _y(low, top, inner)), QPointF(x, _y(high, top, inner)))
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(points))
        _legend(painter, area, tokens, [tr(method_message(curve.name)) for curve in shown])

    def rows(self) -> list[list[str]]:
        """Give a line for each method and share; see `Figure.rows`."""
        head = [tr("Method"), tr("Area share"), "PAI", tr("Low"), tr("High"), tr("Hit rate")]
        return [
            head,
            *(
                [tr(method_message(curve.name)), *(f"{value:.4f}" for value in one)]
                for curve in self.curves
                for one in curve.points
            ),
        ]

    def tip(self, place: QPointF, area: QRectF) -> str:
        """Say the figures of the first method at the nearest share; see `Figure.tip`."""
        inner = _inner(area, legend=True)
        if not inner.contains(place):
            return ""
        points = self.curves[0].points
        share, pai, _low, _high, hits = points[
            min(int((place.x() - inner.left()) / inner.width() * len(points)), len(points) - 1)
        ]
        return tr(
            "{share} of the area held {hits} of later incidents (PAI {pai})",
            share=f"{share:.0%}",
            hits=f"{hits:.0%}",
            pai=f"{pai:.1f}",
        )

    def _x(self, place: int, count: int, inner: QRectF) -> float:
        return inner.left() + inner.width() * (place + 0.5) / count


def _inner(area: QRectF, *, legend: bool = False) -> QRectF:
    return area.adjusted(_LEFT, _TOP + (20 if legend else 0), -_RIGHT - (20 if legend else 0), -_BOTTOM)


def _cell(inner: QRectF, day: int, hour: int) -> QRectF:
    width, height = inner.width() / 24, inner.height() / 7
    return QRectF(inner.left() + hour * width, inner.top() + day * height, width, height)


def _y(value: float, top: float, inner: QRectF) -> float:
    return inner.bottom() - inner.height() * value / top


_ROUND: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0)


def round_top(most: float) -> float:
    """
    Find where an axis of four parts ends, so that each of its numbers is round.

    Parameters
    ----------
    most : float
        The largest value, above 0.

    Returns
    -------
    float
        Not below it: four times 1, 1.5, 2, 2.5, 3, 4, 5 or 7.5 times a power of ten.
    """
    power = 10.0 ** math.floor(math.log10(most / 4))
    return 4 * power * next(step for step in _ROUND if 4 * power * step >= most * (1 - 1e-9))


def _axis(painter: QPainter, inner: QRectF, tokens: Tokens, top: float) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share * top, top, inner)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(QPointF(inner.left(), y), QPointF(inner.right(), y))
        painter.setPen(QColor(tokens.muted))
        box = QRectF(inner.left() - _LEFT, y - 9, _LEFT - 7, 18)
        words = f"{share * top:,g}"
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def _legend(painter: QPainter, area: QRectF, tokens: Tokens, names: list[str]) -> None:
    x, metrics = area.left() + _LEFT, QFontMetricsF(painter.font())
    for number, name in enumerate(names):
        painter.setPen(QPen(QColor(_series(tokens)[number]), 2, _DASHES[number]))
        painter.drawLine(QPointF(x, area.top() + 15), QPointF(x + 22, area.top() + 15))
        painter.setPen(QColor(tokens.text))
        width = metrics.horizontalAdvance(name) + 4
        painter.drawText(QRectF(x + 28, area.top() + 5, width, 20), Qt.AlignmentFlag.AlignVCenter, name)
        x += width + 50


def _series(tokens: Tokens) -> tuple[str, ...]:
    return _SERIES_DARK if tokens.name == "dark" else _SERIES


def mixed(low: str, high: str, share: float) -> QColor:
    """
    Mix two colours.

    Parameters
    ----------
    low, high : str
        ``#rrggbb``.
    share : float
        Of the second, 0 to 1.

    Returns
    -------
    QColor
        The mixture.
    """
    first, second = QColor(low), QColor(high)
    pairs = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))
