"""The attributes of a layer as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.tables.models import LayerModel
from patrolmap.desktop.features.tables.stops import table_view
from patrolmap.desktop.forms import label, row
from patrolmap.desktop.session import Selection
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection

    from patrolmap.desktop.core import Core

__all__ = ["AttributePanel"]

_FIRST: Final = "sites"


class AttributePanel(QWidget):
    """
    A layer to choose, and its rows; choosing a row shows it on the map.

    Parameters
    ----------
    core : Core
        Shared parts.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self.layer = QComboBox()
        self.layer.setMinimumWidth(200)
        self._count = label("muted", wrap=False)
        self.model = LayerModel()
        self.table = table_view(self.model)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, self.table.horizontalHeader().sortIndicatorOrder())
        head = row(self.layer, self._count, None)
        head.setContentsMargins(10, 6, 10, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        dress = Dresser(self, self._retitle)
        dress.text(self.layer.setAccessibleName, N_("Layer of the table"))
        dress.text(self.table.setAccessibleName, N_("Attributes"))
        for name, spec in LAYERS.items():
            self.layer.addItem(tr(spec.title), name)
        self.layer.setCurrentIndex(self.layer.findData(_FIRST))
        self.layer.currentIndexChanged.connect(self._show_layer)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        core.cache.loaded.connect(self._on_loaded)
        core.session.closed.connect(lambda: self.model.put("", None))
        core.session.selected.connect(self._on_selected)

    @property
    def layer_name(self) -> str:
        """The layer that is shown."""
        return str(self.layer.currentData())

    def _retitle(self) -> None:
        for place in range(self.layer.count()):
            self.layer.setItemText(place, tr(LAYERS[self.layer.itemData(place)].title))
        self._show_layer()

    def _on_loaded(self, name: str) -> None:
        if name == self.layer_name:
            self._show_layer()

    def _show_layer(self) -> None:
        frame = self._core.cache[self.layer_name]
        self.model.put(self.layer_name, frame)
        self._count.setText(tr("{count} rows", count=self.locale().toString(self.model.rowCount())))
        self.table.horizontalHeader().resizeSections(self.table.horizontalHeader().ResizeMode.ResizeToContents)

    def _on_chosen(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        if chosen.isEmpty():
            return
        selection = Selection(self.layer_name, (self.model.fid(chosen.indexes()[0].row()),))
        if selection != self._core.session.selection:
            self._core.session.select(selection)
            self._core.scene.show(self._core.scene.selected_geometries())

    def _on_selected(self, selection: Selection) -> None:
        if not selection.fids or not self.isVisible():
            return
        if selection.layer != self.layer_name:
            self.layer.setCurrentIndex(self.layer.findData(selection.layer))
        place = self.model.row_of(selection.fids[0])
        if place >= 0 and self.table.currentIndex().row() != place:
            self.table.selectRow(place)
