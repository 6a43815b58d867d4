"""Sorts and filters the rows of a long table slice by slice, so that the window is not held up meanwhile."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolmap.model.layers import LAYERS
from patrolmap.model.slices import SLICE_ROWS
from patrolmap.progress import NO_CANCEL, raise_if_cancelled
from patrolmap.services.row_editing import choice_title, choices

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.progress import Cancel

__all__ = ["matching_rows", "row_order"]


def row_order(table: pd.DataFrame, field: str, *, rising: bool, cancel: Cancel = NO_CANCEL) -> NDArray[np.intp]:
    """
    Put rows in the order of a column.

    Parameters
    ----------
    table : pandas.DataFrame
        The rows.
    field : str
        The column: texts, numbers, truth values or times as text.
    rising : bool
        Up or down.
    cancel : Cancel
        Asked before each slice.

    Returns
    -------
    ndarray of intp, shape (n,)
        Their positions: equal ones as they were, those without a value last. O(n log n).

    Raises
    ------
    CancelledError
        If `cancel` says so.
    """
    import pandas as pd

    column = table[field]
    missing = column.isna().to_numpy()
    present, absent = np.flatnonzero(~missing), np.flatnonzero(missing)
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)[present]
        order = np.argsort(numbers if rising else -numbers, kind="stable")
        return np.concatenate((present[order], absent))
    values = column.to_numpy(dtype=object)
    parts = []
    for start in range(0, len(present), SLICE_ROWS):
        raise_if_cancelled(cancel)
        parts.append(sorted(present[start : start + SLICE_ROWS].tolist(), key=values.__getitem__, reverse=not rising))
    merged = np.fromiter(heapq.merge(*parts, key=values.__getitem__, reverse=not rising), np.intp, len(present))
    return np.concatenate((merged, absent))


def matching_rows(layer: str, table: pd.DataFrame, text: str, cancel: Cancel = NO_CANCEL) -> pd.Index:
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
    cancel : Cancel
        Asked before each slice.

    Returns
    -------
    pandas.Index
        Their fids. O(rows times columns): long layers are filtered in the background.

    Raises
    ------
    CancelledError
        If `cancel` says so.
    """
    words = text.casefold().split()
    fields = [field.name for field in LAYERS[layer].fields if field.name in table]
    # Most fields of most layers are empty.
    filled = [(_writer(layer, name), table[name]) for name in fields if table[name].notna().any()]
    found = np.ones(len(table), dtype=bool)
    for start in range(0, len(table), SLICE_ROWS):
        raise_if_cancelled(cancel)
        part = slice(start, min(start + SLICE_ROWS, len(table)))
        joined = [""] * (part.stop - start)
        for write, column in filled:
            values, missing = column.iloc[part].tolist(), column.iloc[part].isna().tolist()
            joined = [
                before if absent else f"{before}\n{write(value)}"
                for before, value, absent in zip(joined, values, missing, strict=True)
            ]
        found[part] = [all(word in line for word in words) for line in map(str.casefold, joined)]
    return table.index[found]


def _writer(layer: str, field: str) -> Callable[[Any], str]:
    if choices(layer, field):
        return lambda value: choice_title(layer, field, value)
    return str
