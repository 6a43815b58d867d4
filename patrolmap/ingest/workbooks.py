"""Excel workbooks, new (xlsx) and old (xls)."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import warnings
import zipfile
from array import array
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.archives import check_members
from patrolmap.ingest.cell_columns import CellColumns
from patrolmap.ingest.choosing import Candidate, Wanted, choose
from patrolmap.ingest.headings import LOOK_AHEAD_ROWS, heading_choices, read_head
from patrolmap.ingest.limits import MAX_COLUMNS, MAX_ROWS, check_columns, check_rows, reading
from patrolmap.ingest.source import Source, unique_names
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO

    import xlrd

__all__ = ["read_xls", "read_xlsx"]

_ROWS_BETWEEN_LOOKS: Final = 5_000
_MAX_EMPTY_ROWS: Final = 10_000
_MAX_CELLS: Final = 60_000_000
_CHUNK_BYTES: Final = 1024**2
_CELL: Final = re.compile(rb"<c[ />]")
_MERGE: Final = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')
_MAX_MERGED: Final = 200_000
_Merged = tuple[int, int, int]
_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


def read_xlsx(path: Path, wanted: Wanted, *, name: str, cancel: Cancel = NO_CANCEL) -> Source:
    """
    Read one sheet of an xlsx workbook.

    Parameters
    ----------
    path : Path
        The workbook.
    wanted : Wanted
        What the import is looking for; decides the sheet.
    name : str
        File name, for messages.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Source
        Rows as texts; formulas by their stored results.

    Raises
    ------
    InputError
        If it is damaged, protected, a bomb, too wide or too long.
    """
    import openpyxl

    with reading(name, "Excel (xlsx)"), zipfile.ZipFile(path) as archive:
        for member in check_members(archive, name):
            if member.filename.lower().endswith((".xml", ".rels")):
                with archive.open(member) as stream:
                    refuse_entities(stream, name)
            if member.filename.startswith("xl/worksheets/"):
                with archive.open(member) as stream:
                    _refuse_wide_rows(stream, name, cancel)
    with reading(name, "Excel (xlsx)"), path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations, which are no matter here
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            sheets = {sheet.title: sheet for sheet in book.worksheets}
            title, choices = _choose_sheet(name, {key: _xlsx_rows(sheet) for key, sheet in sheets.items()}, wanted)
            merged = _merged_in_xlsx(path, sheets[title])
            return _source(name, _xlsx_rows(sheets[title]), ("xlsx", title, choices), merged, cancel)
        finally:
            book.close()


def read_xls(path: Path, wanted: Wanted, *, name: str, cancel: Cancel = NO_CANCEL) -> Source:
    """
    Read one sheet of an xls workbook.

    Parameters
    ----------
    path : Path
        The workbook.
    wanted : Wanted
        What the import is looking for; decides the sheet.
    name : str
        File name, for messages.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Source
        Rows as texts; formulas by their stored results.

    Raises
    ------
    InputError
        If it is damaged or protected, or an encrypted xlsx.
    """
    with reading(name, "Excel (xls)"), path.open("rb") as stream:
        if "EncryptedPackage".encode("utf-16-le") in stream.read(1024**2):
            raise InputError(
                N_("“{name}” is protected by a password."), remedy=N_("Save it without a password."), name=name
            )
    with reading(name, "Excel (xls)"):
        book = _open_xls(path)
        rows = {title: _xls_rows(book, title) for title in book.sheet_names()}
        title, choices = _choose_sheet(name, rows, wanted)
        merged = [
            (low + 1, high, left) for low, high, left, _ in book.sheet_by_name(title).merged_cells if high > low + 1
        ]
        return _source(name, _xls_rows(book, title), ("xls", title, choices), merged, cancel)


def _open_xls(path: Path) -> xlrd.Book:
    """Open with what is known of merged cells, if the file's formats can be read at all."""
    import xlrd

    options = {"logfile": io.StringIO(), "ragged_rows": True, "on_demand": True}
    try:
        return xlrd.open_workbook(str(path), formatting_info=True, **options)
    except (NotImplementedError, xlrd.XLRDError, KeyError, IndexError, AssertionError, struct.error):
        return xlrd.open_workbook(str(path), **options)


def _merged_in_xlsx(path: Path, sheet: Any) -> list[_Merged]:
    """List cells that are merged over several rows; openpyxl does not tell when it reads row by row."""
    from openpyxl.utils import column_index_from_string

    merged: list[_Merged] = []
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as stream:  # noqa: SLF001 - nowhere else
        rest = b""
        while chunk := stream.read(_CHUNK_BYTES):
            window = rest + chunk
            for left, top, bottom in _MERGE.findall(window):
                if int(bottom) > int(top) and len(merged) < _MAX_MERGED:
                    merged.append((int(top), int(bottom), column_index_from_string(left.decode()) - 1))
            rest = window[max(window.rfind(b"<"), len(window) - 200) :]
    return merged


