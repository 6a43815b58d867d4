"""The list of layers with its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QMenu, QSlider, QToolButton, QTreeWidgetItem, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.layers.legend import class_entries, legend_of
from patrolmap.desktop.features.layers.swatches import swatch
from patrolmap.desktop.features.layers.tree import NAME_ROLE, LayerTree
from patrolmap.desktop.forms import row
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.map_looks import PLAIN_LOOK
from patrolmap.model.restyle import restyled
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint

    from patrolmap.desktop.features.layers.legend import LegendEntry
    from patrolmap.desktop.features.layers.presenter import LayerBoard

__all__ = ["LayersPanel"]

_OPEN_AT_FIRST: Final = frozenset({"rings", "sites"})
_SETTLE_MS: Final = 500


class LayersPanel(QWidget):
    """
    Layers with a box to show them, the number of their rows and their legend; below, opacity, order and look of the chosen one.

    Parameters
    ----------
    board : LayerBoard
        State of the layers.
    ask_style : Callable or None
        Opens the look of a layer, given its name; None where there is none to open.
    key : QWidget or None
        What explains the marks that lie over all layers; it stands below the list.
    parent : QWidget or None
        Owner.
    """

    def __init__(
        self,
        board: LayerBoard,
        ask_style: Callable[[str], object] | None = None,
        key: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self._board, self._ask_style = board, ask_style
        self._items: dict[str, QTreeWidgetItem] = {}
        self.tree = LayerTree()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(100)
        self._opacity_label = QLabel()
        self._opacity_value = QLabel("100 %")
        self._opacity_value.setMinimumWidth(44)
        self._opacity_value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.raise_button, self.lower_button, self.style_button = QToolButton(), QToolButton(), QToolButton()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._dress_up()
        self._rebuild()
        self._connect()
        self._show_choices()

    def current_layer(self) -> str:
        """
        Tell which layer is chosen in the list.

        Returns
        -------
        str
            Its name; empty if none is.
        """
        return self.tree.top_name(self.tree.currentItem())

    def menu_of(self, name: str) -> QMenu:
        """
        Make the menu of a layer.

        Parameters
        ----------
        name : str
            The layer.

        Returns
        -------
        QMenu
            Look, order, and back to the usual look.
        """
        menu = QMenu(self)
        if self._ask_style is not None:
            menu.addAction(tr("Look…"), lambda: self._open_style(name))
        menu.addAction(tr("To the top"), lambda: self._step(name, -len(self._items)))
        menu.addAction(tr("To the bottom"), lambda: self._step(name, len(self._items)))
        menu.addSeparator()
        usual = menu.addAction(tr("Back to the usual look"), lambda: self._reset(name))
        usual.setEnabled(self._board.looks.of(name) != PLAIN_LOOK)
        return menu

    def _lay_out(self) -> None:
        below = row(self._opacity_label, self.opacity, self._opacity_value)
        below.setStretch(1, 1)
        below.setContentsMargins(12, 8, 12, 0)
        self.style_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        tools = row(self.raise_button, self.lower_button, None, self.style_button, gap=2)
        tools.setContentsMargins(8, 2, 8, 8)
        self.style_button.setVisible(self._ask_style is not None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        if self.key is not None:
            column.addWidget(self.key)
        column.addLayout(below)
        column.addLayout(tools)

    def _dress_up(self) -> None:
        dress = Dresser(self, self._rebuild)
        dress.text(self._opacity_label.setText, N_("Opacity"))
        dress.text(self.opacity.setAccessibleName, N_("Opacity of the chosen layer"))
        dress.text(self.tree.setAccessibleName, N_("Layers"))
        dress.text(self.style_button.setText, N_("Look…"))
        dress.text(self.tree.setToolTip, N_("Drag a layer to lay it higher or lower; Alt with ↑ and ↓ does the same."))
        for part, name, words in (
            (self.raise_button, "arrow-up", N_("Lay the layer higher (Alt+↑)")),
            (self.lower_button, "arrow-down", N_("Lay the layer lower (Alt+↓)")),
            (self.style_button, "style", N_("Colours, sizes, names and classes of the layer")),
        ):
            dress.icon(part.setIcon, name)
            dress.text(part.setToolTip, words)
            dress.text(part.setAccessibleName, words)

    def _connect(self) -> None:
        board = self._board
        self.tree.itemChanged.connect(self._on_checked)
        self.tree.currentItemChanged.connect(self._show_choices)
        self.tree.stepped.connect(self._step)
        # Not before the drag is over: the list is built anew.
        self.tree.dropped.connect(self._drop, Qt.ConnectionType.QueuedConnection)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.opacity.valueChanged.connect(self._on_opacity)
        self._settle.timeout.connect(self._settle_opacity)
        self.raise_button.clicked.connect(lambda: self._step(self.current_layer(), -1))
        self.lower_button.clicked.connect(lambda: self._step(self.current_layer(), 1))
        self.style_button.clicked.connect(lambda: self._open_style(self.current_layer()))
        board.recounted.connect(self._recount)
        board.restyled.connect(self._recheck)
        board.reordered.connect(self._rebuild)
        board.relooked.connect(lambda _names: self._rebuild())

    def _rebuild(self) -> None:
        opened = {name for name, item in self._items.items() if item.isExpanded()} if self._items else _OPEN_AT_FIRST
        chosen = self.current_layer()
        style = restyled(map_style(Theme(current_tokens().name)), self._board.looks)
        self.tree.blockSignals(True)
        self.tree.clear()
        self._items.clear()
        for name, layer in self._board.rows.items():
            item = QTreeWidgetItem(self.tree, [tr(layer.title), ""])
            item.setData(0, NAME_ROLE, name)
            item.setFlags(_LAYER_FLAGS)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._items[name] = item
            for entry in self._classes(name) or legend_of(name, style):
                child = QTreeWidgetItem(item, [tr(entry.title)])
                child.setIcon(0, swatch(entry))
                child.setFlags(Qt.ItemFlag.ItemIsEnabled)
                child.setFirstColumnSpanned(True)
            item.setExpanded(name in opened)
            self._fill(name)
        if chosen:
            self.tree.setCurrentItem(self._items[chosen])
        self.tree.blockSignals(False)

    def _classes(self, name: str) -> tuple[LegendEntry, ...]:
        look = self._board.looks.of(name).classes
        return () if look is None else class_entries(look, self._board.numbers(name, look.field))

    def _fill(self, name: str) -> None:
        layer, item = self._board.rows[name], self._items[name]
        item.setCheckState(0, Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked)
        item.setText(1, self.locale().toString(layer.count) if layer.count else "–")
        tokens = current_tokens()
        item.setForeground(0, QColor(tokens.text if layer.count else tokens.faint))
        item.setForeground(1, QColor(tokens.muted))

    def _recount(self, name: str) -> None:
        if self._board.looks.of(name).classes is not None:
            self._rebuild()
            return
        self.tree.blockSignals(True)
        self._fill(name)
        self.tree.blockSignals(False)

    def _recheck(self, name: str) -> None:
        self.tree.blockSignals(True)
        self._fill(name)
        self.tree.blockSignals(False)
        self._show_choices()

    def _on_checked(self, item: QTreeWidgetItem, _column: int) -> None:
        name = str(item.data(0, NAME_ROLE) or "")
        wanted = item.checkState(0) is Qt.CheckState.Checked
        if name and wanted != self._board.rows[name].visible:
            self._board.set_visible(name, wanted)
            self._board.settle(name, N_("Layer “{layer}” shown") if wanted else N_("Layer “{layer}” hidden"))

    def _show_choices(self, *_changed: object) -> None:
        if self._settle.isActive():
            self._settle.stop()
            self._settle_opacity()
        name = self.current_layer()
        order = list(self._board.rows)
        self.opacity.setEnabled(bool(name))
        self.style_button.setEnabled(bool(name))
        self.raise_button.setEnabled(bool(name) and order[0] != name)
        self.lower_button.setEnabled(bool(name) and order[-1] != name)
        if name:
            percent = round(self._board.rows[name].opacity * 100)
            self.opacity.blockSignals(True)
            self.opacity.setValue(percent)
            self.opacity.blockSignals(False)
            self._opacity_value.setText(f"{percent} %")

    def _on_opacity(self, percent: int) -> None:
        self._opacity_value.setText(f"{percent} %")
        if name := self.current_layer():
            self._settle.stop()
            self._board.set_opacity(name, percent / 100)
            # One step of undo for the whole drag.
            self._settle.start()
            self._settle.setProperty("layer", name)

    def _settle_opacity(self) -> None:
        self._board.settle(str(self._settle.property("layer")), N_("Opacity of the layer “{layer}”"))

    def _step(self, name: str, steps: int) -> None:
        if name and self._board.move(name, steps):
            self._board.settle(name, N_("Layer “{layer}” moved in the list"))
            self._show_choices()

    def _drop(self, name: str, place: int) -> None:
        now = list(self._board.rows).index(name)
        self._step(name, (place - 1 if place > now else place) - now)

    def _open_style(self, name: str) -> None:
        if name and self._ask_style is not None:
            self._ask_style(name)

    def _reset(self, name: str) -> None:
        self._board.set_look(name, PLAIN_LOOK)
        self._board.settle(name)

    def _open_menu(self, spot: QPoint) -> None:
        if name := self.tree.top_name(self.tree.itemAt(spot)):
            menu = self.menu_of(name)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(spot))


_LAYER_FLAGS: Final = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemIsDragEnabled
)
