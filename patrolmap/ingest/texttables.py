"""CSV, TSV and their relatives."""

from __future__ import annotations

import csv
import io
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.cell_columns import CellColumns
from patrolmap.ingest.encodings import decode
from patrolmap.ingest.headings import LOOK_AHEAD_ROWS, heading_choices, read_head
from patrolmap.ingest.limits import (
    MAX_LINE_BYTES,
    MAX_ROWS,
    MAX_TEXT_BYTES,
    check_columns,
    check_file,
    check_rows,
    reading,
)
from patrolmap.ingest.source import Source, unique_names
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["read_text_table"]

_DELIMITERS: Final = (",", "\t", ";", "|")
_ROWS_BETWEEN_LOOKS: Final = 20_000
_PIECE_BYTES: Final = 8 * 1024**2
_PIECE: Final = 1024**2
_HEAD: Final = 200_000


def read_text_table(path: Path, *, name: str, encoding: str = "auto", cancel: Cancel = NO_CANCEL) -> Source:
    """
    Read a text table.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name for messages.
    encoding : str, default "auto"
        An encoding, or ``auto`` to detect it.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Source
        Rows as texts; rows with more cells than the head are in `refused`.

    Raises
    ------
    InputError
        If it is too large, too wide, has a line without end, or cannot be decoded.
    """
    check_file(path, MAX_TEXT_BYTES)
    data = path.read_bytes()
    _check_lines(name, data)
    decoded = decode(data, name, encoding)
    del data
    csv.field_size_limit(MAX_LINE_BYTES)
    with reading(name, "CSV"):
        delimiter, start = _delimiter(decoded.text)
        text, choices = decoded.text, decoded.choices
        del decoded
        check_columns(name, text[start : text.find("\n", start)].count(delimiter) + 1)
        is_cut = text[-1:] not in {"\r", "\n"}
        records = _Records(_lines(text, start), delimiter, _usual_width(text[start : start + _HEAD], delimiter))
        source, place = _source(name, iter(records), delimiter, choices, is_cut=is_cut, cancel=cancel)
    said = Message(N_("A quotation mark without its partner was ignored."))
    mended = tuple((number - place - 1, said) for number in records.mended if number > place + 1)
    return replace(source, mended=mended)


def _lines(text: str, start: int) -> Iterator[str]:
    """Give line by line, ends made equal, zero signs left out; a copy of the whole text would take four bytes a sign."""
    rest = ""
    while start < len(text):
        end = start + _PIECE
        end += text[end - 1 : end] == "\r"  # and the line feed that may follow
        piece = (rest + text[start:end]).replace("\x00", "")
        cut = max(piece.rfind("\n"), piece.rfind("\r")) + 1
        yield from io.StringIO(piece[:cut], newline=None)
        rest, start = piece[cut:], end
    if rest:
        yield rest