def _filled_down(
    rows: Iterable[list[str]], number: int, merged: list[_Merged], filled: list[int]
) -> Iterator[list[str]]:
    """Repeat the value of cells that are merged over several rows, from row `number` of the sheet on; count the rows."""
    begins: dict[int, list[_Merged]] = {}
    for one in merged:
        if one[0] >= number:
            begins.setdefault(one[0], []).append(one)
    running: dict[int, tuple[int, str]] = {}
    for at, row in enumerate(rows, start=number):
        given = [(column, text) for column, (last, text) in running.items() if at <= last and text]
        if given and any(row):
            row.extend([""] * (max(column for column, _ in given) + 1 - len(row)))
            empty = [(column, text) for column, text in given if not row[column]]
            for column, text in empty:
                row[column] = text
            filled.append(at)
        for _, last, column in begins.get(at, ()):
            running[column] = last, row[column] if column < len(row) else ""
        yield row


def _refuse_wide_rows(stream: IO[bytes], name: str, cancel: Cancel) -> None:
    """Count the cells of each row before openpyxl builds them all, which takes a minute for a million."""
    cells = 0
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        raise_if_cancelled(cancel)
        *rows, rest = (rest + chunk).split(b"</row>")
        for row in rows:
            check_columns(name, cells + len(_CELL.findall(row)))
            cells = 0
        cut = rest.rfind(b"<")
        cells += len(_CELL.findall(rest[:cut]))
        check_columns(name, cells)
        rest = rest[cut:] if cut >= 0 else b""


def _xlsx_rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    for row in sheet.iter_rows(values_only=True):
        yield [_cell_text(value) for value in row]


def _xls_rows(book: xlrd.Book, title: str) -> Iterator[list[str]]:
    sheet = book.sheet_by_name(title)
    for number in range(sheet.nrows):
        yield [_xls_text(cell, book.datemode) for cell in sheet.row(number)]


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value in _ERRORS else value.strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _xls_text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        if cell.value < 1:
            return (dt.datetime(1900, 1, 1) + dt.timedelta(days=cell.value)).time().isoformat(timespec="seconds")
        return str(xlrd.xldate.xldate_as_datetime(cell.value, datemode).isoformat())
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    return _cell_text(bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value)


def _choose_sheet(name: str, sheets: dict[str, Iterator[list[str]]], wanted: Wanted) -> tuple[str, tuple[Message, ...]]:
    if not sheets:
        raise InputError(N_("“{name}” has no sheet with cells."), name=name)
    candidates = []
    for title, rows in sheets.items():
        first = [row for _, row in zip(range(LOOK_AHEAD_ROWS), rows, strict=False)]
        filled = sum(any(row) for row in first)
        heading = read_head(first)[0]
        candidates.append(Candidate(title, tuple(cell for cell in heading[:MAX_COLUMNS] if cell), rows=filled))
    place, choices = choose(name, candidates, wanted)
    return candidates[place].title, choices


def _source(
    name: str,
    rows: Iterator[list[str]],
    origin: tuple[str, str, tuple[Message, ...]],
    merged: list[_Merged],
    cancel: Cancel,
) -> Source:
    kind, title, choices = origin
    first = [row for _, row in zip(range(LOOK_AHEAD_ROWS), rows, strict=False)]
    heading, place = read_head(first)
    while heading and not heading[-1]:
        heading.pop()
    if not heading:
        raise InputError(
            N_("Sheet “{title}” of “{name}” is empty."), remedy=N_("Choose another sheet."), title=title, name=name
        )
    check_columns(name, len(heading))
    filled: list[int] = []
    body = _filled_down(chain(first[place + 1 :], rows), place + 2, merged, filled)
    kept, numbers = _kept_rows([], body, len(heading), name, cancel)
    table = kept.as_table(unique_names(heading))
    said = (
        Message(N_("Read as Excel ({kind}), sheet “{title}”."), {"kind": kind, "title": title}),
        *choices,
        *heading_choices(place),
        *(
            (
                Message(
                    N_("Cells merged over several rows were filled down in {count} {count:row|rows}."),
                    {"count": len(filled)},
                ),
            )
            if filled
            else ()
        ),
    )
    return Source(name, table, np.array(numbers, dtype=np.int64), choices=said)


def _kept_rows(
    first: list[list[str]], rest: Iterator[list[str]], width: int, name: str, cancel: Cancel
) -> tuple[CellColumns, array[int]]:
    kept = CellColumns(width)
    numbers = array("q")
    number = cells = 0
    for batch in (first, rest):
        for row in batch:
            number += 1
            cells += len(row)
            if number % _ROWS_BETWEEN_LOOKS == 0:
                raise_if_cancelled(cancel)
                check_rows(name, number)
            if cells > _MAX_CELLS:
                check_columns(name, len(row))
                check_rows(name, MAX_ROWS + 1)
            if any(row[:width]):
                kept.append(row[:width] + [""] * (width - len(row)))
                numbers.append(number)
            elif number - (numbers[-1] if numbers else 0) > _MAX_EMPTY_ROWS:
                return kept, numbers
    return kept, numbers
