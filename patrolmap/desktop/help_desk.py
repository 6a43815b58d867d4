"""Help: the page of the guide for what is in hand, the keys, the versions, defects."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from patrolmap import __version__
from patrolmap.desktop.crash import CrashDialog
from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import label, readable, row, scrolled
from patrolmap.desktop.guide import open_guide
from patrolmap.desktop.icons import pixmap
from patrolmap.desktop.keys import KeysDialog
from patrolmap.desktop.licences import LicencesDialog
from patrolmap.desktop.tasks import TaskPanel
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from patrolmap.desktop.window import MainWindow

__all__ = ["AboutDialog", "HelpDesk", "guide_topic_of"]

_OF_TASK: Final = {
    "import": ("ingest", ""),
    "rings": ("rings", ""),
    "hotspots": ("hotspots", ""),
    "plan": ("planner", ""),
    "sheets": ("sheets", ""),
    "report": ("reports", ""),
}
_OF_DOCK: Final = {
    "time_line": ("evening", "board"),
    "stops": ("evening", "board"),
    "attributes": ("window", "attributes"),
    "charts": ("hotspots", ""),
    "layers": ("window", "layers"),
}
_LIST_PX: Final = 330
_BAR_PX: Final = 16
_PARTS: Final = (
    "PySide6-Essentials",
    "numpy",
    "pandas",
    "shapely",
    "geopandas",
    "pyproj",
    "pyogrio",
    "ortools",
    "pyvrp",
    "folium",
)


def guide_topic_of(widget: QWidget | None) -> tuple[str, str]:
    """
    Tell what the guide says about a widget.

    Parameters
    ----------
    widget : QWidget or None
        Where the focus is.

    Returns
    -------
    tuple of str and str
        Name of the page without its ending, and the anchor on it, empty for its top; the page of the window where there is
        none of its own.
    """
    while widget is not None:
        if isinstance(widget, Dialog):
            return widget.guide
        if isinstance(widget, TaskPanel):
            return _OF_TASK.get(widget.spec.id, ("window", ""))
        if widget.objectName() in _OF_DOCK:
            return _OF_DOCK[widget.objectName()]
        widget = widget.parentWidget()
    return ("window", "")


class HelpDesk:
    """
    Opens what helps.

    Parameters
    ----------
    window : MainWindow
        Owner of the dialogs.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def show_guide(self) -> None:
        """Open the guide at the page about what has the focus, in the current language."""
        open_guide(*guide_topic_of(QApplication.focusWidget()), self._window)

    def show_keys(self) -> None:
        """Show all keys on one sheet."""
        KeysDialog(self._window.actions_board, self._window, more=self._window.board.actions_board).exec()

    def show_about(self) -> None:
        """Say what this program is and what it is made of."""
        AboutDialog(self._window).exec()

    def show_crash(self, error: BaseException) -> None:
        """
        Tell of a defect.

        Parameters
        ----------
        error : BaseException
            What was raised.
        """
        CrashDialog(error, self._window).exec()


class AboutDialog(Dialog):
    """
    Name, purpose and versions, to be copied into a letter to whoever helps.

    Parameters
    ----------
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "settings")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About patrolmap"))
        self.setMinimumWidth(440)
        self.versions = _versions()
        mark, name, words = QLabel(), label("title", wrap=False), label()
        mark.setPixmap(pixmap("patrolmap", 48, current_tokens().accent, self.devicePixelRatioF()))
        name.setText(f"patrolmap {__version__}")
        words.setText(tr("Defence rings, hotspots and patrol plans for a district's community-safety office."))
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for place, (part, version) in enumerate(self.versions):
            for side, text in enumerate((part, version)):
                cell = label("" if side else "muted", wrap=False)
                cell.setText(text)
                grid.addWidget(cell, place, side)
        grid.setColumnStretch(1, 1)
        # With large letters the list is longer than a small screen.
        area = readable(scrolled(page))
        area.setMinimumHeight(min(page.sizeHint().height() + 4, _LIST_PX))
        area.setMinimumWidth(page.sizeHint().width() + _BAR_PX)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton(tr("Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        self.licences_button = buttons.addButton(tr("Licences…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.licences_button.clicked.connect(lambda: LicencesDialog(self).exec())
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addLayout(row(mark, name, None, gap=14))
        column.addWidget(words)
        column.addWidget(area, 1)
        column.addWidget(buttons)

    def copy(self) -> None:
        """Put the versions on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(f"{part} {version}" for part, version in self.versions))


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("patrolmap", __version__), ("Python", platform.python_version()), ("Qt", qVersion())]
    for part in _PARTS:
        try:
            found.append((part, importlib.metadata.version(part)))
        except importlib.metadata.PackageNotFoundError:
            continue  # an installer may leave the papers of a package out
    return (*found, (tr("System"), platform.platform()))
