"""What the window and its map page say to each other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

__all__ = ["PageBridge"]


class PageBridge(QObject):
    """The object that the page calls ``bridge``: texts of JSON, nothing else."""

    command = Signal(str)
    """To the page."""
    said = Signal(str)
    """From the page."""

    @Slot(str)
    def hear(self, text: str) -> None:
        """
        Take a text from the page.

        Parameters
        ----------
        text : str
            JSON.
        """
        self.said.emit(text)
