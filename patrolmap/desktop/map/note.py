"""A card over the map while there is nothing to see: the district is being read, or nothing is in it yet and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import button, label, row
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["MapNote"]

_WIDE_PX: Final = 340
_PATIENCE_MS: Final = 300
"""A district that is read sooner needs no card that flashes up."""
_DRAWN: Final = ("streets", "rings", "sites", "incidents", "boundary", "grid_cells", "teams", "nodes")


class MapNote(QFrame):
    """
    Tells why the map is empty, in its middle.

    Parameters
    ----------
    core : Core
        Shared parts.
    stage : QWidget
        Over which it lies.
    """

    wants_import = Signal()
    """The user wants to bring in a file."""

    def __init__(self, core: Core, stage: QWidget) -> None:
        super().__init__(stage)
        self._core, self._stage = core, stage
        self.setObjectName("mapnote")
        self.heading, self.words, self.bar = label("section"), label("muted"), QProgressBar()
        self.import_button = button(primary=True)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 14, 18, 14)
        self._column.setSpacing(8)
        for part in (self.heading, self.words, self.bar):
            self._column.addWidget(part)
        self._column.addLayout(row(self.import_button, None))
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.refresh)
        dress = Dresser(self, self.refresh)
        dress.text(self.import_button.setText, N_("Import a file…"))
        dress.text(self.bar.setAccessibleName, N_("Progress"))
        self.import_button.clicked.connect(self.wants_import)
        stage.installEventFilter(self)
        core.session.opened.connect(self._opened)
        core.session.closed.connect(self._closed)
        core.cache.loaded.connect(lambda _name: self._loaded())
        core.cache.sketched.connect(self.refresh)
        self.hide()

    @property
    def is_empty(self) -> bool:
        """Whether the open project has nothing that a map could show."""
        return not any(self._core.cache.count(name) for name in _DRAWN)

    def refresh(self) -> None:
        """Show how things stand now, or nothing if there is a map to look at."""
        is_open = self._core.session.is_open
        is_reading = is_open and self._core.cache.is_loading
        is_drawn = self._core.cache.main_streets is not None or not self.is_empty
        if not is_open or self._patience.isActive() or is_drawn:
            self.hide()
            return
        self.heading.setText(tr("Reading the district…") if is_reading else tr("The map is still empty"))
        self.words.setText(
            tr("Import streets first, then rings, sites, incidents and teams. A file can also be dropped here.")
        )
        self.words.setVisible(not is_reading)
        self.bar.setVisible(is_reading)
        self.import_button.setVisible(not is_reading)
        self.import_button.setEnabled(not self._core.session.project.read_only)
        self.setAccessibleName(self.heading.text())
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Stay in the middle of the map.

        Parameters
        ----------
        watched : QObject
            The map.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _opened(self) -> None:
        self._patience.start()
        self.refresh()

    def _closed(self) -> None:
        self._patience.stop()
        self.hide()

    def _loaded(self) -> None:
        if not self._core.cache.is_loading:
            self._patience.stop()
        self.refresh()

    def _place(self) -> None:
        self._column.activate()
        wide = min(max(_WIDE_PX, self._column.totalMinimumSize().width()), self._stage.width() - 16)
        high = max(self._column.totalHeightForWidth(wide), self._column.totalMinimumSize().height())
        self.setGeometry((self._stage.width() - wide) // 2, max((self._stage.height() - high) * 2 // 5, 0), wide, high)
