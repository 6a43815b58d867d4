"""What was computed from a project and can be computed again, kept in its file so that the next program need not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.project.kept_plans import KeptPlans

if TYPE_CHECKING:
    import sqlite3

__all__ = ["KeptResults"]

_TABLE: Final = (
    "CREATE TABLE patrolmap_kept (name TEXT PRIMARY KEY NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL)"
)
_MOST_NAMES: Final = 8


class KeptResults(KeptPlans):
    """An open project that keeps results beside its data. They are no edits: undo, journal and hashes do not know them."""

    def keep(self, name: str, digest: str, content: bytes) -> None:
        """
        Keep a result; an older one of the name goes, and all that were computed from something else.

        Parameters
        ----------
        name : str
            What it is.
        digest : str
            Content hash of what it was computed from.
        content : bytes
            The result. In a project that is read-only, nothing is written.
        """
        if self.read_only:
            return
        with self._changing() as connection:
            found = _table(connection)
            if found is None:
                connection.execute(_TABLE)
            elif found != _TABLE:
                return
            connection.execute("DELETE FROM patrolmap_kept WHERE digest <> ? OR name = ?", (digest, name))
            connection.execute("INSERT INTO patrolmap_kept VALUES (?, ?, ?)", (name, digest, content))
            oldest = f"SELECT rowid FROM patrolmap_kept ORDER BY rowid DESC LIMIT -1 OFFSET {_MOST_NAMES}"
            connection.execute(f"DELETE FROM patrolmap_kept WHERE rowid IN ({oldest})")

    def kept(self, digest: str) -> dict[str, bytes]:
        """
        Read the results that were computed from something.

        Parameters
        ----------
        digest : str
            Its content hash.

        Returns
        -------
        dict of str to bytes
            By name; empty if there is none.
        """
        with self._reading() as connection:
            if _table(connection) != _TABLE:
                return {}
            query = "SELECT name, content FROM patrolmap_kept WHERE digest = ? ORDER BY rowid"
            found = connection.execute(query, (digest,)).fetchall()
        return {name: content for name, content in found if isinstance(content, bytes)}


def _table(connection: sqlite3.Connection) -> str | None:
    """Give the words that made the table; others than ours made what a stranger put there, which is left alone."""
    query = "SELECT coalesce(sql, '') FROM sqlite_master WHERE lower(name) = 'patrolmap_kept'"
    found: tuple[str] | None = connection.execute(query).fetchone()
    return None if found is None else found[0]
