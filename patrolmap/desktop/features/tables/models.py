"""Table models over plain rows and over layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from patrolmap.desktop.forms import as_tip
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["RowsModel", "is_na", "shown"]

_Index = QModelIndex | QPersistentModelIndex
_NUMBERS: Final = (int, float)


class RowsModel(QAbstractTableModel):
    """
    Rows of texts and numbers under translated titles.

    Parameters
    ----------
    titles : sequence of str
        English titles, marked with `patrolmap.messages.N_`.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = tuple(titles)
        self._rows: list[tuple[Any, ...]] = []
        self._keys: list[Any] = []
        self._colours: list[str] = []
        self._decimals: dict[int, int] = {}

    def put(self, rows: Sequence[tuple[Any, ...]], keys: Sequence[Any] = (), colours: Sequence[str] = ()) -> None:
        """
        Show other rows.

        Parameters
        ----------
        rows : sequence of tuple
            A value for each title.
        keys : sequence of Any, default ()
            What each row stands for.
        colours : sequence of str, default ()
            A mark for each row, ``#rrggbb``; empty for none.
        """
        self.beginResetModel()
        self._rows, self._keys, self._colours = list(rows), list(keys), list(colours)
        self._decimals = {}
        self.endResetModel()

    def recolour(self, colours: Sequence[str]) -> None:
        """
        Mark the same rows in other colours.

        Parameters
        ----------
        colours : sequence of str
            As in `put`.
        """
        self._colours = list(colours)
        if self._rows:
            last = self.index(len(self._rows) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DecorationRole])

    def key(self, row: int) -> Any:
        """
        Tell what a row stands for.

        Parameters
        ----------
        row : int
            From 0.

        Returns
        -------
        Any
            Its key; None if it has none.
        """
        return self._keys[row] if 0 <= row < len(self._keys) else None

    @property
    def keys(self) -> tuple[Any, ...]:
        """What the rows stand for."""
        return tuple(self._keys)

    def row_of(self, key: Any) -> int:
        """
        Find the row of a key.

        Parameters
        ----------
        key : Any
            As it was put.

        Returns
        -------
        int
            From 0; -1 if there is none.
        """
        return self._keys.index(key) if key in self._keys else -1

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
            Number of rows.
        """
        return 0 if parent.isValid() else len(self._rows)

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
        return 0 if parent.isValid() else len(self._titles)

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
            Text, alignment, colour or, for sorting, the bare value.
        """
        value = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            if isinstance(value, float) and math.isfinite(value):
                # One column, one number of decimals: its figures are compared from top to bottom.
                return QLocale().toString(value, "f", self._decimals_of(index.column()))
            return shown(value)
        if role == Qt.ItemDataRole.UserRole:
            return value
        if role == Qt.ItemDataRole.TextAlignmentRole and _is_number(value):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and self._colours:
            return QColor(self._colours[index.row()])
        return self._story(index.row()) if role == Qt.ItemDataRole.ToolTipRole else None

    def _story(self, row: int) -> str:
        """Tell a whole row, which a narrow table cuts."""
        cells = ((title, self.data(self.index(row, column))) for column, title in enumerate(self._titles))
        return as_tip("\n".join(tr("{name}: {value}", name=tr(title), value=value) for title, value in cells if value))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """
        Give a title.

        Parameters
        ----------
        section : int
            The column.
        orientation : Qt.Orientation
            Horizontal for titles.
        role : int
            What of it.

        Returns
        -------
        Any
            Translated title.
        """
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return tr(self._titles[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and self._rows and _is_number(self._rows[0][section]):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def retitle(self) -> None:
        """Show the titles in the current language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._titles) - 1)

    def _decimals_of(self, column: int) -> int:
        if column not in self._decimals:
            self._decimals[column] = _decimals(row[column] for row in self._rows)
        return self._decimals[column]


def _decimals(values: Iterable[Any]) -> int:
    """Tell how many decimals a column needs, at most two."""
    parts = {round(value, 2) for value in values if isinstance(value, float) and math.isfinite(value)}
    if all(part.is_integer() for part in parts):
        return 0
    return 1 if all(part == round(part, 1) for part in parts) else 2


def is_na(value: Any) -> bool:
    """
    Tell whether a value is the missing one of pandas.

    Parameters
    ----------
    value : Any
        Any.

    Returns
    -------
    bool
        Told without the library: it need not be loaded for a table, and to name it takes longer than all the rest of a cell.
    """
    return type(value).__name__ == "NAType"


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """
    Write a value as the user's country does.

    Parameters
    ----------
    value : Any
        Text, number, truth value or nothing.

    Returns
    -------
    str
        Empty for nothing.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or is_na(value) or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, float):
        places = 0 if abs(value) >= 1000 or value.is_integer() else 1 if round(value, 1) == value else 2
        return QLocale().toString(value, "f", places)
    if isinstance(value, int):
        return QLocale().toString(value)
    return str(value)
