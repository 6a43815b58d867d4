"""The numbers of a file, before anything is known of their system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.column_names import COORDINATE_FIELDS
from patrolmap.ingest.columns import map_columns
from patrolmap.ingest.points import geometry_from_columns
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.row_notes import RowNotes
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyproj
    from numpy.typing import NDArray

    from patrolmap.ingest.database_address import DatabaseTable

__all__ = ["Numbers", "read_numbers"]

_MOST: Final = 1000


@dataclass(frozen=True, eq=False)
class Numbers:
    """
    Coordinates as a file has them.

    Parameters
    ----------
    xy : (n, 2) array
        Finite numbers, at most 1,000, evenly taken.
    declared : pyproj.CRS or None
        The system that the file declares.
    total : int
        How many the file has.
    """

    xy: NDArray[np.float64]
    declared: pyproj.CRS | None
    total: int


def read_numbers(
    path: Path | DatabaseTable,
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str = "auto",
    sheet: str | None = None,
    cancel: Cancel = NO_CANCEL,
) -> Numbers:
    """
    Read the coordinates of a file.

    Parameters
    ----------
    path : Path or DatabaseTable
        Anything that import reads.
    mapping : mapping of str to str or None, default None
        ``x`` and ``y``, or ``xy`` or ``wkt``, to columns; guessed without it.
    encoding : str, default "auto"
        Encoding of the texts.
    sheet : str or None, default None
        Sheet of a workbook, layer or member; None chooses.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Numbers
        The coordinates of points, or the vertices of lines and areas.

    Raises
    ------
    InputError
        If it cannot be read or holds no coordinates.
    """
    source = read_source(path, Wanted("sites", COORDINATE_FIELDS, sheet, encoding), cancel=cancel)
    geometry = source.geometry
    if geometry is None:
        columns = map_columns(source, "sites", mapping or {}, fields=COORDINATE_FIELDS)
        geometry = geometry_from_columns(source, columns, RowNotes(source.row_numbers))
    if geometry is None:
        raise InputError(
            N_("No column of “{name}” holds coordinates."),
            remedy=N_("Name them with --map x=… y=…. Columns: {columns}."),
            name=source.name,
            columns=list(source.columns[:40]),
        )
    xy = shapely.get_coordinates(geometry)
    xy = xy[np.isfinite(xy).all(axis=1) & (xy != 0).any(axis=1)]
    if len(xy) == 0:
        raise InputError(N_("“{name}” has no coordinates that can be read."), name=source.name)
    step = max(-(-len(xy) // _MOST), 1)
    return Numbers(xy[::step], source.crs, len(xy))
