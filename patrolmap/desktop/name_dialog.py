"""Asks for a name: of a project, of a view of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QVBoxLayout

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import GAP, label
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

__all__ = ["NameDialog", "ask_name"]

_WIDE_PX: Final = 380


class NameDialog(Dialog):
    """
    One line to write in.

    Parameters
    ----------
    title, words : str
        What it is for, and what is wanted, translated.
    proposal : str
        What stands there first.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, title: str, words: str, proposal: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDE_PX)
        text = label()
        text.setText(words)
        self.line = QLineEdit(proposal)
        self.line.setAccessibleName(words)
        self.line.selectAll()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("OK"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(GAP)
        column.addWidget(text)
        column.addWidget(self.line)
        column.addSpacing(6)
        column.addWidget(self.buttons)
        self.line.textChanged.connect(self._look)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._look()

    @property
    def name(self) -> str:
        """What was written, without blanks around it."""
        return self.line.text().strip()

    def _look(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.name))


def ask_name(title: str, words: str, proposal: str = "", parent: QWidget | None = None) -> str:
    """
    Ask for a name, and wait for it.

    Parameters
    ----------
    title, words : str
        What it is for, and what is wanted, translated.
    proposal : str
        What stands there first.
    parent : QWidget or None
        Owner.

    Returns
    -------
    str
        The name; empty if the user gave none.
    """
    dialog = NameDialog(title, words, proposal, parent)
    return dialog.name if dialog.exec() == NameDialog.DialogCode.Accepted else ""
