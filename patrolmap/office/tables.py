"""The tables of one project in an office store, and the rights on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from psycopg import sql

from patrolmap.messages import N_
from patrolmap.office.store_sql import ADDED_WORDS, CHANGED_WORDS, DELETED_WORDS, PLANNER, STORE, VIEWER
from patrolmap.project.replica_rows import OFFICE_TABLES, SETTINGS, columns_shared
from patrolmap.project.tables import TABLES, geometry_type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.office.server import Connection

__all__ = ["column_type", "make_tables", "postgis_home", "schema_name_of"]

_TYPES: Final = {
    "text": "text",
    "integer": "bigint",
    "real": "double precision",
    "boolean": "boolean",
    "datetime": "text",
}
_STAMPS: Final = "office_version bigint NOT NULL, changed_by text NOT NULL, changed_at timestamptz NOT NULL"
_JOURNAL: Final = (
    "number bigint PRIMARY KEY, at text NOT NULL, kind text NOT NULL, author text NOT NULL, label text NOT NULL, "
    "summary text NOT NULL, previous_hash text NOT NULL, hash text NOT NULL UNIQUE"
)
_SETTINGS_TITLE: Final = N_("Settings")


def schema_name_of(name: str, taken: set[str]) -> str:
    """
    Choose the schema of a project.

    Parameters
    ----------
    name : str
        Name of the project, in any script.
    taken : set of str
        Schemas that are there.

    Returns
    -------
    str
        At most 63 bytes of UTF-8, free.
    """
    words = re.sub(r"\W+", "_", name.strip().lower()).strip("_") or "project"
    stem = "patrolmap_" + words.encode()[:45].decode(errors="ignore")
    free, number = stem, 1
    while free in taken:
        number += 1
        free = f"{stem}_{number}"
    return free


def postgis_home(connection: Connection) -> str | None:
    """
    Find the schema of PostGIS.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the database.

    Returns
    -------
    str or None
        None if PostGIS is not there.
    """
    found = connection.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    ).fetchone()
    return None if found is None else str(found[0])


def column_type(table: str, column: str) -> str:
    """
    Name the type of a column in the store.

    Parameters
    ----------
    table : str
        One of `patrolmap.project.replica_rows.OFFICE_TABLES`.
    column : str
        A shared column other than ``geom``.

    Returns
    -------
    str
        As PostgreSQL writes it.
    """
    return "text" if table == SETTINGS else _TYPES[TABLES[table].field(column).type]


def make_tables(connection: Connection, schema: str, srid: int, home: str) -> None:
    """
    Make the tables of a project, or add those and the columns that an older one lacks.

    Parameters
    ----------
    connection : psycopg.Connection
        Acting as the administrators' role, in a transaction.
    schema : str
        Schema of the project.
    srid : int
        EPSG number of its geometry; 0 for a planar network.
    home : str
        Schema of PostGIS.
    """
    for statement in _statements(connection, schema, srid, home):
        connection.execute(statement)


def _statements(connection: Connection, schema: str, srid: int, home: str) -> Iterator[sql.Composed]:
    there = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))}
    yield sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema))
    if "journal" not in there:
        yield from _journal(schema)
    for table in OFFICE_TABLES:
        if table in there:
            yield from _columns(schema, table, srid, home)
        else:
            yield from _table(schema, table, srid, home)
    name = sql.Identifier(schema)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, sql.Identifier(VIEWER))
    yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(name, sql.Identifier(VIEWER))
    for table in OFFICE_TABLES:
        yield sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(
            sql.Identifier(schema, table), sql.Identifier(PLANNER)
        )


def _journal(schema: str) -> Iterator[sql.Composed]:
    name = sql.Identifier(schema, "journal")
    yield sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(_JOURNAL))
    yield _trigger("keeps", "BEFORE UPDATE OR DELETE OR TRUNCATE", name, "refuse")


def _table(schema: str, table: str, srid: int, home: str) -> Iterator[sql.Composed]:
    name = sql.Identifier(schema, table)
    shared = [
        sql.SQL("{} {}").format(sql.Identifier(column), _type(table, column, srid, home))
        for column in columns_shared(table)
    ]
    uid = sql.SQL("uid text PRIMARY KEY DEFAULT replace(gen_random_uuid()::text, '-', '')")
    parts = sql.SQL(", ").join([uid, *shared, sql.SQL(_STAMPS), *_constraints(table, home)])
    yield sql.SQL("CREATE TABLE {} ({})").format(name, parts)
    if "geom" in columns_shared(table):
        yield sql.SQL("CREATE INDEX ON {} USING gist (geom)").format(name)
    yield _trigger("one_writer", "BEFORE INSERT OR UPDATE OR DELETE", name, "one_writer")
    yield _trigger("keeps", "BEFORE TRUNCATE", name, "refuse")
    yield _trigger("stamp", "BEFORE INSERT OR UPDATE", name, "stamp", each="ROW")
    title = _SETTINGS_TITLE if table == SETTINGS else TABLES[table].title
    for event, side, words in (
        ("INSERT", "NEW", ADDED_WORDS),
        ("UPDATE", "NEW", CHANGED_WORDS),
        ("DELETE", "OLD", DELETED_WORDS),
    ):
        yield sql.SQL(
            "CREATE TRIGGER {} AFTER {} ON {} REFERENCING {} TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION {}({}, {})"
        ).format(
            sql.Identifier(f"note_{event.lower()}"), sql.SQL(event), name, sql.SQL(side),
            sql.Identifier(STORE, "note_rows"), sql.Literal(words), sql.Literal(title),
        )  # fmt: skip


def _columns(schema: str, table: str, srid: int, home: str) -> Iterator[sql.Composed]:
    for column in columns_shared(table):
        yield sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {}").format(
            sql.Identifier(schema, table), sql.Identifier(column), _type(table, column, srid, home)
        )


def _type(table: str, column: str, srid: int, home: str) -> sql.Composed:
    if column != "geom":
        return sql.Composed([sql.SQL(column_type(table, column))])
    kind = geometry_type_name(TABLES[table])
    return sql.SQL("{}({}, {})").format(sql.Identifier(home, "geometry"), sql.SQL(kind), sql.Literal(srid))


def _constraints(table: str, home: str) -> Iterator[sql.Composed]:
    if table == SETTINGS:
        yield sql.Composed([sql.SQL("CHECK (uid = key)")])
        return
    spec = TABLES[table]
    if spec.key is not None:
        yield sql.SQL("EXCLUDE USING btree ({0} WITH =) WHERE ({0} <> '') DEFERRABLE INITIALLY DEFERRED").format(
            sql.Identifier(spec.key)
        )
    if spec.geometry and geometry_type_name(spec) == "GEOMETRY":
        kinds = sql.SQL(", ").join(sql.Literal(kind.upper()) for kind in spec.geometry)
        yield sql.SQL("CHECK ({}(geom) IN ({}))").format(sql.Identifier(home, "geometrytype"), kinds)


def _trigger(name: str, when: str, table: sql.Identifier, function: str, *, each: str = "STATEMENT") -> sql.Composed:
    return sql.SQL("CREATE TRIGGER {} {} ON {} FOR EACH {} EXECUTE FUNCTION {}()").format(
        sql.Identifier(name),
        sql.SQL(when),
        table,
        sql.SQL(each),
        sql.Identifier(STORE, function),
    )
