"""The chart of a shift, painted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.timeline.bars import BarLook, paint_bar
from patrolmap.desktop.features.timeline.drag import StopDrag
from patrolmap.desktop.features.timeline.presenter import Bar, Chart, ChartRow, chart_of, hour_marks
from patrolmap.desktop.focus_ring import FocusWatch, paint_focus
from patrolmap.desktop.plan_desk import PlanDesk, StopRef
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.unhurried import Unhurried
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.schedule import clock
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from patrolmap.desktop.features.board.presenter import BoardPresenter

__all__ = ["TimeLine"]

_ROW_PX: Final = 26
_HEAD_PX: Final = 26
_NAMES_PX: Final = 176
_END_PX: Final = 30
_SHORTEST_S: Final = 1800.0


class TimeLine(QAbstractScrollArea):
    """
    A row for each team, time from left to right. Ctrl and wheel zoom; arrow keys go from stop to stop.

    Parameters
    ----------
    desk : PlanDesk
        The plan and what of it is in hand.
    hand : BoardPresenter or None
        What a drag does; None for a chart that is only looked at.
    parent : QWidget or None
        Owner.
    """

    menu_wanted = Signal(QPoint)
    """The user asks what can be done with the stop in hand; where, on the screen."""

    def __init__(self, desk: PlanDesk, hand: BoardPresenter | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._hand = desk, hand
        self._drag: StopDrag | None = None
        self.chart: Chart | None = None
        self._places: dict[str, int] = {}
        self._zoom = 1.0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        FocusWatch(self)
        self._dress = Dresser(self, self.viewport().update)
        self._dress.text(self.setAccessibleName, N_("Time line of the shift"))
        take = Unhurried(self, self._take)
        desk.changed.connect(take)
        desk.drafted.connect(take)
        desk.pointed.connect(self._point)
        if hand is not None:
            hand.changed.connect(self.viewport().update)
        self._take()

    def x_of(self, seconds: float) -> float:
        """
        Find where a time is drawn.

        Parameters
        ----------
        seconds : float
            Seconds after 00:00 of the shift's date.

        Returns
        -------
        float
            Pixels from the left edge of the viewport.
        """
        if self.chart is None:
            return 0.0
        return _NAMES_PX + (seconds - self.chart.start_s) * self._px_per_s() - self.horizontalScrollBar().value()

    def bar_at(self, place: QPoint) -> tuple[ChartRow, Bar | None] | None:
        """
        Find what is drawn at a place.

        Parameters
        ----------
        place : QPoint
            In the viewport.

        Returns
        -------
        tuple of (ChartRow, Bar or None) or None
            The team and its bar there; None outside the rows.
        """
        if self.chart is None or place.y() < _HEAD_PX:
            return None
        number = (place.y() - _HEAD_PX + self.verticalScrollBar().value()) // _ROW_PX
        if not 0 <= number < len(self.chart.rows):
            return None
        row = self.chart.rows[number]
        if place.x() < _NAMES_PX:
            return row, None
        hits = [bar for bar in row.bars if self.x_of(bar.start_s) <= place.x() < self.x_of(bar.end_s)]
        return row, hits[-1] if hits else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """
        Paint the rows that are seen.

        Parameters
        ----------
        _event : QPaintEvent
            What is to be painted; everything is.
        """
        painter = QPainter(self.viewport())
        tokens = current_tokens()
        painter.fillRect(self.viewport().rect(), QColor(tokens.field))
        if self.chart is None or not self.chart.rows:
            painter.setPen(QColor(tokens.muted))
            words = tr("No plan yet. Make one in the Plan panel; the shift of every team appears here.")
            words = words if self._hand is not None else ""
            if self._hand is not None and self._hand.is_reading:
                words = tr("Reading the district…")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(24, 0, -24, 0), flags, words)
            self._end(painter)
            return
        self._paint_grid(painter)
        first = self.verticalScrollBar().value() // _ROW_PX
        last = first + self.viewport().height() // _ROW_PX + 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(first, min(last, len(self.chart.rows))):
            self._paint_row(painter, self.chart.rows[number], number)
        self._paint_head(painter)
        if self._drag is not None and self._drag.is_moving:
            self._paint_drag(painter, self._drag)
        self._end(painter)

    def _end(self, painter: QPainter) -> None:
        if self.hasFocus():
            paint_focus(painter, self.viewport().rect())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Fit the scroll bars.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        self._fit_bars()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """
        Scroll, or zoom with Ctrl.

        Parameters
        ----------
        event : QWheelEvent
            The turn.
        """
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._zoom_by(math.pow(2.0, event.angleDelta().y() / 240.0), event.position().x())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """
        Take a team or stop in hand.

        Parameters
        ----------
        event : QMouseEvent
            The press.
        """
        hit = self.bar_at(event.position().toPoint())
        if hit is None:
            return
        ref, bar = StopRef(hit[0].team_id, hit[1].number if hit[1] else 0), hit[1]
        self._desk.point_at(ref)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if self._hand is not None and self._hand.can_edit and is_left and bar and bar.is_stop and not bar.done:
            self._drag = StopDrag(self._hand, self._desk.visit_of(ref), bar, event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """
        Carry the stop that was pressed.

        Parameters
        ----------
        event : QMouseEvent
            Where to.
        """
        if self._drag is None:
            return
        place = event.position().toPoint()
        hit, current = self.bar_at(place), self._desk.current
        time_s = (place.x() - self.x_of(0.0)) / self._px_per_s()
        own = (current.team_id, current.number)
        if self._drag.move(place, hit[0] if hit else None, time_s, own):
            QToolTip.hideText()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._scroll_at_edge(place)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """
        Let the stop go where it is.

        Parameters
        ----------
        event : QMouseEvent
            The release. Taken even after a click, or Qt passes it on to the window.
        """
        drag, self._drag = self._drag, None
        event.accept()
        if drag is not None and drag.is_moving:
            self.viewport().unsetCursor()
            drag.release()
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """
        Offer what can be done with the stop under the pointer or, by key, in hand.

        Parameters
        ----------
        event : QContextMenuEvent
            The wish.
        """
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            hit = self.bar_at(self.viewport().mapFromGlobal(event.globalPos()))
            if hit is None:
                return
            self._desk.point_at(StopRef(hit[0].team_id, hit[1].number if hit[1] else 0))
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Go from stop to stop, team to team; zoom with plus and minus.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self._drag is not None:
            self._drag = None
            self.viewport().unsetCursor()
            self.viewport().update()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            # The board's own keys move the stop in hand.
            event.ignore()
        elif key in moves and self.chart is not None and self.chart.rows:
            self._step(*moves[key])
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self._zoom_by(1.5, self.viewport().width() / 2)
        elif key is Qt.Key.Key_Minus:
            self._zoom_by(1 / 1.5, self.viewport().width() / 2)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """
        Tell what a bar means.

        Parameters
        ----------
        event : QEvent
            Any event of the viewport.

        Returns
        -------
        bool
            Whether it was dealt with.
        """
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self.bar_at(event.pos())
            if hit is not None and hit[1] is not None:
                QToolTip.showText(event.globalPos(), f"{hit[0].name}\n{tr(hit[1].text)}", self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _take(self) -> None:
        before, shown = self.chart, self._desk.shown
        self.chart = chart_of(shown) if shown is not None else None
        self._places = self._desk.colour_places
        if before is None or self.chart is None or before.start_s != self.chart.start_s:
            # Another shift: seen as a whole. After an edit the user goes on looking at the same place.
            self._zoom = 1.0
        self._fit_bars()
        self.viewport().update()

    def _point(self, ref: StopRef) -> None:
        if self.chart is not None and ref.team_id:
            for number, row in enumerate(self.chart.rows):
                if row.team_id == ref.team_id:
                    self._bring_into_view(number)
        self.viewport().update()

    def _bring_into_view(self, number: int) -> None:
        bar, top = self.verticalScrollBar(), number * _ROW_PX
        room = self.viewport().height() - _HEAD_PX - _ROW_PX
        if not bar.value() <= top <= bar.value() + room:
            bar.setValue(max(top - room // 2, 0))

    @property
    def teams(self) -> tuple[str, ...]:
        """Teams in the order of the rows."""
        return () if self.chart is None else tuple(row.team_id for row in self.chart.rows)

    def _scroll_at_edge(self, place: QPoint) -> None:
        bar, low = self.verticalScrollBar(), self.viewport().height()
        if place.y() > low - _ROW_PX // 2:
            bar.setValue(bar.value() + _ROW_PX)
        elif place.y() < _HEAD_PX + _ROW_PX // 3:
            bar.setValue(bar.value() - _ROW_PX)

    def _paint_drag(self, painter: QPainter, drag: StopDrag) -> None:
        tokens, row = current_tokens(), self.bar_at(drag.place)
        if row is not None:
            top = _HEAD_PX + self.teams.index(row[0].team_id) * _ROW_PX - self.verticalScrollBar().value()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.warning if drag.breaks else tokens.accent), 2))
            painter.drawRoundedRect(QRectF(_NAMES_PX + 1, top + 1, self.viewport().width() - _NAMES_PX - 2, 24), 4, 4)
        place = self._places.get(self._desk.current.team_id)
        colour = QColor(tokens.accent if place is None else map_style(Theme(tokens.name)).route_colour(place))
        width = max(round((drag.bar.end_s - drag.bar.start_s) * self._px_per_s()), 14)
        drag.paint(painter, width, colour, self.viewport().rect())

    def _px_per_s(self) -> float:
        if self.chart is None:
            return 1.0
        room = max(self.viewport().width() - _NAMES_PX - _END_PX, 50)
        return room / max(self.chart.end_s - self.chart.start_s, 1) * self._zoom

    def _zoom_by(self, factor: float, at_px: float) -> None:
        if self.chart is None:
            return
        at_s = (at_px - _NAMES_PX + self.horizontalScrollBar().value()) / self._px_per_s()
        most = max((self.chart.end_s - self.chart.start_s) / _SHORTEST_S, 1.0)
        self._zoom = min(max(self._zoom * factor, 1.0), most)
        self._fit_bars()
        self.horizontalScrollBar().setValue(round(at_s * self._px_per_s() + _NAMES_PX - at_px))
        self.viewport().update()

    def _fit_bars(self) -> None:
        rows = len(self.chart.rows) if self.chart is not None else 0
        height = self.viewport().height() - _HEAD_PX
        self.verticalScrollBar().setRange(0, max(rows * _ROW_PX - height, 0))
        self.verticalScrollBar().setPageStep(max(height, 1))
        self.verticalScrollBar().setSingleStep(_ROW_PX)
        span = self.chart.end_s - self.chart.start_s if self.chart is not None else 0
        wide = span * self._px_per_s() + _NAMES_PX + _END_PX - self.viewport().width()
        self.horizontalScrollBar().setRange(0, max(round(wide), 0))
        self.horizontalScrollBar().setPageStep(max(self.viewport().width() - _NAMES_PX, 1))

    def _step(self, teams: int, stops: int) -> None:
        if self.chart is None:
            return
        names = [row.team_id for row in self.chart.rows]
        here = names.index(self._desk.current.team_id) if self._desk.current.team_id in names else 0
        there = min(max(here + teams, 0), len(names) - 1)
        row = self.chart.rows[there]
        number = min(max(self._desk.current.number + stops, 0), row.stops)
        self._desk.point_at(StopRef(row.team_id, number))

    def _paint_grid(self, painter: QPainter) -> None:
        painter.setPen(QColor(current_tokens().line))
        for mark in self._marks():
            x = round(self.x_of(mark))
            painter.drawLine(x, _HEAD_PX, x, self.viewport().height())

    def _paint_head(self, painter: QPainter) -> None:
        tokens, width = current_tokens(), self.viewport().width()
        painter.fillRect(0, 0, width, _HEAD_PX, QColor(tokens.panel))
        painter.setPen(QColor(tokens.muted))
        for mark in self._marks():
            x = round(self.x_of(mark))
            if x >= _NAMES_PX - 1:
                painter.drawText(QRect(x - 40, 0, 80, _HEAD_PX), Qt.AlignmentFlag.AlignCenter, clock(mark))
        painter.fillRect(0, 0, _NAMES_PX - 24, _HEAD_PX, QColor(tokens.panel))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(0, _HEAD_PX - 1, width, _HEAD_PX - 1)

    def _paint_row(self, painter: QPainter, row: ChartRow, number: int) -> None:
        tokens, top = current_tokens(), _HEAD_PX + number * _ROW_PX - self.verticalScrollBar().value()
        in_hand = row.team_id == self._desk.current.team_id
        if in_hand:
            painter.fillRect(_NAMES_PX, top, self.viewport().width(), _ROW_PX, QColor(tokens.accent_soft))
        place = self._places.get(row.team_id)
        colour = QColor(tokens.line if place is None else map_style(Theme(tokens.name)).route_colour(place))
        broken = self._broken_of(row)
        for bar in row.bars:
            chosen = in_hand and bar.number == self._desk.current.number
            carried = chosen and self._drag is not None and self._drag.is_moving
            left, right = self.x_of(bar.start_s), self.x_of(bar.end_s)
            if right >= _NAMES_PX and left <= self.viewport().width():
                box = QRectF(left, top + 4, max(right - left - 1, 2), _ROW_PX - 9)
                look = BarLook(colour, in_hand=chosen, carried=carried, broken=bar.number in broken)
                paint_bar(painter, bar, box, look)
        painter.fillRect(0, top, _NAMES_PX, _ROW_PX, QColor(tokens.accent_soft if in_hand else tokens.field))
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(10, top + 8, 10, 10), 3, 3)
        painter.setPen(QColor(tokens.bad if broken else tokens.text if row.stops else tokens.faint))
        words = QFontMetrics(self.font()).elidedText(row.name, Qt.TextElideMode.ElideRight, _NAMES_PX - 38)
        painter.drawText(QRect(28, top, _NAMES_PX - 34, _ROW_PX), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QColor(tokens.line))
        painter.drawLine(0, top + _ROW_PX - 1, self.viewport().width(), top + _ROW_PX - 1)

    def _broken_of(self, row: ChartRow) -> frozenset[int]:
        """Give the numbers of the stops that break a rule; -1 stands for the route as a whole."""
        at = frozenset() if self._hand is None else self._hand.broken_at
        if not at:
            return frozenset()
        route = frozenset((-1,)) if (row.team_id, "") in at else frozenset()
        visits = [self._desk.visit_of(StopRef(row.team_id, number)) for number in range(1, row.stops + 1)]
        return route | {n for n, one in enumerate(visits, 1) if (row.team_id, one) in at or ("", one) in at}

    def _marks(self) -> list[int]:
        if self.chart is None:
            return []
        room = self.viewport().width() - _NAMES_PX
        start_s = self.chart.start_s + self.horizontalScrollBar().value() / self._px_per_s()
        return hour_marks(start_s, min(start_s + room / self._px_per_s(), self.chart.end_s), room // 62)
