"""Notices that are Word documents: paragraphs and tables in their order, nothing else of the file is touched."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from patrolmap.errors import InputError
from patrolmap.ingest.archives import check_members, refuse_crowds
from patrolmap.ingest.limits import check_file, reading
from patrolmap.ingest.places.notices import Notice, NoticeRow, read_grid, read_lines
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["is_word_document", "read_word"]

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT: Final = "word/document.xml"
_MAX_BYTES: Final = 32 * 1024**2


def is_word_document(path: Path) -> bool:
    """
    Tell whether a file is a Word document (docx), by its members.

    Parameters
    ----------
    path : Path
        An existing file.

    Returns
    -------
    bool
        True if so.
    """
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            return False
    refuse_crowds(path, path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            return _TEXT in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False  # the reader of archives says what is wrong with it


def read_word(path: Path) -> Notice:
    """
    Read the places that a Word document names, in its paragraphs and in its tables.

    Parameters
    ----------
    path : Path
        A docx file.

    Returns
    -------
    Notice
        Its entries; a paragraph and a row of a table count as one line each.

    Raises
    ------
    InputError
        If it is damaged, hostile, protected or too large.
    """
    check_file(path)
    refuse_crowds(path, path.name)
    with reading(path.name, "Word (docx)"), zipfile.ZipFile(path) as archive:
        check_members(archive, path.name)
        if archive.getinfo(_TEXT).file_size > _MAX_BYTES:
            raise InputError(
                N_("The text of “{name}” is too large."),
                remedy=N_("Save the list of places as a file of its own."),
                name=path.name,
            )
        with archive.open(_TEXT) as stream:
            refuse_entities(stream, path.name)
        with archive.open(_TEXT) as stream:
            body = ET.parse(stream).getroot().find(f"{_W}body")  # noqa: S314 - no document type, so no entities
    return _notice([] if body is None else list(_blocks(body)))


def _notice(blocks: list[ET.Element]) -> Notice:
    rows: list[NoticeRow] = []
    skipped: list[tuple[int, str]] = []
    line = 1
    for block in blocks:
        if block.tag == f"{_W}tbl":
            grid = [_cells(row) for row in block.iter(f"{_W}tr")]
            part, count = read_grid(grid, line), len(grid)
        else:
            text = _text(block)
            part, count = read_lines(text, line), text.count("\n") + 1
        rows += part.rows
        skipped += part.skipped
        line += count
    return Notice(tuple(rows), tuple(skipped))


def _blocks(parent: ET.Element) -> Iterator[ET.Element]:
    """Yield paragraphs and tables; content controls are looked into."""
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent"}:
            yield from _blocks(child)


def _cells(row: ET.Element) -> list[str]:
    """Give the texts of a row; a cell that spans columns is followed by empty ones."""
    cells: list[str] = []
    for cell in row.iter(f"{_W}tc"):
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        width = span.get(f"{_W}val", "1") if span is not None else "1"
        cells += [" ".join(_text(cell).split()), *[""] * (min(int(width), 63) - 1 if width.isdigit() else 0)]
    return cells


def _text(element: ET.Element) -> str:
    signs = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}p": "\n"}
    parts = [one.text or "" if one.tag == f"{_W}t" else signs.get(one.tag, "") for one in element.iter()]
    return "".join(parts).strip("\n")
