"""The cells of a long table, gathered row by row and kept column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["CellColumns"]

_ROWS: Final = 20_000
_LAST: Final = 20
_REPEATED_SHARE: Final = 0.5


class CellColumns:
    """
    Texts by column; a million lists of cells would take several times the memory.

    Parameters
    ----------
    width : int
        Number of columns.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.last_rows: list[list[str]] = []
        self._count = 0
        self._blocks: list[list[NDArray[np.object_]]] = [[] for _ in range(width)]
        self._known: list[dict[str, str] | None] = [{} for _ in range(width)]

    def append(self, row: list[str]) -> None:
        """
        Take one more row.

        Parameters
        ----------
        row : list of str
            As many cells as there are columns. The last rows may still be changed in `last_rows`.
        """
        self._count += 1
        self.last_rows.append(row)
        if len(self.last_rows) >= _ROWS + _LAST:
            self._put_away(self.last_rows[:-_LAST])
            self.last_rows = self.last_rows[-_LAST:]

    def as_table(self, names: list[str]) -> pd.DataFrame:
        """
        Put the columns together; no row can be taken after that.

        Parameters
        ----------
        names : list of str
            A name for each column.

        Returns
        -------
        pandas.DataFrame
            All rows, of texts.
        """
        import pandas as pd

        self._put_away(self.last_rows)
        self.last_rows = []
        columns: dict[str, NDArray[np.object_]] = {}
        for name in names:
            columns[name] = np.concatenate(self._blocks.pop(0))
        return pd.DataFrame(columns, index=pd.RangeIndex(self._count), dtype=object, copy=False)

    def _put_away(self, rows: list[list[str]]) -> None:
        for at in range(self.width):
            block = np.empty(len(rows), dtype=object)
            block[:] = [row[at] for row in rows]
            self._blocks[at].append(self._shared(at, block))

    def _shared(self, at: int, block: NDArray[np.object_]) -> NDArray[np.object_]:
        """Let equal texts of a column be one text, if it has many that are equal."""
        known = self._known[at]
        if known is None:
            return block
        shared = np.empty(len(block), dtype=object)
        shared[:] = [known.setdefault(text, text) for text in block]
        if len(known) > _REPEATED_SHARE * _ROWS and len(known) > _REPEATED_SHARE * len(block):
            self._known[at] = None
        return shared
