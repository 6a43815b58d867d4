"""Tables as an Excel workbook whose every text stays a text, here and after it is saved as CSV.

A program that opens a table may take a text for a formula when it begins with ``=``, ``+``, ``-``, ``@``, a tab or a
line end, also after blanks or as full-width letters (CWE-1236). Such a text gets an apostrophe in front. The cell is
typed as text besides, so that no program needs the apostrophe; it is there for the way over CSV.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Column", "Table", "inert_text", "restored_text", "workbook_bytes"]

_TRIGGERS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_MOST_LETTERS: Final = 32_000
_FORMATS: Final = {
    "moment": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "whole": "0",
    "metres": "#,##0",
    "degrees": "0.000000",
}
_HEAD_FILL: Final = PatternFill("solid", fgColor="E7E2D8")
_WRAPPED: Final = Alignment(vertical="top", wrap_text=True)
_NARROWEST: Final = 6.0
_WIDEST: Final = 48.0
_LINE_PT: Final = 15.0
_MOST_LINES: Final = 27
"""As many as the highest row of Excel holds."""
_BY_HAND_PT: Final = 21.0
_MARGIN_IN: Final = 0.45
_MEASURED_ROWS: Final = 500
_ROWS_BETWEEN_LOOKS: Final = 500

ColumnKind = Literal["text", "moment", "date", "whole", "metres", "degrees", "number"]


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Parameters
    ----------
    title : str
        What stands in its head.
    kind : ColumnKind, default "text"
        How its values are written: texts, dates with time, dates, whole numbers, metres, degrees or numbers.
    choices : tuple of str, default ()
        What may be entered in it; empty for anything.
    printed : bool, default True
        Whether it goes on paper. What does not stands behind all that does, such as ids and coordinates: with them a page
        would be too small to read.
    least : float, default 0.0
        Least width in letters, for what is filled in by hand.
    """

    title: str
    kind: ColumnKind = "text"
    choices: tuple[str, ...] = ()
    printed: bool = True
    least: float = 0.0


@dataclass(frozen=True)
class Table:
    """
    One sheet of a workbook.

    Parameters
    ----------
    title : str
        Name of the sheet, at most 31 letters.
    columns : tuple of Column
        From left to right.
    rows : sequence of tuple
        Values in the order of the columns; None for an empty cell.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]


def inert_text(text: str) -> str:
    """
    Make a text that no table program takes for a formula.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same, without control characters, with an apostrophe in front where it is needed. An apostrophe that
        stands in front of such a text already is kept and gets another, so that `restored_text` gives back what was.
    """
    plain = _SURROGATES.sub("\ufffd", ILLEGAL_CHARACTERS_RE.sub("", text))[:_MOST_LETTERS]
    return f"'{plain}" if _looks_active(plain.lstrip("'")) else plain


def restored_text(text: str) -> str:
    """
    Take the apostrophe of `inert_text` away.

    Parameters
    ----------
    text : str
        From a cell.

    Returns
    -------
    str
        The text that was written.
    """
    return text[1:] if text.startswith("'") and _looks_active(text.lstrip("'")) else text


def workbook_bytes(tables: Sequence[Table], *, title: str, cancel: Cancel = NO_CANCEL) -> bytes:
    """
    Write a workbook.

    Parameters
    ----------
    tables : sequence of Table
        A sheet each.
    title : str
        Title in its properties.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    bytes
        The xlsx file: head frozen and repeated on every printed page, filter in the head, widths that fit.

    Raises
    ------
    CancelledError
        If the user cancelled.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title = inert_text(title)
    book.properties.creator = "patrolmap"
    for table in tables:
        _fill(book.create_sheet(table.title[:31]), table, cancel)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _fill(sheet: Any, table: Table, cancel: Cancel) -> None:
    for place, column in enumerate(table.columns, start=1):
        head = sheet.cell(1, place)
        _write(head, column.title, "text")
        head.font, head.fill = Font(bold=True), _HEAD_FILL
        head.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = _width(table, place - 1)
        if column.choices:
            _offer(sheet, place, column.choices, len(table.rows))
    for number, row in enumerate(table.rows, start=2):
        if number % _ROWS_BETWEEN_LOOKS == 0:
            raise_if_cancelled(cancel)
        lines = 1
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True), start=1):
            if value is not None:
                cell = sheet.cell(number, place)
                _write(cell, value, column.kind)
                if isinstance(value, str) and _letters(value) > _WIDEST:
                    cell.alignment = _WRAPPED
                    lines = max(lines, _lines(value, _WIDEST))
        if lines > 1:  # not every program makes room for them by itself
            sheet.row_dimensions[number].height = lines * _LINE_PT
    widths = [sheet.column_dimensions[get_column_letter(place)].width for place in range(1, len(table.columns) + 1)]
    is_high = any(_letters(column.title) > width - 1 for column, width in zip(table.columns, widths, strict=True))
    sheet.row_dimensions[1].height = _LINE_PT * (2 if is_high else 1)
    sheet.freeze_panes = "A2"
    if table.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    _set_page(sheet, table)


def _set_page(sheet: Any, table: Table) -> None:
    """Print all rows on as many pages as they need, all printed columns on the width of one, the head on each."""
    sheet.print_title_rows = "1:1"
    printed = sum(column.printed for column in table.columns)
    if printed < len(table.columns):
        sheet.print_area = f"A1:{get_column_letter(printed)}{len(table.rows) + 1}"
    if any(column.least for column in table.columns):
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _BY_HAND_PT, True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN_IN
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.gridLines = True
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def _write(cell: Any, value: Any, kind: str) -> None:
    if isinstance(value, str):
        # Excel reads _x003D_ as =, so the underscore of such a text is written as an escape itself.
        cell.value = _ESCAPED.sub("_x005F_", inert_text(value))
        cell.data_type = "s"
        cell.number_format = "@"
        return
    cell.value = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
    kind = "moment" if isinstance(value, dt.datetime) else kind
    if kind in _FORMATS:
        cell.number_format = _FORMATS[kind]


def _offer(sheet: Any, place: int, choices: tuple[str, ...], rows: int) -> None:
    listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    letter = get_column_letter(place)
    listed.add(f"{letter}2:{letter}{max(rows + 1, 2)}")
    sheet.add_data_validation(listed)


def _width(table: Table, place: int) -> float:
    column = table.columns[place]
    words = [_letters(word) if word.isascii() else 0.0 for word in column.title.split()]
    widest = max([*words, _letters(column.title) / 2]) + 3  # on two lines, with the arrow of the filter
    if column.kind == "moment":
        widest = max(widest, 16.5)
    else:
        texts = (str(row[place]) for row in table.rows[:_MEASURED_ROWS] if row[place] is not None)
        widest = max([widest, *(_letters(text) for text in texts)])
    return min(max(widest + 1, _NARROWEST, column.least), _WIDEST)


def _lines(text: str, width: float) -> int:
    """Count the lines of a wrapped text; words that do not break where a line ends need a tenth more."""
    return min(math.ceil(1.1 * _letters(text) / width), _MOST_LINES)


def _letters(text: str) -> float:
    """Count letters as a table program measures them: a Chinese one is as wide as two."""
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _looks_active(text: str) -> bool:
    return bool(text) and (text[0] in _TRIGGERS or text.lstrip()[:1] in _TRIGGERS)
