"""How SQLite opens a project file, and how a transaction runs."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.project.schema import APPLICATION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["connect", "require_geopackage", "transaction"]

_MAGIC: Final = b"SQLite format 3\x00"
_WAIT_S: Final = 5.0


def connect(path: Path, *, read_only: bool, create: bool = False, damaged: bool = False) -> sqlite3.Connection:
    """
    Open a file with SQLite's defensive settings and full durability.

    Functions and virtual tables named inside the file's schema are not trusted, no extension can be loaded, cells are
    checked when they are read, foreign keys hold, and a commit returns when the disk has it. A rollback journal is
    used, not a write-ahead log: a closed project is one file, and it works on a network share.

    Parameters
    ----------
    path : Path
        The file.
    read_only : bool
        Whether nothing may be written.
    create : bool, default False
        Whether the file is new.
    damaged : bool
        Whether to read a file that is shorter than its own head says; only for reading.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode; `transaction` groups statements. May be used by several threads, one at a time.
    """
    mode = "ro" if read_only else "rwc" if create else "rw"
    address = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        if damaged and read_only:
            connection.execute("PRAGMA writable_schema = ON")  # what makes SQLite bear with a file that was cut off
        for pragma in (
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "foreign_keys = ON",
            "recursive_triggers = OFF",
            "temp_store = MEMORY",
            "cache_size = -65536",
            # A change that outgrows the memory begins to write, and from then on nobody else can read.
            "cache_spill = 32768",
            "synchronous = EXTRA",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if not read_only:
            _use_rollback_journal(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def require_geopackage(path: Path) -> None:
    """
    Refuse what is no GeoPackage before SQLite sees it.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        If it does not exist, cannot be read, or is something else.
    """
    if path.is_dir():
        raise InputError(
            N_("{path} is a folder, not a project."), remedy=N_("Name the .gpkg file inside it."), path=str(path)
        )
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError as error:
        raise InputError(
            N_("There is no project at {path}."),
            remedy=N_("Check the name, or make the project with “patrolmap new”."),
            path=str(path),
        ) from error
    except OSError as error:
        raise InputError(
            N_("{path} cannot be read."),
            why=N_("The system says: {reason}."),
            remedy=N_("Ask whoever keeps the folder for the right to read it."),
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    if head[:16] != _MAGIC or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise InputError(
            N_("{path} is not a patrolmap project."),
            why=N_("It is not a GeoPackage file, or its beginning is damaged."),
            remedy=N_("Open the right file; bring other data in with an import."),
            path=str(path),
        )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """
    Do all of the statements or none; on leaving they are on the disk.

    Parameters
    ----------
    connection : sqlite3.Connection
        From `connect`.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _use_rollback_journal(connection: sqlite3.Connection) -> None:
    """Leave the write-ahead log that a GIS may have switched on; while that GIS is open it stays, and is as durable."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
