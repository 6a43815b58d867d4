"""A tree whose top entries can be dragged to another place, or moved by Alt and the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from patrolmap.desktop.features.layers.swatches import SWATCH_HEIGHT_PX, SWATCH_WIDTH_PX

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

__all__ = ["NAME_ROLE", "LayerTree"]

NAME_ROLE = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class LayerTree(QTreeWidget):
    """
    Two columns without a head; the owner moves what is dragged.

    Parameters
    ----------
    parent : QWidget or None
        Owner.
    """

    dropped = Signal(str, int)
    """A top entry, by its name, was dropped so that it should get this place among the others."""
    stepped = Signal(str, int)
    """A top entry, by its name, should go this many places down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setObjectName("bare")
        self.setIconSize(QSize(SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX))
        self.setIndentation(18)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def top_name(self, item: QTreeWidgetItem | None) -> str:
        """
        Tell to which top entry an entry belongs.

        Parameters
        ----------
        item : QTreeWidgetItem or None
            The entry.

        Returns
        -------
        str
            Name of the top entry; empty without one.
        """
        while item is not None and item.parent() is not None:
            item = item.parent()
        return "" if item is None else str(item.data(0, NAME_ROLE))

    def dropEvent(self, event: QDropEvent) -> None:
        """
        Tell where an entry was dropped; the entries themselves are left as they are.

        Parameters
        ----------
        event : QDropEvent
            The drop.
        """
        name = self.top_name(self.currentItem())
        place = self.drop_place(event.position().toPoint().y())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if name:
            self.dropped.emit(name, place)

    def drop_place(self, y_px: int) -> int:
        """
        Find the gap between top entries that is nearest to a height.

        Parameters
        ----------
        y_px : int
            In pixels of the tree.

        Returns
        -------
        int
            Number of top entries above the gap.
        """
        above = 0
        for place in range(self.topLevelItemCount()):
            item = self.topLevelItem(place)
            if item is not None and y_px > self.visualItemRect(item).center().y():
                above = place + 1
        return above

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Move a layer by Alt and an arrow key.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        step, name = _STEPS.get(Qt.Key(event.key())), self.top_name(self.currentItem())
        if step is not None and name and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(name, step)
            event.accept()
        else:
            super().keyPressEvent(event)
