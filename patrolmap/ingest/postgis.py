"""Tables of a PostgreSQL database, with or without PostGIS: read, never written, and nothing but the named table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import psycopg
import pyproj
import shapely
from psycopg import sql

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Candidate, Wanted, choose
from patrolmap.ingest.limits import check_columns, check_rows
from patrolmap.ingest.source import Source, unique_names
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.ingest.database_address import DatabaseTable

__all__ = ["read_table"]

_NAME: Final = re.compile(r'^(?:(?P<schema>"(?:[^"]|"")+"|[^".]+)\.)?(?P<table>"(?:[^"]|"")+"|[^".]+)$')
_ROWS_AT_ONCE: Final = 10_000
_MAX_CHARACTERS: Final = 1_000_000_000
_MAX_TABLES: Final = 500
_OPTIONS: Final = "-c default_transaction_read_only=on -c statement_timeout=600000 -c extra_float_digits=3"
_SHAPES: Final = ("geometry", "geography")
_NO_TEXT: Final = ("bytea", "raster")

_TABLES: Final = """
SELECT n.nspname, c.relname, c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')
AND pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY n.nspname, c.relname LIMIT %s
"""
_COLUMNS: Final = """
SELECT a.attname, t.typname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY: Final = """
SELECT a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indrelid = %s AND i.indisprimary ORDER BY a.attnum
"""
_POSTGIS: Final = """
SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'
"""

_Connection = psycopg.Connection[tuple[Any, ...]]


def read_table(where: DatabaseTable, wanted: Wanted, *, cancel: Cancel = NO_CANCEL) -> Source:
    """
    Read a table in a read-only transaction, by one SELECT whose only free parts are quoted names.

    Parameters
    ----------
    where : DatabaseTable
        The table.
    wanted : Wanted
        What the import is looking for; its sheet names the table if the address does not.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Source
        Rows as texts, in the order of the primary key if there is one; the first geometry column as geometry.

    Raises
    ------
    InputError
        If the server cannot be reached, refuses, or has no such table.
    """
    try:
        with _connected(where) as connection:
            connection.read_only = True
            found, choices = _find(connection, where, wanted)
            source = _read(connection, found, where, cancel)
    except (psycopg.Error, UnicodeDecodeError) as error:
        raise _unreadable(where, error) from error
    said = Message(N_("Read from the database, table “{table}”."), {"table": f"{found.schema}.{found.table}"})
    return Source(
        source.name, source.table, source.row_numbers, source.geometry, source.crs, (said, *choices, *source.choices)
    )


@dataclass(frozen=True)
class _Found:
    schema: str
    table: str
    oid: int
    columns: tuple[tuple[str, str], ...]

    @property
    def shape(self) -> str | None:
        return next((name for name, kind in self.columns if kind in _SHAPES), None)

    @property
    def texts(self) -> list[str]:
        return [name for name, kind in self.columns if kind not in (*_SHAPES, *_NO_TEXT)]


def _connected(where: DatabaseTable) -> _Connection:
    return psycopg.connect(
        host=where.host or None,
        port=where.port,
        dbname=where.database,
        user=where.user or None,
        password=where.password or None,
        sslmode=where.ssl_mode,
        connect_timeout=10,
        options=_OPTIONS,
        client_encoding="UTF8",
    )


def _find(connection: _Connection, where: DatabaseTable, wanted: Wanted) -> tuple[_Found, tuple[Message, ...]]:
    tables = connection.execute(_TABLES, (_MAX_TABLES,)).fetchall()
    named = where.table or wanted.sheet or ""
    if named:
        schema, table = _split(named)
        tables = [one for one in tables if one[1] == table and schema in {None, one[0]}]
    titles = [f"{one[0]}.{one[1]}" for one in tables]
    if not tables or (named and len(tables) > 1):
        raise InputError(
            N_("“{name}” has no table “{table}”.") if not tables else N_("“{name}” has several tables “{table}”."),
            why=N_("Only the name of a table is taken, no query."),
            remedy=N_("Give schema.table with --sheet; the user needs the right to read it."),
            name=where.database,
            table=named,
        )
    columns = [tuple(connection.execute(_COLUMNS, (one[2],)).fetchall()) for one in tables]
    candidates = [
        Candidate(title, tuple(name for name, _ in mine), "Unknown" if any(k in _SHAPES for _, k in mine) else None)
        for title, mine in zip(titles, columns, strict=True)
    ]
    place, choices = choose(where.database, candidates, Wanted(wanted.layer, wanted.fields))
    schema, table, oid = tables[place]
    return _Found(schema, table, oid, tuple((str(n), str(k)) for n, k in columns[place])), choices


