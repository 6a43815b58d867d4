"""Chooses the kind of map and hides the difference from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrolmap.desktop.map.plain import PlainMap

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["MapStage"]


class MapStage(QWidget):
    """
    The map in the middle of the window.

    Parameters
    ----------
    core : Core
        What to show, and who to tell.
    parent : QWidget or None
        Owner.
    """

    pointed = Signal(float, float)
    """The pointer is over a place, metres."""
    scaled = Signal(float)
    """The N of 1:N is another."""

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self.map = PlainMap(core.scene, core.jobs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.map)
        self.map.pointed.connect(self.pointed)
        self.map.scaled.connect(self.scaled)
        self.map.picked.connect(self._pick)

    def zoom(self, factor: float) -> None:
        """
        Come nearer or go away.

        Parameters
        ----------
        factor : float
            Above 1 comes nearer.
        """
        self.map.zoom(factor, QPointF(self.map.width() / 2, self.map.height() / 2))

    def restyle(self) -> None:
        """Draw in the present theme and language."""
        self.map.restyle()

    def close_map(self) -> None:
        """Let go of whatever must end before the application."""

    def _pick(self, x: float, y: float, tolerance_m: float) -> None:
        self._core.session.select(self._core.scene.pick(x, y, tolerance_m))
