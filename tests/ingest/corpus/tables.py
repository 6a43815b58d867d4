"""Tables written as text and as workbooks."""

from __future__ import annotations

import csv
import io
import random
from typing import TYPE_CHECKING, Any

import openpyxl
import xlwt

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ingest.corpus.cells import Sheet

__all__ = ["write_book", "write_text"]


def write_text(sheet: Sheet, path: Path, encoding: str) -> None:
    """Write a table as CSV or TSV, by the suffix, in an encoding."""
    sign = sheet.delimiter or {".tsv": "\t"}.get(path.suffix, ",")
    text = io.StringIO()
    ends = random.Random(len(sheet.rows))  # noqa: S311 - for files, not for secrets
    for row in [*sheet.above, sheet.head, *sheet.rows]:
        end = ends.choice(["\r\n", "\n"]) if sheet.end == "mixed" else sheet.end
        csv.writer(text, delimiter=sign, lineterminator=end).writerow([_text(cell) for cell in row])
    path.write_bytes((sheet.prefix + text.getvalue()).encode(encoding, errors="replace"))


def write_book(sheet: Sheet, path: Path) -> None:
    """Write a table as xlsx or xls, by the suffix."""
    rows = [*sheet.above, sheet.head, *sheet.rows]
    cover = [["填表说明"], ["一、编号不得重复。"], ["二、坐标为十进制度。"]]
    sheets = [*([("说明", cover)] if sheet.cover else []), ("点位", rows)]
    (_write_xlsx if path.suffix == ".xlsx" else _write_xls)(sheets, path)


def _write_xlsx(sheets: list[tuple[str, list[list[Any]]]], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_xlsx_cell(sheet, cell) for cell in row])
    book.save(path)


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    """Write a text that looks like a formula as a text: a formula that was never computed has no value to import."""
    if isinstance(value, str) and value.startswith("="):
        cell = openpyxl.cell.WriteOnlyCell(sheet, value="")
        cell.value, cell.data_type = value, "s"
        return cell
    return None if value == "" else value


def _write_xls(sheets: list[tuple[str, list[list[Any]]]], path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for title, rows in sheets:
        sheet = book.add_sheet(title)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(at, column, cell)
    book.save(str(path))


def _text(cell: Any) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)
