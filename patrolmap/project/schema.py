"""The tables of a new project file: those of the GeoPackage standard (OGC 12-128r18, version 1.4) and our own."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from patrolmap.model.layers import LAYERS, FieldType, LayerSpec
from patrolmap.project.rtree import create_index
from patrolmap.project.tables import RECORDS, columns_of, geometry_type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "APPLICATION_ID",
    "GEOPACKAGE_VERSION",
    "SCHEMA_VERSION",
    "add_layer",
    "archive_name",
    "create_schema",
    "set_srs",
    "srs_id",
]

SCHEMA_VERSION: Final = 7
APPLICATION_ID: Final = 0x47504B47
GEOPACKAGE_VERSION: Final = 10400
PLANAR_SRS: Final = -1

_SQL_TYPES: Final[Mapping[FieldType, str]] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "DOUBLE",
    "boolean": "BOOLEAN",
    "datetime": "TEXT",
}

_STANDARD_TABLES: Final = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""

_OWN_TABLES: Final = """
CREATE TABLE patrolmap_project (
  key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);
CREATE TABLE patrolmap_versions (
  layer TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, last_change TEXT NOT NULL);
CREATE TABLE patrolmap_steps (
  step INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
  label TEXT NOT NULL, operations TEXT NOT NULL);
CREATE TABLE settings (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
CREATE TABLE journal (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, author TEXT NOT NULL,
  label TEXT NOT NULL, summary TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL UNIQUE);
CREATE TRIGGER journal_keeps_its_rows BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_its_words BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
"""

_OTHER_CONTENTS: Final = ("settings", "journal", "layer_styles")


def create_schema(connection: sqlite3.Connection, srs: int) -> None:
    """
    Make all tables of an empty project.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of a new, empty file.
    srs : int
        The reference system of the layers, as in `srs_id`.
    """
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {GEOPACKAGE_VERSION}")
    connection.execute("BEGIN IMMEDIATE")
    for script in (_STANDARD_TABLES, _OWN_TABLES):
        for statement in _statements(script):
            connection.execute(statement)
    _add_reference_systems(connection)
    for name in LAYERS:
        add_layer(connection, LAYERS[name], srs)
    for name in RECORDS:
        add_layer(connection, RECORDS[name], srs)
    for name in _OTHER_CONTENTS:
        _register(connection, name, "attributes", name, None)
    _start_version(connection, "settings")
    connection.execute("INSERT INTO patrolmap_project VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    connection.execute("COMMIT")


def add_layer(connection: sqlite3.Connection, spec: LayerSpec, srs: int) -> None:
    """
    Make the tables of one layer or record: its rows, its index, its archive for undo.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    spec : LayerSpec
        What to make.
    srs : int
        The reference system of the layers.
    """
    body = ", ".join(_column(spec, name) for name in columns_of(spec))
    connection.execute(f'CREATE TABLE "{spec.name}" ("fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {body})')
    connection.execute(
        f'CREATE TABLE "{archive_name(spec.name)}" (step INTEGER NOT NULL, part INTEGER NOT NULL, '
        f'"fid" INTEGER NOT NULL, {body}, PRIMARY KEY (step, part, "fid"))'
    )
    if spec.key is not None:
        connection.execute(
            f'CREATE UNIQUE INDEX "{spec.name}_key" ON "{spec.name}" ("{spec.key}") WHERE "{spec.key}" <> \'\''
        )
    if spec.key != "plan_id" and "plan_id" in columns_of(spec):
        connection.execute(f'CREATE INDEX "{spec.name}_plan_id" ON "{spec.name}" ("plan_id")')
    _register(connection, spec.name, "features" if spec.geometry else "attributes", spec.title, srs)
    if spec.geometry:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
            (spec.name, geometry_type_name(spec), srs),
        )
        create_index(connection, spec.name)
    _start_version(connection, spec.name)


def srs_id(stored_crs: str | None) -> int:
    """
    Give the number of a reference system in the file.

    Parameters
    ----------
    stored_crs : str or None
        As in `patrolmap.model.frame.SpatialFrame.stored_crs`.

    Returns
    -------
    int
        The EPSG number; -1 (undefined Cartesian) for a planar network.
    """
    return PLANAR_SRS if stored_crs is None else int(stored_crs.rpartition(":")[2])


def set_srs(connection: sqlite3.Connection, srs: int) -> None:
    """
    Declare the reference system of all layers.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    srs : int
        As in `srs_id`.
    """
    connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs,))
    connection.execute("UPDATE gpkg_contents SET srs_id = ? WHERE data_type = 'features'", (srs,))


def archive_name(layer: str) -> str:
    """
    Name the table that keeps rows of a layer for undo.

    Parameters
    ----------
    layer : str
        One of `patrolmap.project.tables.TABLES`.

    Returns
    -------
    str
        Table name.
    """
    return f"patrolmap_undo_{layer}"


def _start_version(connection: sqlite3.Connection, table: str) -> None:
    connection.execute(
        "INSERT INTO patrolmap_versions SELECT table_name, 0, last_change FROM gpkg_contents WHERE table_name = ?",
        (table,),
    )


def _column(spec: LayerSpec, name: str) -> str:
    kind = geometry_type_name(spec) if name == "geom" else _SQL_TYPES[spec.field(name).type]
    return f'"{name}" {kind}'


def _register(connection: sqlite3.Connection, table: str, kind: str, title: str, srs: int | None) -> None:
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)",
        (table, kind, table, title, srs if kind == "features" else None),
    )


def _add_reference_systems(connection: sqlite3.Connection) -> None:
    import pyproj

    rows = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ]
    for code in (4326, 4490):
        crs = pyproj.CRS.from_epsg(code)
        rows.append((crs.name, code, "EPSG", code, crs.to_wkt("WKT1_GDAL"), "longitude, latitude in degrees"))
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)


def _statements(script: str) -> list[str]:
    whole, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if current.strip() and sqlite3.complete_statement(current):
            whole.append(current)
            current = ""
    return whole
