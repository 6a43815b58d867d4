"""All keys on one sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import label
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from patrolmap.desktop.actions import ActionBoard

__all__ = ["KeysDialog"]


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
        boards = (board,) if more is None else (board, more)
        rows = [
            (one[spec.id].iconText(), one[spec.id].shortcut()) for one in boards for spec in one.specs if spec.shortcut
        ]
        pairs = [(text, keys.toString(QKeySequence.SequenceFormat.NativeText)) for text, keys in rows]
        pairs += [
            (tr("Move the map"), tr("Arrow keys")),
            (tr("Zoom the map"), "+ / -"),
            (tr("Next stop, next team (time line)"), tr("Arrow keys")),
        ]
        grid = QGridLayout()
        grid.setHorizontalSpacing(36)
        grid.setVerticalSpacing(7)
        half = -(-len(pairs) // 2)
        for place, (text, keys) in enumerate(pairs):
            column = 2 * (place // half)
            grid.addWidget(_text(text), place % half, column)
            grid.addWidget(_text(keys, "muted"), place % half, column + 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(24, 20, 24, 18)
        column_layout.setSpacing(18)
        column_layout.addLayout(grid)
        column_layout.addWidget(buttons)


def _text(words: str, style: str = "") -> QWidget:
    made = label(style, wrap=False)
    made.setText(words)
    return made
