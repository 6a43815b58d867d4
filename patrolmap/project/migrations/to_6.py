"""From format 5 to 6: what is known of the rows in an office store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_office_rows"]

_BODY: Final = '"layer" TEXT, "row_fid" INTEGER, "uid" TEXT, "version" INTEGER, "digest" TEXT'


def add_office_rows(connection: sqlite3.Connection) -> None:
    """
    Make the table and its archive for undo, as format 6 has them.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    for statement in (
        f'CREATE TABLE "office_rows" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {_BODY})',
        (
            'CREATE TABLE "patrolmap_undo_office_rows" (step INTEGER NOT NULL, part INTEGER NOT NULL, '
            f'"fid" INTEGER NOT NULL, {_BODY}, PRIMARY KEY (step, part, "fid"))'
        ),
        (
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
            "VALUES ('office_rows', 'attributes', 'office_rows', 'Rows known to the office store')"
        ),
        (
            "INSERT INTO patrolmap_versions SELECT table_name, 0, last_change FROM gpkg_contents "
            "WHERE table_name = 'office_rows'"
        ),
    ):
        connection.execute(statement)
