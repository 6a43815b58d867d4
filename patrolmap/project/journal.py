"""The journal of who changed what: append-only, each entry sealed with the hash of the one before."""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap.model.message_json import message_from_json, message_to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from patrolmap.messages import Message
    from patrolmap.model.edits import JSON

__all__ = [
    "FIRST_HASH",
    "JournalEntry",
    "append",
    "first_broken_entry",
    "first_broken_row",
    "read_journal",
    "restore",
]

FIRST_HASH: Final = "0" * 64
"""What the first entry has as the hash of the one before."""

_COLUMNS: Final = "fid, at, kind, author, label, summary, previous_hash, hash"


@dataclass(frozen=True)
class JournalEntry:
    """
    One line of the journal.

    Parameters
    ----------
    number : int
        1 for the first.
    at : str
        When, ISO 8601 in UTC.
    kind : str
        ``create``, ``edit``, ``undo``, ``redo``, ``frame``, ``migrate``, ``outside``, ``given_out`` or ``rescue``.
    author : str
        Name of the computer account.
    label : Message
        What the user was told.
    summary : JSON
        What changed: layers and numbers of rows, never values.
    previous_hash, hash : str
        SHA-256 of the entry before and of this one, hexadecimal.
    """

    number: int
    at: str
    kind: str
    author: str
    label: Message
    summary: JSON
    previous_hash: str
    hash: str


def append(connection: sqlite3.Connection, kind: str, label: Message, summary: JSON) -> str:
    """
    Write an entry at the end.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    kind : str
        As in `JournalEntry.kind`.
    label : Message
        What the user is told.
    summary : JSON
        What changed.

    Returns
    -------
    str
        The hash of the entry.
    """
    last = connection.execute("SELECT fid, hash FROM journal ORDER BY fid DESC LIMIT 1").fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, FIRST_HASH)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    words = (_text(message_to_json(label)), _text(summary))
    sealed = _seal(number, at, kind, _author(), *words, previous)
    connection.execute(
        f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, at, kind, _author(), *words, previous, sealed),
    )
    return sealed


def read_journal(connection: sqlite3.Connection) -> Iterator[JournalEntry]:
    """
    Read the journal from its beginning.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Yields
    ------
    JournalEntry
        One after the other.
    """
    for row in connection.execute(f"SELECT {_COLUMNS} FROM journal ORDER BY fid").fetchall():
        label, summary = message_from_json(json.loads(row[4])), json.loads(row[5])
        number, at, kind, author, _, _, previous, sealed = row
        yield JournalEntry(number, at, kind, author, label, summary, previous, sealed)


def first_broken_entry(connection: sqlite3.Connection) -> int | None:
    """
    Check the chain.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    int or None
        Number of the first entry that was changed, or before which one is missing; None if the chain holds. A journal
        without entries was emptied: each project begins with one.
    """
    rows = connection.execute(f"SELECT {_COLUMNS} FROM journal ORDER BY fid").fetchall()
    return first_broken_row(rows) if rows else 1


def first_broken_row(rows: Iterable[tuple[Any, ...]]) -> int | None:
    """
    Check a chain of rows, wherever they come from.

    Parameters
    ----------
    rows : iterable of tuple
        Number, time, kind, author, label, summary, hash of the one before, and hash: as the journal's table has them.

    Returns
    -------
    int or None
        As in `first_broken_entry`.
    """
    previous = FIRST_HASH
    for expected, row in enumerate(rows, start=1):
        number: int = row[0]
        # What is neither text nor number, such as bytes, was not written by `append`, and has no seal.
        if number != expected or row[6] != previous or not all(isinstance(field, int | str) for field in row):
            return expected
        if row[7] != _seal(*row[:7]):
            return expected
        previous = row[7]
    return None


def restore(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """
    Put the rows of another journal into that of a new file, in place of those that it began with.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the new file, with an open transaction.
    rows : sequence of tuple
        An unbroken chain, as in `first_broken_row`.
    """
    guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'journal_keeps_its_rows'").fetchone()[0]
    connection.execute("DROP TRIGGER journal_keeps_its_rows")
    connection.execute("DELETE FROM journal")
    connection.execute(guard)
    connection.executemany(f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _seal(*fields: int | str) -> str:
    return hashlib.sha256(_text(list(fields)).encode()).hexdigest()


def _text(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _author() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
