"""The list of layers with its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSlider,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.layers.legend import legend_of
from patrolmap.desktop.features.layers.swatches import SWATCH_HEIGHT_PX, SWATCH_WIDTH_PX, swatch
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from patrolmap.desktop.features.layers.presenter import LayerBoard

__all__ = ["LayersPanel"]

_NAME_ROLE: Final = Qt.ItemDataRole.UserRole
_OPEN_AT_FIRST: Final = frozenset({"rings", "sites"})


class LayersPanel(QWidget):
    """
    Layers with a box to show them, the number of their rows and their legend; below, opacity of the chosen one.

    Parameters
    ----------
    board : LayerBoard
        State of the layers.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, board: LayerBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._items: dict[str, QTreeWidgetItem] = {}
        self.tree = _tree()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(10, 100)
        self.opacity.setValue(100)
        self._opacity_label = QLabel()
        self._opacity_value = QLabel("100 %")
        self._opacity_value.setMinimumWidth(44)
        self._opacity_value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        below = QHBoxLayout()
        below.setContentsMargins(12, 8, 12, 10)
        below.setSpacing(10)
        below.addWidget(self._opacity_label)
        below.addWidget(self.opacity, 1)
        below.addWidget(self._opacity_value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addLayout(below)
        self._dress = Dresser(self, self._rebuild)
        self._dress.text(self._opacity_label.setText, N_("Opacity"))
        self._dress.text(self.opacity.setAccessibleName, N_("Opacity of the chosen layer"))
        self._dress.text(self.tree.setAccessibleName, N_("Layers"))
        self._rebuild()
        self.tree.itemChanged.connect(self._on_checked)
        self.tree.currentItemChanged.connect(self._show_opacity)
        self.opacity.valueChanged.connect(self._on_opacity)
        board.recounted.connect(self._recount)
        board.restyled.connect(self._recheck)
        self._show_opacity()

    def current_layer(self) -> str:
        """
        Tell which layer is chosen in the list.

        Returns
        -------
        str
            Its name; empty if none is.
        """
        item = self.tree.currentItem()
        while item is not None and item.parent() is not None:
            item = item.parent()
        return "" if item is None else str(item.data(0, _NAME_ROLE))

    def _rebuild(self) -> None:
        opened = {name for name, item in self._items.items() if item.isExpanded()} if self._items else _OPEN_AT_FIRST
        chosen = self.current_layer()
        style = map_style(Theme(current_tokens().name))
        self.tree.blockSignals(True)
        self.tree.clear()
        self._items.clear()
        for name, row in self._board.rows.items():
            item = QTreeWidgetItem(self.tree, [tr(row.title), ""])
            item.setData(0, _NAME_ROLE, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._items[name] = item
            for entry in legend_of(name, style):
                child = QTreeWidgetItem(item, [tr(entry.title)])
                child.setIcon(0, swatch(entry))
                child.setFlags(Qt.ItemFlag.ItemIsEnabled)
                child.setFirstColumnSpanned(True)
            item.setExpanded(name in opened)
            self._fill(name)
        self.tree.blockSignals(False)
        if chosen:
            self.tree.setCurrentItem(self._items[chosen])

    def _fill(self, name: str) -> None:
        row, item = self._board.rows[name], self._items[name]
        item.setCheckState(0, Qt.CheckState.Checked if row.visible else Qt.CheckState.Unchecked)
        item.setText(1, self.locale().toString(row.count) if row.count else "–")
        tokens = current_tokens()
        item.setForeground(0, QColor(tokens.text if row.count else tokens.faint))
        item.setForeground(1, QColor(tokens.muted))

    def _recount(self, name: str) -> None:
        self.tree.blockSignals(True)
        self._fill(name)
        self.tree.blockSignals(False)

    def _recheck(self, name: str) -> None:
        self._recount(name)
        self._show_opacity()

    def _on_checked(self, item: QTreeWidgetItem, _column: int) -> None:
        name = item.data(0, _NAME_ROLE)
        if name:
            self._board.set_visible(str(name), item.checkState(0) is Qt.CheckState.Checked)

    def _show_opacity(self) -> None:
        name = self.current_layer()
        self.opacity.setEnabled(bool(name))
        if name:
            percent = round(self._board.rows[name].opacity * 100)
            self.opacity.blockSignals(True)
            self.opacity.setValue(percent)
            self.opacity.blockSignals(False)
            self._opacity_value.setText(f"{percent} %")

    def _on_opacity(self, percent: int) -> None:
        self._opacity_value.setText(f"{percent} %")
        if name := self.current_layer():
            self._board.set_opacity(name, percent / 100)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setUniformRowHeights(True)
    tree.setObjectName("bare")
    tree.setIconSize(QSize(SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX))
    tree.setIndentation(18)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return tree
