"""Which map lies under the layers: a file of tiles or an address, how strongly, and in which Chinese system it was drawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.backgrounds import NO_BACKGROUND
from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import button, form, label, row
from patrolmap.i18n import tr, tr_error
from patrolmap.services.basemaps import KNOWN_MAPS, is_address
from patrolmap.services.workspace import BasemapChoice

if TYPE_CHECKING:
    from patrolmap.desktop.backgrounds import BackgroundDesk
    from patrolmap.services.basemaps import KnownMap

__all__ = ["BackgroundDialog"]

_PAUSE_MS = 150
_AROUND_TEXT_PX = 28


class BackgroundDialog(Dialog):
    """
    The background of the open project's map; each choice is on the map at once.

    Parameters
    ----------
    desk : BackgroundDesk
        Lays it.
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "background")

    def __init__(self, desk: BackgroundDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._before = desk, desk.choice
        self.setWindowTitle(tr("Background map"))
        self.setMinimumWidth(560)
        self.path = QLineEdit(desk.choice.path)
        self.path.setCursorPosition(0)
        self.path.setPlaceholderText(tr("No background map"))
        self.path.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.path.placeholderText()) + _AROUND_TEXT_PX)
        self.path.setAccessibleName(tr("File or address"))
        self.credit = QLineEdit(desk.choice.credit)
        self.credit.setAccessibleName(tr("Source"))
        self.choose_button, self.none_button, self.known_button = button(), button(), button()
        self.known_button.setText(tr("From the network"))
        self.known_button.setMenu(self._known_maps())
        self.choose_button.setText(tr("Choose…"))
        self.none_button.setText(tr("Remove"))
        self.gcj02 = QCheckBox(tr("Drawn in GCJ-02: move into place"))
        self.gcj02.setToolTip(tr("Chinese online maps are drawn in GCJ-02, some hundred metres beside."))
        self.gcj02.setChecked(desk.choice.gcj02)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setValue(round(desk.choice.opacity * 100))
        self.opacity.setAccessibleName(tr("Opacity"))
        self.state, note = label(), label("muted")
        note.setText(
            tr(
                "A file of map tiles on this computer: MBTiles or PMTiles with PNG, JPEG or WebP pictures. Or the address of a map on the network "
                "with {marks}: it is asked only if the settings allow it.",
                marks="{z}, {x}, {y}",
            )
        )
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        fields = [
            (_title(tr("File or address")), row(self.path, self.choose_button, self.none_button)),
            (_title(""), row(self.known_button, None)),
            (_title(tr("Source")), row(self.credit)),
            (_title(tr("Coordinates")), row(self.gcj02)),
            (_title(tr("Opacity")), row(self.opacity)),
        ]
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(note)
        column.addLayout(form(fields))
        column.addWidget(self.state)
        column.addStretch(1)
        column.addWidget(box)
        self._connect()
        self._show()

    def choose(self) -> None:
        """Ask for a file and lay it."""
        kinds = tr("Map tiles (*.mbtiles *.pmtiles);;All files (*)")
        found, _ = QFileDialog.getOpenFileName(self, tr("Background map"), self.path.text(), kinds)
        if found:
            self.path.setText(found)
            self._try()

    def reject(self) -> None:
        """Go back to the background before."""
        self._pause.stop()
        self._desk.choose(self._before)
        self._desk.changed.disconnect(self._show)
        super().reject()

    def accept(self) -> None:
        """Keep what is seen."""
        if self._pause.isActive():
            self._pause.stop()
            self._try()
        self._desk.changed.disconnect(self._show)
        super().accept()

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self.choose)
        self.none_button.clicked.connect(self._clear)
        self.path.editingFinished.connect(self._try)
        self.credit.editingFinished.connect(self._try)
        self.gcj02.toggled.connect(self._try)
        self.opacity.valueChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._try)
        self._desk.changed.connect(self._show)

    def _known_maps(self) -> QMenu:
        made = QMenu(self)
        for known in KNOWN_MAPS:
            made.addAction(tr(known.title)).triggered.connect(partial(self._take_known, known))
        return made

    def _take_known(self, known: KnownMap) -> None:
        self.path.setText(known.template)
        self.path.setCursorPosition(0)
        self.credit.setText(known.credit)
        self.gcj02.setChecked(known.gcj02)
        self._try()

    def _clear(self) -> None:
        self.path.clear()
        self._try()

    def _try(self) -> None:
        path = self.path.text().strip()
        credit = self.credit.text().strip() if is_address(path) else ""
        wish = BasemapChoice(path, self.gcj02.isChecked(), self.opacity.value() / 100, credit)
        if wish != self._desk.choice:
            self._desk.choose(wish)
        self._show()

    def _show(self) -> None:
        current, problem = self._desk.current, self._desk.problem
        has_path = bool(self.path.text())
        for part in (self.gcj02, self.opacity, self.none_button):
            part.setEnabled(has_path)
        self.credit.setEnabled(is_address(self.path.text()))
        self.state.setObjectName("warning" if problem is not None else "muted")
        self.state.style().polish(self.state)
        if problem is not None:
            self.state.setText(tr_error(problem.parts))
        elif current is None:
            self.state.setText(tr(NO_BACKGROUND) if not has_path else tr("Opening…"))
        else:
            info = current.archive.info
            words = tr("{name}, zoom {low} to {high}", name=info.name, low=info.min_zoom, high=info.max_zoom)
            self.state.setText(f"{words}\n{current.basemap.credit}".strip())


def _title(text: str) -> QLabel:
    made = label(wrap=False)
    made.setText(text)
    return made