def _split(named: str) -> tuple[str | None, str]:
    match = _NAME.match(named.strip())
    if match is None:
        return None, named
    schema, table = (_unquoted(part) if part else None for part in (match["schema"], match["table"]))
    return schema, table or named


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _read(connection: _Connection, found: _Found, where: DatabaseTable, cancel: Cancel) -> Source:
    name = f"{where.database}/{found.schema}.{found.table}"
    check_columns(name, len(found.columns))
    picks: list[sql.Composable] = [sql.SQL("{}::text").format(sql.Identifier(column)) for column in found.texts]
    home = connection.execute(_POSTGIS).fetchone() if found.shape else None
    if found.shape and home is not None:
        shape = sql.Identifier(found.shape)
        picks += [
            sql.SQL("{}({}::{})").format(sql.Identifier(home[0], function), shape, sql.Identifier(home[0], "geometry"))
            for function in ("st_asbinary", "st_srid")
        ]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(picks), sql.Identifier(found.schema, found.table))
    keys = [sql.Identifier(row[0]) for row in connection.execute(_KEY, (found.oid,)).fetchall()]
    if keys:
        query = sql.SQL("{} ORDER BY {}").format(query, sql.SQL(", ").join(keys))
    rows = _fetched(connection, query, name, cancel)
    width = len(found.texts)
    table = pd.DataFrame([row[:width] for row in rows], columns=unique_names(found.texts), dtype=object)
    table = table.map(lambda text: "" if text is None else str(text).strip())
    numbers = np.arange(1, len(rows) + 1)
    if not found.shape or home is None:
        return Source(name, table, numbers)
    geometry = shapely.from_wkb([row[width] for row in rows], on_invalid="ignore")
    crs = _system(connection, {row[width + 1] for row in rows} - {None}, name, home[0])
    return Source(name, table, numbers, _objects(geometry), crs)


def _fetched(connection: _Connection, query: sql.Composed, name: str, cancel: Cancel) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    characters = 0
    with connection.cursor(name="patrolmap_import") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(query)
        while batch := cursor.fetchmany(_ROWS_AT_ONCE):
            raise_if_cancelled(cancel)
            rows += batch
            check_rows(name, len(rows))
            characters += sum(len(cell) for row in batch for cell in row if isinstance(cell, str | bytes))
            if characters > _MAX_CHARACTERS:
                raise InputError(N_("“{name}” is too large."), remedy=N_("Split it and import the parts."), name=name)
    return rows


def _system(connection: _Connection, srids: set[int], name: str, home: str) -> pyproj.CRS | None:
    if len(srids) > 1:
        raise InputError(
            N_("“{name}” holds geometry in several coordinate systems."),
            remedy=N_("Bring it into one with ST_Transform."),
            name=name,
        )
    srid = next(iter(srids), 0)
    query = sql.SQL("SELECT auth_name, auth_srid, srtext FROM {} WHERE srid = %s")
    row = connection.execute(query.format(sql.Identifier(home, "spatial_ref_sys")), (srid,)).fetchone()
    if row is None:
        return None
    try:
        return pyproj.CRS.from_user_input(f"{row[0]}:{row[1]}" if row[0] else row[2])
    except pyproj.exceptions.CRSError:
        return None  # an unknown system is none, and the import asks for it


def _objects(geometry: Any) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = np.asarray(geometry, dtype=object)
    return shapes


def _unreadable(where: DatabaseTable, error: Exception) -> InputError:
    lines = [line for line in str(error).splitlines() if line.strip()]
    detail = lines[0].strip() if lines else type(error).__name__
    if where.password:
        detail = detail.replace(where.password, "***")
    return InputError(
        N_("“{name}” on {host} cannot be read."),
        why=N_("The server says: {detail}."),
        remedy=N_(
            "Check address, user and password; the password can stand in PGPASSWORD or in the password file of PostgreSQL."
        ),
        name=where.name,
        host=where.host or "localhost",
        detail=detail.rstrip("."),
    )
