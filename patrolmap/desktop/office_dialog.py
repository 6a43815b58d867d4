"""The window on the office store: where it is, what comes and goes, and what to do with conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.tables.empty_note import EmptyNote
from patrolmap.desktop.forms import as_tip, button, form, label, row
from patrolmap.i18n import tr
from patrolmap.services.office import OfficeAddress, address_of, column_title, conflict_rows, table_title

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from patrolmap.project.replica import OfficeLink
    from patrolmap.services.office import Choice, ConflictField, ConflictRow, SyncResult

__all__ = ["OfficeDialog"]

_SIZE: Final = (820, 640)
_MINE, _THEIRS = "mine", "theirs"


class OfficeDialog(Dialog):
    """
    Shows the office store; does nothing itself.

    Parameters
    ----------
    parent : QWidget or None
        Owner.
    """

    guide = ("office", "daily")

    compare_wanted = Signal()
    """The user wants to see what would come and go."""
    sync_wanted = Signal()
    """The user wants it done."""
    publish_wanted = Signal()
    """The user wants the open project in the store."""
    get_wanted = Signal()
    """The user wants a project of the store."""
    cancel_wanted = Signal()
    """The user wants the work to stop."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Office store"))
        self.resize(*_SIZE)
        self.address, self.password = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("postgresql://user@server/database")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("empty: as kept in the password file of this computer"))
        self.state, self.fault = label("section"), label("warning")
        self.compare, self.sync = button(), button(primary=True)
        self.publish, self.get, self.cancel = button(), button(), button(flat=True)
        self.changes, self.conflicts = _table(5), _table(6)
        self.changes.setAccessibleName(tr("What comes and goes"))
        self.note = EmptyNote(
            self.changes, lambda: tr("Compare shows here what would come from the office and go to it.")
        )
        self.conflicts.setAccessibleName(tr("Conflicts"))
        self.conflict_words = label("muted")
        self.all_mine, self.all_theirs = button(flat=True), button(flat=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._choices: dict[str, QComboBox] = {}
        self._say_words()
        self._lay_out()
        self._connect()
        self.show_result(None)
        self.show_work(None)

    @property
    def place(self) -> OfficeAddress:
        """Where the store is, with the password that was typed; `InputError` if the address cannot be read."""
        found = address_of(self.address.text().strip() or "?")
        return found.with_password(self.password.text()) if self.password.text() else found

    @property
    def choices(self) -> dict[str, Choice]:
        """What was decided, by the ids of conflicts."""
        chosen: dict[str, Choice] = {}
        for name, box in self._choices.items():
            if box.currentData() == _MINE:
                chosen[name] = "mine"
            elif box.currentData() == _THEIRS:
                chosen[name] = "theirs"
        return chosen

    def show_link(self, link: OfficeLink | None, *, is_open: bool) -> None:
        """
        Say what the open project is to the office.

        Parameters
        ----------
        link : OfficeLink or None
            The office project that it is a copy of.
        is_open : bool
            Whether there is a project at all.
        """
        if link is not None:
            self.state.setText(tr("This project is a copy of the office project “{name}”.", name=link.name))
            self.address.setText(link.address)
        elif is_open:
            self.state.setText(tr("This project is on this computer only."))
        else:
            self.state.setText(tr("No project is open."))
        for one in (self.compare, self.sync):
            one.setVisible(link is not None)
        self.publish.setVisible(is_open and link is None)

    def show_result(self, result: SyncResult | None) -> None:
        """
        Show what comes and goes, and the conflicts.

        Parameters
        ----------
        result : SyncResult or None
            Of a comparison; None before the first.
        """
        lines: list[tuple[str, ...]] = []
        if result is not None:
            sides = ((tr("From the office"), result.incoming), (tr("To the office"), result.outgoing))
            lines = [
                (side, tr(table_title(one.table)), str(one.added), str(one.changed), str(one.deleted))
                for side, changes in sides
                for one in changes
            ]
            if not lines and not result.conflicts:
                lines = [(tr("Nothing differs."), "", "", "", "")]
        _fill(self.changes, lines)
        self.note.refresh()
        self._show_conflicts(conflict_rows(result.conflicts) if result is not None else ())

    def show_fault(self, words: str) -> None:
        """
        Say why something failed.

        Parameters
        ----------
        words : str
            In the user's language; empty if nothing did.
        """
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    def show_work(self, fraction: float | None) -> None:
        """
        Show that work runs.

        Parameters
        ----------
        fraction : float or None
            How far it is; None if none runs.
        """
        works = fraction is not None
        self.bar.setVisible(works)
        self.cancel.setVisible(works)
        self.bar.setValue(round(100 * (fraction or 0.0)))
        for one in (self.compare, self.sync, self.publish, self.get):
            one.setEnabled(not works)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Forget the password when the dialog goes."""
        self.password.clear()
        super().closeEvent(event)

    def _say_words(self) -> None:
        for one, words in (
            (self.compare, tr("Compare")),
            (self.sync, tr("Synchronise")),
            (self.publish, tr("Publish this project")),
            (self.get, tr("Check out…")),
            (self.cancel, tr("Cancel")),
            (self.all_mine, tr("Mine in all")),
            (self.all_theirs, tr("Theirs in all")),
        ):
            one.setText(words)
        self.changes.setHorizontalHeaderLabels(
            [tr("Direction"), tr("Table"), tr("Added"), tr("Changed"), tr("Deleted")]
        )
        self.conflicts.setHorizontalHeaderLabels(
            [tr("Table"), tr("Row"), tr("Field"), tr("Mine"), tr("Theirs"), tr("What holds")]
        )

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        hint = label("muted")
        hint.setText(tr("The program connects to the office only when you press one of these buttons."))
        names = (label(), label())
        names[0].setText(tr("Address"))
        names[1].setText(tr("Password"))
        column.addWidget(self.state)
        column.addLayout(form(((names[0], self.address), (names[1], self.password))))
        column.addWidget(hint)
        buttons = row(self.get, self.publish, self.compare, self.sync)
        buttons.insertStretch(0)
        column.addLayout(buttons)
        column.addLayout(row(self.bar, self.cancel))
        column.addWidget(self.fault)
        column.addWidget(self.changes, 2)
        column.addWidget(self.conflict_words)
        column.addWidget(self.conflicts, 3)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column.addLayout(row(self.all_mine, self.all_theirs, None, close))

    def _connect(self) -> None:
        self.compare.clicked.connect(self.compare_wanted)
        self.sync.clicked.connect(self.sync_wanted)
        self.publish.clicked.connect(self.publish_wanted)
        self.get.clicked.connect(self.get_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.all_mine.clicked.connect(lambda: self._choose_all(_MINE))
        self.all_theirs.clicked.connect(lambda: self._choose_all(_THEIRS))

    def _choose_all(self, side: str) -> None:
        for box in self._choices.values():
            box.setCurrentIndex(box.findData(side))

    def _show_conflicts(self, rows: tuple[ConflictRow, ...]) -> None:
        self._choices = {}
        lines = [line for one in rows for line in _lines(one)]
        _fill(self.conflicts, [line[1] for line in lines])
        for place, (conflict_id, _) in enumerate(lines):
            if conflict_id not in self._choices:
                box = QComboBox()
                for words, side in ((tr("Decide…"), ""), (tr("Mine"), _MINE), (tr("Theirs"), _THEIRS)):
                    box.addItem(words, side)
                self._choices[conflict_id] = box
                self.conflicts.setCellWidget(place, 5, box)
        for one in (self.conflicts, self.conflict_words, self.all_mine, self.all_theirs):
            one.setVisible(bool(rows))
        self.conflict_words.setText(
            tr(
                "Rows that were changed here and in the office: decide which values hold, then synchronise. Until then nothing changes."
            )
        )


def _lines(one: ConflictRow) -> list[tuple[str, tuple[str, ...]]]:
    table = tr(table_title(one.table))
    if "absent" in {one.mine, one.theirs}:
        sides = (
            tr("has the row") if one.mine == "there" else tr("has it not"),
            tr("has the row") if one.theirs == "there" else tr("has it not"),
        )
        return [(one.conflict_id, (table, one.row, tr("the whole row"), *sides, ""))]
    return [
        (one.conflict_id, (table, one.row, tr(column_title(one.table, field.column)), *_sides(field), ""))
        for field in one.fields
    ]


def _sides(field: ConflictField) -> tuple[str, str]:
    return _words(field.mine), _words(field.theirs)


def _words(value: Any) -> str:
    if isinstance(value, dict):  # GeoJSON
        point = value.get("type") == "Point" and value.get("coordinates")
        return ", ".join(f"{number:.6f}" for number in point) if point else str(value.get("type"))
    return "-" if value is None else str(value)


def _table(columns: int) -> QTableWidget:
    made = QTableWidget(0, columns)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.verticalHeader().hide()
    made.setWordWrap(False)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.setTabKeyNavigation(False)  # Tab leaves it; the arrows go from cell to cell
    return made


def _fill(table: QTableWidget, lines: list[tuple[str, ...]]) -> None:
    table.clearContents()
    table.setRowCount(len(lines))
    for place, line in enumerate(lines):
        for column, words in enumerate(line):
            item = QTableWidgetItem(words)
            item.setToolTip(as_tip(words))
            table.setItem(place, column, item)
