"""The patrol log in the window: a sheet in seconds by keyboard or scanner, its stops in a table, files beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.log.presenter import LogPresenter
from patrolmap.desktop.features.tables.fitting import FittingTable
from patrolmap.desktop.features.tables.models import RowsModel
from patrolmap.desktop.forms import button, label, narrow, row
from patrolmap.desktop.unhurried import Unhurried
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.patrol_log import LogState

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["LogSection"]

_TITLES: Final = (N_("No."), N_("Planned"), N_("Place"), N_("State"), N_("Arrived"), N_("Remark"))
_MOST_ROWS: Final = 9


class LogSection(QWidget):
    """
    Scan or choose a sheet, type the numbers of what was done, Enter.

    Parameters
    ----------
    core : Core
        Shared parts.
    presenter : LogPresenter or None
        What it knows; None makes one.
    """

    def __init__(self, core: Core, presenter: LogPresenter | None = None) -> None:
        super().__init__()
        self.presenter = presenter or LogPresenter(core)
        self.empty, self.numbers = label("muted"), label("muted")
        self.code, self.team = QLineEdit(), QComboBox()
        self.done, self.skipped, self.reason = QLineEdit(), QLineEdit(), QLineEdit()
        self.record_button, self.file_button = button(primary=True), button()
        self.model = RowsModel(_TITLES)
        self.view = FittingTable(self.model, _MOST_ROWS)
        self.arrived, self.left, self.finding, self.note = QLineEdit(), QLineEdit(), QComboBox(), QLineEdit()
        self.done_button, self.skip_button = button(), button()
        narrow(self.team)
        narrow(self.finding)
        self._lay_out()
        self._connect()
        self.refill()

    def refill(self) -> None:
        """Show the sheet in hand, in the current language."""
        known = self.presenter
        self._list_teams()
        self._list_types()
        kept = self.chosen
        rows = known.rows()
        self.model.put(rows, range(1, len(rows) + 1))
        self.model.retitle()
        self.view.fit()
        self.numbers.setText("\n".join(known.numbers()))
        self.empty.setVisible(not known.routes)
        self.empty.setText(tr("There is no plan to record yet. Make one in the Plan panel, or scan a sheet."))
        shown: tuple[QWidget, ...] = (self.view, self.numbers, self.arrived, self.left, self.finding, self.note)
        for widget in (*shown, self.done_button, self.skip_button):
            widget.setVisible(bool(rows))
        self.team.setVisible(bool(known.routes))
        usable: tuple[QWidget, ...] = (self.done, self.skipped, self.reason, self.record_button)
        for widget in usable:
            widget.setEnabled(bool(rows))
        if kept:
            self.view.selectRow(kept - 1)

    @property
    def chosen(self) -> int:
        """Number of the chosen stop; 0 for none."""
        rows = self.view.selectionModel().selectedRows()
        return int(self.model.key(rows[0].row()) or 0) if rows else 0

    def _list_teams(self) -> None:
        self.team.blockSignals(True)
        self.team.clear()
        for route in self.presenter.routes:
            words = tr("{team} ({count} {count:stop|stops})", team=route.team_name, count=len(route.stops))
            self.team.addItem(words, route.team_id)
        self.team.setCurrentIndex(self.team.findData(self.presenter.team_id))
        self.team.blockSignals(False)

    def _list_types(self) -> None:
        kept = self.finding.currentData()
        self.finding.clear()
        self.finding.addItem(tr("nothing found"), "")
        for key, title in self.presenter.event_types():
            self.finding.addItem(title, key)
        self.finding.setCurrentIndex(max(self.finding.findData(kept), 0))

    def _lay_out(self) -> None:
        refill = Unhurried(self, self.refill)
        self.presenter.changed.connect(refill)
        dress = Dresser(self, refill)
        hints = {
            self.code: N_("Scan a sheet, or type a team"),
            self.done: N_("Done: 1-4 6"),
            self.skipped: N_("Skipped: 5"),
            self.reason: N_("Why skipped"),
            self.arrived: N_("At 21:30"),
            self.left: N_("Left 21:42"),
            self.note: N_("Note, without persons"),
        }
        for field, words in hints.items():
            dress.text(field.setPlaceholderText, words)
            dress.text(field.setAccessibleName, words)
        dress.text(self.team.setAccessibleName, N_("Team"))
        dress.text(self.finding.setAccessibleName, N_("Event type"))
        dress.text(self.view.setAccessibleName, N_("Stops of the sheet"))
        dress.text(self.view.setToolTip, N_("Space: done. S: skipped."))
        dress.text(self.record_button.setText, N_("Record"))
        dress.text(self.file_button.setText, N_("Filled form or GPX track…"))
        dress.text(self.done_button.setText, N_("Stop done"))
        dress.text(self.skip_button.setText, N_("Stop skipped"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.code)
        column.addWidget(self.team)
        column.addLayout(row(self.done, self.skipped, gap=6))
        column.addLayout(row(self.reason, self.record_button, gap=6))
        column.addWidget(self.view)
        times = row(self.arrived, self.left, self.finding, gap=6)
        for place, share in enumerate((2, 2, 3)):
            times.setStretch(place, share)
        column.addLayout(times)
        column.addWidget(self.note)
        column.addLayout(row(self.done_button, self.skip_button, None, gap=6))
        column.addWidget(self.numbers)
        column.addLayout(row(self.file_button, None))

    def _connect(self) -> None:
        self.code.returnPressed.connect(self._take_code)
        self.team.activated.connect(lambda _place: self.presenter.take_team(str(self.team.currentData())))
        for field in (self.done, self.skipped, self.reason):
            field.returnPressed.connect(self._record)
        self.record_button.clicked.connect(self._record)
        self.done_button.clicked.connect(lambda: self._record_one(LogState.DONE))
        self.skip_button.clicked.connect(lambda: self._record_one(LogState.SKIPPED))
        self.file_button.clicked.connect(self._choose_file)
        for key, state in ((Qt.Key.Key_Space, LogState.DONE), (Qt.Key.Key_S, LogState.SKIPPED)):
            shortcut = QShortcut(QKeySequence(key), self.view, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda state=state: self._record_one(state))

    def _take_code(self) -> None:
        if self.presenter.take_code(self.code.text()):
            self.done.setText(tr("all"))
            self.done.setFocus()
            self.done.selectAll()
        else:
            self.code.selectAll()

    def _record(self) -> None:
        """Record, and wait for the next sheet."""
        if self.presenter.record(self.done.text(), self.skipped.text(), self.reason.text()):
            for field in (self.done, self.skipped, self.reason, self.code):
                field.clear()
            self.code.setFocus()

    def _record_one(self, state: LogState) -> None:
        from patrolmap.services.patrol_log import SaidOfStop

        number = self.chosen
        if not number:
            return
        is_done, note = state is LogState.DONE, self.note.text()
        times = (self.arrived.text(), self.left.text()) if is_done else ("", "")
        reason = "" if is_done else self.reason.text() or note
        if not is_done and not reason.strip():
            # A skipped stop needs a reason: the line above takes it, and Enter records.
            self.done.clear()
            self.skipped.setText(str(number))
            self.reason.setFocus()
            return
        said = SaidOfStop(state, *times, reason=reason, event=str(self.finding.currentData() or ""), note=note)
        if self.presenter.record_one(number, said):
            for field in (self.arrived, self.left, self.note):
                field.clear()
            self.finding.setCurrentIndex(0)
            self.view.selectRow(min(number, self.model.rowCount() - 1))
            self.view.setFocus()

    def _choose_file(self) -> None:
        kinds = tr("Forms and tracks") + " (*.xlsx *.xls *.csv *.gpx)"
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Filled form or GPX track…"), "", kinds)
        if chosen:
            self.presenter.record_file(Path(chosen))
