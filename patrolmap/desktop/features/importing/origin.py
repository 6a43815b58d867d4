"""Where an import comes from: a file, two tables of a network, or a table of a database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFileDialog, QLineEdit, QWidget

from patrolmap.desktop.features.importing.choices import FILE_KINDS, fill
from patrolmap.desktop.forms import button, label, row, spaced
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.database_address import DatabaseTable
from patrolmap.messages import N_

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFormLayout, QLabel, QLayout

    from patrolmap.desktop.features.importing.draft import ImportDraft

__all__ = ["Origin"]

_KINDS: Final = (
    ("file", N_("A file")),
    ("network", N_("A table of junctions and a table of streets")),
    ("database", N_("A table of a database (PostGIS)")),
)


class Origin:
    """
    The rows of the first page that say where the data is.

    Parameters
    ----------
    draft : ImportDraft
        What the wizard knows.
    owner : QWidget
        The page.
    """

    def __init__(self, draft: ImportDraft, owner: QWidget) -> None:
        self._draft, self._owner = draft, owner
        self.kind = QComboBox()
        fill(self.kind, _KINDS)
        self.file_name, self.file_button = label(wrap=False), button()
        self.edges_name, self.edges_button = label(wrap=False), button()
        self.planar, self.scale = QCheckBox(), QDoubleSpinBox()
        self.address, self.password, self.connect_button = QLineEdit(), QLineEdit(), button()
        self.file_title = label(wrap=False)
        self._dress()
        self.lines = self._lines()
        self.kind.activated.connect(lambda: draft.say(kind=str(self.kind.currentData())))
        self.file_button.clicked.connect(lambda: self._choose("path"))
        self.edges_button.clicked.connect(lambda: self._choose("edges"))
        self.planar.toggled.connect(lambda told: draft.say(planar=told))
        self.scale.valueChanged.connect(lambda value: draft.say(metres_per_unit=value))
        for told in (self.connect_button.clicked, self.address.returnPressed, self.password.returnPressed):
            told.connect(self._take_address)

    def refresh(self, form: QFormLayout) -> None:
        """
        Show the draft as it is.

        Parameters
        ----------
        form : QFormLayout
            The rows' place.
        """
        draft = self._draft
        self.kind.setCurrentIndex(self.kind.findData(draft.kind))
        self.file_title.setText(tr("Junctions") if draft.kind == "network" else tr("File"))
        self.file_name.setText(draft.path.name if isinstance(draft.path, Path) else tr("none yet"))
        self.edges_name.setText(tr("none yet") if draft.edges is None else draft.edges.name)
        self.scale.setEnabled(draft.planar)
        shown = {"file": (1,), "network": (1, 2, 3), "database": (4, 5)}[draft.kind]
        for place, (_title, content) in enumerate(self.lines[1:], start=1):
            form.setRowVisible(content, place in shown)

    def _dress(self) -> None:
        self.file_button.setText(tr("Choose a file…"))
        self.edges_button.setText(tr("Choose a file…"))
        self.file_button.setAccessibleName(tr("Choose the file, or the table of junctions"))
        self.edges_button.setAccessibleName(tr("Choose the table of streets"))
        self.planar.setText(tr("Bare numbers on a plane, one unit is"))
        self.scale.setRange(0.000001, 1_000_000.0)
        self.scale.setDecimals(4)
        self.scale.setValue(self._draft.metres_per_unit)
        self.scale.setSuffix(tr(" m"))
        self.scale.setAccessibleName(tr("Metres per unit of the plane"))
        spaced(self.scale)
        self.address.setPlaceholderText("postgresql://user@host/database?table=schema.table")
        self.address.setAccessibleName(tr("Address of the table"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Password, not kept"))
        self.password.setAccessibleName(tr("Password, not kept"))
        self.connect_button.setText(tr("&Open"))

    def _lines(self) -> list[tuple[QLabel, QWidget | QLayout]]:
        titles = [label(wrap=False) for _ in range(5)]
        names = (tr("Data is in"), tr("Streets"), tr("Plane"), tr("Address"), tr("Password"))
        for title, words in zip(titles, names, strict=True):
            title.setText(words)
        titles[4].setBuddy(self.password)
        return [
            (titles[0], self.kind),
            (self.file_title, row(self.file_name, None, self.file_button)),
            (titles[1], row(self.edges_name, None, self.edges_button)),
            (titles[2], row(self.planar, self.scale, None)),
            (titles[3], self.address),
            (titles[4], row(self.password, self.connect_button)),
        ]

    def _choose(self, which: str) -> None:
        kind = tr("Data files ({kinds})", kinds=FILE_KINDS)
        start = str(self._draft.path.parent) if isinstance(self._draft.path, Path) else ""
        name, _ = QFileDialog.getOpenFileName(self._owner, tr("Choose a file"), start, f"{kind};;{tr('All files')} (*)")
        if name:
            self.take(which, Path(name))

    def take(self, which: str, path: Path) -> None:
        """
        Take a file in hand.

        Parameters
        ----------
        which : str
            ``path``, or ``edges`` for the table of streets.
        path : Path
            The file.
        """
        self._draft.say(**{which: path})
        self._draft.examine()

    def _take_address(self) -> None:
        try:
            told = DatabaseTable.at(self.address.text())
        except InputError as error:
            self._draft.failed.emit(error)
            return
        self._draft.say(path=replace(told, password=self.password.text() or told.password))
        self._draft.examine()
