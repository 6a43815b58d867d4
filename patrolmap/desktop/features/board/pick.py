"""Choose one of many by typing a part of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import GAP, MARGIN, label
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PickDialog"]

_KEY = Qt.ItemDataRole.UserRole


class PickDialog(Dialog):
    """
    A list with a line to search it.

    Parameters
    ----------
    title, advice : str
        What is chosen and what will happen, translated.
    rows : iterable of (str, str)
        Key and text of each row.
    parent : QWidget or None
        Owner.
    """

    guide = ("evening", "board")

    picked = Signal(str)
    """The user chose a key."""

    def __init__(self, title: str, advice: str, rows: Iterable[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(420, 460)
        words = label("muted")
        words.setText(advice)
        self.search, self.list = QLineEdit(), QListWidget()
        self.search.setPlaceholderText(tr("Search by name"))
        self.search.setAccessibleName(tr("Search by name"))
        self.list.setAccessibleName(title)
        for key, text in rows:
            item = QListWidgetItem(text, self.list)
            item.setData(_KEY, key)
        self.list.setCurrentRow(0)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(title)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        for widget in (words, self.search, self.list, self.buttons):
            column.addWidget(widget)
        self.search.textChanged.connect(self._sift)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(lambda _item: self.accept())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(self._tell)
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Let the arrow keys of the search line walk the list.

        Parameters
        ----------
        watched : QObject
            The search line.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether it was dealt with.
        """
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count() and self.list.item(row).isHidden():
            row += by
        if 0 <= row < self.list.count():
            self.list.setCurrentRow(row)

    def _sift(self, text: str) -> None:
        wanted, first = text.strip().casefold(), None
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(wanted not in item.text().casefold())
            if first is None and not item.isHidden():
                first = row
        self.list.setCurrentRow(-1 if first is None else first)

    def _tell(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.picked.emit(str(item.data(_KEY)))
