"""A stop on its way to another place of the chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication

from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.model.schedule import clock

if TYPE_CHECKING:
    from patrolmap.desktop.features.board.presenter import BoardPresenter
    from patrolmap.desktop.features.timeline.presenter import Bar, ChartRow
    from patrolmap.services.plan_editing import Trial

__all__ = ["Drop", "StopDrag"]

_WORDS_PX: Final = 420


@dataclass(frozen=True)
class Drop:
    """
    Where a stop would go.

    Parameters
    ----------
    team_id, name : str
        Over whose row it is.
    position : int
        Number of stops before it, itself left out.
    """

    team_id: str
    name: str
    position: int


class StopDrag:
    """
    Follows the pointer from the press on a bar to the release.

    Parameters
    ----------
    hand : BoardPresenter
        Tries and does the move.
    visit_id : str
        What is dragged.
    bar : Bar
        Its bar.
    place : QPoint
        Where it was pressed.
    """

    def __init__(self, hand: BoardPresenter, visit_id: str, bar: Bar, place: QPoint) -> None:
        self._hand, self._visit_id, self.bar = hand, visit_id, bar
        self._pressed = place
        self.place = place
        self.drop: Drop | None = None
        self.is_moving = False
        self._trial: Trial | None = None

    def move(self, place: QPoint, row: ChartRow | None, time_s: float, own: tuple[str, int]) -> bool:
        """
        Follow the pointer.

        Parameters
        ----------
        place : QPoint
            In the viewport.
        row : ChartRow or None
            The team under it.
        time_s : float
            The time under it, seconds after 00:00.
        own : tuple of (str, int)
            Team and number of the stop that is dragged.

        Returns
        -------
        bool
            Whether it is on its way: a press that hardly moves is a click.
        """
        self.place = place
        if not self.is_moving:
            far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if not far:
                return False
            self.is_moving = True
            self._hand.prepare()
        drop = None if row is None else Drop(row.team_id, row.name, _position(row, time_s, own))
        if drop != self.drop or (self._trial is None and drop is not None):
            self.drop = drop
            self._trial = None if drop is None else self._hand.trial(self._visit_id, drop.team_id, drop.position)
        return True

    def release(self) -> None:
        """Let go: the stop moves to where it is."""
        if self.is_moving and self.drop is not None:
            self._hand.move(self._visit_id, self.drop.team_id, self.drop.position)

    @property
    def lines(self) -> list[str]:
        """What the drop would do, in the present language."""
        if self.drop is None:
            return [tr("Drop it on the row of a team.")]
        if self._trial is None:
            return [self.drop.name]
        head = tr("{team}, from {start}", team=self.drop.name, start=clock(round(self._trial.start_s)))
        if not self._trial.broken:
            return [head, tr("Keeps all rules.")]
        more = len(self._trial.broken) - 2
        lines = [head, *(tr(one) for one in self._trial.broken[:2])]
        return [*lines, tr("… and {count} more", count=more)] if more > 0 else lines

    @property
    def breaks(self) -> bool:
        """Whether the drop would break a rule."""
        return self._trial is not None and bool(self._trial.broken)

    def paint(self, painter: QPainter, width_px: int, colour: QColor, room: QRect) -> None:
        """
        Paint the bar under the pointer, and what its drop would do.

        Parameters
        ----------
        painter : QPainter
            On the viewport.
        width_px : int
            Width of the bar.
        colour : QColor
            Of its route.
        room : QRect
            The viewport.
        """
        tokens = current_tokens()
        box = QRectF(self.place.x() - width_px / 2, self.place.y() - 9, width_px, 18)
        painter.setOpacity(0.85)
        painter.setBrush(colour)
        painter.setPen(QColor(tokens.text))
        painter.drawRoundedRect(box, 3, 3)
        painter.setOpacity(1.0)
        lines, metrics = self.lines, QFontMetrics(painter.font())
        flags = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value)
        words = metrics.boundingRect(QRect(0, 0, _WORDS_PX, 1000), flags, "\n".join(lines))
        panel = QRect(self.place.x() + 16, self.place.y() + 14, words.width() + 22, words.height() + 14)
        panel.moveRight(min(panel.right(), room.right() - 6))
        if panel.bottom() > room.bottom() - 4:
            panel.moveBottom(self.place.y() - 14)
        panel.moveTop(max(panel.top(), 2))
        painter.setBrush(QColor(tokens.warning_soft if self.breaks else tokens.raised))
        painter.setPen(QColor(tokens.warning if self.breaks else tokens.line_strong))
        painter.drawRoundedRect(panel, 5, 5)
        painter.setPen(QColor(tokens.text))
        painter.drawText(panel.adjusted(11, 7, -11, -7), flags, "\n".join(lines))


def _position(row: ChartRow, time_s: float, own: tuple[str, int]) -> int:
    """Count the stops whose middle lies before a time."""
    stops = {bar.number: bar for bar in row.bars if bar.is_stop}
    return sum((bar.start_s + bar.end_s) / 2 < time_s for number, bar in stops.items() if (row.team_id, number) != own)
