"""The search box of the tool bar with its list of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QColor, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.search.presenter import SearchPresenter
from patrolmap.desktop.forms import as_tip, label
from patrolmap.desktop.icons import icon
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.services.place_search import PLACE_KINDS

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QPainter

    from patrolmap.desktop.core import Core
    from patrolmap.services.place_search import FoundPlace

__all__ = ["SearchBox"]

_PAUSE_MS: Final = 180
_WIDE_PX: Final = 250
_LIST_WIDE_PX: Final = 380
_ROWS_SHOWN: Final = 11
_PARTED: Final = "    "
_BESIDE_PX: Final = 62
_ICONS: Final = {
    "sites": "rings",
    "rings": "rings",
    "teams": "team",
    "hotspots": "hotspots",
    "grid_cells": "table",
    "barriers": "layers",
    "streets": "street",
    "nodes": "target",
    "junction": "target",
}


class SearchBox(QLineEdit):
    """
    Type, choose with the arrow keys, Enter goes there.

    Parameters
    ----------
    core : Core
        Shared parts.
    window : QWidget
        Over which the list of answers lies.
    """

    def __init__(self, core: Core, window: QWidget) -> None:
        super().__init__()
        self.presenter = SearchPresenter(core)
        self._window = window
        window.installEventFilter(self)
        self._goes_when_found = False
        self.setFixedWidth(_WIDE_PX)
        self.setClearButtonEnabled(True)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.card = _answer_card(window)
        self.list, self.hint = QListWidget(self.card), label("muted")
        self.list.setObjectName("bare")
        self.list.setItemDelegate(_Answers(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(16, 16))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.hint.setContentsMargins(8, 6, 8, 6)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(5, 5, 5, 5)
        column.addWidget(self.list)
        column.addWidget(self.hint)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.presenter.ask(self.text()))
        dress = Dresser(self, self._show_answers)
        dress.text(self.setPlaceholderText, N_("Find a place, street, site, team"))
        dress.text(self.setAccessibleName, N_("Search"))
        dress.text(self.list.setAccessibleName, N_("Answers"))
        dress.icon(self._glass.setIcon, "search")
        self.textEdited.connect(self._typed)
        self.textChanged.connect(lambda text: None if text else self._emptied())
        self.list.itemClicked.connect(self._go_to_item)
        self.presenter.found.connect(self._show_answers)
        core.session.opened.connect(lambda: self.setEnabled(True))
        core.session.closed.connect(self._leave)
        self.setEnabled(core.session.is_open)

    def take_focus(self) -> None:
        """Be ready to type; what stands there is replaced by what is typed."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Walk through the answers, go to one, or leave.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        key, row = event.key(), self.list.currentRow()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self.card.isVisible() and self.list.count():
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((row + step) % self.list.count())
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter()
        elif key == Qt.Key.Key_Escape and self.card.isVisible():
            self.card.hide()
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self._window.setFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        """
        Close the list when the box is left.

        Parameters
        ----------
        event : QEvent
            The event.
        """
        super().focusOutEvent(event)  # type: ignore[arg-type]  # the base class names a narrower event
        self.card.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Keep the list under the box.

        Parameters
        ----------
        watched : QObject
            The window.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() == QEvent.Type.Resize and self.card.isVisible():
            self._place_card()
        return super().eventFilter(watched, event)

    def _typed(self, _text: str) -> None:
        self._goes_when_found = False
        self._pause.start()

    def _emptied(self) -> None:
        self._pause.stop()
        self.presenter.ask("")
        self.presenter.clear()
        self.card.hide()

    def _leave(self) -> None:
        self.clear()
        self.card.hide()
        self.setEnabled(False)

    def _enter(self) -> None:
        if self._pause.isActive() or self.presenter.is_searching or self.presenter.text != self.text().strip():
            # Faster than the search: go to the first answer when it comes.
            self._pause.stop()
            self.presenter.ask(self.text())
            self._goes_when_found = True
        elif self.card.isVisible() and self.list.currentItem() is not None:
            self._go_to_item(self.list.currentItem())
        else:
            self._show_answers()

    def _go_to_item(self, item: QListWidgetItem) -> None:
        self._go(self.presenter.answers[self.list.row(item)])

    def _go(self, place: FoundPlace) -> None:
        self._goes_when_found = False
        self.card.hide()
        self.presenter.go(place)

    def _show_answers(self) -> None:
        answers = self.presenter.answers
        is_walking = self.card.isVisible() and self.list.currentRow() >= 0
        chosen = self.list.currentItem().text() if is_walking else ""
        self.list.clear()
        for place in answers:
            item = QListWidgetItem(icon(_ICONS.get(place.kind, "target")), _line(place))
            item.setToolTip(as_tip(tr(place.detail) if place.detail is not None else place.title))
            self.list.addItem(item)
        if not self.presenter.text or not self.hasFocus():
            self.card.hide()
            return
        if answers and self._goes_when_found and not self.presenter.is_searching:
            self._go(answers[0])
            return
        self._goes_when_found = self._goes_when_found and self.presenter.is_searching
        self.list.setVisible(bool(answers))
        self.hint.setVisible(not answers)
        self.hint.setText(
            tr("Nothing found. Try a part of the name, “A路与B街交叉口”, “市医院东200米”, or coordinates.")
        )
        if answers:
            lines = [_line(place) for place in answers]
            # More answers come while the user walks through the first.
            self.list.setCurrentRow(lines.index(chosen) if chosen in lines else 0)
        self._place_card()
        self.card.show()
        self.card.raise_()

    def _place_card(self) -> None:
        wide = min(_LIST_WIDE_PX, self._window.width() - 16)
        high = self.hint.heightForWidth(wide - 10)
        if not self.list.isHidden():
            row_high = max(self.list.sizeHintForRow(0), 24)
            high = row_high * min(self.list.count(), _ROWS_SHOWN) + 4
        spot = self.mapTo(self._window, QPoint(0, self.height() + 4))
        left = max(min(spot.x() + self.width() - wide, self._window.width() - wide - 8), 8)
        self.card.setGeometry(left, spot.y(), wide, high + 12)


class _Answers(QStyledItemDelegate):
    """A name, and at the other end what it is, more quietly."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        made: Any = option
        name, _, kind = str(index.data()).rpartition(_PARTED)
        room = made.rect.width() - made.fontMetrics.horizontalAdvance(kind) - _BESIDE_PX
        made.text = made.fontMetrics.elidedText(name, Qt.TextElideMode.ElideRight, room)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(QColor(current_tokens().muted))
        flags, made = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cast("Any", option)
        painter.drawText(made.rect.adjusted(0, 0, -10, 0), flags, str(index.data()).rpartition(_PARTED)[2])
        painter.restore()


def _answer_card(window: QWidget) -> QFrame:
    made = QFrame(window)
    made.setObjectName("card")
    made.hide()
    return made


def _line(place: FoundPlace) -> str:
    return f"{place.title}{_PARTED}{tr(PLACE_KINDS[place.kind])}"
