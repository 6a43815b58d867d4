"""Which descriptions of places a file holds."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.encodings import decode
from patrolmap.ingest.limits import MAX_TEXT_BYTES, check_file
from patrolmap.ingest.places.documents import is_word_document, read_word
from patrolmap.ingest.places.notices import Notice, NoticeRow, place_column, read_lines, read_rows
from patrolmap.ingest.privacy import personal_content, personal_name, without_persons
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.sniff import FileKind, sniff
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["read_notice"]

_TABLES: Final = (".csv", ".tsv")


def read_notice(path: Path, *, encoding: str = "auto", each_line: bool = False, cancel: Cancel = NO_CANCEL) -> Notice:
    """
    Read the places that a notice or a table names.

    Parameters
    ----------
    path : Path
        A text, Word document, CSV, or Excel; anything that `patrolmap.ingest.readers.read_source` reads as a table.
    encoding : str, default "auto"
        Encoding of the texts; ``auto`` detects it.
    each_line : bool, default False
        Whether lines count as places that do not read as one, such as the name of an estate.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Notice
        Its entries without identity and telephone numbers; a line around them that holds one is told by its number alone.

    Raises
    ------
    InputError
        If it cannot be read, or names no place.
    """
    check_file(path)
    if is_word_document(path):
        notice = read_word(path)
    elif sniff(path) is FileKind.TEXT_TABLE and path.suffix.lower() not in _TABLES:
        check_file(path, MAX_TEXT_BYTES)
        notice = read_lines(decode(path.read_bytes(), path.name, encoding).text)
    else:
        source = read_source(path, Wanted("sites", encoding=encoding), cancel=cancel)
        cells = source.table.to_numpy(dtype=object)
        kept = _not_personal(source.columns, cells) if source.columns else []
        notice = (
            Notice(())
            if not kept
            else read_rows([source.columns[at] for at in kept], cells[:, kept].tolist(), source.row_numbers.tolist())
        )
    if each_line:
        others = [NoticeRow(line, "", *without_persons(text).partition("\t")[::2]) for line, text in notice.skipped]
        notice = Notice(tuple(sorted((*notice.rows, *others), key=attrgetter("line"))))
    if not notice.rows:
        raise InputError(
            N_("“{name}” names no place."),
            remedy=N_("Give a text with one place a line, or a table with a column of places."),
            name=path.name,
        )
    rows = tuple(replace(row, recorded=without_persons(row.recorded)) for row in notice.rows)
    skipped = tuple((line, text if without_persons(text) == text else "") for line, text in notice.skipped)
    return Notice(rows, skipped)


def _not_personal(columns: Sequence[str], cells: NDArray[np.object_]) -> list[int]:
    """Keep the column of places, and of the others those that look harmless: answers repeat what a row says."""
    places = place_column(columns, cells[:200].tolist())
    return [
        at
        for at, column in enumerate(columns)
        if at == places or (personal_name(column) is None and personal_content(cells[:, at]) is None)
    ]
