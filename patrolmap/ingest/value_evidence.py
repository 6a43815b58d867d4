"""What the values of a column say about which field it may be."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.angles import parse_degrees, parse_pairs
from patrolmap.ingest.enumerations import CLOSED_LISTS, parse_booleans, read_words
from patrolmap.ingest.numbers import is_blank, parse_numbers
from patrolmap.ingest.times import looks_like_clock, parse_times
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["fits", "guess_by_content", "guess_category", "guess_coordinates"]

_WKT: Final = re.compile(r"^\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)
_ENOUGH: Final = 0.5
_MAX_CATEGORIES: Final = 80
_FINE: Final = re.compile(r"[.．°度′]")
_LOOKED_AT: Final = 2_000
_NEARLY_ALL: Final = 0.9
_LOOKS: Final = MappingProxyType(
    {
        "wkt": re.compile(r"\("),
        "xy": re.compile(r"[.．°度]\d*.*[.．°度]"),
        "time": re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}"),
    }
)
_CHINA: Final = ((72.0, 138.0), (3.0, 54.0))


def fits(sample: NDArray[np.object_], layer: str, field: str) -> bool:
    """
    Tell whether values may be those of a field.

    Parameters
    ----------
    sample : (k,) object array of str
        Cells of the column that are not blank.
    layer : str
        Name of the layer.
    field : str
        Name of the field, helper or coordinate field.

    Returns
    -------
    bool
        True if at least half of the values can be read as the field's, or if there are none.
    """
    if len(sample) == 0:
        return field not in {"xy", "wkt", "time", "date", "clock"}
    return _share(sample, layer, field) >= _ENOUGH


def guess_category(table: pd.DataFrame, free: list[str]) -> str | None:
    """
    Find the column of few, repeated words, which is how a category looks.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows as texts.
    free : list of str
        Columns that no field has taken.

    Returns
    -------
    str or None
        The only such column, or the only one whose name hints at it; None if it is not clear.
    """
    found = []
    for column in free:
        cells = table[column].to_numpy(dtype=object)
        head = cells[:20_000]
        words = head[~is_blank(head)]
        distinct = set(words)
        if not 1 < len(distinct) <= min(_MAX_CATEGORIES, max(len(words) // 3, 1)):
            continue
        if np.isnan(parse_numbers(np.array(sorted(distinct), dtype=object))).mean() > _ENOUGH:
            found.append(column)
    hinted = [column for column in found if re.search(r"cat|type|kind|class|类|案由|性质", column.lower())]
    for choice in (found, hinted):
        if len(choice) == 1:
            return choice[0]
    return None


def guess_by_content(table: pd.DataFrame, free: list[str], layer: str, field: str) -> str | None:
    """
    Find the column that holds shapes, pairs of coordinates or moments.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows as texts.
    free : list of str
        Columns that no field has taken.
    layer : str
        Name of the layer.
    field : str
        ``wkt``, ``xy`` or ``time``.

    Returns
    -------
    str or None
        The only column of which nearly all values can be read so, and look like it: a whole number is no moment; None
        if there is none or more than one.
    """
    found = []
    for column in free:
        head = table[column].to_numpy(dtype=object)[:_LOOKED_AT]
        cells = head[~is_blank(head)]
        if len(cells) == 0 or np.mean([bool(_LOOKS[field].search(cell)) for cell in cells]) < _NEARLY_ALL:
            continue
        if _share(cells, layer, field) >= _NEARLY_ALL and (field != "xy" or _in_china(cells)):
            found.append(column)
    return found[0] if len(found) == 1 else None


def guess_coordinates(table: pd.DataFrame, free: list[str]) -> tuple[str, str] | None:
    """
    Find two columns of decimal numbers that are longitudes and latitudes of China.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows as texts.
    free : list of str
        Columns that no field has taken.

    Returns
    -------
    (str, str) or None
        Longitude and latitude; None unless there is exactly one of each.
    """
    found: tuple[list[str], list[str]] = ([], [])
    for column in free:
        head = table[column].to_numpy(dtype=object)[:2_000]
        cells = head[~is_blank(head)]
        if len(cells) == 0 or sum(bool(_FINE.search(cell)) for cell in cells) < 0.8 * len(cells):
            continue
        numbers = parse_degrees(cells)
        for axis, (low, high) in enumerate(_CHINA):
            if np.mean((numbers >= low) & (numbers <= high)) > 0.9:
                found[axis].append(column)
    return (found[0][0], found[1][0]) if len(found[0]) == len(found[1]) == 1 else None


def _in_china(cells: NDArray[np.object_]) -> bool:
    """Tell whether pairs are degrees in China, in either order."""
    first, second = parse_pairs(cells)
    (west, east), (south, north) = _CHINA
    as_is = (first >= west) & (first <= east) & (second >= south) & (second <= north)
    swapped = (second >= west) & (second <= east) & (first >= south) & (first <= north)
    return bool(np.mean(as_is | swapped) >= _NEARLY_ALL)


def _share(sample: NDArray[np.object_], layer: str, field: str) -> float:
    if field in _BY_HELPER:
        return _BY_HELPER[field](sample)
    if (layer, field) in CLOSED_LISTS:
        return _known(read_words(sample, layer, field))
    readers = {
        "integer": _numeric,
        "real": _numeric,
        "datetime": _dated,
        "boolean": _yes_or_no,
    }
    reader = readers.get(LAYERS[layer].field(field).type)
    return reader(sample) if reader else 1.0


def _known(values: NDArray[np.object_]) -> float:
    return sum(value is not None for value in values) / len(values)


def _yes_or_no(sample: NDArray[np.object_]) -> float:
    return _known(parse_booleans(sample))


def _numeric(sample: NDArray[np.object_]) -> float:
    return float(np.mean(~np.isnan(parse_numbers(sample))))


def _angular(sample: NDArray[np.object_]) -> float:
    return float(np.mean(~np.isnan(parse_degrees(sample))))


def _dated(sample: NDArray[np.object_]) -> float:
    return float(np.mean(~np.isnat(parse_times(sample).moments)))


def _paired(sample: NDArray[np.object_]) -> float:
    return float(np.mean(~np.isnan(parse_pairs(sample)[0])))


def _drawn(sample: NDArray[np.object_]) -> float:
    return sum(bool(_WKT.match(text)) for text in sample) / len(sample)


_BY_HELPER: Final[Mapping[str, Callable[[NDArray[np.object_]], float]]] = MappingProxyType(
    {
        "x": _angular,
        "y": _angular,
        "xy": _paired,
        "wkt": _drawn,
        "time": lambda sample: _dated(sample) + looks_like_clock(sample),
        "date": _dated,
        "clock": looks_like_clock,
    }
)
