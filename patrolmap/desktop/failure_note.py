"""What failed, below the button that began it: why, and what to do, until it is begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import label
from patrolmap.desktop.icons import pixmap
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.window_words import in_window
from patrolmap.i18n import tr, tr_error
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.run_button import RunButton
    from patrolmap.errors import PatrolmapError
    from patrolmap.messages import Message

__all__ = ["FailureNote"]


class FailureNote(QFrame):
    """
    Tells in a panel why its work failed; hidden while there is nothing to tell.

    Parameters
    ----------
    run_button : RunButton
        Begins the work.
    core : Core
        Tells when another project is opened.
    """

    def __init__(self, run_button: RunButton, core: Core) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("level", "error")
        self.parts: tuple[Message, ...] = ()
        """What it tells; empty for nothing."""
        self._icon, self.what, self.why = QLabel(), label("section"), label()
        self.close_button = QToolButton(autoRaise=True)
        self.close_button.setIconSize(QSize(14, 14))
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.what)
        words.addWidget(self.why)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 9, 6, 10)
        line.setSpacing(9)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        dress = Dresser(self, self._redraw)
        dress.icon(self.close_button.setIcon, "close")
        dress.text(self.close_button.setToolTip, N_("Close this message"))
        dress.text(self.close_button.setAccessibleName, N_("Close this message"))
        self.close_button.clicked.connect(self.clear)
        run_button.failed.connect(self.tell)
        run_button.begun.connect(self.clear)
        core.session.opened.connect(self.clear)
        core.session.closed.connect(self.clear)
        self.hide()

    def tell(self, error: PatrolmapError) -> None:
        """
        Show why the work failed.

        Parameters
        ----------
        error : PatrolmapError
            What was raised.
        """
        self.parts = error.parts
        self._redraw()
        self.show()

    def clear(self) -> None:
        """Tell nothing."""
        self.parts = ()
        self.hide()

    def _redraw(self) -> None:
        if not self.parts:
            return
        self._icon.setPixmap(pixmap("error", 20, current_tokens().bad, self.devicePixelRatioF()))
        what, *more = map(in_window, self.parts)
        self.what.setText(tr(what))
        self.why.setText(tr_error(tuple(more)))
        self.why.setVisible(bool(more))
        self.setAccessibleName(tr_error(tuple(map(in_window, self.parts))))
