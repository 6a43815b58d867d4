"""What all dialogs share: room for their words at every size of letters, and F1."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListView, QPushButton

from patrolmap.desktop.guide import open_guide

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

__all__ = ["Dialog"]


class Dialog(QDialog):
    """
    A dialog that is never smaller than its words, and explains itself.

    Parameters
    ----------
    parent : QWidget or None
        Owner.

    Attributes
    ----------
    guide : tuple of str and str
        Page of the guide and anchor on it that F1 opens.
    """

    guide: ClassVar[tuple[str, str]] = ("window", "")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self)
        key.activated.connect(self.explain)
        _Growth(self)

    def explain(self) -> None:
        """Open the guide at what it says about this dialog."""
        open_guide(*self.guide, self)

    def exec(self) -> int:
        """
        Wait for the user's answer; afterwards the dialog is gone as soon as its caller has read it.

        Returns
        -------
        int
            Of `QDialog.DialogCode`.
        """
        answer = super().exec()
        # Its owner lives as long as the window: every dialog that was ever opened would stay.
        if shiboken6.isValid(self):
            self.deleteLater()
        return answer

    def showEvent(self, event: QShowEvent) -> None:
        """
        Grow to what the words need before anything is seen.

        Parameters
        ----------
        event : QShowEvent
            The event.
        """
        self._mark_main()
        for view in self.findChildren(QListView):
            # Rows that were measured before the theme was known would be too low.
            view.scheduleDelayedItemsLayout()
        self.grow()
        super().showEvent(event)

    def grow(self) -> None:
        """Be at least as large as the words need."""
        # An explicit minimum hides that of the layout, and no layout of a window asks how high wrapped words become.
        layout = self.layout()
        if layout is None:
            return
        layout.activate()
        least, room = layout.totalMinimumSize(), self.screen().availableGeometry()
        wide = max(self.width(), least.width())
        high = max(self.height(), least.height())
        if layout.hasHeightForWidth():
            high = max(high, layout.totalHeightForWidth(wide))
        wide, high = min(wide, max(room.width(), self.width())), min(high, max(room.height(), self.height()))
        if (wide, high) != (self.width(), self.height()):
            self.resize(wide, high)

    def _mark_main(self) -> None:
        """Let the button that ends the dialog as the user wishes look so, in all dialogs alike."""
        if any(made.property("primary") for made in self.findChildren(QPushButton)):
            return
        role = QDialogButtonBox.ButtonRole.AcceptRole
        for box in self.findChildren(QDialogButtonBox):
            for made in box.buttons():
                if box.buttonRole(made) is role:
                    made.setProperty("primary", True)
                    made.style().unpolish(made)
                    made.style().polish(made)
                    return


class _Growth(QObject):
    """Lets a dialog grow when its words become more. An override of `event` would still run while the dialog is deleted."""

    def __init__(self, dialog: Dialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self._dialog.isVisible():
            self._dialog.grow()
        return super().eventFilter(watched, event)
