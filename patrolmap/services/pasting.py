"""Cells copied from Excel or from a table of the program, read for the rows and fields they are put on."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.column_names import FIELD_NAMES
from patrolmap.ingest.name_matching import plain_name
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["pasted_block"]

_MOST_PASTED: Final = 100_000


def pasted_block(
    text: str, fields: Sequence[str], row_count: int, *, layer: str = "", chosen: bool = False
) -> dict[str, list[str]]:
    """
    Read what was copied from Excel or from a table of this program.

    Parameters
    ----------
    text : str
        Cells apart by tabs, rows by line ends; cells with line ends in quotes, as Excel writes them.
    fields : sequence of str
        The fields that it is pasted on, from the chosen one to the right.
    row_count : int
        Rows that it is pasted on, from the chosen one down.
    layer : str, default ""
        Layer of the rows, by whose names of columns headings are known; empty to look for none.
    chosen : bool, default False
        Whether the rows are those that are chosen, not all from the chosen one down.

    Returns
    -------
    dict of str to list of str
        For each field the texts of the rows from the first on. One single row of values is given to all rows. Where the
        first row holds headings, perhaps below one that is merged over them, each column goes to the field of its heading.

    Raises
    ------
    InputError
        If there is nothing, more columns or rows than there is room for, or a heading that no field has.
    """
    rows = list(csv.reader(io.StringIO(text.rstrip("\r\n")), delimiter="\t"))
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise InputError(N_("The clipboard has no table."), remedy=N_("Copy cells in Excel, then paste here."))
    width = max(len(row) for row in rows)
    targets = list(fields[:width])
    if layer and (headed := _headed(rows, layer, fields[0])) is not None:
        first, targets = headed
        rows, width = rows[first:], len(targets)
    elif width > len(fields):
        targets = []
    if not targets or (len(rows) > row_count and len(rows) > 1) or len(rows) > _MOST_PASTED:
        more = N_("Choose one row only, to paste from it down, or copy fewer cells.")
        raise InputError(
            N_("{rows} rows of {columns} columns do not fit here."),
            why=N_("From the chosen cell there are {row_count} rows and {column_count} columns."),
            remedy=more if chosen else N_("Choose a cell further up or to the left, or copy fewer cells."),
            rows=len(rows),
            columns=width,
            row_count=row_count,
            column_count=len(fields),
        )
    if len(rows) == 1:
        rows *= row_count
    return {
        field: [row[place] if place < len(row) else "" for row in rows] for place, field in enumerate(targets) if field
    }


def _headed(rows: list[list[str]], layer: str, here: str) -> tuple[int, list[str]] | None:
    """Find the row below the headings, and the field of each column; None without headings."""
    known = _field_names(layer)
    for place, row in enumerate(rows[:2]):
        heads = [cell.strip() for cell in row]
        filled = [head for head in heads if head]
        found = [known.get(plain_name(head), "") for head in heads]
        named = [field for field in found if field]
        if len(rows) == place + 1 or not filled:
            return None
        is_one = len(filled) == len(row) == 1 and named == [here]
        if is_one or (len(named) >= 2 and 2 * len(named) >= len(filled) and len(set(named)) == len(named)):
            strange = next((head for head, field in zip(heads, found, strict=True) if head and not field), None)
            if strange is not None:
                raise InputError(
                    N_("“{heading}” is no field of “{layer}”."),
                    remedy=N_("Copy the columns without it, or the cells without their headings."),
                    heading=strange,
                    layer=Message(LAYERS[layer].title),
                )
            return place + 1, found
        if len(filled) > 1:
            return None
    return None


def _field_names(layer: str) -> dict[str, str]:
    """List what the fields of a layer are called, as plain names; a field's own title goes first."""
    stored = [field.name for field in LAYERS[layer].fields]
    aliases = FIELD_NAMES.get(layer, {})
    known = {plain_name(word): name for name in reversed(stored) for word in reversed(aliases.get(name, ()))}
    for field in LAYERS[layer].fields:
        known |= dict.fromkeys(map(plain_name, (field.name, field.title, tr(field.title))), field.name)
    known.pop("", None)
    return known
