"""What the points of a drawing are called: by a block's attribute, a text beside them, or else a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["name_points", "without_escapes"]

_UNICODE: Final = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_DOUBLE_BYTE: Final = re.compile(r"\\M\+([25])([0-9A-Fa-f]{4})")
_PAGES: Final = {"2": "cp950", "5": "gbk"}
_NAMING: Final = ("NAME", "名称", "名字", "点名", "站名", "TITLE", "编号", "NO", "ID")
_OF_USUAL: Final = 5.0


def without_escapes(text: str) -> str:
    r"""
    Read the characters that older drawings write as codes.

    Parameters
    ----------
    text : str
        Text of a drawing, such as ``\U+8DEF`` or ``\M+5C2B7`` for one character.

    Returns
    -------
    str
        The text as it is drawn.
    """
    if "\\" not in text:
        return text
    plain = _UNICODE.sub(lambda code: chr(int(code[1], 16)), text)
    return _DOUBLE_BYTE.sub(lambda code: bytes.fromhex(code[2]).decode(_PAGES[code[1]], "replace"), plain)


def name_points(
    table: pd.DataFrame, geometry: NDArray[np.object_]
) -> tuple[pd.DataFrame, NDArray[np.bool_], tuple[Message, ...]]:
    """
    Give the points of a drawing names, and set aside the texts.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a point, with the columns that GDAL gives drawings: ``Layer``, ``Text``, ``BlockName``, ``BlockAttributes``.
    geometry : (n,) object array
        The points.

    Returns
    -------
    table : pandas.DataFrame
        The same with a column ``name``; without the columns about how blocks and texts are drawn.
    is_row : (n,) bool array
        The rows that are points or blocks; all rows if there are texts alone, which then are the places.
    choices : tuple of Message
        Where the names come from.

    Notes
    -----
    A text names a point if each is the other's nearest, no farther than five times the usual distance. O(n log n).
    """
    texts = _column(table, "Text")
    named = np.array([_by_attribute(cell) for cell in _column(table, "BlockAttributes")], dtype=object)
    is_text, told = texts != "", named != ""
    kept = table.drop(columns=[title for title in table.columns if title.startswith("Block") or title == "Text"])
    if is_text.all():
        return kept.assign(name=texts), is_text, ()
    is_row = ~is_text
    beside = _texts_beside(geometry, is_row & ~told, is_text, texts)
    numbered = is_row & ~told & (beside == "")
    names = np.where(told, named, np.where(numbered, _numbers(table, numbered), beside))
    return kept.assign(name=names), is_row, _said(told & is_row, beside != "", numbered, is_text)


def _said(
    told: NDArray[np.bool_], beside: NDArray[np.bool_], numbered: NDArray[np.bool_], is_text: NDArray[np.bool_]
) -> tuple[Message, ...]:
    counted = (
        (N_("{count} points are named by an attribute of their block."), told.sum()),
        (N_("{count} points are named by the text beside them; check the names."), beside.sum()),
        (N_("{count} points have no name in the drawing and got their layer and a number."), numbered.sum()),
        (N_("{count} texts of the drawing stand beside no point and were left alone."), is_text.sum() - beside.sum()),
    )
    return tuple(Message(text, {"count": int(count)}) for text, count in counted if count)


def _column(table: pd.DataFrame, title: str) -> NDArray[np.object_]:
    if title not in table:
        return np.full(len(table), "", dtype=object)
    cells: NDArray[np.object_] = table[title].to_numpy(dtype=object)
    return cells


def _by_attribute(cell: str) -> str:
    pairs = [part.partition(" ")[::2] for part in cell.split("; ")]
    values = {tag.upper(): value.strip() for tag, value in pairs if value.strip()}
    for word in _NAMING:
        for tag, value in values.items():
            if tag == word or (len(word) > 2 and word in tag):
                return value
    return next(iter(values.values()), "")


def _texts_beside(
    geometry: NDArray[np.object_], points: NDArray[np.bool_], labels: NDArray[np.bool_], texts: NDArray[np.object_]
) -> NDArray[np.object_]:
    beside = np.full(len(geometry), "", dtype=object)
    here, there = np.flatnonzero(points), np.flatnonzero(labels)
    if not len(here) or not len(there):
        return beside
    label_of = _nearest(geometry[here], geometry[there])
    point_of = _nearest(geometry[there], geometry[here])
    mutual = np.flatnonzero(point_of[label_of] == np.arange(len(here)))
    places, label_places = here[mutual], there[label_of[mutual]]
    apart = shapely.distance(geometry[places], geometry[label_places])
    near = apart <= _OF_USUAL * np.median(apart)
    beside[places[near]] = texts[label_places[near]]
    return beside


def _nearest(these: NDArray[np.object_], those: NDArray[np.object_]) -> NDArray[np.intp]:
    nearest: NDArray[np.intp] = shapely.STRtree(those).nearest(these)
    return nearest


def _numbers(table: pd.DataFrame, wanted: NDArray[np.bool_]) -> NDArray[np.object_]:
    seen: dict[str, int] = {}
    names = np.full(len(table), "", dtype=object)
    layers, blocks = _column(table, "Layer"), _column(table, "BlockName")
    for place in np.flatnonzero(wanted):
        layer = layers[place] if layers[place] not in {"", "0"} else (blocks[place] or "P")
        seen[layer] = seen.get(layer, 0) + 1
        names[place] = f"{layer} {seen[layer]}"
    return names
