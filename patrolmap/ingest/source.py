"""What a reader hands on: a table of texts, geometry where the file has it, and what was decided on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyproj
    from numpy.typing import NDArray

    from patrolmap.messages import Message

__all__ = ["Source", "to_texts", "unique_names"]


@dataclass(frozen=True, eq=False)
class Source:
    """
    The rows of one file, unchecked.

    Parameters
    ----------
    name : str
        File name, for messages.
    table : pandas.DataFrame
        One column of texts a source column, ``""`` where a cell is empty; rows in the order of the file.
    row_numbers : (n,) int64 array
        Number of each row as its user counts: 1 is the first row after the head, or the first feature.
    geometry : (n,) object array or None
        shapely geometries, None where a row has none; None for a table without geometry.
    crs : pyproj.CRS or None
        The declared system of `geometry`; None if the file declares none.
    choices : tuple of Message
        Format, encoding and every other automatic choice.
    refused : tuple of (int, str), default ()
        Rows that could not even be split into cells: their number and their text.
    mended : tuple of (int, Message), default ()
        Rows that were repaired while they were read, and how.
    """

    name: str
    table: pd.DataFrame
    row_numbers: NDArray[np.int64]
    geometry: NDArray[np.object_] | None = None
    crs: pyproj.CRS | None = None
    choices: tuple[Message, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    mended: tuple[tuple[int, Message], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file."""
        return tuple(self.table.columns)


def to_texts(values: NDArray[Any]) -> NDArray[np.object_]:
    """
    Write a column of any type as texts.

    Parameters
    ----------
    values : (n,) array
        Texts, numbers, booleans or datetimes; None, NaN and NaT are empty.

    Returns
    -------
    (n,) object array
        Texts without outer blanks; whole numbers without a decimal point.
    """
    kind = values.dtype.kind
    if kind == "f":
        return _floats_to_texts(values)
    if kind in "iub":
        return values.astype(str).astype(object)
    if kind == "M":
        texts = np.datetime_as_string(values, unit="s").astype(object)
        texts[np.isnat(values)] = ""
        return texts
    texts = np.empty(len(values), dtype=object)
    texts[:] = [_to_text(value) for value in values]
    return texts


def unique_names(names: list[str]) -> list[str]:
    """
    Give every column a name of its own.

    Parameters
    ----------
    names : list of str
        Names as the file has them, perhaps empty or repeated.

    Returns
    -------
    list of str
        Empty names become ``column 3``, repeated ones get a number.
    """
    seen: set[str] = set()
    unique = []
    for place, name in enumerate(names, start=1):
        base = " ".join(name.split())[:200] or f"column {place}"
        candidate, number = base, 2
        while candidate in seen:
            candidate, number = f"{base} ({number})", number + 1
        seen.add(candidate)
        unique.append(candidate)
    return unique


def _floats_to_texts(values: NDArray[Any]) -> NDArray[np.object_]:
    finite = np.isfinite(values)
    whole = bool(np.all(values[finite] == np.round(values[finite]))) and bool(np.all(np.abs(values[finite]) < 2**53))
    texts = np.full(len(values), "", dtype=object)
    if whole:
        texts[finite] = values[finite].astype(np.int64).astype(str)
    else:
        texts[finite] = [repr(float(value)) for value in values[finite]]
    return texts


def _to_text(value: Any) -> str:
    import pandas as pd

    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, float):
        if not np.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, np.ndarray):
        return "; ".join(_to_text(item) for item in value.tolist())
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value).strip()
