"""Rows of a project file as they are compared with those of an office store, and how others' rows are taken in."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.model.edits import DeleteRows, Edit, InsertRows, SetSetting, UpdateRows
from patrolmap.project import geometry
from patrolmap.project.tables import TABLES, columns_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    import pandas as pd

__all__ = [
    "OFFICE_TABLES",
    "OWN_TABLE",
    "SETTINGS",
    "UNSHARED_SETTINGS",
    "Brought",
    "KnownRow",
    "StoredRow",
    "Values",
    "columns_shared",
    "digest_of",
    "edits_of",
    "known_edits",
    "new_uid",
    "note",
    "raw_rows",
    "read_known",
    "stored_rows",
]

OWN_TABLE: Final = "office_rows"
"""Where a file keeps what it knows of the office's rows; not shared itself."""

SETTINGS: Final = "settings"
"""The table of settings, whose rows go by their key."""

OFFICE_TABLES: Final = (*(name for name in TABLES if name != OWN_TABLE), SETTINGS)
"""All tables that an office shares."""

UNSHARED_SETTINGS: Final = frozenset({"map_looks"})
"""Settings that are each person's own: how the map looks."""

Values = tuple[Any, ...]
"""A row in the order of `columns_shared`: WKB first if there is geometry, then plain values."""


@dataclass(frozen=True)
class StoredRow:
    """
    A row of this file.

    Parameters
    ----------
    fid : int
        Its number here; 0 for a setting.
    cells : tuple
        What it holds.
    digest : str
        As `digest_of`.
    """

    fid: int
    cells: Values
    digest: str


@dataclass(frozen=True)
class KnownRow:
    """
    A row as it was when this file and the office store last agreed on it.

    Parameters
    ----------
    table : str
        One of `OFFICE_TABLES`.
    uid : str
        Its id in the office store; of a setting its key.
    fid : int
        Its number here; 0 for a setting or a row that is not here.
    version : int, default 0
        Its version there; 0 if it never was there.
    digest : str or None, default None
        Of what it held; None if it never was there.
    record : int, default 0
        Where the file keeps this; 0 if it does not yet.
    """

    table: str
    uid: str
    fid: int
    version: int = 0
    digest: str | None = None
    record: int = 0


@dataclass(frozen=True)
class Brought:
    """
    A row that others changed and that is taken in.

    Parameters
    ----------
    known : KnownRow
        What is known of it afterwards; its fid is 0 if the row is new here.
    cells : tuple or None
        What it holds now; None if it is gone.
    new_key : bool, default False
        Whether its key is another than before.
    """

    known: KnownRow
    cells: Values | None
    new_key: bool = False


def columns_shared(table: str) -> tuple[str, ...]:
    """
    List the columns of a table that an office shares.

    Parameters
    ----------
    table : str
        One of `OFFICE_TABLES`.

    Returns
    -------
    tuple of str
        As in `patrolmap.project.tables.columns_of`; ``key`` and ``value`` of settings.
    """
    return ("key", "value") if table == SETTINGS else columns_of(TABLES[table])


def digest_of(values: Values) -> str:
    """
    Tell rows apart that hold different things.

    Parameters
    ----------
    values : tuple
        What a row holds.

    Returns
    -------
    str
        BLAKE2b of 16 bytes, hexadecimal; the same on every machine.
    """
    plain = [value.hex() if isinstance(value, bytes) else value for value in values]
    return blake2b(json.dumps(plain, separators=(",", ":")).encode(), digest_size=16).hexdigest()


def raw_rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    """
    Read a table as it lies in the file.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    table : str
        One of `OFFICE_TABLES`.

    Returns
    -------
    list of tuple
        fid, then the shared columns.
    """
    listed = ", ".join(f'"{column}"' for column in ("fid", *columns_shared(table)))
    return connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY "fid"').fetchall()


def stored_rows(table: str, raw: Sequence[tuple[Any, ...]]) -> list[StoredRow]:
    """
    Bring rows into the form in which they are compared.

    Parameters
    ----------
    table : str
        One of `OFFICE_TABLES`.
    raw : sequence of tuple
        From `raw_rows`.

    Returns
    -------
    list of StoredRow
        In the same order, without `UNSHARED_SETTINGS`.
    """
    if table == SETTINGS:
        found = [(0, (key, _one_way(value))) for _, key, value in raw if key not in UNSHARED_SETTINGS]
    else:
        spec = TABLES[table]
        columns: list[list[Any]] = [list(column) for column in zip(*raw, strict=True)]
        if not columns:
            return []
        fids, cells = columns[0], columns[1:]
        for place, name in enumerate(columns_of(spec)):
            if name == "geom":
                shapes = shapely.force_2d(geometry.decode(cells[place]))
                cells[place] = list(shapely.to_wkb(shapes, byte_order=1, flavor="iso"))
            elif spec.field(name).type == "boolean":
                cells[place] = [None if value is None else bool(value) for value in cells[place]]
        found = list(zip(fids, zip(*cells, strict=True), strict=True))
    return [StoredRow(fid, values, digest_of(values)) for fid, values in found]


