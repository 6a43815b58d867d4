"""Second page of the wizard: which column becomes which field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.forms import as_tip, label, row
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from patrolmap.desktop.features.importing.draft import ImportDraft
    from patrolmap.ingest.proposals import ColumnProposal, MappingProposal

__all__ = ["ColumnsPage"]

_NONE: Final = ""


class ColumnsPage(QWidget):
    """
    The columns with samples, a box to correct each, values for all rows, and named profiles.

    Parameters
    ----------
    draft : ImportDraft
        What the wizard knows.
    """

    def __init__(self, draft: ImportDraft) -> None:
        super().__init__()
        self._draft = draft
        self._shown: MappingProposal | None = None
        self.profile, self.profile_name = QComboBox(), QLineEdit()
        self.profile_name.setPlaceholderText(tr("Name, to keep this mapping for next month"))
        self.profile_name.setAccessibleName(tr("Keep as profile"))
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels([tr("Column"), tr("Samples"), tr("Becomes"), tr("Why")])
        self.table.setAccessibleName(tr("Columns of the file"))
        self.part = QComboBox()
        self.part.addItem(tr("Columns of the junctions"), "nodes")
        self.part.addItem(tr("Columns of the streets"), "edges")
        self.part.setAccessibleName(tr("Table"))
        self.missing = label()
        self.constant_field, self.constant_value = QComboBox(), QLineEdit()
        self.constant_value.setAccessibleName(tr("Value for all rows"))
        self.boxes: dict[str, QComboBox] = {}
        self._lay_out()
        self.part.activated.connect(lambda: draft.show(str(self.part.currentData())))
        self.profile.activated.connect(self._apply_profile)
        self.profile_name.textChanged.connect(lambda text: setattr(draft, "save_profile", text.strip()))
        self.constant_value.editingFinished.connect(self._take_constant)
        self.constant_field.activated.connect(self._on_constant_field)

    def refresh(self) -> None:
        """Show the draft as it is."""
        proposal = self._draft.proposal
        self.setEnabled(self._draft.job is None)
        for widget in self._profile_row:
            widget.setVisible(not self._draft.part)
        self.part.setVisible(bool(self._draft.part))
        if proposal is None:
            return
        if proposal is not self._shown:
            self._shown = proposal
            self.part.setCurrentIndex(max(self.part.findData(self._draft.part), 0))
            self._list_profiles()
            self._list_columns(proposal)
        self._show_mapping(proposal)

    def _lay_out(self) -> None:
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        texts = [label(wrap=False) for _ in range(3)]
        words = (tr("&Profile"), tr("&Keep as"), tr("&Value for all rows"))
        for text, said, field in zip(texts, words, (self.profile, self.profile_name, self.constant_field), strict=True):
            text.setText(said)
            text.setBuddy(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._profile_row = (texts[0], self.profile, texts[1], self.profile_name)
        column.addWidget(self.part)
        column.addLayout(row(*self._profile_row))
        column.addWidget(self.table, 1)
        column.addLayout(row(texts[2], self.constant_field, self.constant_value))
        column.addWidget(self.missing)

    def _list_profiles(self) -> None:
        from patrolmap.services.import_profiles import project_profiles, shared_profiles

        known = {**shared_profiles(), **project_profiles(self._draft.core.session.project)}
        self.profile.clear()
        self.profile.addItem(tr("None: guess"), _NONE)
        for name, profile in known.items():
            if profile.layer == self._draft.layer:
                self.profile.addItem(name, name)
        self.profile.setCurrentIndex(max(self.profile.findData(self._draft.profile), 0))

    def _list_columns(self, proposal: MappingProposal) -> None:
        self.table.setRowCount(0)
        self.boxes.clear()
        for place, column in enumerate(proposal.columns):
            self.table.insertRow(place)
            samples = tr("not shown") if column.is_personal else "  ·  ".join(column.samples)
            why = "" if column.why is None else tr(column.why)
            for at, words in ((0, column.column), (1, samples), (3, why)):
                item = QTableWidgetItem(words)
                item.setToolTip(as_tip(words))
                self.table.setItem(place, at, item)
            self.boxes[column.column] = self._box(column, proposal)
            self.table.setCellWidget(place, 2, self.boxes[column.column])
        for at, least in ((0, 110), (1, 240), (2, 190)):
            self.table.setColumnWidth(at, least)
        self.constant_field.clear()
        for choice in proposal.fields:
            self.constant_field.addItem(tr(choice.title), choice.field)
        unset = [choice.field for choice in proposal.fields if not choice.source]
        self.constant_field.setCurrentIndex(self.constant_field.findData(unset[0]) if unset else 0)

    def _box(self, column: ColumnProposal, proposal: MappingProposal) -> QComboBox:
        box = QComboBox()
        box.addItem(tr("— left out"), _NONE)
        for choice in proposal.fields:
            box.addItem(tr(choice.title) + (" *" if choice.required else ""), choice.field)
        box.setEnabled(not column.is_personal)
        box.setAccessibleName(tr("What {column} becomes", column=column.column))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.activated.connect(lambda _place, name=column.column: self._correct(name))
        return box

    def _show_mapping(self, proposal: MappingProposal) -> None:
        mapping = self._draft.mapping
        field_of = {source: field for field, source in mapping.items() if source}
        for name, box in self.boxes.items():
            box.setCurrentIndex(max(box.findData(field_of.get(name, _NONE)), 0))
        open_ones = [choice for choice in proposal.fields if choice.required and not mapping.get(choice.field)]
        names = [tr(choice.title) for choice in open_ones]
        self.missing.setText(
            tr("Still without a column: {fields}. It is derived where it can be.", fields=names) if names else ""
        )
        self._show_constant()

    def _correct(self, column: str) -> None:
        wanted: Any = self.boxes[column].currentData()
        for field, source in list(self._draft.mapping.items()):
            if source == column and field != wanted:
                self._draft.correct(field, "")
        if wanted:
            self._draft.correct(wanted, column)

    def _show_constant(self) -> None:
        source = self._draft.mapping.get(str(self.constant_field.currentData()), "")
        if not self.constant_value.hasFocus():
            self.constant_value.setText(source[1:] if source.startswith("=") else "")

    def _on_constant_field(self, _place: int) -> None:
        self._show_constant()

    def _take_constant(self) -> None:
        field, value = str(self.constant_field.currentData()), self.constant_value.text().strip()
        before = self._draft.mapping.get(field, "")
        if value and before != f"={value}":
            self._draft.correct(field, f"={value}")
        elif not value and before.startswith("="):
            self._draft.correct(field, "")

    def _apply_profile(self) -> None:
        self._draft.say(profile=str(self.profile.currentData() or ""))
        if self._draft.look is None:
            self._draft.examine()
