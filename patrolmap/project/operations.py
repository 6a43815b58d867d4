"""Edits carried out inside the file, with what undoes them kept in the file as well.

A step of the history is a list of operations that take it back. Carrying them out gives the operations that bring it
forth again. Rows that an operation needs lie in the layer's archive table, moved there by SQLite itself: undoing the
import of a whole year costs seconds, and values come back bit by bit.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import JSON, DeleteRows, InsertRows, SetSetting, UpdateRows
from patrolmap.project import rtree
from patrolmap.project.pace import AT_LEISURE, PASSES, Pace
from patrolmap.project.rows import (
    Condition,
    delete_rows,
    insert_rows,
    read_geometry,
    read_rows,
    update_rows,
)
from patrolmap.project.runs import fid_ranges, in_slices
from patrolmap.project.schema import archive_name
from patrolmap.project.tables import TABLES, columns_of

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Operation", "apply_edit", "read_setting", "reverse", "rows_of", "setting_text"]

Operation = dict[str, Any]
"""``{"do": "insert" | "delete" | "update" | "set", ...}``; JSON, as the history keeps it."""

_HERE = "step = ? AND part = ?"
_BETWEEN = f'{_HERE} AND "fid" BETWEEN ? AND ?'


def apply_edit(
    connection: sqlite3.Connection,
    edit: InsertRows | DeleteRows | UpdateRows | SetSetting,
    place: tuple[int, int],
    stored: tuple[str | None, int],
    pace: Pace = AT_LEISURE,
) -> tuple[Operation, InsertRows | DeleteRows | UpdateRows | SetSetting]:
    """
    Carry out one edit.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction and triggers off.
    edit : InsertRows, DeleteRows, UpdateRows or SetSetting
        What to do.
    place : (int, int)
        Step of the history, and part of the step.
    stored : (str or None, int)
        The stored reference system and its number.
    pace : Pace
        Is told of the rows that were done, and stops the work.

    Returns
    -------
    Operation
        What takes it back, for the history.
    InsertRows, DeleteRows, UpdateRows or SetSetting
        The same as a value.
    """
    if isinstance(edit, SetSetting):
        old = read_setting(connection, edit.key)
        _write_setting(connection, edit.key, edit.value)
        return {"do": "set", "key": edit.key, "value": old}, SetSetting(edit.key, old)
    if isinstance(edit, InsertRows):
        fids = insert_rows(connection, edit.layer, edit.rows, stored[1], pace)
        operation = {"do": "delete", "layer": edit.layer, "part": place[1], "fids": fid_ranges(fids)}
        return operation, DeleteRows(edit.layer, tuple(fids))
    if isinstance(edit, DeleteRows):
        ranges = fid_ranges(edit.fids)
        old_rows = _rows_of(connection, edit.layer, ranges, stored[0], pace)
        _require_all(edit.layer, len(set(edit.fids)), len(old_rows))
        _archive(connection, edit.layer, place, ranges, pace)
        delete_rows(connection, edit.layer, ranges, pace)
        return {"do": "insert", "layer": edit.layer, "part": place[1]}, InsertRows(edit.layer, old_rows)
    ranges = fid_ranges([int(fid) for fid in edit.rows.index])
    old_rows = _rows_of(connection, edit.layer, ranges, stored[0], pace)
    _require_all(edit.layer, len(edit.rows.index.unique()), len(old_rows))
    _archive(connection, edit.layer, place, ranges, pace)
    update_rows(connection, edit.layer, edit.rows, stored[1], pace)
    columns = [str(column) for column in edit.rows.columns]
    operation = {"do": "update", "layer": edit.layer, "part": place[1], "columns": columns}
    return operation, UpdateRows(edit.layer, old_rows[columns])


def reverse(connection: sqlite3.Connection, operation: Operation, step: int, pace: Pace = AT_LEISURE) -> Operation:
    """
    Carry out an operation of the history.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction and triggers off.
    operation : Operation
        From `apply_edit` or from here.
    step : int
        Its step of the history.
    pace : Pace
        Is told of the rows that were done, and stops the work.

    Returns
    -------
    Operation
        What takes this back in its turn.
    """
    if operation["do"] == "set":
        key = operation["key"]
        now = read_setting(connection, key)
        _write_setting(connection, key, operation["value"])
        return {"do": "set", "key": key, "value": now}
    layer, place = operation["layer"], (step, operation["part"])
    if operation["do"] == "delete":
        ranges = [(first, last) for first, last in operation["fids"]]
        pace.step(rows_of(connection, operation, step))  # they are known, and need not be looked at
        _archive(connection, layer, place, ranges, pace)
        delete_rows(connection, layer, ranges, pace)
        return {"do": "insert", "layer": layer, "part": place[1]}
    if operation["do"] == "insert":
        return _restore(connection, layer, place, pace)
    _swap(connection, layer, place, operation["columns"], pace)
    return operation


def rows_of(connection: sqlite3.Connection, operation: Operation, step: int) -> int:
    """
    Count the rows that `reverse` would touch.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    operation : Operation
        From `apply_edit` or `reverse`.
    step : int
        Its step of the history.

    Returns
    -------
    int
        1 for a setting.
    """
    if operation["do"] == "set":
        return 1
    if operation["do"] == "delete":
        return sum(last - first + 1 for first, last in operation["fids"])
    archive = archive_name(operation["layer"])
    counted = connection.execute(f'SELECT count(*) FROM "{archive}" WHERE {_HERE}', (step, operation["part"]))
    return int(counted.fetchone()[0])


def read_setting(connection: sqlite3.Connection, key: str) -> JSON:
    """
    Read a setting.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    key : str
        Its name.

    Returns
    -------
    JSON
        Its value; None if there is none.
    """
    text = setting_text(connection, key)
    value: JSON = None if text is None else json.loads(text)
    return value


def setting_text(connection: sqlite3.Connection, key: str) -> str | None:
    """
    Read a setting as it is kept.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    key : str
        Its name.

    Returns
    -------
    str or None
        JSON; None if there is none.
    """
    found = connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
    text: str | None = None if found is None else found[0]
    return text


def _write_setting(connection: sqlite3.Connection, key: str, value: JSON) -> None:
    if value is None:
        connection.execute("DELETE FROM settings WHERE key = ?", (key,))
    else:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        connection.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, text),
        )


def _listed(layer: str) -> str:
    return ", ".join(f'"{column}"' for column in ("fid", *columns_of(TABLES[layer])))


def _archive(
    connection: sqlite3.Connection, layer: str, place: tuple[int, int], ranges: list[tuple[int, int]], pace: Pace
) -> None:
    for runs, count in in_slices(ranges):
        connection.executemany(
            f'INSERT INTO "{archive_name(layer)}" (step, part, {_listed(layer)}) '
            f'SELECT {place[0]:d}, {place[1]:d}, {_listed(layer)} FROM "{layer}" WHERE "fid" BETWEEN ? AND ?',
            runs,
        )
        pace.step(count)


def _kept_runs(connection: sqlite3.Connection, layer: str, place: tuple[int, int]) -> list[tuple[int, int]]:
    found = connection.execute(f'SELECT "fid" FROM "{archive_name(layer)}" WHERE {_HERE}', place).fetchall()
    return fid_ranges([fid for (fid,) in found])


def _restore(connection: sqlite3.Connection, layer: str, place: tuple[int, int], pace: Pace) -> Operation:
    archive, ranges = archive_name(layer), _kept_runs(connection, layer, place)
    for runs, count in in_slices(ranges):
        # All kept rows between the first and the last of the slice are of the slice.
        slice_ = (*place, runs[0][0], runs[-1][1])
        connection.execute(
            f'INSERT INTO "{layer}" ({_listed(layer)}) '
            f'SELECT {_listed(layer)} FROM "{archive}" WHERE {_BETWEEN} ORDER BY "fid"',
            slice_,
        )
        if TABLES[layer].geometry:
            rtree.remember(connection, layer, *read_geometry(connection, archive, _BETWEEN, slice_))
        connection.execute(f'DELETE FROM "{archive}" WHERE {_BETWEEN}', slice_)
        pace.step(count * PASSES)
    return {"do": "delete", "layer": layer, "part": place[1], "fids": ranges}


def _swap(connection: sqlite3.Connection, layer: str, place: tuple[int, int], columns: list[str], pace: Pace) -> None:
    stored = ["geom" if column == "geometry" else column for column in columns]
    for runs, count in in_slices(_kept_runs(connection, layer, place)):
        _swap_slice(connection, layer, (*place, runs[0][0], runs[-1][1]), stored)
        pace.step(count * PASSES)


def _swap_slice(
    connection: sqlite3.Connection, layer: str, slice_: tuple[int, int, int, int], columns: list[str]
) -> None:
    archive, listed, place = archive_name(layer), _listed(layer), slice_[:2]
    connection.execute(
        f'CREATE TEMP TABLE patrolmap_swap AS SELECT {listed} FROM "{layer}" '
        f'WHERE "fid" IN (SELECT "fid" FROM "{archive}" WHERE {_BETWEEN})',
        slice_,
    )
    fids, geometries = read_geometry(connection, archive, _BETWEEN, slice_) if "geom" in columns else ([], None)
    if fids:
        rtree.forget(connection, layer, fid_ranges(fids))
    names = ", ".join(f'"{column}"' for column in columns)
    here = f'FROM "{archive}" AS kept WHERE {_HERE} AND kept."fid" = "{layer}"."fid"'
    connection.execute(
        f'UPDATE "{layer}" SET ({names}) = (SELECT {names} {here}) '
        f'WHERE "fid" IN (SELECT "fid" FROM "{archive}" WHERE {_BETWEEN})',
        (*place, *slice_),
    )
    if geometries is not None:
        rtree.remember(connection, layer, fids, geometries)
    connection.execute(f'DELETE FROM "{archive}" WHERE {_BETWEEN}', slice_)
    connection.execute(
        f'INSERT INTO "{archive}" (step, part, {listed}) SELECT ?, ?, {listed} FROM temp.patrolmap_swap', place
    )
    connection.execute("DROP TABLE temp.patrolmap_swap")


def _rows_of(
    connection: sqlite3.Connection, layer: str, ranges: list[tuple[int, int]], crs: str | None, pace: Pace
) -> Any:
    if len(ranges) > 200:
        connection.execute("CREATE TEMP TABLE patrolmap_fids (fid INTEGER PRIMARY KEY)")
        fids = ((fid,) for first, last in ranges for fid in range(first, last + 1))
        connection.executemany("INSERT INTO patrolmap_fids VALUES (?)", fids)
        wanted = Condition('"fid" IN (SELECT fid FROM temp.patrolmap_fids)')
        found = read_rows(connection, layer, crs, wanted, pace)
        connection.execute("DROP TABLE temp.patrolmap_fids")
        return found
    where = " OR ".join('"fid" BETWEEN ? AND ?' for _ in ranges) or "0"
    return read_rows(connection, layer, crs, Condition(where, tuple(fid for run in ranges for fid in run)), pace)


def _require_all(layer: str, wanted: int, found: int) -> None:
    if found != wanted:
        raise InputError(
            N_("{count} rows of the layer {layer} are no longer there."),
            remedy=N_("Look at the layer again and repeat the change."),
            count=wanted - found,
            layer=Message(TABLES[layer].title),
        )
