"""From format 6 to 7: how to patrol a hotspot stands in its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_patrol_advice"]

_COLUMNS: Final = (
    '"entrances" INTEGER',
    '"entrance_streets" TEXT',
    '"dwell_min" INTEGER',
    '"visits" INTEGER',
    '"gap_min" INTEGER',
)


def add_patrol_advice(connection: sqlite3.Connection) -> None:
    """
    Add entrances, dwell and repeat to the layer of hotspots and to its archive for undo, as format 7 has them.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    for table in ("hotspots", "patrolmap_undo_hotspots"):
        for column in _COLUMNS:
            connection.execute(f'ALTER TABLE "{table}" ADD COLUMN {column}')
