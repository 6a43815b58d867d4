"""Charts of patterns: near repeats by distance and days, and what patrols did to incidents and where they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from patrolmap.desktop.features.charts.figures import mixed
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.tokens import Tokens
    from patrolmap.hotspots.change import Displacement
    from patrolmap.hotspots.near_repeat import Knox, KnoxCell

__all__ = ["DisplacementFigure", "NearRepeatFigure"]

_NAMES_PX: Final = 110.0
_CLEAR: Final = 0.05
_FULL: Final = 2.0
_CENTRE: Final = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class NearRepeatFigure:
    """
    How many times as many close pairs there are as chance would give.

    Parameters
    ----------
    knox : Knox
        The test.
    """

    knox: Knox

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint a field for each band of distance (down) and days (across), bold where it is clear; see `Figure.paint`."""
        down = sorted({(cell.from_m, cell.to_m) for cell in self.knox.cells})
        across = sorted({(cell.from_days, cell.to_days) for cell in self.knox.cells})
        inner = area.adjusted(_NAMES_PX, 8, -10, -26)
        width, height = inner.width() / max(len(across), 1), inner.height() / max(len(down), 1)
        for cell in self.knox.cells:
            row, column = down.index((cell.from_m, cell.to_m)), across.index((cell.from_days, cell.to_days))
            box = QRectF(inner.left() + column * width, inner.top() + row * height, width, height)
            self._paint_cell(painter, box.adjusted(1, 1, -1, -1), cell, tokens)
        painter.setPen(QColor(tokens.muted))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for row, (low, high) in enumerate(down):
            box = QRectF(area.left(), inner.top() + row * height, _NAMES_PX - 8, height)
            painter.drawText(box, right, tr("{low} to {high} m", low=f"{low:g}", high=f"{high:g}"))
        for column, (low, high) in enumerate(across):
            box = QRectF(inner.left() + column * width, inner.bottom() + 2, width, 22)
            painter.drawText(box, _CENTRE, tr("{low} to {high} days", low=f"{low:g}", high=f"{high:g}"))

    def rows(self) -> list[list[str]]:
        """Give a line for each pair of bands; see `Figure.rows`."""
        head = [tr("From m"), tr("To m"), tr("From day"), tr("To day"), tr("Pairs"), tr("Expected"), tr("Ratio"), "p"]
        return [head, *(_knox_row(cell) for cell in self.knox.cells)]

    def tip(self, place: QPointF, area: QRectF) -> str:  # noqa: ARG002 - numbers are written in the fields
        """Say what is compared; see `Figure.tip`."""
        words = N_(
            "Pairs of incidents this near in place and time, against {count} shufflings of the dates. Bold: p at most 5 %."
        )
        return tr(words, count=self.knox.permutations)

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: KnoxCell, tokens: Tokens) -> None:
        ratio = cell.ratio if cell.ratio is not None else 1.0
        colour, strength = tokens.bad if ratio > 1 else tokens.good, 0.6 if cell.p <= _CLEAR else 0.1
        painter.fillRect(box, mixed(tokens.window, colour, strength * min(abs(ratio - 1), _FULL - 1)))
        font, plain = painter.font(), painter.font()
        font.setBold(cell.p <= _CLEAR)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, _CENTRE, "–" if cell.ratio is None else f"×{cell.ratio:.2f}")
        painter.setFont(plain)


@dataclass(frozen=True)
class DisplacementFigure:
    """
    Incidents less or more than expected in patrolled cells and around them, with the interval.

    Parameters
    ----------
    found : Displacement
        The weighted displacement difference.
    """

    found: Displacement

    def paint(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """Paint the difference and its interval on an axis through zero; see `Figure.paint`."""
        inner = area.adjusted(40, 40, -40, -36)
        most = max(abs(self.found.low), abs(self.found.high), 1.0) * 1.15
        y = inner.center().y()

        def x(value: float) -> float:
            return inner.center().x() + inner.width() / 2 * value / most

        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        painter.drawLine(QPointF(x(0), inner.top()), QPointF(x(0), inner.bottom()))
        painter.setPen(QColor(tokens.muted))
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        below = QRectF(inner.left(), inner.bottom() + 6, inner.width(), 22)
        painter.drawText(below, left, tr("fewer incidents"))
        painter.drawText(below, right, tr("more incidents"))
        clear = self.found.p <= _CLEAR
        colour = QColor((tokens.good if self.found.wdd < 0 else tokens.bad) if clear else tokens.muted)
        painter.setPen(QPen(colour, 3))
        painter.drawLine(QPointF(x(self.found.low), y), QPointF(x(self.found.high), y))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x(self.found.wdd), y), 5, 5)
        painter.setPen(QColor(tokens.text))
        words = N_("{wdd} incidents ({low} to {high}), p {p}")
        found = self.found
        values = {
            "wdd": f"{found.wdd:+.0f}",
            "low": f"{found.low:.1f}",
            "high": f"{found.high:.1f}",
            "p": f"{found.p:.3f}",
        }
        painter.drawText(QRectF(area.left(), area.top() + 8, area.width(), 24), _CENTRE, tr(words, **values))

    def rows(self) -> list[list[str]]:
        """Give one line; see `Figure.rows`."""
        found = self.found
        head = [tr("Difference"), tr("Low"), tr("High"), "z", "p"]
        return [head, [f"{found.wdd:.2f}", f"{found.low:.2f}", f"{found.high:.2f}", f"{found.z:.3f}", f"{found.p:.4f}"]]

    def tip(self, place: QPointF, area: QRectF) -> str:  # noqa: ARG002 - one figure for the whole area
        """Say what is compared; see `Figure.tip`."""
        return tr(
            "Change in the patrolled cells and 200 m around them, minus the change in the control cells and around those."
        )


def _knox_row(cell: KnoxCell) -> list[str]:
    edges = [f"{value:g}" for value in (cell.from_m, cell.to_m, cell.from_days, cell.to_days)]
    ratio = "" if cell.ratio is None else f"{cell.ratio:.3f}"
    return [*edges, str(cell.observed), f"{cell.expected:.1f}", ratio, f"{cell.p:.4f}"]
