"""What SQLite's complaints mean to the user, and what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.errors import DamagedProjectError, InputError, PatrolmapError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["explained"]


@dataclass(frozen=True)
class _Meaning:
    codes: tuple[str, ...]
    error: type[PatrolmapError]
    what: str
    why: str
    remedy: str


_MEANINGS: Final = (
    _Meaning(
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        InputError,
        N_("{path} is being written by another program."),
        "",
        N_("Finish the edit there, or close that program, and try again."),
    ),
    _Meaning(
        ("SQLITE_READONLY_DBMOVED",),
        PatrolmapError,
        N_("{path} is no longer at its place; the last change was not made."),
        N_("Its folder was moved, renamed or unmounted while the project was open."),
        N_("Bring the drive or the folder back and open the project again; all before it is safe."),
    ),
    _Meaning(
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"),
        InputError,
        N_("{path} cannot be written."),
        N_("The file or its folder is read-only."),
        N_("Copy the project to a folder of your own, or open it to look at it only."),
    ),
    _Meaning(
        ("SQLITE_CONSTRAINT",),
        InputError,
        N_("Two rows would have the same key ({key})."),
        N_("Nothing was changed."),
        N_("Give each row a value of its own there."),
    ),
    _Meaning(
        ("SQLITE_FULL",),
        PatrolmapError,
        N_("The disk of {path} is full; the last change was not made."),
        "",
        N_("Free some space and do it again; all before it is safe."),
    ),
    _Meaning(
        ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"),
        DamagedProjectError,
        N_("{path} is damaged."),
        N_("SQLite says: {reason}."),
        N_("Take the latest backup, or save what can be read with “patrolmap rescue”."),
    ),
    _Meaning(
        ("SQLITE_IOERR",),
        PatrolmapError,
        N_("The disk failed while {path} was used; the last change was not made."),
        N_("SQLite says: {reason}."),
        N_("See whether the drive or the network share is still there, and open the project again."),
    ),
)


_NO_TEXT: Final = _Meaning(
    ("Could not decode to UTF-8",),
    DamagedProjectError,
    N_("{path} is damaged."),
    N_("A text in it is no text any more."),
    N_("Take the latest backup, or save what can be read with “patrolmap rescue”."),
)
"""Python's own complaint about a text, which has no code."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """
    Turn SQLite's errors into what the user can act on.

    Parameters
    ----------
    path : Path
        The project file.

    Raises
    ------
    InputError
        If the file may not be written, another program is writing it, or a key would be there twice.
    DamagedProjectError
        If the file is damaged.
    PatrolmapError
        If the disk is full or fails.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        meaning = next((meaning for meaning in _MEANINGS if name.startswith(meaning.codes)), None)
        if meaning is None and str(error).startswith(_NO_TEXT.codes):
            meaning = _NO_TEXT
        if meaning is None:
            raise
        reason = str(error)
        values = {"path": str(path), "reason": reason, "key": reason.rpartition(": ")[2]}
        raise meaning.error(meaning.what, why=meaning.why, remedy=meaning.remedy, **values) from error
