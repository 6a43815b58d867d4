"""The rows that an import left out, as a workbook to correct and import again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.ingest.columns import personal_columns
from patrolmap.ingest.privacy import without_persons
from patrolmap.whole_files import drafted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.cell import WriteOnlyCell

    from patrolmap.ingest.source import Source
    from patrolmap.messages import Message
    from patrolmap.model.report import RowNote

__all__ = ["write_rejected"]

_WKT: Final = "wkt"
_CELL_CHARACTERS: Final = 32_767


def write_rejected(
    path: Path,
    source: Source,
    layer: str,
    rejected: Sequence[RowNote],
    *,
    heads: tuple[str, str],
    say: Callable[[Message], str],
) -> None:
    """
    Write rejected rows with the reason of each.

    Parameters
    ----------
    path : Path
        The xlsx file to write; one that is there is replaced whole.
    source : Source
        The rows as they were read.
    layer : str
        The layer that was to be filled.
    rejected : sequence of RowNote
        The rows and reasons.
    heads : (str, str)
        Heads of the columns of row numbers and reasons, in the user's language.
    say : callable
        Puts a message into the user's language.

    Raises
    ------
    InputError
        If the file cannot be written.

    Notes
    -----
    All cells are texts, also those that look like formulas. Columns that look personal stay out,
    and so do identity and telephone numbers in single cells, but for a roster. Geometry is a column of WKT.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(layer)
    hidden = personal_columns(source, layer)
    columns = [column for column in source.columns if column not in hidden]
    clean = str if layer == "teams" else without_persons  # a roster has telephones
    shapes = [] if source.geometry is None else [_WKT]
    sheet.append([_cell(sheet, text, bold=True) for text in (*heads, *columns, *shapes)])
    place_of = {int(number): place for place, number in enumerate(source.row_numbers)}
    cells = source.table[columns].to_numpy(dtype=object)
    for note in rejected:
        place = place_of.get(note.row)
        row = [str(note.row), say(note.reason)]
        row += [note.value] if place is None else [clean(str(value)) for value in cells[place]]
        if place is not None and source.geometry is not None:
            row.append(_drawn(source.geometry[place]))
        sheet.append([_cell(sheet, text) for text in row])
    with drafted(path) as draft:
        book.save(draft)


def _cell(sheet: Any, text: str, *, bold: bool = False) -> WriteOnlyCell:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value="")
    cell.value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text)[:_CELL_CHARACTERS]
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _drawn(shape: shapely.Geometry | None) -> str:
    if shape is None or not np.isfinite(shapely.get_coordinates(shape)).all():
        return ""
    return str(shapely.to_wkt(shape, rounding_precision=-1))
