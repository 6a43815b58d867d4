"""First page of the wizard: what is this file, and what speaks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from patrolmap.desktop.features.importing.choices import ENCODINGS, SYSTEMS, fill
from patrolmap.desktop.features.importing.origin import Origin
from patrolmap.desktop.features.importing.presenter import IMPORTABLE
from patrolmap.desktop.features.importing.topology_row import TopologyRow
from patrolmap.desktop.forms import button, form, label, row
from patrolmap.i18n import tr
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from patrolmap.desktop.features.importing.draft import ImportDraft, Look

__all__ = ["SourcePage"]


class SourcePage(QWidget):
    """
    The file, its layer, encoding and coordinate system, with the evidence.

    Parameters
    ----------
    draft : ImportDraft
        What the wizard knows.
    """

    def __init__(self, draft: ImportDraft) -> None:
        super().__init__()
        self._draft = draft
        self.origin, self.topology = Origin(draft, self), TopologyRow(draft)
        self.layer, self.encoding, self.system = QComboBox(), QComboBox(), QComboBox()
        self.table = QComboBox()
        self.table.setAccessibleName(tr("Sheet or layer of the file"))
        self._tables: tuple[str, ...] = ()
        self._tables_of: object = draft.path
        fill(self.layer, [(name, LAYERS[name].title) for name in IMPORTABLE])
        fill(self.encoding, ENCODINGS)
        fill(self.system, SYSTEMS)
        self.evidence = QTreeWidget()
        self.evidence.setHeaderLabels([tr("Coordinate system"), tr("Median to a street"), tr("Half of the points")])
        self.evidence.setRootIsDecorated(False)
        self.evidence.setAccessibleName(tr("Evidence on the coordinate system"))
        self.advice, self.advice_button = label(), button()
        self.read_as = label("muted")
        self._lay_out()
        self.layer.activated.connect(lambda: draft.say(layer=str(self.layer.currentData())))
        self.table.activated.connect(self._take_table)
        self.encoding.activated.connect(lambda: draft.say(encoding=str(self.encoding.currentData())))
        self.system.activated.connect(lambda: draft.say(crs=str(self.system.currentData())))
        self.advice_button.clicked.connect(self._follow_advice)
        self.refresh()

    def refresh(self) -> None:
        """Show the draft as it is."""
        draft = self._draft
        self._show_tables(draft.look)
        self._show_rows()
        for box, value in ((self.layer, draft.layer), (self.encoding, draft.encoding), (self.system, draft.crs)):
            if box is self.system and box.findData(value) < 0:
                box.addItem(value, value)
            box.setCurrentIndex(max(box.findData(value), 0))
        self.setEnabled(draft.job is None)
        self._show_look(draft.look)

    def _lay_out(self) -> None:
        titles = (tr("Sheet or layer"), tr("As layer"), tr("Encoding"), tr("Coordinates"), tr("Topology"))
        fields = (self.table, self.layer, self.encoding, self.system, self.topology)
        lines = list(self.origin.lines)
        for title, content in zip(titles, fields, strict=True):
            text = label(wrap=False)
            text.setText(title)
            lines.append((text, content))
        self._form = form(lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._form)
        column.addWidget(self.read_as)
        column.addWidget(self.evidence, 1)
        foot = row(self.advice, self.advice_button)
        foot.setStretch(0, 1)
        column.addLayout(foot)

    def _show_rows(self) -> None:
        draft = self._draft
        self.origin.refresh(self._form)
        self.topology.refresh()
        self._form.setRowVisible(self.layer, draft.kind != "network")
        self._form.setRowVisible(self.encoding, draft.kind != "database")
        self._form.setRowVisible(self.system, not (draft.kind == "network" and draft.planar))
        self._form.setRowVisible(self.topology, draft.layer == "streets" and draft.kind != "network")

    def _show_tables(self, look: Look | None) -> None:
        """Offer the tables of the file; while it is looked at anew, those of the last look stay."""
        if look is not None:
            self._tables = look.tables
        elif self._draft.path != self._tables_of:
            self._tables = ()
        self._tables_of = self._draft.path
        self.table.clear()
        self.table.addItem(tr("Choose by itself"), "")
        for title in self._tables:
            self.table.addItem(title, title)
        self.table.setCurrentIndex(max(self.table.findData(self._draft.sheet), 0))
        self._form.setRowVisible(self.table, len(self._tables) > 1)

    def _take_table(self) -> None:
        self._draft.say(sheet=str(self.table.currentData()))
        self._draft.examine()

    def _show_look(self, look: Look | None) -> None:
        self.evidence.clear()
        self.advice_button.hide()
        self.read_as.setText("" if look is None else "\n".join(tr(said) for said in look.proposal.choices[:3]))
        if look is None or look.doctor is None:
            self.evidence.hide()
            self.advice.setText("" if look is None or look.doubt is None else tr(look.doubt))
            return
        self.evidence.show()
        for one in look.doctor.diagnosis.evidence:
            title = one.hypothesis.title + (" " + tr("(axes exchanged)") if one.hypothesis.swapped else "")
            spread = tr("{low} to {high} m", low=_whole(one.lower_m), high=_whole(one.upper_m))
            QTreeWidgetItem(self.evidence, [title, tr("{metres} m", metres=_whole(one.median_m)), spread])
        for column in range(3):
            self.evidence.resizeColumnToContents(column)
        self._show_advice(look)

    def _show_advice(self, look: Look) -> None:
        diagnosis = look.doctor.diagnosis if look.doctor is not None else None
        words = [] if diagnosis is None else [tr(reason) for reason in diagnosis.reasons]
        best = None if diagnosis is None else diagnosis.advice
        if best is None:
            words.append(tr("Not sure: look at the figures, and ask where the file comes from."))
        elif self._draft.crs != best.hypothesis.crs and (self._draft.crs, best.hypothesis.crs) != ("auto", "wgs84"):
            self.advice_button.setText(tr("&Use {crs}", crs=best.hypothesis.title))
            self.advice_button.show()
        self.advice.setText(" ".join(words))

    def _follow_advice(self) -> None:
        look = self._draft.look
        if look is not None and look.doctor is not None and look.doctor.diagnosis.advice is not None:
            self._draft.say(crs=look.doctor.diagnosis.advice.hypothesis.crs)


def _whole(metres: float) -> str:
    return f"{metres:,.0f}" if metres < 1e7 else "> 10,000,000"
