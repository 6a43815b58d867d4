"""From format 2 to 3: the tables of the roster, the attendance and the weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_rosters_and_weeks"]

_TABLES: Final = (
    (
        "roster",
        "Roster",
        "member_id",
        (
            '"member_id" TEXT, "team_id" TEXT, "name" TEXT, "role" TEXT, "team_group" TEXT, "phone" TEXT, '
            '"present" BOOLEAN'
        ),
    ),
    (
        "attendance",
        "Attendance",
        "attendance_id",
        '"attendance_id" TEXT, "date" TEXT, "member_id" TEXT, "present" BOOLEAN',
    ),
    (
        "weeks",
        "Weeks",
        "week_id",
        '"week_id" TEXT, "first_date" TEXT, "last_date" TEXT, "computed_at" TEXT, "document" TEXT',
    ),
)


def add_rosters_and_weeks(connection: sqlite3.Connection) -> None:
    """
    Make the tables, their indexes and their archives for undo, as format 3 has them.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    for name, title, key, body in _TABLES:
        connection.execute(f'CREATE TABLE "{name}" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {body})')
        connection.execute(
            f'CREATE TABLE "patrolmap_undo_{name}" (step INTEGER NOT NULL, part INTEGER NOT NULL, '
            f'"fid" INTEGER NOT NULL, {body}, PRIMARY KEY (step, part, "fid"))'
        )
        connection.execute(f'CREATE UNIQUE INDEX "{name}_key" ON "{name}" ("{key}") WHERE "{key}" <> \'\'')
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "VALUES (?, 'attributes', ?, ?, NULL)",
            (name, name, title),
        )
        connection.execute(
            "INSERT INTO patrolmap_versions SELECT table_name, 0, last_change FROM gpkg_contents WHERE table_name = ?",
            (name,),
        )
