"""The spatial index of a layer, as the GeoPackage extension ``gpkg_rtree_index`` has it.

The standard triggers keep it when a GIS edits the file. patrolmap itself writes the index directly: its connection
trusts no function inside a schema, so the triggers are taken out for the time of its own transaction and are
back, unchanged, when that is durable. A killed transaction leaves them in place.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["create_index", "forget", "index_name", "rebuild", "remember", "triggers_off"]

_FULL: Final = 'NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")'
_VOID: Final = 'NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")'
_BOX: Final = 'ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")'

_TRIGGERS: Final = {
    "insert": f'AFTER INSERT ON "{{t}}" WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom")) '
    f'BEGIN INSERT OR REPLACE INTO "{{i}}" VALUES (NEW."fid", {_BOX}); END',
    "update6": f'AFTER UPDATE OF "geom" ON "{{t}}" WHEN OLD."fid" = NEW."fid" AND ({_FULL}) '
    'AND (OLD."geom" NOTNULL AND NOT ST_IsEmpty(OLD."geom")) BEGIN UPDATE "{i}" SET minx = ST_MinX(NEW."geom"), '
    'maxx = ST_MaxX(NEW."geom"), miny = ST_MinY(NEW."geom"), maxy = ST_MaxY(NEW."geom") WHERE id = NEW."fid"; END',
    "update7": f'AFTER UPDATE OF "geom" ON "{{t}}" WHEN OLD."fid" = NEW."fid" AND ({_FULL}) '
    f'AND (OLD."geom" ISNULL OR ST_IsEmpty(OLD."geom")) BEGIN INSERT INTO "{{i}}" VALUES (NEW."fid", {_BOX}); END',
    "update2": f'AFTER UPDATE OF "geom" ON "{{t}}" WHEN OLD."fid" = NEW."fid" AND ({_VOID}) '
    'BEGIN DELETE FROM "{i}" WHERE id = OLD."fid"; END',
    "update5": f'AFTER UPDATE ON "{{t}}" WHEN OLD."fid" != NEW."fid" AND ({_FULL}) '
    f'BEGIN DELETE FROM "{{i}}" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "{{i}}" VALUES (NEW."fid", {_BOX}); END',
    "update4": f'AFTER UPDATE ON "{{t}}" WHEN OLD."fid" != NEW."fid" AND ({_VOID}) '
    'BEGIN DELETE FROM "{i}" WHERE id IN (OLD."fid", NEW."fid"); END',
    "delete": 'AFTER DELETE ON "{t}" WHEN old."geom" NOT NULL BEGIN DELETE FROM "{i}" WHERE id = OLD."fid"; END',
}


def index_name(layer: str) -> str:
    """
    Name the index of a layer.

    Parameters
    ----------
    layer : str
        Table name.

    Returns
    -------
    str
        Name of the virtual table.
    """
    return f"rtree_{layer}_geom"


def create_index(connection: sqlite3.Connection, layer: str) -> None:
    """
    Make the index of a layer that has no rows yet, with its triggers and its line among the extensions.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project file.
    layer : str
        Table name.
    """
    connection.execute(f'CREATE VIRTUAL TABLE "{index_name(layer)}" USING rtree(id, minx, maxx, miny, maxy)')
    _create_triggers(connection, layer)
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (layer,),
    )


@contextmanager
def triggers_off(connection: sqlite3.Connection, layers: Sequence[str]) -> Iterator[None]:
    """
    Take the triggers of layers away inside a transaction, and bring them back before its end.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction, whose rollback brings the triggers back too.
    layers : sequence of str
        Table names.
    """
    for layer in layers:
        for name in _TRIGGERS:
            connection.execute(f'DROP TRIGGER IF EXISTS "{index_name(layer)}_{name}"')
    yield
    for layer in layers:
        _create_triggers(connection, layer)


def remember(connection: sqlite3.Connection, layer: str, fids: Sequence[int], geometries: NDArray[np.object_]) -> None:
    """
    Enter rows into the index.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    layer : str
        Table name.
    fids : sequence of int, length n
        The rows; those already in the index are replaced.
    geometries : array of shapely.Geometry, shape (n,)
        Their geometry; None and empty ones stay out.
    """
    boxes = shapely.bounds(geometries)[:, [0, 2, 1, 3]]
    numbers = np.asarray(fids, dtype=np.int64)
    full = np.isfinite(boxes).all(axis=1)
    boxes, numbers = boxes[full], numbers[full]
    rows = zip(numbers.tolist(), *boxes.T.tolist(), strict=True) if len(boxes) else ()
    connection.executemany(f'INSERT OR REPLACE INTO "{index_name(layer)}" VALUES (?, ?, ?, ?, ?)', rows)


def forget(connection: sqlite3.Connection, layer: str, ranges: Sequence[tuple[int, int]]) -> None:
    """
    Take rows out of the index.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    layer : str
        Table name.
    ranges : sequence of (int, int)
        First and last fid of each run.
    """
    connection.executemany(
        f'DELETE FROM "{index_name(layer)}" WHERE id IN (SELECT fid FROM "{layer}" WHERE fid BETWEEN ? AND ?)', ranges
    )


def rebuild(connection: sqlite3.Connection, layer: str, fids: Sequence[int], geometries: NDArray[np.object_]) -> None:
    """
    Make the index anew, which is quicker than emptying it row by row.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    layer : str
        Table name.
    fids : sequence of int, length n
        All rows of the layer.
    geometries : array of shapely.Geometry, shape (n,)
        Their geometry.
    """
    connection.execute(f'DROP TABLE "{index_name(layer)}"')
    connection.execute(f'CREATE VIRTUAL TABLE "{index_name(layer)}" USING rtree(id, minx, maxx, miny, maxy)')
    remember(connection, layer, fids, geometries)


def _create_triggers(connection: sqlite3.Connection, layer: str) -> None:
    for name, body in _TRIGGERS.items():
        statement = body.format(t=layer, i=index_name(layer))
        connection.execute(f'CREATE TRIGGER "{index_name(layer)}_{name}" {statement}')
