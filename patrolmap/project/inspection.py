"""Whether the tables and triggers of a file are those that patrolmap made."""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from typing import TYPE_CHECKING, Final

from patrolmap.project.schema import create_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["foreign_parts", "missing_parts", "prepare", "replaced_tables"]

_HARMLESS: Final = re.compile(
    r'CREATE TRIGGER "trigger_(insert|delete)_feature_count_\w+" AFTER (INSERT|DELETE) ON "\w+" BEGIN '
    r"UPDATE gpkg_ogr_contents SET feature_count = feature_count [+-] 1 "
    r"WHERE lower\(table_name\) = lower\('\w+'\); END"
)
"""What GDAL adds to count features."""


def foreign_parts(connection: sqlite3.Connection) -> tuple[str, ...]:
    """
    Find triggers and views that would run without the user's knowledge.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    tuple of str
        Names of those that are neither patrolmap's nor the counters that GDAL adds.
    """
    known = _expected()
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    return tuple(
        name
        for kind, name, sql in rows
        if known.get((kind, name)) != _plain(sql) and not _HARMLESS.fullmatch(_plain(sql))
    )


def replaced_tables(connection: sqlite3.Connection) -> tuple[str, ...]:
    """
    Find views and virtual tables that stand where patrolmap has a table: reading one would run what a stranger wrote.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    tuple of str
        Their names.
    """
    known = _expected()
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view')")
    return tuple(
        name
        for kind, name, sql in rows
        if ("table", name) in known and (kind == "view" or (_is_virtual(sql) and not _is_virtual(known["table", name])))
    )


def _is_virtual(sql: str) -> bool:
    return _plain(sql).upper().startswith("CREATE VIRTUAL")


def missing_parts(connection: sqlite3.Connection) -> tuple[str, ...]:
    """
    Find what a project file should have and this one has not.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    tuple of str
        Names of tables, indexes and triggers, and ``table.column`` for columns.
    """
    there = {(kind, name) for kind, name in connection.execute("SELECT type, name FROM sqlite_master")}
    missing = [name for kind, name in _expected() if (kind, name) not in there]
    for table, columns in _expected_columns().items():
        found = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
        missing += [f"{table}.{column}" for column in columns if found and column not in found]
    return tuple(missing)


def prepare() -> None:
    """Find out what is expected before a project is opened: a tenth of a second, once."""
    _expected()


@cache
def _expected() -> Mapping[tuple[str, str], str]:
    with_schema = _model()
    rows = with_schema.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(kind, name): _plain(sql) for kind, name, sql in rows}


@cache
def _expected_columns() -> Mapping[str, tuple[str, ...]]:
    with_schema = _model()
    return {
        name: tuple(row[1] for row in with_schema.execute(f'PRAGMA table_info("{name}")'))
        for kind, name in _expected()
        if kind == "table"
    }


@cache
def _model() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    create_schema(connection, 0)
    return connection


def _plain(sql: str) -> str:
    return " ".join(sql.split())
