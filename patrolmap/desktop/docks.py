"""The docks around the map: where they stand, and which of them the user put away."""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.desktop.dressed import Dresser

__all__ = ["Docks"]

_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
_PLACES: Final = (
    ("layers", N_("Layers"), _LEFT),
    ("tasks", N_("Tasks"), _RIGHT),
    ("time_line", N_("Plan board"), _BOTTOM),
    ("stops", N_("Stops"), _BOTTOM),
    ("attributes", N_("Attributes"), _BOTTOM),
    ("charts", N_("Charts"), _BOTTOM),
)
_VERSION: Final = 2  # another number when docks are added or renamed: older layouts are then left alone


class Docks(Mapping[str, QDockWidget]):
    """
    The docks of a window by their names.

    Parameters
    ----------
    window : QMainWindow
        Where they stand.
    dresser : Dresser
        Keeps their titles in the user's language.
    contents : mapping of str to QWidget
        What is in each: ``layers``, ``tasks``, ``time_line``, ``stops``, ``attributes`` and ``charts``.
    """

    def __init__(self, window: QMainWindow, dresser: Dresser, contents: Mapping[str, QWidget]) -> None:
        self._window = window
        self._state = QByteArray()
        self._put_away: frozenset[str] | None = None  # those that the user closed; None before the first project
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        window.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self._docks: dict[str, QDockWidget] = {}
        for name, title, area in _PLACES:
            dock = self._docks[name] = _dock(name, contents[name])
            dresser.text(dock.setWindowTitle, title)
            window.addDockWidget(area, dock)
        self._arrange()

    def __getitem__(self, name: str) -> QDockWidget:
        """Return a dock."""
        return self._docks[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names, from left to right."""
        return iter(self._docks)

    def __len__(self) -> int:
        """Count the docks."""
        return len(self._docks)

    def show(self) -> None:
        """Show those that the user did not put away, where they stood last."""
        away = self._put_away or frozenset()
        for name, dock in self._docks.items():
            dock.setVisible(name not in away)
        self._docks["time_line"].raise_()
        # Only once: Qt leaves the row of tabs that was there over the one that it restores.
        if self._put_away is None and not self._state.isEmpty():
            self._window.restoreState(self._state, _VERSION)
        self._put_away = away

    def hide(self) -> None:
        """Hide all of them, while no project is open."""
        for dock in self._docks.values():
            dock.setVisible(False)

    def note(self) -> None:
        """Note where they stand now, and which of them the user put away."""
        self._state = self._window.saveState(_VERSION)
        self._put_away = frozenset(n for n, dock in self._docks.items() if not dock.toggleViewAction().isChecked())

    def to_text(self, *, is_seen: bool) -> str:
        """
        Write where they stand, to be kept with the preferences.

        Parameters
        ----------
        is_seen : bool
            Whether they are seen now; else it is written what was noted last.

        Returns
        -------
        str
            For `take_text`; empty if nothing was noted.
        """
        if is_seen:
            self._state = self._window.saveState(_VERSION)
        return bytes(self._state.toBase64().data()).decode("ascii")

    def take_text(self, text: str) -> None:
        """
        Stand as it was written, from the first `show` on: before it there are none to see.

        Parameters
        ----------
        text : str
            From `to_text`.

        Raises
        ------
        binascii.Error
            If it is something else.
        """
        self._state = QByteArray(binascii.a2b_base64(text))

    def _arrange(self) -> None:
        docks, window = self._docks, self._window
        for name in ("tasks", "time_line", "stops", "attributes", "charts"):
            # Their tabs and switcher say what they are.
            docks[name].setTitleBarWidget(QWidget())
        window.setTabPosition(_BOTTOM, QTabWidget.TabPosition.North)
        window.setDocumentMode(True)
        window.tabifyDockWidget(docks["time_line"], docks["stops"])
        window.tabifyDockWidget(docks["stops"], docks["attributes"])
        window.tabifyDockWidget(docks["attributes"], docks["charts"])
        docks["time_line"].raise_()
        window.resizeDocks([docks["layers"], docks["tasks"]], [272, 372], Qt.Orientation.Horizontal)
        window.resizeDocks([docks["time_line"]], [270], Qt.Orientation.Vertical)


def _dock(name: str, content: QWidget) -> QDockWidget:
    dock = QDockWidget()
    dock.setObjectName(name)
    dock.setWidget(content)
    dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetClosable)
    return dock
