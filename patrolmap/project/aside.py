"""Reads a project aside while somebody else changes it: what it was before, so that a window need not wait for the end."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from patrolmap.project.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["PATIENCE_S", "Aside", "must_not_wait"]

PATIENCE_S: Final = 0.02
"""So long even who must not wait does: most work on a project is shorter."""


def must_not_wait() -> bool:
    """
    Tell whether the calling thread holds up what the user sees.

    Returns
    -------
    bool
        True for the thread that the program began with: a window's. Commands use no other, and so wait for nobody.
    """
    return threading.current_thread() is threading.main_thread()


class Aside:
    """
    A second connection, opened at its first use and used by one thread.

    Parameters
    ----------
    path : Path
        The project file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """
        Read at one moment.

        Yields
        ------
        sqlite3.Connection or None
            Sees what was last committed; None while a change goes to the disk.
        """
        if self._connection is None:
            self._connection = connect(self._path, read_only=True)
            self._connection.execute("PRAGMA busy_timeout = 0")
        connection = self._connection
        if connection.in_transaction:
            yield connection
            return
        if not _began(connection):
            yield None
            return
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close it, if it was opened."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _began(connection: sqlite3.Connection) -> bool:
    connection.execute("BEGIN")
    try:
        # The first look takes the lock under which everything after it is read.
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.execute("ROLLBACK")
        if error.sqlite_errorname.startswith("SQLITE_BUSY"):
            return False
        raise
    return True
