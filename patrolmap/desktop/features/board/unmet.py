"""The unmet visits: why, and one click for each remedy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import (
    QListView,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from patrolmap.desktop.forms import as_tip, button
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent

    from patrolmap.model.plan import UnmetVisit
    from patrolmap.services.plan_remedies import Remedy

__all__ = ["UnmetList"]

_SIDE_PX: Final = 10
_ABOVE_PX: Final = 9
_GAP_PX: Final = 4
_BUTTON_PX: Final = 30
_WORDS: Final = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value)
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Row:
    name: str
    why: str
    is_required: bool
    remedies: tuple[Remedy, ...]


class _Visits(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[_Row, ...] = ()

    def put(self, rows: Sequence[_Row]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows) or 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.rows:
            return tr("Every visit is met.") if role == Qt.ItemDataRole.DisplayRole else None
        row = self.rows[index.row()]
        told = "\n".join(filter(None, (row.name, row.why)))
        wanted = {
            Qt.ItemDataRole.DisplayRole: row.name,
            Qt.ItemDataRole.ToolTipRole: as_tip(told),
            Qt.ItemDataRole.AccessibleTextRole: told,
        }
        return wanted.get(Qt.ItemDataRole(role))


class _Layout(QStyledItemDelegate):
    """Name, reason and buttons below each other; buttons are only painted here."""

    def __init__(self, view: UnmetList) -> None:
        super().__init__(view)
        self._view, self._like = view, button()
        self._like.setParent(view)
        self._like.hide()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        width = max(self._view.viewport().width(), 120)
        boxes = self.boxes(QRect(0, 0, width, 0), index, option.font)
        return QSize(width - 1, boxes[-1].bottom() + _ABOVE_PX)

    def boxes(self, place: QRect, index: _Index, font: QFont) -> list[QRect]:
        """Where the name, the reason and each button of a row are, in a row at this place."""
        inner = QRect(place.left() + _SIDE_PX, place.top() + _ABOVE_PX, place.width() - 2 * _SIDE_PX, 10_000)
        row = self._view.row(index)
        name = _box(inner, str(index.data() or ""), _emphatic(font, strong=row is not None and row.is_required))
        if row is None:
            return [name]
        why = _box(inner.adjusted(0, name.height() + _GAP_PX, 0, 0), row.why, font)
        top, found = why.bottom() + _GAP_PX + 2, [name, why]
        for remedy in row.remedies:
            self._like.setText(tr(remedy.label))
            wide = min(self._like.sizeHint().width(), inner.width())
            found.append(QRect(inner.left(), top, wide, _BUTTON_PX))
            top += _BUTTON_PX + _GAP_PX
        return found

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look = QStyleOptionViewItem(option)
        self.initStyleOption(look, index)
        look.text, row, tokens = "", self._view.row(index), current_tokens()
        look.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, look, painter, look.widget)
        boxes = self.boxes(option.rect, index, option.font)
        painter.save()
        painter.setFont(_emphatic(option.font, strong=row is not None and row.is_required))
        painter.setPen(QColor(tokens.text))
        painter.drawText(boxes[0], _WORDS, str(index.data() or ""))
        if row is not None:
            painter.setFont(option.font)
            painter.setPen(QColor(tokens.muted))
            painter.drawText(boxes[1], _WORDS, row.why)
            for box, remedy in zip(boxes[2:], row.remedies, strict=True):
                self._paint_button(painter, box, tr(remedy.label))
            if index.row() + 1 < index.model().rowCount():
                painter.setPen(QColor(tokens.line))
                painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _paint_button(self, painter: QPainter, box: QRect, words: str) -> None:
        look = QStyleOptionButton()
        look.initFrom(self._like)
        look.rect, look.text = box, words
        look.state = QStyle.StateFlag.State_Raised
        if self._view.can_run:
            look.state |= QStyle.StateFlag.State_Enabled
        self._view.style().drawControl(QStyle.ControlElement.CE_PushButton, look, painter, self._like)


class UnmetList(QListView):
    """
    A visit, its reason, the smallest change, and a button for each remedy.

    It is as high as its rows: the panel around it scrolls, not the list. Only the row in hand and the one below the pointer
    have buttons; the others' are painted. Enter goes to the buttons of the row in hand, Tab through them, Esc back.
    """

    remedy_wanted = Signal(object)
    """The user pressed the button of a `Remedy`."""
    chosen = Signal(int)
    """Another visit is in hand: its place among those shown."""

    def __init__(self) -> None:
        super().__init__()
        self.can_run = True
        self.visits = _Visits()
        self.buttons: dict[int, list[QPushButton]] = {}
        """Buttons that are there, by row."""
        self._hovered = -1
        self._rows = _Layout(self)
        self.setItemDelegate(self._rows)
        self.setModel(self.visits)
        self.setObjectName("unmet")
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.entered.connect(lambda index: self._hover(index.row()))

    def show_visits(
        self, unmet: Sequence[UnmetVisit], remedies_of: Callable[[UnmetVisit], Sequence[Remedy]] | None
    ) -> None:
        """
        List visits.

        Parameters
        ----------
        unmet : sequence of UnmetVisit
            In the order in which they are listed.
        remedies_of : Callable or None
            Gives the remedies of each; None for no buttons.
        """
        self._drop_buttons()
        self._hovered = -1
        self.visits.put(
            [
                _Row(
                    one.visit.name,
                    "\n".join([tr(one.reason), *([tr(one.remedy)] if one.remedy else [])]),
                    bool(one.visit.required),
                    tuple(remedies_of(one)) if remedies_of is not None else (),
                )
                for one in unmet
            ]
        )
        self._fit()

    def allow(self, *, can_run: bool) -> None:
        """
        Let the buttons be pressed, or not while something is planned.

        Parameters
        ----------
        can_run : bool
            Whether they may be.
        """
        self.can_run = can_run
        for made in self.buttons.values():
            for one in made:
                one.setEnabled(can_run)
        self.viewport().update()

    def row(self, index: _Index) -> _Row | None:
        """
        Give what a row tells.

        Parameters
        ----------
        index : QModelIndex
            The row.

        Returns
        -------
        object or None
            Name, reason and remedies; None for the line that says that all is met.
        """
        rows = self.visits.rows
        return rows[index.row()] if 0 <= index.row() < len(rows) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Go to the buttons of the row in hand by Enter.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        made = self.buttons.get(self.currentIndex().row(), [])
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and made:
            made[0].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """
        Come back from a button to its row by Esc.

        Parameters
        ----------
        watched : QObject
            A button.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here.
        """
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.setFocus(Qt.FocusReason.BacktabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """
        Have a row in hand.

        Parameters
        ----------
        event : QFocusEvent
            Why.
        """
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason and not self.currentIndex().isValid():
            self.setCurrentIndex(self.visits.index(0, 0))

    def leaveEvent(self, event: QEvent) -> None:
        """
        Take the buttons of the row below the pointer away.

        Parameters
        ----------
        event : QEvent
            The pointer is elsewhere.
        """
        super().leaveEvent(event)
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """
        Press what is painted as a button, should the pointer have come without moving.

        Parameters
        ----------
        event : QMouseEvent
            Where.
        """
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid():
            self._hover(index.row())
        below = self.viewport().childAt(place)
        if isinstance(below, QPushButton):
            below.click()
            return
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Break the lines anew.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:
        """
        Tell the panel around which part to bring into sight: the row in hand, not the whole list.

        Parameters
        ----------
        query : Qt.InputMethodQuery
            What is asked.

        Returns
        -------
        Any
            The answer.
        """
        if query == Qt.InputMethodQuery.ImCursorRectangle and self.currentIndex().isValid():
            return self.visualRect(self.currentIndex())
        return super().inputMethodQuery(query)

    def _fit(self) -> None:
        """Be as high as all rows."""
        self.scheduleDelayedItemsLayout()
        self.executeDelayedItemsLayout()
        last = self.visualRect(self.visits.index(self.visits.rowCount() - 1, 0))
        first = self.visualRect(self.visits.index(0, 0))
        self.setFixedHeight(max(last.bottom() - first.top() + 1, 20) + 2 * self.frameWidth() + 2)
        self._place_buttons()

    def _on_current(self, now: QModelIndex) -> None:
        self._place_buttons()
        area = self.parent()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parent()
        if isinstance(area, QScrollArea) and now.isValid():
            area.ensureWidgetVisible(self, 0, 12)
        if self.row(now) is not None:
            self.chosen.emit(now.row())

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self._place_buttons()

    def _place_buttons(self) -> None:
        """Have buttons in the row in hand and in the one below the pointer, and nowhere else."""
        focused = self.focusWidget()
        for place in [*self.buttons]:
            if place not in {self.currentIndex().row(), self._hovered} and focused not in self.buttons[place]:
                self._drop_buttons(place)
        for place in {self.currentIndex().row(), self._hovered} - {-1}:
            index = self.visits.index(place, 0)
            row = self.row(index)
            if row is None:
                continue
            if place not in self.buttons:
                self.buttons[place] = [self._made(remedy, row.name) for remedy in row.remedies]
            boxes = self._rows.boxes(self.visualRect(index), index, self.font())[2:]
            for one, box in zip(self.buttons[place], boxes, strict=True):
                one.setGeometry(box)
                one.show()
        self._order(self.buttons.get(self.currentIndex().row(), []))

    def _made(self, remedy: Remedy, name: str) -> QPushButton:
        made = button()
        made.setParent(self.viewport())
        made.setText(tr(remedy.label))
        made.setAccessibleDescription(name)
        made.setEnabled(self.can_run)
        made.clicked.connect(partial(self.remedy_wanted.emit, remedy))
        made.installEventFilter(self)
        return made

    def _order(self, made: Sequence[QPushButton]) -> None:
        """Let Tab go from the list to the buttons of the row in hand."""
        before: Any = self
        for one in made:
            self.setTabOrder(before, one)
            before = one

    def _drop_buttons(self, row: int | None = None) -> None:
        for place in [*self.buttons] if row is None else [row]:
            for one in self.buttons.pop(place, []):
                one.hide()
                one.deleteLater()


def _box(inner: QRect, words: str, font: QFont) -> QRect:
    found = QFontMetrics(font).boundingRect(QRect(QPoint(0, 0), inner.size()), _WORDS, words)
    return QRect(inner.left(), inner.top(), inner.width(), found.height())


def _emphatic(font: QFont, *, strong: bool) -> QFont:
    made = QFont(font)
    made.setBold(strong)
    return made
