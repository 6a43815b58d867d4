"""From format 3 to 4: the layer of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.project.rtree import create_index

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_events"]

_BODY: Final = (
    '"geom" POINT, "event_id" TEXT, "type" TEXT, "place" TEXT, "happened_at" TEXT, "due_at" TEXT, "state" TEXT, '
    '"unit" TEXT, "received_at" TEXT, "received_note" TEXT, "assigned_at" TEXT, "assigned_note" TEXT, '
    '"handled_at" TEXT, "handled_note" TEXT, "fed_back_at" TEXT, "fed_back_note" TEXT, "rated_at" TEXT, '
    '"rated_note" TEXT, "rating" INTEGER, "source" TEXT'
)


def add_events(connection: sqlite3.Connection) -> None:
    """
    Make the layer, its indexes and its archive for undo, as format 4 has them.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    for statement in (
        f'CREATE TABLE "events" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {_BODY})',
        (
            'CREATE TABLE "patrolmap_undo_events" (step INTEGER NOT NULL, part INTEGER NOT NULL, '
            f'"fid" INTEGER NOT NULL, {_BODY}, PRIMARY KEY (step, part, "fid"))'
        ),
        'CREATE UNIQUE INDEX "events_key" ON "events" ("event_id") WHERE "event_id" <> \'\'',
        (
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "SELECT 'events', 'features', 'events', 'Events', srs_id FROM gpkg_contents WHERE table_name = 'sites'"
        ),
        (
            "INSERT INTO gpkg_geometry_columns SELECT 'events', 'geom', 'POINT', srs_id, 0, 0 "
            "FROM gpkg_geometry_columns WHERE table_name = 'sites'"
        ),
        "INSERT INTO patrolmap_versions SELECT table_name, 0, last_change FROM gpkg_contents WHERE table_name = 'events'",
    ):
        connection.execute(statement)
    create_index(connection, "events")