def read_known(connection: sqlite3.Connection) -> dict[str, dict[str, KnownRow]]:
    """
    Read what the file knows of the office's rows.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    dict of str to dict of str to KnownRow
        For each table by uid; the newer one where undo brought an old record back beside a new one.
    """
    known: dict[str, dict[str, KnownRow]] = {table: {} for table in OFFICE_TABLES}
    fields = "layer, uid, row_fid, version, digest, fid"
    for row in connection.execute(f'SELECT {fields} FROM "{OWN_TABLE}" ORDER BY version, fid'):
        if row[0] in known:
            known[row[0]][row[1]] = KnownRow(*row)
    return known


def note(connection: sqlite3.Connection, rows: Iterable[KnownRow], forgotten: Iterable[KnownRow]) -> None:
    """
    Keep what is known now, beside the history: undo does not take it away.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    rows : iterable of KnownRow
        What is known.
    forgotten : iterable of KnownRow
        Rows that are neither here nor there any more.
    """
    old: list[tuple[Any, ...]] = []
    new: list[tuple[Any, ...]] = []
    for row in rows:
        cells = (row.table, row.fid, row.uid, row.version, row.digest)
        old.append((*cells, row.record)) if row.record else new.append(cells)
    changes = "layer = ?, row_fid = ?, uid = ?, version = ?, digest = ?"
    connection.executemany(f'UPDATE "{OWN_TABLE}" SET {changes} WHERE "fid" = ?', old)
    listed = "(layer, row_fid, uid, version, digest)"
    connection.executemany(f'INSERT INTO "{OWN_TABLE}" {listed} VALUES (?, ?, ?, ?, ?)', new)
    connection.executemany(f'DELETE FROM "{OWN_TABLE}" WHERE "fid" = ?', [(row.record,) for row in forgotten])


def edits_of(table: str, rows: Sequence[Brought], crs: str | None) -> tuple[list[Edit], list[Brought]]:
    """
    Write others' changes of one table as edits.

    Parameters
    ----------
    table : str
        One of `OFFICE_TABLES`.
    rows : sequence of Brought
        The changes.
    crs : str or None
        The stored reference system.

    Returns
    -------
    list of Edit
        In the order in which no two rows ever have the same key; if there are new rows, they are the last edit.
    list of Brought
        The new rows, in the order of the last edit.
    """
    if table == SETTINGS:
        return [SetSetting(row.known.uid, json.loads(row.cells[1]) if row.cells else None) for row in rows], []
    gone = [row for row in rows if row.cells is None]
    moved = [row for row in rows if row.cells is not None and row.known.fid and row.new_key]
    changed = [row for row in rows if row.cells is not None and row.known.fid and not row.new_key]
    added = [row for row in rows if row.cells is not None and not row.known.fid]
    edits: list[Edit] = []
    if gone or moved:
        edits.append(DeleteRows(table, tuple(row.known.fid for row in (*gone, *moved))))
    if changed:
        edits.append(UpdateRows(table, _frame(table, changed, crs)))
    if moved:
        edits.append(InsertRows(table, _frame(table, moved, crs)))
    if added:
        edits.append(InsertRows(table, _frame(table, added, crs).reset_index(drop=True)))
    return edits, added


def known_edits(brought: Sequence[Brought]) -> list[Edit]:
    """
    Write what is known of rows that were taken in as edits, so that undo takes both back together.

    Parameters
    ----------
    brought : sequence of Brought
        The rows, each with its fid.

    Returns
    -------
    list of Edit
        Of the table `OWN_TABLE`.
    """
    import pandas as pd

    gone = tuple(row.known.record for row in brought if row.cells is None and row.known.record)
    here = [row.known for row in brought if row.cells is not None]
    old, new = [row for row in here if row.record], [row for row in here if not row.record]
    edits: list[Edit] = [DeleteRows(OWN_TABLE, gone)] if gone else []
    if old:
        index = pd.Index([row.record for row in old], name="fid")
        edits.append(UpdateRows(OWN_TABLE, _known_frame(old).set_axis(index)))
    if new:
        edits.append(InsertRows(OWN_TABLE, _known_frame(new)))
    return edits


def new_uid() -> str:
    """
    Name a row that the office store does not know yet.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    return uuid.uuid4().hex


def _known_frame(rows: Sequence[KnownRow]) -> pd.DataFrame:
    import pandas as pd

    cells = [(row.table, row.fid, row.uid, row.version, row.digest) for row in rows]
    return pd.DataFrame(cells, columns=["layer", "row_fid", "uid", "version", "digest"], dtype=object)


def _frame(table: str, rows: Sequence[Brought], crs: str | None) -> pd.DataFrame:
    import geopandas as gpd
    import pandas as pd

    columns = columns_of(TABLES[table])
    index = pd.Index([row.known.fid for row in rows], name="fid")
    frame = pd.DataFrame([row.cells for row in rows], columns=list(columns), index=index, dtype=object)
    if columns[0] != "geom":
        return frame
    shapes = shapely.from_wkb(frame.pop("geom").to_numpy())
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=index, crs=crs), crs=crs)


def _one_way(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False)
