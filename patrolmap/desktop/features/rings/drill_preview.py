"""Drill sheets on the screen, page by page, before they are written or printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.sheets.panel import PaperView
from patrolmap.desktop.features.sheets.presenter import Preview, picture_of
from patrolmap.desktop.forms import button, label, row, scrolled
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from patrolmap.desktop.core import Core
    from patrolmap.sheets.flow import Page

__all__ = ["DrillPreview"]

_DOTS_PER_MM: Final = 5.0


class DrillPreview(Dialog):
    """
    Pages, one at a time, large enough to read.

    Parameters
    ----------
    core : Core
        Shared parts.
    lay_out : Callable
        Gives the pages, in the background.
    parent : QWidget or None
        Owner.
    """

    guide = ("rings", "")

    def __init__(self, core: Core, lay_out: Callable[[], list[Page]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core, self._page = core, 1
        self._pages: list[Page] = []
        self.setWindowTitle(tr("Drill sheet"))
        self.resize(900, 820)
        self.paper, self.number = PaperView(), label("muted", wrap=False)
        self.back, self.onward = button(), button()
        self.back.setText(tr("Page before"))
        self.onward.setText(tr("Next page"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(scrolled(self.paper), 1)
        column.addLayout(row(self.back, self.number, self.onward, None, buttons))
        self.back.clicked.connect(lambda: self.turn(-1))
        self.onward.clicked.connect(lambda: self.turn(1))
        self.turn(0)
        core.jobs.quick(lay_out, self._take)

    def turn(self, pages: int) -> None:
        """
        Turn the page.

        Parameters
        ----------
        pages : int
            How many pages onward; back if negative.
        """
        self._page = min(max(self._page + pages, 1), max(len(self._pages), 1))
        self.back.setEnabled(self._page > 1)
        self.onward.setEnabled(self._page < len(self._pages))
        self.number.setText(f"{self._page} / {len(self._pages)}" if self._pages else "…")
        if not self._pages:
            return
        wanted, chosen = self._page, self._pages[self._page - 1]
        dots_per_mm, count = _DOTS_PER_MM * self.devicePixelRatioF(), len(self._pages)
        self._core.jobs.quick(
            lambda: Preview("", wanted, count, picture_of(chosen, dots_per_mm)),
            lambda made: self.paper.show_page(made) if shiboken6.isValid(self) and made.page == self._page else None,
        )

    def _take(self, pages: list[Page]) -> None:
        if not shiboken6.isValid(self):
            return  # closed before its pages came
        self._pages = pages
        self.turn(0)
