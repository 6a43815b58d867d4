"""Rows out of a damaged table: around every page that cannot be read."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Salvage", "salvage_table"]

_LAST_FID: Final = 2**63 - 1
_BATCH: Final = 500


@dataclass
class Salvage:
    """
    What could be read of a table.

    Parameters
    ----------
    rows : list of tuple
        Row number first, then the columns asked for, in ascending order of the numbers.
    gaps : list of (int, int)
        Runs of row numbers where nothing could be read; how many rows were there nobody knows. The last one may be
        open: its end is then 2**63 - 1.
    """

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


def salvage_table(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], *, cancel: Cancel = NO_CANCEL
) -> Salvage:
    """
    Read a table whose file is damaged. Where a page cannot be read, the next row number that can is searched for.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the damaged file, read-only.
    table : str
        Name of the table; its rows have a number of their own (``rowid``).
    columns : sequence of str
        What to read.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    Salvage
        The rows that can be read. One query of logarithmic cost for each doubling of a gap.

    Raises
    ------
    sqlite3.DatabaseError
        If the table is not there at all.
    """
    listed = ", ".join(f'"{column}"' for column in columns)
    query = f'SELECT rowid, {listed} FROM "{table}" NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT {_BATCH}'
    connection.execute(f"EXPLAIN {query}", (0,))  # complains of a missing table, which is no matter of damaged pages
    found = Salvage()
    start = -_LAST_FID
    while start <= _LAST_FID:
        raise_if_cancelled(cancel)
        batch, failed = _read(connection, query, start)
        found.rows.extend(batch)
        if not failed and len(batch) < _BATCH:
            break
        start = batch[-1][0] + 1 if batch else start
        if failed:
            found.gaps.append(gap := _gap(connection, query, start))
            start = gap[1] + 1
    return found


def _read(connection: sqlite3.Connection, query: str, start: int) -> tuple[list[tuple[Any, ...]], bool]:
    """Read row by row, so that those before a damaged page are kept."""
    rows: list[tuple[Any, ...]] = []
    try:
        rows.extend(connection.execute(query, (start,)))
    except sqlite3.DatabaseError:
        return rows, True
    return rows, False


def _gap(connection: sqlite3.Connection, query: str, start: int) -> tuple[int, int]:
    """Find the end of a run that cannot be read: by doubling steps, then by halving the last one."""
    low, step = start, 1
    while low + step <= _LAST_FID and not _starts_well(connection, query, low + step):
        step *= 2
    high = low + step
    if high > _LAST_FID:
        return start, _LAST_FID
    low += step // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _starts_well(connection, query, middle) else (middle, high)
    return start, high - 1


def _starts_well(connection: sqlite3.Connection, query: str, start: int) -> bool:
    rows, failed = _read(connection, query, start)
    return bool(rows) or not failed
