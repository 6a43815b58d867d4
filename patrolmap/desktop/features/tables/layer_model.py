"""The attributes of a layer as a table that is sorted, filtered and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from patrolmap.desktop.features.tables.arranging import row_order
from patrolmap.desktop.features.tables.models import shown
from patrolmap.i18n import tr
from patrolmap.model.layers import LAYERS
from patrolmap.services.row_editing import choice_title, choices, is_editable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["LayerModel"]

_Index = QModelIndex | QPersistentModelIndex
_NO_PLACES: Final = np.empty(0, dtype=np.intp)


class LayerModel(QAbstractTableModel):
    """
    A column for each field, a row for each feature.

    Parameters
    ----------
    change : Callable or None
        Gets layer, fid, field and text of a cell that was edited and tells whether it was taken; None for a table that
        is only read.
    arrange : Callable or None
        Gets rows, a field, whether it rises, and what takes the order of the rows, at once or later; None sorts at once.
    """

    def __init__(
        self,
        change: Callable[[str, int, str, str], bool] | None = None,
        arrange: Callable[[pd.DataFrame, str, bool, Callable[[NDArray[np.intp]], object]], object] | None = None,
    ) -> None:
        super().__init__()
        self._name = ""
        self._all: pd.DataFrame | None = None
        self._fields: tuple[str, ...] = ()
        self._columns: tuple[Any, ...] = ()
        self._order: tuple[int, bool] = (-1, True)
        self._sorted: NDArray[np.intp] | None = None
        self._kept: pd.Index | None = None
        self._places = _NO_PLACES
        self._rows: NDArray[np.intp] | None = None
        self._change = change
        self._arrange = arrange or _at_once
        self.is_locked = False

    def put(self, name: str, frame: gpd.GeoDataFrame | None) -> None:
        """
        Show a layer; of the same layer order and filter stay.

        Parameters
        ----------
        name : str
            The layer; empty for nothing.
        frame : geopandas.GeoDataFrame or None
            Its rows, indexed by fid; they are not copied.
        """
        self.beginResetModel()
        if name != self._name or frame is None:
            self._order, self._kept, self._sorted = (-1, True), None, None
        before = None if self._sorted is None or self._all is None else self._all.index[self._sorted]
        self._name = name if frame is not None else ""
        self._all = frame
        fields = LAYERS[name].fields if frame is not None else ()
        self._fields = tuple(field.name for field in fields if frame is not None and field.name in frame)
        self._columns = () if frame is None else tuple(frame[field].array for field in self._fields)
        if before is not None and frame is not None:
            # As it was, until the order of the new rows is known.
            self._sorted = _carried_over(before, frame.index)
        self._show()
        self.endResetModel()
        if self._order[0] >= 0:
            self._ask_order()

    @property
    def name(self) -> str:
        """The layer; empty for none."""
        return self._name

    @property
    def rows(self) -> pd.DataFrame:
        """All rows of the layer as they were put, filtered or not, indexed by fid."""
        return _blank() if self._all is None else self._all

    @property
    def total(self) -> int:
        """How many rows the layer has, filtered or not."""
        return 0 if self._all is None else len(self._all)

    def keep(self, fids: pd.Index | None) -> None:
        """
        Show only some rows.

        Parameters
        ----------
        fids : pandas.Index or None
            Which; None for all.
        """
        self.beginResetModel()
        self._kept = fids
        self._show()
        self.endResetModel()

    def fid(self, row: int) -> int:
        """
        Tell which feature a row is.

        Parameters
        ----------
        row : int
            From 0.

        Returns
        -------
        int
            Its fid.
        """
        return int(self.rows.index[self._places[row]])

    def fids(self, rows: NDArray[np.intp]) -> tuple[int, ...]:
        """
        Tell which features many rows are.

        Parameters
        ----------
        rows : ndarray of intp, shape (n,)
            From 0.

        Returns
        -------
        tuple of int
            Their fids, in the same order.
        """
        return tuple(self.rows.index.to_numpy()[self._places[rows]].tolist()) if len(rows) else ()

    def field(self, column: int) -> str:
        """
        Tell which field a column is.

        Parameters
        ----------
        column : int
            From 0.

        Returns
        -------
        str
            Its name.
        """
        return self._fields[column]

    def row_of(self, fid: int) -> int:
        """
        Find the row of a feature.

        Parameters
        ----------
        fid : int
            The feature.

        Returns
        -------
        int
            From 0; -1 if it is not here.
        """
        found = self.rows_of((fid,))
        return int(found[0]) if len(found) else -1

    def rows_of(self, fids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.intp]:
        """
        Find the rows of many features.

        Parameters
        ----------
        fids : sequence or ndarray of int
            The features.

        Returns
        -------
        ndarray of intp, shape (n,)
            The rows of those that are here, ascending.
        """
        if self._all is None or not len(fids):
            return _NO_PLACES
        if self._rows is None:
            self._rows = np.full(len(self._all), -1, dtype=np.intp)
            self._rows[self._places] = np.arange(len(self._places))
        known = self._all.index.get_indexer(np.asarray(fids, dtype=np.int64))
        found = self._rows[known[known >= 0]]
        return np.sort(found[found >= 0])

    def texts(self, rows: Sequence[int]) -> str:
        """
        Write rows as Excel takes them.

        Parameters
        ----------
        rows : sequence of int
            Rows, from 0.

        Returns
        -------
        str
            Cells apart by tabs, rows by line ends, as they are shown.
        """
        return "\n".join(
            "\t".join(
                self._text(row, column).replace("\t", " ").replace("\n", " ") for column in range(self.columnCount())
            )
            for row in rows
        )

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """
        Count rows.

        Parameters
        ----------
        parent : QModelIndex
            Tables have no children.

        Returns
        -------
        int
            Number of rows that are shown.
        """
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """
        Count columns.

        Parameters
        ----------
        parent : QModelIndex
            Tables have no children.

        Returns
        -------
        int
            Number of columns.
        """
        return 0 if parent.isValid() else len(self._fields)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """
        Tell what can be done with a cell.

        Parameters
        ----------
        index : QModelIndex
            The cell.

        Returns
        -------
        Qt.ItemFlag
            Editable if its field is and the project can be changed.
        """
        base = super().flags(index)
        can_edit = self._change is not None and not self.is_locked and index.isValid()
        if can_edit and is_editable(self._name, self.field(index.column())):
            return base | Qt.ItemFlag.ItemIsEditable
        return base

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """
        Give one cell.

        Parameters
        ----------
        index : QModelIndex
            The cell.
        role : int
            What of it.

        Returns
        -------
        Any
            Text, alignment or None; for editing the text without marks of thousands.
        """
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.EditRole:
            import pandas as pd

            value = self._value(index.row(), index.column())
            plain = isinstance(value, float | np.floating) and float(value).is_integer()
            return "" if pd.isna(value) else (str(int(value)) if plain else str(value))
        if role == Qt.ItemDataRole.TextAlignmentRole and self._is_number(index.column()):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """
        Take what was typed into a cell.

        Parameters
        ----------
        index : QModelIndex
            The cell.
        value : Any
            Its new text.
        role : int
            Only edits count.

        Returns
        -------
        bool
            Whether it was taken; nothing is written if the text is the same.
        """
        if role != Qt.ItemDataRole.EditRole or self._change is None or not index.isValid():
            return False
        if str(value).strip() == self.data(index, Qt.ItemDataRole.EditRole):
            return True
        return self._change(self._name, self.fid(index.row()), self.field(index.column()), str(value))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """
        Give a field's title, or a row's fid.

        Parameters
        ----------
        section : int
            Column or row.
        orientation : Qt.Orientation
            Which of the two.
        role : int
            What of it.

        Returns
        -------
        Any
            Translated title or number.
        """
        is_title = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and is_title and self._is_number(section):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(self.fid(section))
        return tr(LAYERS[self._name].field(self.field(section)).title)

    def retitle(self) -> None:
        """Show the titles in the current language."""
        if self._fields:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._fields) - 1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """
        Put the rows in the order of a column.

        Parameters
        ----------
        column : int
            The column; -1 for the order of fids.
        order : Qt.SortOrder
            Up or down.
        """
        self._order = (column, order is Qt.SortOrder.AscendingOrder)
        if self._all is None or not 0 <= column < len(self._fields):
            self._take_order(self._all, None)
        else:
            self._ask_order()

    def _ask_order(self) -> None:
        table, (column, rising) = self._all, self._order
        if table is not None and column < len(self._fields):
            self._arrange(table, self._fields[column], rising, lambda places: self._take_order(table, places))

    def _take_order(self, table: pd.DataFrame | None, places: NDArray[np.intp] | None) -> None:
        if table is not self._all:
            return  # other rows came meanwhile
        self.beginResetModel()
        self._sorted = places
        self._show()
        self.endResetModel()

    def _show(self) -> None:
        """Find the rows that are shown, in their order."""
        self._rows = None
        if self._all is None:
            self._places = _NO_PLACES
            return
        index = self._all.index
        if self._sorted is not None:
            self._places = self._sorted
        else:
            rises = index.is_monotonic_increasing
            self._places = np.arange(len(index)) if rises else np.argsort(index.to_numpy(), kind="stable")
        if self._kept is not None:
            self._places = self._places[index.isin(self._kept)[self._places]]

    def _value(self, row: int, column: int) -> Any:
        return self._columns[column][self._places[row]]

    def _text(self, row: int, column: int) -> str:
        value, field = self._value(row, column), self.field(column)
        if isinstance(value, str) and choices(self._name, field):
            return choice_title(self._name, field, value)
        return shown(value)

    def _is_number(self, column: int) -> bool:
        return LAYERS[self._name].field(self.field(column)).type in {"integer", "real"}


def _at_once(
    table: pd.DataFrame,
    field: str,
    rising: bool,  # noqa: FBT001 - as it is called
    take: Callable[[NDArray[np.intp]], object],
) -> None:
    take(row_order(table, field, rising=rising))


def _carried_over(before: pd.Index, now: pd.Index) -> NDArray[np.intp]:
    """Find the order of rows that were sorted before; new ones come last."""
    known = now.get_indexer(before)
    places: NDArray[np.intp] = known[known >= 0]
    is_new = np.ones(len(now), dtype=bool)
    is_new[places] = False
    return np.concatenate((places, np.flatnonzero(is_new)))


def _blank() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame()