class _Records:
    """The records of a table; one that swallowed whole rows after a lone quotation mark is given back row by row."""

    def __init__(self, lines: Iterable[str], delimiter: str, width: int) -> None:
        self.mended: list[int] = []
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[list[str]]:
        number = 0
        for record in csv.reader(self._tapped(), delimiter=self._delimiter):
            taken, self._taken = self._taken, []
            rows = self._given_back(record, taken) if self._is_suspect(record, taken) else [record]
            for row, line in zip(rows, taken, strict=False):
                number += 1
                if len(rows) > 1 and line.count('"') % 2:
                    self.mended.append(number)
                yield row

    def _tapped(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            yield line

    def _is_suspect(self, record: list[str], lines: list[str]) -> bool:
        """Suspect a record of several lines that has another width, or a mark within a cell that was not doubled."""
        if len(lines) < 2:
            return False
        within = any('"' in cell for cell in record) and not any('""' in line for line in lines)
        return within or len(record) != self._width

    def _given_back(self, record: list[str], lines: list[str]) -> list[list[str]]:
        rows = [self._alone(line) for line in lines]
        whole = sum(len(row) == self._width for row in rows)
        return rows if self._width > 1 and whole > len(rows) / 2 else [record]

    def _alone(self, line: str) -> list[str]:
        row = next(csv.reader([line], delimiter=self._delimiter), [])
        if len(row) == self._width:
            return row
        return [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(self._delimiter)]


def _usual_width(text: str, delimiter: str) -> int:
    head = io.StringIO(text[:_HEAD], newline=None)
    widths = [line.count(delimiter) + 1 for _, line in zip(range(LOOK_AHEAD_ROWS), head, strict=False)]
    return max(set(widths), key=widths.count, default=1)


def _check_lines(name: str, data: bytes) -> None:
    longest = _longest_line(data)
    if longest > MAX_LINE_BYTES:
        raise InputError(
            N_("“{name}” has a line of {size_mb} MB; that is no table."),
            remedy=N_("Check that the file is the right one and has line ends."),
            name=name,
            size_mb=round(longest / 1024**2),
        )


def _longest_line(data: bytes) -> int:
    """Measure in pieces: a mask of the whole file would take as much memory again."""
    longest = begun = 0
    for start in range(0, len(data), _PIECE_BYTES):
        piece = np.frombuffer(data, dtype=np.uint8, count=min(_PIECE_BYTES, len(data) - start), offset=start)
        ends = np.flatnonzero((piece == 10) | (piece == 13))
        if len(ends):
            longest = max(longest, begun + int(ends[0]), int(np.max(np.diff(ends), initial=0)))
            begun = len(piece) - 1 - int(ends[-1])
        else:
            begun += len(piece)
    return max(longest, begun)


def _delimiter(text: str) -> tuple[str, int]:
    """Take the sign that parts the first rows into the most cells, evenly; Excel's ``sep=`` line decides at once."""
    if text[:4].lower() == "sep=" and text[4:5] and text[5:6] in {"\r", "\n"}:
        return text[4], text.find("\n") + 1
    head = io.StringIO(text[:_HEAD], newline=None)
    lines = [line for _, line in zip(range(LOOK_AHEAD_ROWS), head, strict=False)]
    scores = {sign: _evenness([len(row) for row in csv.reader(lines, delimiter=sign) if row]) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=lambda sign: scores[sign]), 0


def _evenness(widths: list[int]) -> float:
    usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=1)
    return (usual - 1) * widths.count(usual) / max(len(widths), 1)


def _source(
    name: str,
    records: Iterator[list[str]],
    delimiter: str,
    choices: tuple[Message, ...],
    *,
    is_cut: bool,
    cancel: Cancel,
) -> tuple[Source, int]:
    first = [record for _, record in zip(range(LOOK_AHEAD_ROWS), records, strict=False)]
    heading, place = read_head(first)
    while heading and not heading[-1].strip():
        heading.pop()
    check_columns(name, len(heading))
    cells, numbers, refused = _sorted_out([*first[place + 1 :]], records, len(heading), name, cancel)
    if is_cut and _cut_last(cells):
        choices = (*choices, Message(N_("The file ends in the middle of its last row; what is cut off was not taken.")))
    table = cells.as_table(unique_names(heading))
    sign = {"\t": "TAB"}.get(delimiter, delimiter)
    said = (
        Message(N_("Read as a text table separated by “{sign}”."), {"sign": sign}),
        *choices,
        *heading_choices(place),
    )
    return Source(name, table, np.array(numbers, dtype=np.int64), choices=said, refused=tuple(refused)), place


def _cut_last(cells: CellColumns) -> bool:
    """Blank the last cell of a row that breaks off where the rows before do not: half a number is another number."""
    rows = cells.last_rows
    filled = [max((at for at, cell in enumerate(row, start=1) if cell), default=0) for row in rows[-20:]]
    if len(rows) < 2 or filled[-1] >= min(*filled[:-1], cells.width):
        return False
    rows[-1][filled[-1] - 1] = ""
    return True


def _sorted_out(
    first: list[list[str]], rest: Iterator[list[str]], width: int, name: str, cancel: Cancel
) -> tuple[CellColumns, array[int], list[tuple[int, str]]]:
    rows = CellColumns(width)
    numbers = array("q")
    refused: list[tuple[int, str]] = []
    number = 0
    for batch in (first, rest):
        for record in batch:
            number += 1
            if number % _ROWS_BETWEEN_LOOKS == 0:
                raise_if_cancelled(cancel)
                check_rows(name, number)
            if len(record) > width and any(cell.strip() for cell in record[width:]):
                refused.append((number, ",".join(record)[:200]))
            elif any(record):
                rows.append(record[:width] + [""] * (width - len(record)))
                numbers.append(number)
    check_rows(name, min(number, MAX_ROWS + 1))
    return rows, numbers, refused
