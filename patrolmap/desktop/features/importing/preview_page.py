"""Third page of the wizard: what would be imported, where, and what not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QVBoxLayout, QWidget

from patrolmap.desktop.features.importing.preview_map import PreviewMap
from patrolmap.desktop.features.importing.report_dialog import report_figures, report_tabs, topology_list
from patrolmap.desktop.forms import button, clear, label, row
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from patrolmap.desktop.features.importing.draft import ImportDraft
    from patrolmap.services.import_preview import ImportPreview
    from patrolmap.services.topology import TopologyReport

__all__ = ["PreviewPage"]


class PreviewPage(QWidget):
    """
    A map of the new rows beside the report that the import would give.

    Parameters
    ----------
    draft : ImportDraft
        What the wizard knows.
    """

    def __init__(self, draft: ImportDraft) -> None:
        super().__init__()
        self._draft = draft
        self._shown: ImportPreview | None = None
        self.figures = label()
        self.map = PreviewMap()
        self.map.setAccessibleName(tr("Preview"))
        self.save_button = button()
        self.save_button.setText(tr("&Save rejected rows…"))
        self.save_button.clicked.connect(self._save)
        self._report = QWidget()
        self._report_place = QVBoxLayout(self._report)
        self._report_place.setContentsMargins(0, 0, 0, 0)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(self.map)
        halves.addWidget(self._report)
        halves.setSizes([360, 460])
        halves.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.figures)
        column.addWidget(halves, 1)
        column.addStretch(0)
        self._halves = halves
        column.addLayout(row(None, self.save_button))

    def refresh(self) -> None:
        """Show the draft as it is."""
        self.setEnabled(self._draft.job is None)
        preview = self._draft.preview
        self._halves.setVisible(preview is not None)
        self.save_button.setVisible(preview is not None and self._has_rejected(preview))
        if preview is None:
            self._shown = None
            self.figures.setText(tr("The import is tried out; nothing is written before you press the last button."))
            return
        if preview is self._shown:
            return
        self._shown = preview
        self.figures.setText(report_figures(preview.report, self.locale()))
        clear(self._report_place)
        tabs = report_tabs(preview.report)
        if preview.topology is not None:
            tabs.setCurrentIndex(tabs.insertTab(0, self._topology(preview.topology), tr("Topology")))
        self._report_place.addWidget(tabs)
        self.map.show_shapes(preview.shapes, self._draft.core.cache["streets"])

    def _has_rejected(self, preview: ImportPreview) -> bool:
        return bool(preview.report.rejected) and self._draft.kind != "network"

    def _topology(self, report: TopologyReport) -> QWidget:
        plan = tr("Nothing is mended; choose on the first page to mend them with the import.")
        if self._draft.topology == "repair":
            plan = tr("They are mended with the import, in one step; undo brings back the streets as they were drawn.")
        return topology_list(replace(report, mended=False), plan if report.mended else "")

    def save_rejected(self, path: Path) -> None:
        """
        Write the rejected rows.

        Parameters
        ----------
        path : Path
            The workbook.
        """
        self._draft.rehearse(path)

    def _save(self) -> None:
        stem = Path(self._draft.path.name).stem if self._draft.path is not None else ""
        proposed = tr("{name} rejected rows", name=stem) + ".xlsx"
        name, _ = QFileDialog.getSaveFileName(self, tr("Save rejected rows"), proposed, "Excel (*.xlsx)")
        if name:
            self.save_rejected(Path(name))
