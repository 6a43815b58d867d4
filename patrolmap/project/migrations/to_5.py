"""From format 4 to 5: the layer of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.project.rtree import create_index

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_blocks"]

_BODY: Final = (
    '"geom" MULTIPOLYGON, "block_id" TEXT, "ring" TEXT, "held" TEXT, "entrances" INTEGER, "controlled_entrances" INTEGER, '
    '"controlled_share" DOUBLE, "sites" INTEGER, "site_ids" TEXT, "incidents" INTEGER, "area_m2" DOUBLE, '
    '"provenance" TEXT'
)


def add_blocks(connection: sqlite3.Connection) -> None:
    """
    Make the layer, its indexes and its archive for undo, as format 5 has them.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    for statement in (
        f'CREATE TABLE "blocks" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {_BODY})',
        (
            'CREATE TABLE "patrolmap_undo_blocks" (step INTEGER NOT NULL, part INTEGER NOT NULL, '
            f'"fid" INTEGER NOT NULL, {_BODY}, PRIMARY KEY (step, part, "fid"))'
        ),
        'CREATE UNIQUE INDEX "blocks_key" ON "blocks" ("block_id") WHERE "block_id" <> \'\'',
        (
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "SELECT 'blocks', 'features', 'blocks', 'Ring blocks', srs_id FROM gpkg_contents WHERE table_name = 'sites'"
        ),
        (
            "INSERT INTO gpkg_geometry_columns SELECT 'blocks', 'geom', 'MULTIPOLYGON', srs_id, 0, 0 "
            "FROM gpkg_geometry_columns WHERE table_name = 'sites'"
        ),
        "INSERT INTO patrolmap_versions SELECT table_name, 0, last_change FROM gpkg_contents WHERE table_name = 'blocks'",
    ):
        connection.execute(statement)
    create_index(connection, "blocks")
