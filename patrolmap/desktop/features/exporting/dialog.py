"""The dialog that asks what to export, for whom and where to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFileDialog, QSpinBox, QTreeWidgetItem, QVBoxLayout

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.exporting.presenter import KINDS, ExportKind, ExportWish
from patrolmap.desktop.forms import label, row, spaced
from patrolmap.desktop.wrapping import TitledTree
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from patrolmap.desktop.features.exporting.presenter import ExportPresenter

__all__ = ["ExportDialog"]

_SIZE: Final = (560, 560)
_LEAST, _LARGEST = 2, 1000


class ExportDialog(Dialog):
    """
    Ask for format, readers and place; the writing goes on in the background when it is closed.

    Parameters
    ----------
    presenter : ExportPresenter
        Knows the formats, and writes.
    parent : QWidget or None
        Owner.
    """

    guide = ("exchange", "window")

    def __init__(self, presenter: ExportPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.resize(*_SIZE)
        self.presenter = presenter
        self.kinds = TitledTree()
        self.kinds.setAccessibleName(tr("Format"))
        self.kinds.setRootIsDecorated(False)
        for kind in KINDS:
            self.kinds.addTopLevelItem(QTreeWidgetItem([f"{tr(kind.title)}\n{tr(kind.words)}"]))
        self.split = QCheckBox()
        self.publish = QCheckBox(tr("For publication: counts below"))
        self.threshold = QSpinBox()
        self.threshold.setAccessibleName(tr("Counts below this number are not shown"))
        self.threshold.setRange(_LEAST, _LARGEST)
        self.threshold.setValue(presenter.threshold)
        spaced(self.threshold)
        self.hint = label("muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.export_button = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._lay_out()
        self.kinds.currentItemChanged.connect(lambda _now, _before: self._follow())
        self.publish.toggled.connect(self._follow)
        self.buttons.accepted.connect(self._choose)
        self.buttons.rejected.connect(self.reject)
        self.select(KINDS[0].id)

    @property
    def kind(self) -> ExportKind:
        """The chosen format."""
        return KINDS[max(self.kinds.currentIndex().row(), 0)]

    @property
    def wish(self) -> ExportWish:
        """What the fields say; what the format cannot have is left out."""
        kind = self.kind
        publish = kind.publishable and self.publish.isChecked()
        split = bool(kind.parts) and self.split.isChecked()
        return ExportWish(kind, split, self.threshold.value() if publish else None)

    def select(self, name: str) -> None:
        """
        Choose a format.

        Parameters
        ----------
        name : str
            Id of one of `KINDS`.
        """
        place = [kind.id for kind in KINDS].index(name)
        self.kinds.setCurrentIndex(self.kinds.model().index(place, 0))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        self.not_shown = label(wrap=False)
        self.not_shown.setText(tr("are not shown"))
        column.addWidget(self.kinds, 1)
        column.addWidget(self.split)
        column.addLayout(row(self.publish, self.threshold, self.not_shown, None, gap=6))
        column.addWidget(self.hint)
        self.export_button.setText(tr("Export…"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        column.addWidget(self.buttons)

    def _follow(self) -> None:
        kind, wish = self.kind, self.wish
        self.split.setEnabled(bool(kind.parts))
        self.split.setText(tr(kind.parts) if kind.parts else tr("Several files"))
        self.split.setToolTip("" if kind.parts else tr("This format is always one file."))
        words = "" if kind.publishable else tr("A plan is not for publication.")
        self.publish.setEnabled(kind.publishable)
        self.threshold.setEnabled(wish.publish)
        self.not_shown.setEnabled(kind.publishable)
        for one in (self.publish, self.threshold, self.not_shown):
            one.setToolTip(words)
        missing = self.presenter.missing(wish)
        self.export_button.setEnabled(missing is None)
        self.hint.setText(tr(missing) if missing is not None else self._holds(wish))

    def _holds(self, wish: ExportWish) -> str:
        if wish.publish:
            return tr("Routes, stops and what only the office should know are left out.")
        if self.presenter.plan_id is None:
            return tr("The project has no plan yet.")
        return tr("With the plan {plan}.", plan=self.presenter.plan_id)

    def _choose(self) -> None:
        wish = self.wish
        path = self._folder(wish) if wish.split else self._file(wish)
        if path is not None:
            self.accept()
            self.presenter.write(wish, path)

    def _folder(self, wish: ExportWish) -> Path | None:
        start = str(self.presenter.proposed(wish))
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder for the files"), start)
        return Path(chosen) if chosen else None

    def _file(self, wish: ExportWish) -> Path | None:
        endings = wish.kind.endings
        filters = {f"{one[1:].upper()} (*{one})": one for one in endings}
        proposal = self.presenter.proposed(wish)
        while True:
            chosen, kind = QFileDialog.getSaveFileName(self, tr("Export as"), str(proposal), ";;".join(filters))
            if not chosen:
                return None
            path, wanted = Path(chosen), filters.get(kind, endings[0])
            ends_well = path.suffix.lower() in endings
            # A typed ending holds, unless another kind than the proposed one was chosen below it.
            if ends_well and wanted in {endings[0], path.suffix.lower()}:
                return path
            proposal = path.with_suffix(wanted) if ends_well else path.with_name(f"{path.name}{wanted}")
            if not proposal.exists():  # else only the ending makes it an old file, which is asked about again
                return proposal
