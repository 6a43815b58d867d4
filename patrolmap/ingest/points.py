"""Geometry out of columns: two coordinates, one pair in a cell, or WKT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.ingest.angles import parse_degrees, parse_pairs
from patrolmap.ingest.numbers import is_blank
from patrolmap.messages import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.ingest.columns import ColumnMap
    from patrolmap.ingest.row_notes import RowNotes
    from patrolmap.ingest.source import Source

__all__ = ["geometry_from_columns"]

_SRID: Final = re.compile(r"^\s*SRID=\d+;\s*", re.IGNORECASE)


def geometry_from_columns(source: Source, columns: ColumnMap, notes: RowNotes) -> NDArray[np.object_] | None:
    """
    Build the geometry of a table.

    Parameters
    ----------
    source : Source
        The rows, without geometry of their own.
    columns : ColumnMap
        Which columns hold coordinates.
    notes : RowNotes
        Receives the rows whose coordinates are missing or unreadable.

    Returns
    -------
    (n,) object array or None
        shapely geometries, None where there is none; None if no column holds coordinates.
    """
    drawn = columns.texts(source, "wkt")
    if drawn is not None:
        return _from_wkt(drawn, columns.title("wkt"), notes)
    pairs = columns.texts(source, "xy")
    if pairs is not None and not {"x", "y"} <= set(columns.columns):
        first, second = parse_pairs(pairs)
        cells = pairs
        title = columns.title("xy")
    else:
        easts, norths = columns.texts(source, "x"), columns.texts(source, "y")
        if easts is None or norths is None:
            return None
        first, second = parse_degrees(easts), parse_degrees(norths)
        cells = np.array([f"{east}, {north}" for east, north in zip(easts, norths, strict=True)], dtype=object)
        title = f"{columns.title('x')}, {columns.title('y')}"
    missing = is_blank(cells) | np.array([cell.strip(", ") == "" for cell in cells], dtype=bool)
    notes.reject(missing, N_("The coordinates are missing."), column=title)
    unreadable = np.isnan(first) | np.isnan(second)
    notes.reject(unreadable, N_("“{value}” is not a pair of coordinates."), column=title, values=list(cells))
    geometry = np.full(len(first), None, dtype=object)
    geometry[~unreadable] = shapely.points(first[~unreadable], second[~unreadable])
    return geometry


def _from_wkt(drawn: NDArray[np.object_], title: str, notes: RowNotes) -> NDArray[np.object_]:
    plain = np.array([_SRID.sub("", text) for text in drawn], dtype=object)
    blank = is_blank(plain)
    notes.reject(blank, N_("The geometry is missing."), column=title)
    plain[blank] = None
    geometry: NDArray[np.object_] = shapely.force_2d(shapely.from_wkt(plain, on_invalid="ignore"))
    notes.reject(shapely.is_missing(geometry), N_("“{value}” is no geometry in WKT."), column=title, values=list(drawn))
    return geometry
