"""Words in the middle of a table without rows: what would be there, and how to come to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout

from patrolmap.desktop.forms import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QTableView

__all__ = ["EmptyNote"]

_MARGIN_PX: Final = 24


class EmptyNote(QObject):
    """
    Shows words over a table as long as it has no rows.

    Parameters
    ----------
    table : QTableView
        The table, with its model.
    words : Callable
        Gives the words for now, in the language of the window; empty for none.
    """

    def __init__(self, table: QTableView, words: Callable[[], str]) -> None:
        super().__init__(table)
        self._table, self._words = table, words
        self.label = label("muted")
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # A layout keeps it in the middle; a filter of events would still run while the table is deleted.
        middle = QVBoxLayout(table.viewport())
        middle.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        middle.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, 0)
        middle.addWidget(self.label)
        table.model().modelReset.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what holds now."""
        if not shiboken6.isValid(self._table):
            return  # a table widget empties its model while it goes
        words = self._words() if self._table.model().rowCount() == 0 else ""
        self.label.setText(words)
        self.label.setVisible(bool(words))
