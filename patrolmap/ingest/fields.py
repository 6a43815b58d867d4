"""Cells into the types of a layer's fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.enumerations import CLOSED_LISTS, OPEN_LISTS, parse_booleans, read_words
from patrolmap.ingest.numbers import is_blank, parse_numbers
from patrolmap.ingest.privacy import stray_numbers, without_persons
from patrolmap.ingest.times import parse_times
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS
from patrolmap.model.schedule import parse_hours

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.ingest.columns import ColumnMap
    from patrolmap.ingest.row_notes import RowNotes
    from patrolmap.ingest.source import Source

__all__ = ["field_values", "read_cells", "typed"]

_MAX_TEXT: Final = 500
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MILES: Final = re.compile(r"mph", re.IGNORECASE)
_KPH_PER_MPH: Final = 1.609344
_INTEGER_LIMIT: Final = 2**53
_AT_LEAST: Final = {"members": 1.0, "households": 0.0, "demand": 0.0, "break_minutes": 0.0, "travel_s": 0.0}
_ABOVE: Final = {"speed_kph": 0.0, "maxspeed_kph": 0.0, "length_m": 0.0}
_HOURS_FIELDS: Final = frozenset({("sites", "hours"), ("teams", "hours")})


def field_values(source: Source, layer: str, columns: ColumnMap, notes: RowNotes) -> dict[str, NDArray[np.object_]]:
    """
    Read every mapped field of a layer.

    Parameters
    ----------
    source : Source
        The rows.
    layer : str
        Name of the layer.
    columns : ColumnMap
        Which column is which field.
    notes : RowNotes
        Receives optional values that could not be read and were left empty.

    Returns
    -------
    dict of str to (n,) object array
        For each mapped field (no helpers, no times) its values; None where there is none.
    """
    values = {}
    for spec in LAYERS[layer].fields:
        texts = columns.texts(source, spec.name)
        if texts is None or spec.type == "datetime":
            continue
        texts = texts.copy()
        blank = is_blank(texts)
        read = _read(texts, layer, spec.name, spec.type)
        read[blank] = None
        _leave_out_impossible(read, texts, columns.title(spec.name), spec.name, notes)
        lost = ~is_blank(texts) & np.array([value is None for value in read], dtype=bool)
        if not spec.required:
            reason = N_("“{value}” was not understood and left empty.")
            notes.repair(lost, reason, column=columns.title(spec.name), values=list(texts))
        else:
            notes.reject(lost, N_("“{value}” is not understood."), column=columns.title(spec.name), values=list(texts))
        if layer != "teams" and spec.type == "text":  # a roster has telephones
            leave_out = _leave_out_ids if spec.name == LAYERS[layer].key else _leave_out_persons
            leave_out(read, columns.title(spec.name), notes)
        values[spec.name] = read
    return values


def _leave_out_persons(read: NDArray[np.object_], column: str, notes: RowNotes) -> None:
    """Take what may be a person’s out of single cells; their column as a whole looked harmless."""
    clean = {text: without_persons(text) for text in set(read) if text is not None}
    found = np.array([text is not None and clean[text] != text for text in read], dtype=bool)
    if found.any():
        notes.repair(found, N_("A number, plate or name that may be a person’s was left out."), column=column)
        read[found] = [clean[text] for text in read[found]]


def _leave_out_ids(read: NDArray[np.object_], column: str, notes: RowNotes) -> None:
    stray = stray_numbers(read)
    if stray.any():
        notes.repair(stray, N_("An id that is an identity or telephone number was left out."), column=column)
        read[stray] = None


def _leave_out_impossible(
    read: NDArray[np.object_], texts: NDArray[np.object_], column: str, field: str, notes: RowNotes
) -> None:
    """Empty the numbers that no such thing can have, such as a speed of −5; say so, and do not say it twice."""
    if field not in _AT_LEAST and field not in _ABOVE:
        return
    numbers = np.array([np.nan if value is None else value for value in read], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        low = numbers < _AT_LEAST[field] if field in _AT_LEAST else numbers <= _ABOVE[field]
    notes.repair(low, N_("“{value}” cannot be and was left empty."), column=column, values=list(texts))
    read[low] = None
    texts[low] = ""


def read_cells(texts: NDArray[np.object_], layer: str, field: str) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """
    Read the cells of one field that were typed by hand, by the rules of an import.

    Parameters
    ----------
    texts : (n,) object array of str
        The cells.
    layer : str
        Name of the layer.
    field : str
        Name of the field.

    Returns
    -------
    (n,) object array
        Values; None where the cell is blank or wrong.
    (n,) bool array
        True where a cell is not blank and not understood, or no such thing can have it.
    """
    kind, blank = LAYERS[layer].field(field).type, is_blank(texts)
    read = parse_times(texts).iso_texts if kind == "datetime" else _read(texts, layer, field, kind)
    read[blank] = None
    for place in np.flatnonzero(~blank):
        value = read[place]
        if value is not None and (
            (field in _AT_LEAST and value < _AT_LEAST[field]) or (field in _ABOVE and value <= _ABOVE[field])
        ):
            read[place] = None
    return read, ~blank & np.array([value is None for value in read], dtype=bool)


def typed(values: NDArray[np.object_], kind: str) -> pd.Series:
    """
    Give values the pandas type that the project's layers have.

    Parameters
    ----------
    values : (n,) object array
        Values; None where there is none.
    kind : str
        A `patrolmap.model.layers.FieldType`.

    Returns
    -------
    pandas.Series
        ``Int64``, ``float64``, ``boolean`` or ``object``.
    """
    import pandas as pd

    if kind == "real":
        return pd.Series(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
    dtype = {"integer": "Int64", "boolean": "boolean"}.get(kind, "object")
    return pd.Series(values, dtype=dtype)


def _read(texts: NDArray[np.object_], layer: str, field: str, kind: str) -> NDArray[np.object_]:
    if (layer, field) in CLOSED_LISTS or (layer, field) in OPEN_LISTS:
        words = read_words(texts, layer, field)
        return _objects([int(word) if kind == "integer" and word is not None else word for word in words])
    if kind == "boolean":
        return parse_booleans(texts)
    if kind in {"integer", "real"}:
        numbers = parse_numbers(texts)
        if field == "maxspeed_kph":
            numbers = np.where([bool(_MILES.search(text)) for text in texts], numbers * _KPH_PER_MPH, numbers)
        return _objects([_number(number, kind) for number in numbers])
    if (layer, field) in _HOURS_FIELDS:
        return _objects([_hours(text) for text in texts])
    return _objects([_CONTROL.sub("", text).strip()[:_MAX_TEXT] or None for text in texts])


def _objects(values: list[object]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _number(number: float, kind: str) -> float | int | None:
    if np.isnan(number) or (kind == "integer" and abs(number) >= _INTEGER_LIMIT):
        return None
    return round(number) if kind == "integer" else float(number)


def _hours(text: str) -> str | None:
    try:
        parse_hours(text)
    except InputError:
        return None
    return text.strip()
