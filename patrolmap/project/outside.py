"""What other programs, such as a GIS, change in a project."""

from __future__ import annotations

import sqlite3

from patrolmap.messages import N_, Message
from patrolmap.project import history, journal, versions
from patrolmap.project.connection import transaction

__all__ = ["Watch", "note_changes"]


class Watch:
    """
    Notices commits of other programs while a project is open.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = self._data_version()

    def look(self) -> bool:
        """
        Write down what others changed since the last look; later, if another program is just writing.

        Returns
        -------
        bool
            Whether others changed anything.
        """
        now = self._data_version()
        if now == self._seen:
            return False
        wait_ms = self._connection.execute("PRAGMA busy_timeout").fetchone()[0]
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            note_changes(self._connection)
            self._seen = now
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {wait_ms:d}")
        return True

    def _data_version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version


def note_changes(connection: sqlite3.Connection) -> None:
    """
    Give layers that others changed a new version, end the undo history, which may not fit any more, and tell the journal.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project, writable, outside a transaction.
    """
    changed = versions.changed_outside(connection)
    if not changed:
        return
    with transaction(connection):
        history.clear(connection)
        versions.touch(connection, changed)
        label = Message(N_("Changed by another program: {layers}"), {"layers": list(changed)})
        journal.append(connection, "outside", label, {"layers": list(changed)})
