"""Sheets to a printer, a page at a time, so that the window stays alive and the user can stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QMarginsF, QObject, QSizeF, QTimer, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.sheets.pdf import paint_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from patrolmap.sheets.flow import Page, Paper

__all__ = ["PrintRun", "asked_printer", "set_paper"]


def asked_printer(paper: Paper, pages: int, parent: QWidget | None = None) -> QPrinter | None:
    """
    Ask for a printer in the system's dialog.

    Parameters
    ----------
    paper : Paper
        What is proposed.
    pages : int
        How many there are.
    parent : QWidget or None
        Owner.

    Returns
    -------
    QPrinter or None
        None if the user has another wish.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    set_paper(printer, paper)
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, max(pages, 1))
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    is_wanted = bool(dialog.exec())
    if shiboken6.isValid(dialog):
        # At once, not later: it looks at the printer, which goes with the answer.
        shiboken6.delete(dialog)
    return printer if is_wanted else None


def set_paper(printer: QPrinter, paper: Paper) -> None:
    """
    Set paper and orientation, with the sheet's own margins.

    Parameters
    ----------
    printer : QPrinter
        Changed.
    paper : Paper
        The paper.
    """
    portrait = QSizeF(min(paper.width_mm, paper.height_mm), max(paper.width_mm, paper.height_mm))
    size = QPageSize(portrait, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    way = QPageLayout.Orientation.Landscape if paper.width_mm > paper.height_mm else QPageLayout.Orientation.Portrait
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(size, way, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter))


class PrintRun(QObject):
    """
    One print job.

    Parameters
    ----------
    printer : QPrinter
        Where to; its page range counts.
    pages : sequence of Page
        All pages.
    parent : QObject or None
        Owner.
    """

    moved = Signal(int, int)
    """Pages printed, and how many there are."""
    ended = Signal()
    """All is printed, or it was stopped."""

    def __init__(self, printer: QPrinter, pages: Sequence[Page], parent: QObject | None = None) -> None:
        super().__init__(parent)
        first, last = printer.fromPage() or 1, printer.toPage() or len(pages)
        self._printer, self._pages, self._done = printer, pages[first - 1 : last], 0
        self._painter = QPainter()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """
        Begin.

        Raises
        ------
        PatrolmapError
            If the printer takes nothing.
        """
        if not self._pages or not self._painter.begin(self._printer):
            raise PatrolmapError(
                N_("The printer {name} takes no pages."),
                remedy=N_("Choose another printer, or write PDF files."),
                name=self._printer.printerName() or self._printer.outputFileName(),
            )
        self._timer.start()

    def stop(self) -> None:
        """Send nothing more; what the printer has it prints."""
        if self._painter.isActive():
            self._timer.stop()
            self._printer.abort()
            self._painter.end()
            self.ended.emit()

    def _step(self) -> None:
        if self._done == len(self._pages):
            self._timer.stop()
            self._painter.end()
            self.ended.emit()
            return
        page = self._pages[self._done]
        if self._done:
            set_paper(self._printer, page.paper)
            self._printer.newPage()
        paint_page(self._painter, page, self._printer.resolution() / 25.4)
        self._done += 1
        self.moved.emit(self._done, len(self._pages))
