"""A hash of what a layer holds, for the provenance of plans, hotspots and reports."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from patrolmap.project.geometry import body_of
from patrolmap.project.kinds import readable
from patrolmap.project.tables import TABLES, columns_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import TypeAlias

    Reading: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]

__all__ = ["content_hash"]

_BATCH: Final = 2000
"""Rows that go into the hash as one text: another number would be another hash."""

_PART: Final = 250
"""Rows read at a time while others wait; a divisor of the batch."""

_BEFORE_ALL: Final = -(1 << 63)


def content_hash(name: str, stored_crs: str | None, reading: Reading, is_same: Callable[[], bool]) -> str | None:
    """
    Hash the rows of a layer or record, part by part: between two parts others may use the project.

    Parameters
    ----------
    name : str
        One of `patrolmap.project.tables.TABLES`.
    stored_crs : str or None
        The stored reference system, which is part of what coordinates mean.
    reading : Callable
        Gives the project's connection for as long as one part takes.
    is_same : Callable
        Tells, inside ``reading``, whether the layer is still what it was at the beginning.

    Returns
    -------
    str or None
        SHA-256, hexadecimal. The same rows in the same order give the same hash, in any project, on any machine; fids
        and the time of storing do not count. None if the layer changed in the meantime.
    """
    columns = columns_of(TABLES[name])
    listed = ", ".join(f'"{column}"' for column in columns)
    sha = hashlib.sha256(json.dumps([name, stored_crs, columns]).encode())
    part = f'SELECT "fid", {listed} FROM "{name}" WHERE "fid" > ? ORDER BY "fid" LIMIT {min(_PART, _BATCH)}'
    last, batch = _BEFORE_ALL, []
    while True:
        with reading() as connection:
            if not is_same():
                return None
            rows = connection.execute(part, (last,)).fetchall()
        if rows:
            last = rows[-1][0]
            with readable(TABLES[name].title):
                batch += [_plain(row[1:], has_shape=columns[0] == "geom") for row in rows]
        if batch and (not rows or len(batch) >= _BATCH):
            sha.update(json.dumps(batch, separators=(",", ":"), default=bytes.hex).encode())
            batch = []
        if not rows:
            return sha.hexdigest()


def _plain(row: tuple[Any, ...], *, has_shape: bool) -> tuple[Any, ...]:
    return (body_of(row[0]).hex() if row[0] else None, *row[1:]) if has_shape else row
