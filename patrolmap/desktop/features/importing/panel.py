"""The import panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLayout, QListWidget, QListWidgetItem, QWidget

from patrolmap.desktop.features.importing.choices import ENCODINGS, FILE_KINDS, SYSTEMS, fill
from patrolmap.desktop.features.importing.presenter import IMPORTABLE, ImportOrder, ImportPresenter, guess_layer
from patrolmap.desktop.features.importing.report_dialog import ReportDialog
from patrolmap.desktop.features.importing.wizard import ImportWizard
from patrolmap.desktop.forms import button, form, label
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.tasks import TaskPanel, TaskSpec
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from patrolmap.desktop.core import Core

__all__ = ["ImportPanel", "local_files"]


class ImportPanel(TaskPanel):
    """
    A file, the layer it goes to, the import, and the reports so far. Files may be dropped on it.

    Parameters
    ----------
    core : Core
        Shared parts.
    spec, following : TaskSpec
        As in `TaskPanel`.
    presenter : ImportPresenter or None
        What it knows; None makes one.
    """

    def __init__(
        self, core: Core, spec: TaskSpec, following: TaskSpec | None, presenter: ImportPresenter | None = None
    ) -> None:
        super().__init__(spec, following)
        self._core = core
        self.presenter = presenter or ImportPresenter(core)
        self._file: Path | None = None
        self.file_button = button()
        self.file_name = label("muted")
        self.layer, self.system, self.encoding = QComboBox(), QComboBox(), QComboBox()
        self.run_button = RunButton(core.jobs)
        self.wizard_button, self.other_button = button(), button()
        self.wizard: ImportWizard | None = None
        self.reports = QListWidget()
        self.setAcceptDrops(True)
        self._lay_out()
        self.file_button.clicked.connect(self._choose)
        self.run_button.wanted.connect(self._run)
        self.wizard_button.clicked.connect(self._go_step_by_step)
        self.other_button.clicked.connect(lambda: self._show_wizard(None))
        self.reports.itemActivated.connect(self._show_report)
        self.reports.itemClicked.connect(self._show_report)
        self.presenter.job_changed.connect(lambda: self.run_button.follow(self.presenter.job))
        self.presenter.reports_changed.connect(self._list_reports)
        self.redress()

    def take_file(self, path: Path) -> None:
        """
        Take a file in hand and guess its layer.

        Parameters
        ----------
        path : Path
            The file.
        """
        self._file = path
        place = self.layer.findData(guess_layer(path.name))
        if place >= 0:
            self.layer.setCurrentIndex(place)
        self._show_file()

    def open_wizard(self, path: Path) -> ImportWizard:
        """
        Go through the import of a file step by step.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        ImportWizard
            It is open; nothing is changed before its last page.
        """
        self.take_file(path)
        return self._show_wizard(path)

    def _show_wizard(self, path: Path | None) -> ImportWizard:
        self.wizard = ImportWizard(self._core, self.presenter, path, self.window())
        self.wizard.setModal(True)
        self.wizard.show()
        return self.wizard

    def choose(self) -> None:
        """Ask for a file and go through its import step by step."""
        name = self._ask()
        if name:
            self.open_wizard(Path(name))

    def redress(self) -> None:
        """Write lists in the current language."""
        fill(self.layer, [(name, LAYERS[name].title) for name in IMPORTABLE])
        fill(self.system, SYSTEMS)
        fill(self.encoding, ENCODINGS)
        self._show_file()
        self._list_reports()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """
        Accept files.

        Parameters
        ----------
        event : QDragEnterEvent
            What is dragged.
        """
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """
        Go through the import of the first file that is dropped.

        Parameters
        ----------
        event : QDropEvent
            What is dropped.
        """
        paths = local_files(event.mimeData())
        if paths:
            self.open_wizard(paths[0])

    def _lay_out(self) -> None:
        source, reports = label("section"), label("section")
        self.dress.text(source.setText, N_("File"))
        self.dress.text(reports.setText, N_("Reports"))
        self.dress.text(self.file_button.setText, N_("Choose a file…"))
        self.dress.text(self.run_button.set_text, N_("Import"))
        self.dress.text(self.wizard_button.setText, N_("Step by step, with a preview…"))
        self.dress.text(self.other_button.setText, N_("From two tables or a database…"))
        self.dress.text(self.reports.setAccessibleName, N_("Reports"))
        self.body.addWidget(source)
        self.body.addWidget(self.file_button)
        self.body.addWidget(self.file_name)
        self.body.addLayout(form(self._rows()))
        self.body.addWidget(self.run_button)
        self.body.addWidget(self.wizard_button)
        self.body.addWidget(self.other_button)
        self.body.addSpacing(6)
        self.body.addWidget(reports)
        self.body.addWidget(self.reports, 1)

    def _rows(self) -> list[tuple[QLabel, QWidget | QLayout]]:
        made: list[tuple[QLabel, QWidget | QLayout]] = []
        titles = (N_("As layer"), N_("Coordinates"), N_("Encoding"))
        for title, field in zip(titles, (self.layer, self.system, self.encoding), strict=True):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(12)
            text = label(wrap=False)
            self.dress.text(text.setText, title)
            made.append((text, field))
        return made

    def _choose(self) -> None:
        name = self._ask()
        if name:
            self.take_file(Path(name))

    def _go_step_by_step(self) -> None:
        if self._file is not None:
            self.open_wizard(self._file)

    def _ask(self) -> str:
        kind = tr("Data files ({kinds})", kinds=FILE_KINDS)
        start = str(self._file.parent) if self._file else ""
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a file"), start, f"{kind};;{tr('All files')} (*)")
        return name

    def _run(self) -> None:
        if self._file is not None:
            order = ImportOrder(
                self._file,
                str(self.layer.currentData()),
                str(self.system.currentData()),
                str(self.encoding.currentData()),
            )
            self.presenter.run(order)

    def _show_file(self) -> None:
        self.run_button.setEnabled(self._file is not None)
        self.wizard_button.setEnabled(self._file is not None)
        words = tr(
            "Or drop it anywhere on the window: GeoJSON, GeoPackage, Shapefile, KML, GPX, DXF, CSV, Excel or OpenStreetMap."
        )
        self.file_name.setText(words if self._file is None else self._file.name)

    def _list_reports(self) -> None:
        self.reports.clear()
        for report in self.presenter.reports:
            taken = report.accepted + report.updated + report.unchanged
            words = tr(
                "{name}: {taken} taken, {rejected} left out",
                name=report.source,
                taken=taken,
                rejected=len(report.rejected),
            )
            self.reports.addItem(QListWidgetItem(words))
        if not self.presenter.reports:
            item = QListWidgetItem(tr("No imports in this sitting."))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.reports.addItem(item)

    def _show_report(self, item: QListWidgetItem) -> None:
        place = self.reports.row(item)
        if place < len(self.presenter.reports):
            ReportDialog(self.presenter.reports[place], self).exec()


def local_files(data: QMimeData) -> list[Path]:
    """
    List the files of this computer that are dragged.

    Parameters
    ----------
    data : QMimeData
        What is dragged.

    Returns
    -------
    list of Path
        In their order; folders are none.
    """
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
