"""Project files as older programs made them, for tests of migrations."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {7: {"hotspots": ("entrances", "entrance_streets", "dwell_min", "visits", "gap_min")}}
"""The columns that each format added to tables that were there."""

ADDED = {2: ("patrol_log",), 3: ("roster", "attendance", "weeks"), 4: ("events",), 5: ("blocks",), 6: ("office_rows",)}
"""The tables that each format brought."""


def schema_of(path: Path) -> set[tuple[str, str, str]]:
    """Type, name and definition of everything in the file."""
    raw = sqlite3.connect(path)
    found = set(raw.execute("SELECT type, name, sql FROM sqlite_master"))
    raw.close()
    return found


def make_older(path: Path, version: int) -> None:
    """Take out of a file what formats after `version` brought."""
    raw = sqlite3.connect(path)
    for table in (table for number, tables in ADDED.items() if number > version for table in tables):
        _drop(raw, table)
    for columns in (added for number, added in COLUMNS.items() if number > version):
        for table, names in columns.items():
            for name in reversed(names):
                raw.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
                raw.execute(f"ALTER TABLE patrolmap_undo_{table} DROP COLUMN {name}")
    raw.execute("UPDATE patrolmap_project SET value = ? WHERE key = 'schema_version'", (str(version),))
    raw.commit()
    raw.close()


def _drop(raw: sqlite3.Connection, table: str) -> None:
    index = f"rtree_{table}_geom"
    for (name,) in list(
        raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE ?", (f"{index}%",))
    ):
        raw.execute(f"DROP TRIGGER {name}")
    for name in (table, f"patrolmap_undo_{table}", index):
        raw.execute(f"DROP TABLE IF EXISTS {name}")
    for name in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
        raw.execute(f"DELETE FROM {name} WHERE table_name = ?", (table,))  # noqa: S608 - names of our own
    raw.execute("DELETE FROM patrolmap_versions WHERE layer = ?", (table,))
