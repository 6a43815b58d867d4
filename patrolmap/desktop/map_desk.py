"""What the menus do with the map: measure, copy, change its looks and what lies under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from patrolmap.desktop.features.layers.background_dialog import BackgroundDialog
from patrolmap.desktop.features.layers.style_dialog import StyleDialog
from patrolmap.desktop.map.measure import MeasureTool
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.stage import MapStage

__all__ = ["MapDesk"]


class MapDesk:
    """
    Acts on the map of a window.

    Parameters
    ----------
    core : Core
        Shared parts.
    stage : MapStage
        The map.
    window : QWidget
        Owner of dialogs.
    """

    def __init__(self, core: Core, stage: MapStage, window: QWidget) -> None:
        self._core, self._stage, self._window = core, stage, window

    def measure(self, *, of_area: bool) -> None:
        """
        Take the measuring tool in hand.

        Parameters
        ----------
        of_area : bool
            Whether an area is measured, not only a way.
        """
        core = self._core
        core.tools.take(MeasureTool(core.session.project.frame, core.notices.say, of_area=of_area))
        self._stage.map.setFocus()

    def copy_map(self) -> None:
        """Put the map as it is seen on the clipboard."""
        QApplication.clipboard().setPixmap(self._stage.picture())
        self._core.notices.say(Message(N_("The map was copied as a picture.")))

    def ask_style(self, layer: str) -> None:
        """
        Let the user choose how a layer looks.

        Parameters
        ----------
        layer : str
            The layer.
        """
        StyleDialog(self._core.board, layer, self._window).exec()

    def ask_background(self) -> None:
        """Let the user choose what lies under the layers."""
        BackgroundDialog(self._core.backgrounds, self._window).exec()
