"""From format 1 to 2: the table of the patrol log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_patrol_log"]

_BODY: Final = (
    '"entry_id" TEXT, "plan_id" TEXT, "team_id" TEXT, "visit_id" TEXT, "state" TEXT, "arrived_at" TEXT, '
    '"left_at" TEXT, "reason" TEXT, "event" TEXT, "note" TEXT, "source" TEXT, "recorded_at" TEXT'
)


def add_patrol_log(connection: sqlite3.Connection) -> None:
    """
    Make the table, its indexes and its archive for undo, as format 2 has them.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    for statement in (
        f'CREATE TABLE "patrol_log" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {_BODY})',
        (
            'CREATE TABLE "patrolmap_undo_patrol_log" (step INTEGER NOT NULL, part INTEGER NOT NULL, '
            f'"fid" INTEGER NOT NULL, {_BODY}, PRIMARY KEY (step, part, "fid"))'
        ),
        'CREATE UNIQUE INDEX "patrol_log_key" ON "patrol_log" ("entry_id") WHERE "entry_id" <> \'\'',
        'CREATE INDEX "patrol_log_plan_id" ON "patrol_log" ("plan_id")',
        (
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "VALUES ('patrol_log', 'attributes', 'patrol_log', 'Patrol log', NULL)"
        ),
        (
            "INSERT INTO patrolmap_versions SELECT table_name, 0, last_change FROM gpkg_contents "
            "WHERE table_name = 'patrol_log'"
        ),
    ):
        connection.execute(statement)
