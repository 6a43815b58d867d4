"""The chart of change: each category's last four weeks against the four before, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from patrolmap.i18n import tr

if TYPE_CHECKING:
    from patrolmap.desktop.tokens import Tokens
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
        Categories with their change against the period before.
    """

    parts: tuple[ChangeRow, ...]

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint a dot and a whisker for each category, filled where the change is clear; see `Figure.paint`."""
        inner = area.adjusted(_NAMES_PX, 8, -_NUMBERS_PX, -24)
        for ratio, words in ((0.25, "÷4"), (0.5, "÷2"), (1.0, "=1"), (2.0, "×2"), (4.0, "×4")):
            x = _x(ratio, inner)
            painter.setPen(QPen(QColor(tokens.line_strong if ratio == 1 else tokens.line), 1))
            painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.bottom()))
            painter.setPen(QColor(tokens.muted))
            painter.drawText(QRectF(x - 20, inner.bottom() + 3, 40, 18), Qt.AlignmentFlag.AlignHCenter, words)
        shown = self.parts[: max(1, min(_MOST_ROWS, int(inner.height() / _LEAST_STEP_PX)))]
        step = min(inner.height() / max(len(shown), 1), 34.0)
        for place, part in enumerate(shown):
            self._paint_row(painter, inner, inner.top() + (place + 0.5) * step, part, tokens)

    def rows(self) -> list[list[str]]:
        """Give a line for each category; see `Figure.rows`."""
        head = [tr("Category"), tr("Before"), tr("After"), tr("Ratio"), tr("Low"), tr("High"), "p"]
        return [head, *(self._row(part) for part in self.parts)]

    def tip(self, place: QPointF, area: QRectF) -> str:  # noqa: ARG002 - numbers are written beside the whiskers
        """Say what is compared; see `Figure.tip`."""
        return tr(
            "The days chosen, else the last four weeks, against as many before; the line is the exact 95 % interval."
        )

    def _row(self, part: ChangeRow) -> list[str]:
        change = part.previous
        ratios = (change.ratio, change.ratio_low, change.ratio_high)
        words = ["" if value is None else f"{value:.3f}" for value in ratios]
        return [part.part, str(change.before), str(change.after), *words, f"{change.p:.4f}"]

    def _paint_row(self, painter: QPainter, inner: QRectF, y: float, part: ChangeRow, tokens: Tokens) -> None:
        change, middle = part.previous, Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.text))
        name = QRectF(inner.left() - _NAMES_PX + 8, y - 12, _NAMES_PX - 20, 24)
        painter.drawText(name, middle | Qt.AlignmentFlag.AlignRight, part.part)
        painter.setPen(QColor(tokens.muted))
        numbers = f"{change.before} → {change.after}"
        painter.drawText(QRectF(inner.right() + 14, y - 12, _NUMBERS_PX - 20, 24), middle, numbers)
        if change.ratio is None:
            return
        clear = part.fdr is not None
        colour = QColor((tokens.bad if change.ratio > 1 else tokens.good) if clear else tokens.muted)
        painter.setPen(QPen(colour, 2))
        low, high = _x(change.ratio_low or 0.0, inner), _x(change.ratio_high or math.inf, inner)
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        painter.setBrush(colour if clear else QColor(tokens.field))
        painter.drawEllipse(QPointF(_x(change.ratio, inner), y), 4.5, 4.5)


def _x(ratio: float, inner: QRectF) -> float:
    share = math.log(min(max(ratio, 1 / _MOST), _MOST)) / math.log(_MOST)
    return inner.center().x() + inner.width() / 2 * share
