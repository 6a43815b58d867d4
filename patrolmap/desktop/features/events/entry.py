"""A new event in the window, and the lists of the day and the week."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFileDialog, QLineEdit, QTextEdit, QVBoxLayout, QWidget

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import button, narrow, row
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.features.events.presenter import EventsPresenter
    from patrolmap.reports.document import ReportDocument

__all__ = ["EventEntry", "ListDialog"]

_ENDINGS: Final = "Excel (*.xlsx);;Word (*.docx);;PDF (*.pdf);;Text (*.txt)"


class EventEntry(QWidget):
    """
    Type, place by words or by a click, time, note: Enter takes the event in.

    Parameters
    ----------
    presenter : EventsPresenter
        What it knows.
    """

    def __init__(self, presenter: EventsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.kind = QComboBox()
        self.place, self.time, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.map_button, self.add_button = button(), button()
        self.check_button, self.review_button = button(flat=True), button(flat=True)
        narrow(self.kind)
        self._lay_out()
        self.map_button.clicked.connect(self._ask_for_place)
        self.add_button.clicked.connect(self._add)
        for field in (self.place, self.time, self.note):
            field.returnPressed.connect(self._add)
        self.check_button.clicked.connect(lambda: self.show_list(weekly=False).exec())
        self.review_button.clicked.connect(lambda: self.show_list(weekly=True).exec())
        presenter.changed.connect(self.refill)
        self.refill()

    def refill(self) -> None:
        """List the types again, in the current language."""
        kept = self.kind.currentData()
        self.kind.clear()
        for key, kind in self.presenter.types.items():
            self.kind.addItem(tr(kind.title), key)
        self.kind.setCurrentIndex(max(self.kind.findData(kept), 0))
        self.setEnabled(bool(self.presenter.types))
        self.map_button.setText(tr("Placed on the map") if self.presenter.spot else tr("Click on the map"))

    def show_list(self, *, weekly: bool) -> ListDialog:
        """
        Make the dialog of a list.

        Parameters
        ----------
        weekly : bool
            The review of the last seven days; else what has to be looked at today.

        Returns
        -------
        ListDialog
            Not shown yet.
        """
        return ListDialog(self.presenter.list_of(weekly=weekly), self.presenter.report, self)

    def _lay_out(self) -> None:
        dress = Dresser(self, self.refill)
        hints = {
            self.place: N_("Place in words, such as A街与B路交叉口"),
            self.time: N_("When: 2026-11-21 21:30; now if empty"),
            self.note: N_("Note, without persons"),
        }
        for field, words in hints.items():
            dress.text(field.setPlaceholderText, words)
            dress.text(field.setAccessibleName, words)
        dress.text(self.kind.setAccessibleName, N_("Event type"))
        dress.text(self.add_button.setText, N_("Add event"))
        dress.text(self.check_button.setText, N_("Daily check list…"))
        dress.text(self.review_button.setText, N_("Weekly review list…"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.kind, self.map_button, gap=6))
        column.addWidget(self.place)
        column.addLayout(row(self.time, gap=6))
        column.addLayout(row(self.note, self.add_button, gap=6))
        column.addLayout(row(self.check_button, self.review_button, None, gap=6))

    def _ask_for_place(self) -> None:
        self.presenter.ask_for_spot()

    def _add(self) -> None:
        if self.presenter.add(str(self.kind.currentData()), self.place.text(), self.time.text(), self.note.text()):
            for field in (self.place, self.time, self.note):
                field.clear()
            self.place.setFocus()


class ListDialog(Dialog):
    """
    A list to read, and to save as Excel, Word, PDF or text.

    Parameters
    ----------
    document : ReportDocument
        The list.
    report : Callable
        Tells an error to the user.
    parent : QWidget or None
        Owner.
    """

    guide = ("reports", "lists")

    def __init__(
        self, document: ReportDocument, report: Callable[[BaseException], None], parent: QWidget | None = None
    ) -> None:
        from patrolmap.services.event_lists import list_html

        super().__init__(parent)
        self._document, self._report = document, report
        self.setWindowTitle(document.title)
        self.resize(940, 560)
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setHtml(list_html(document))
        self.text.setAccessibleName(document.title)
        save = button()
        save.setText(tr("Save the list…"))
        save.clicked.connect(self._choose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(save, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addWidget(buttons)

    def save(self, path: Path) -> bool:
        """
        Write the list.

        Parameters
        ----------
        path : Path
            Its ending says what it becomes.

        Returns
        -------
        bool
            Whether it was written; if not, a notice says why.
        """
        from patrolmap.services.event_lists import write_list

        try:
            write_list(self._document, path)
        except PatrolmapError as error:
            self._report(error)
            return False
        return True

    def _choose(self) -> None:
        name = f"{self._document.title}-{dt.date.today().isoformat()}.xlsx"
        chosen, _ = QFileDialog.getSaveFileName(self, self._document.title, name, _ENDINGS)
        if chosen and self.save(Path(chosen)):
            self.accept()
