"""All keys on one sheet, by what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from patrolmap.desktop.actions import plain_text
from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import Roomy, label, readable
from patrolmap.desktop.window_actions import MENUS
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.actions import ActionBoard

__all__ = ["KeysDialog"]

_ROOMS: Final = (("project", "window"), ("edit",), ("map", "view"), ("task", "jobs"), ("help",))
"""First parts of the ids of actions, for each menu."""
_PLACES: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        N_("In the map"),
        (
            (N_("Move the map"), N_("Arrow keys")),
            (N_("Move the map a little"), N_("Shift + arrow keys")),
            (N_("Click in the middle of the map"), N_("Space")),
            (N_("Add to the selection"), N_("Shift + click")),
            (N_("Zoom the map"), "+ / -"),
            (N_("End what is drawn"), "Enter"),
            (N_("Take a corner back"), N_("Backspace")),
            (N_("Delete the corner in the middle"), "Del"),
            (N_("Put the tool away, else select nothing"), "Esc"),
        ),
    ),
    (
        N_("In tables and lists"),
        (
            (N_("Edit the cell"), "F2"),
            (N_("Change chosen…"), "F3"),
            (N_("Copy the chosen rows"), "Ctrl+C"),
            (N_("Paste"), "Ctrl+V"),
            (N_("Delete rows"), "Del"),
            (N_("Lay the layer higher or lower"), "Alt+↑ / Alt+↓"),
            (N_("Stop of the log done"), N_("Space")),
            (N_("Stop of the log skipped"), "S"),
        ),
    ),
    (
        N_("In dialogs"),
        (
            (N_("Next page of the import"), "Ctrl+Enter"),
            (N_("Leave the dialog"), "Esc"),
        ),
    ),
)
"""Keys that belong to a place, not to an action: what is done and the key; words of keys are translated."""


class KeysDialog(Dialog):
    """
    Lists every action that has a key.

    Parameters
    ----------
    board : ActionBoard
        The actions.
    parent : QWidget or None
        Owner.
    more : ActionBoard or None
        Actions of one panel, whose keys work while it has the focus.
    """

    guide = ("window", "keys")

    def __init__(self, board: ActionBoard, parent: QWidget | None = None, *, more: ActionBoard | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        groups = [
            (plain_text(tr(title)), _keys_of(board, rooms)) for (title, _), rooms in zip(MENUS, _ROOMS, strict=True)
        ]
        if more is not None:
            arrows = (tr("Next stop, next team (time line)"), tr("Arrow keys"))
            groups.append((tr("Plan board"), [*_keys_of(more, ("board",)), arrows]))
        groups += [(tr(title), [(plain_text(tr(text)), tr(keys)) for text, keys in rows]) for title, rows in _PLACES]
        page = QWidget()
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 8, 0)
        line.setSpacing(44)
        for column in _halves(groups):
            line.addLayout(_column(column), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 18, 16, 16)
        whole.setSpacing(14)
        whole.addWidget(readable(Roomy(page)), 1)
        whole.addWidget(buttons)
        self.resize(page.sizeHint().width() + 76, min(page.sizeHint().height() + 96, 760))


_Group = tuple[str, list[tuple[str, str]]]


def _keys_of(board: ActionBoard, rooms: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (board[spec.id].iconText().strip(), board[spec.id].shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        for spec in board.specs
        if spec.shortcut and spec.id.partition(".")[0] in rooms
    ]


def _halves(groups: list[_Group]) -> tuple[list[_Group], list[_Group]]:
    """Share groups among two columns of about the same height."""
    lines = [len(rows) + 2 for _, rows in groups]
    cut = min(range(1, len(groups)), key=lambda place: abs(sum(lines[:place]) - sum(lines[place:])))
    return groups[:cut], groups[cut:]


def _column(groups: list[_Group]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(28)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(0, 1)
    for title, rows in groups:
        place = grid.rowCount()
        grid.setRowMinimumHeight(place, 12 if place > 1 else 0)
        grid.addWidget(_text(title, "section"), place + 1, 0, 1, 2)
        for text, keys in rows:
            place = grid.rowCount()
            grid.addWidget(_text(text), place, 0)
            grid.addWidget(_text(keys, "key"), place, 1, Qt.AlignmentFlag.AlignRight)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


def _text(words: str, style: str = "") -> QWidget:
    made = label(style, wrap=False)
    made.setText(words)
    return made
