"""The attributes of a layer as a table that is sorted, filtered and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from patrolmap.desktop.features.tables.models import shown
from patrolmap.i18n import tr
from patrolmap.model.layers import LAYERS
from patrolmap.services.row_editing import choice_title, choices, is_editable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import pandas as pd

__all__ = ["LayerModel", "matching_rows"]

_Index = QModelIndex | QPersistentModelIndex


class LayerModel(QAbstractTableModel):
    """
    A column for each field, a row for each feature.

    Parameters
    ----------
    change : Callable or None
        Gets layer, fid, field and text of a cell that was edited and tells whether it was taken; None for a table that
        is only read.
    """

    def __init__(self, change: Callable[[str, int, str, str], bool] | None = None) -> None:
        super().__init__()
        self._name = ""
        self._all: pd.DataFrame | None = None
        self._sorted: pd.DataFrame | None = None
        self._order: tuple[int, bool] = (-1, True)
        self._kept: pd.Index | None = None
        self._change = change
        self.is_locked = False

    def put(self, name: str, frame: gpd.GeoDataFrame | None) -> None:
        """
        Show a layer; of the same layer order and filter stay.

        Parameters
        ----------
        name : str
            The layer; empty for nothing.
        frame : geopandas.GeoDataFrame or None
            Its rows, indexed by fid.
        """
        import pandas as pd  # noqa: PLC0415 - slow to load, and not wanted to start

        self.beginResetModel()
        if name != self._name or frame is None:
            self._order, self._kept = (-1, True), None
        self._name = name if frame is not None else ""
        if frame is None:
            self._all = None
        else:
            self._all = pd.DataFrame(frame[[field.name for field in LAYERS[name].fields if field.name in frame]])
        self._arrange()
        self.endResetModel()

    @property
    def name(self) -> str:
        """The layer; empty for none."""
        return self._name

    @property
    def rows(self) -> pd.DataFrame:
        """All rows of the layer, filtered or not, indexed by fid."""
        return _blank() if self._all is None else self._all

    @property
    def total(self) -> int:
        """How many rows the layer has, filtered or not."""
        return 0 if self._all is None else len(self._all)

    @property
    def _table(self) -> pd.DataFrame:
        return _blank() if self._sorted is None else self._sorted

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
        self._arrange()
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
        return int(self._table.index[row])

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
        return str(self._table.columns[column])

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
        return int(self._table.index.get_loc(fid)) if fid in self._table.index else -1

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
        return 0 if parent.isValid() or self._sorted is None else len(self._sorted)

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
        return 0 if parent.isValid() or self._sorted is None else len(self._sorted.columns)

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
        import pandas as pd  # noqa: PLC0415 - slow to load, and not wanted to start

        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.EditRole:
            value = self._table.iloc[index.row(), index.column()]
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
            return str(self._table.index[section])
        return tr(LAYERS[self._name].field(self.field(section)).title)

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
        self.beginResetModel()
        self._order = (column, order is Qt.SortOrder.AscendingOrder)
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        if self._all is None:
            self._sorted = None
            return
        table = self._all if self._kept is None else self._all.loc[self._all.index.intersection(self._kept)]
        column, rising = self._order
        if column < 0 or column >= len(table.columns):
            self._sorted = table.sort_index()
        else:
            self._sorted = table.sort_values(table.columns[column], ascending=rising, kind="stable", na_position="last")

    def _text(self, row: int, column: int) -> str:
        value, field = self._table.iloc[row, column], self.field(column)
        if isinstance(value, str) and choices(self._name, field):
            return choice_title(self._name, field, value)
        return shown(value)

    def _is_number(self, column: int) -> bool:
        return LAYERS[self._name].field(self.field(column)).type in {"integer", "real"}


def matching_rows(layer: str, table: pd.DataFrame, text: str) -> pd.Index:
    """
    Find the rows in which all words occur.

    Parameters
    ----------
    layer : str
        Name of the layer.
    table : pandas.DataFrame
        Its rows, indexed by fid.
    text : str
        Words apart by blanks; case does not matter. A closed list is compared by the titles that the table shows.

    Returns
    -------
    pandas.Index
        Their fids. O(rows times columns): long layers are filtered in the background.
    """
    import pandas as pd  # noqa: PLC0415 - slow to load, and not wanted to start

    joined = pd.Series("", index=table.index, dtype=object)
    for name in table.columns:
        values = table[name]
        if choices(layer, name):
            values = values.map(lambda value, field=name: choice_title(layer, field, value), na_action="ignore")
        joined += "\n" + values.astype(object).where(values.notna(), "").astype(str).str.casefold()
    found = np.ones(len(table), dtype=bool)
    for word in text.casefold().split():
        found &= joined.str.contains(word, regex=False).to_numpy(dtype=bool)
    return table.index[found]


def _blank() -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to load, and not wanted to start

    return pd.DataFrame()
