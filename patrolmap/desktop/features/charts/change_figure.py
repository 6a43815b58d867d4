"""The chart of change: each part's period against an earlier one, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.desktop.tokens import Tokens
    from patrolmap.hotspots.change import Change
    from patrolmap.services.incident_views import ChangeRow

__all__ = ["ChangeFigure"]

_NAMES_PX: Final = 150.0
_NUMBERS_PX: Final = 150.0
_MOST: Final = 4.0
_MOST_ROWS: Final = 10
_LEAST_STEP_PX: Final = 17.0


@dataclass(frozen=True)
class ChangeFigure:
    """
    Ratios of rates on a logarithmic axis from a quarter to four times.

    Parameters
    ----------
    parts : tuple of ChangeRow
        Categories, rings or cells with their change.
    names : mapping of str to str, default {}
        Names of parts that are not their ids.
    is_year : bool, default False
        Whether it is the change against the year before, not against the period before.
    """

    parts: tuple[ChangeRow, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    is_year: bool = False

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint a dot and a whisker for each category, filled where the change is clear; see `Figure.paint`."""
        inner = _inner(area)
        for ratio, words in ((0.25, "÷4"), (0.5, "÷2"), (1.0, tr("no change")), (2.0, "×2"), (4.0, "×4")):
            x = _x(ratio, inner)
            painter.setPen(QPen(QColor(tokens.line_strong if ratio == 1 else tokens.line), 1))
            painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.bottom()))
            painter.setPen(QColor(tokens.muted))
            painter.drawText(QRectF(x - 40, inner.bottom() + 3, 80, 18), Qt.AlignmentFlag.AlignHCenter, words)
        shown, step = self._rows_shown(inner)
        for place, part in enumerate(shown):
            self._paint_row(painter, inner, inner.top() + (place + 0.5) * step, part, tokens)

    def rows(self) -> list[list[str]]:
        """Give a line for each category; see `Figure.rows`."""
        one = [tr("Before"), tr("Ratio"), tr("Low"), tr("High"), "p"]
        head = [tr("Part"), tr("After"), *one, *(f"{word} ({tr('year before')})" for word in one)]
        return [head, *(self._row(part) for part in self.parts)]

    def part_at(self, place: QPointF, area: QRectF) -> str | None:
        """
        Find the part of a row that is clicked.

        Parameters
        ----------
        place : QPointF
            Where.
        area : QRectF
            Where the figure is painted.

        Returns
        -------
        str or None
            Its id; None beside the rows.
        """
        inner = _inner(area)
        shown, step = self._rows_shown(inner)
        row = math.floor((place.y() - inner.top()) / step)
        return shown[row].part if 0 <= row < len(shown) and area.contains(place) else None

    def _rows_shown(self, inner: QRectF) -> tuple[tuple[ChangeRow, ...], float]:
        """Give the parts that have room, the clearest change first if not all have, and the height of a row."""
        room = max(1, min(_MOST_ROWS, int(inner.height() / _LEAST_STEP_PX)))
        shown = self.parts
        if len(shown) > room:
            shown = tuple(sorted(shown, key=lambda part: self._change(part).p)[:room])
        return shown, min(inner.height() / max(len(shown), 1), 34.0)

    def _change(self, part: ChangeRow) -> Change:
        return part.year if self.is_year else part.previous

    def tip(self, place: QPointF, area: QRectF) -> str:  # noqa: ARG002 - numbers are written beside the whiskers
        """Say what is compared; see `Figure.tip`."""
        if self.is_year:
            return tr(
                "The days chosen, else the last four weeks, against the same days a year before; "
                "the line is the exact 95 % interval."
            )
        return tr(
            "The days chosen, else the last four weeks, against as many before; the line is the exact 95 % interval."
        )

    def _row(self, part: ChangeRow) -> list[str]:
        return [self._name(part), str(part.previous.after), *_figures(part.previous), *_figures(part.year)]

    def _name(self, part: ChangeRow) -> str:
        return self.names.get(part.part) or part.part

    def _paint_row(self, painter: QPainter, inner: QRectF, y: float, part: ChangeRow, tokens: Tokens) -> None:
        change, middle = self._change(part), Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.text))
        name = QRectF(inner.left() - _NAMES_PX + 8, y - 12, _NAMES_PX - 20, 24)
        painter.drawText(name, middle | Qt.AlignmentFlag.AlignRight, self._name(part))
        painter.setPen(QColor(tokens.muted))
        numbers = f"{change.before} → {change.after}"
        painter.drawText(QRectF(inner.right() + 14, y - 12, _NUMBERS_PX - 20, 24), middle, numbers)
        if change.before == change.after == 0:
            return
        ratio = math.inf if change.ratio is None else change.ratio
        clear = (part.fdr_year if self.is_year else part.fdr) is not None
        colour = QColor((tokens.bad if ratio > 1 else tokens.good) if clear else tokens.muted)
        painter.setPen(QPen(colour, 2))
        low, high = _x(change.ratio_low or 0.0, inner), _x(change.ratio_high or math.inf, inner)
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        painter.setBrush(colour if clear else QColor(tokens.field))
        painter.drawEllipse(QPointF(_x(ratio, inner), y), 4.5, 4.5)


def _inner(area: QRectF) -> QRectF:
    return area.adjusted(_NAMES_PX, 8, -_NUMBERS_PX, -24)


def _figures(change: Change) -> list[str]:
    ratios = (change.ratio, change.ratio_low, change.ratio_high)
    return [str(change.before), *("" if value is None else f"{value:.3f}" for value in ratios), f"{change.p:.4f}"]


def _x(ratio: float, inner: QRectF) -> float:
    share = math.log(min(max(ratio, 1 / _MOST), _MOST)) / math.log(_MOST)
    return inner.center().x() + inner.width() / 2 * share
