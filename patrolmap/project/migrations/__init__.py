"""From older project files to the present one, step by step, with a backup before the first step.

A migration is a function that takes an open transaction from one schema version to the next. It uses SQL of its own,
not today's table of layers, so that it still does the same when that table has moved on.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.project import history, journal
from patrolmap.project.connection import transaction
from patrolmap.project.migrations.to_2 import add_patrol_log
from patrolmap.project.migrations.to_3 import add_rosters_and_weeks
from patrolmap.project.migrations.to_4 import add_events
from patrolmap.project.migrations.to_5 import add_blocks
from patrolmap.project.migrations.to_6 import add_office_rows
from patrolmap.project.migrations.to_7 import add_patrol_advice
from patrolmap.project.schema import SCHEMA_VERSION
from patrolmap.whole_files import drafted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["MIGRATIONS", "backup", "migrate", "schema_version"]

MIGRATIONS: Final[Mapping[int, Callable[[sqlite3.Connection], None]]] = {
    1: add_patrol_log,
    2: add_rosters_and_weeks,
    3: add_events,
    4: add_blocks,
    5: add_office_rows,
    6: add_patrol_advice,
}
"""For each schema version the function that leads from it to the next."""


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """
    Read which way of storing a file uses.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the file.
    path : Path
        The file, for messages.

    Returns
    -------
    int
        Its schema version.

    Raises
    ------
    InputError
        If it is a GeoPackage but no patrolmap project.
    """
    tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'patrolmap_project'").fetchone()[0]
    found = tables and connection.execute("SELECT value FROM patrolmap_project WHERE key = 'schema_version'").fetchone()
    if not found or not str(found[0]).isdecimal():
        raise InputError(
            N_("{path} is a GeoPackage, but not a patrolmap project."),
            remedy=N_("Make a project with “patrolmap new” and import this file into it."),
            path=str(path),
        )
    return int(found[0])


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    *,
    migrations: Mapping[int, Callable[[sqlite3.Connection], None]] = MIGRATIONS,
    target: int = SCHEMA_VERSION,
    keep_backup: bool = True,
) -> Path | None:
    """
    Bring a file up to date.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the file, writable.
    path : Path
        The file.
    migrations : mapping of int to function
        As `MIGRATIONS`.
    target : int
        The schema version to reach.
    keep_backup : bool, default True
        Whether to copy the file first.

    Returns
    -------
    Path or None
        The backup; None if none was made.

    Raises
    ------
    InputError
        If the file is newer than the program.
    """
    version = schema_version(connection, path)
    if version > target:
        raise InputError(
            N_("{path} was made by a newer patrolmap."),
            why=N_("Its format is {version}; this program knows up to {target}."),
            remedy=N_("Install the newer program."),
            path=str(path),
            version=version,
            target=target,
        )
    if version == target:
        return None
    copy = path.with_name(f"{path.stem}.format-{version}.backup{path.suffix}")
    kept = backup(connection, copy) if keep_backup else None
    with transaction(connection):
        for step in range(version, target):
            migrations[step](connection)
        history.clear(connection)
        connection.execute("UPDATE patrolmap_project SET value = ? WHERE key = 'schema_version'", (str(target),))
        label = Message(N_("Project format {version} brought to {target}"), {"version": version, "target": target})
        journal.append(connection, "migrate", label, {"from": version, "to": target})
    return kept


def backup(connection: sqlite3.Connection, target: Path) -> Path:
    """
    Copy a project while it is open, whole or not at all.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    target : Path
        The copy; a number is put into its name if there is such a file.

    Returns
    -------
    Path
        The copy that was made.
    """
    free, number = target, 1
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    with drafted(free) as draft, closing(sqlite3.connect(draft)) as copy:
        connection.backup(copy)
    return free
