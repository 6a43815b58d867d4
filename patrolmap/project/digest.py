"""A hash of what a layer holds, for the provenance of plans, hotspots and reports."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from patrolmap.project.geometry import body_of
from patrolmap.project.tables import TABLES, columns_of

if TYPE_CHECKING:
    import sqlite3

__all__ = ["content_hash"]

_BATCH: Final = 2000


def content_hash(connection: sqlite3.Connection, name: str, stored_crs: str | None) -> str:
    """
    Hash the rows of a layer or record.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    name : str
        One of `patrolmap.project.tables.TABLES`.
    stored_crs : str or None
        The stored reference system, which is part of what coordinates mean.

    Returns
    -------
    str
        SHA-256, hexadecimal. The same rows in the same order give the same hash, in any project, on any machine; fids
        and the time of storing do not count.
    """
    columns = columns_of(TABLES[name])
    listed = ", ".join(f'"{column}"' for column in columns)
    sha = hashlib.sha256(json.dumps([name, stored_crs, columns]).encode())
    rows = connection.execute(f'SELECT {listed} FROM "{name}" ORDER BY "fid"')
    while batch := rows.fetchmany(_BATCH):
        if columns[0] == "geom":
            batch = [(body_of(row[0]).hex() if row[0] else None, *row[1:]) for row in batch]
        sha.update(json.dumps(batch, separators=(",", ":")).encode())
    return sha.hexdigest()
