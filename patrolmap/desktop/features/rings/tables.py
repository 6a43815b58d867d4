"""Tables of answers in a panel: as high as their rows, up to a limit; a chosen row is told by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from patrolmap.desktop.features.tables.fitting import FittingTable
from patrolmap.desktop.features.tables.models import RowsModel
from patrolmap.desktop.forms import clear, label
from patrolmap.i18n import tr
from patrolmap.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QItemSelection

    from patrolmap.services.ring_views import Cell, RingTable

__all__ = ["RingTables"]

_MOST_ROWS: Final = 9


class RingTables(QWidget):
    """One table below the other, each under its title."""

    chosen = Signal(str)
    """A row was chosen: its key."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.views: list[FittingTable] = []
        self._models: list[RowsModel] = []

    def put(self, tables: Sequence[RingTable]) -> None:
        """
        Show other tables, in the current language.

        Parameters
        ----------
        tables : sequence of RingTable
            Those without rows are left out.
        """
        clear(self._column)
        self.views, self._models = [], []
        for table in tables:
            if table.rows:
                self._add(table)

    def select(self, key: str) -> None:
        """
        Choose a row without telling of it.

        Parameters
        ----------
        key : str
            Its key; unknown ones are ignored.
        """
        for view, model in zip(self.views, self._models, strict=True):
            place = model.row_of(key)
            view.selectionModel().blockSignals(True)
            if place >= 0:
                view.selectRow(place)
                view.scrollTo(model.index(place, 0), QAbstractItemView.ScrollHint.EnsureVisible)
            else:
                view.clearSelection()
            view.selectionModel().blockSignals(False)
            view.viewport().update()

    def _add(self, table: RingTable) -> None:
        heading, model = label("section"), RowsModel(table.columns)
        heading.setText(tr("{title} ({count})", title=tr(table.title), count=len(table.rows)))
        model.put([tuple(_cell(cell) for cell in row.cells) for row in table.rows], [row.key for row in table.rows])
        view = FittingTable(model, _MOST_ROWS)
        view.setAccessibleName(tr(table.title))
        view.fit()
        view.selectionModel().selectionChanged.connect(lambda on, _off, of=model: self._on_chosen(on, of))
        self._column.addWidget(heading)
        self._column.addWidget(view)
        self.views.append(view)
        self._models.append(model)

    def _on_chosen(self, chosen: QItemSelection, model: RowsModel) -> None:
        if not chosen.isEmpty():
            self.chosen.emit(str(model.key(chosen.indexes()[0].row())))


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return "–"
    return tr(value) if isinstance(value, Message) else value
