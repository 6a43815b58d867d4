"""Rows of a table to and from data frames, and the statements that change them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.model.slices import by_slices
from patrolmap.project import geometry, rtree
from patrolmap.project.kinds import readable, require_kind
from patrolmap.project.pace import AT_LEISURE, PASSES, Pace
from patrolmap.project.runs import fid_ranges, in_slices
from patrolmap.project.tables import TABLES, columns_of, is_single_type

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.model.layers import FieldType, LayerSpec
    from patrolmap.project.digest import Reading

__all__ = ["Condition", "delete_rows", "insert_rows", "read_rows", "read_rows_in_parts", "update_rows"]

_PART: Final = 500
"""Rows read at a time while others wait: some milliseconds. Each row gives the interpreter away, and to get it back may take as long."""

_WRITTEN: Final = 2_000
"""Rows read or written at a time within a change: some tens of milliseconds, after which it may be stopped."""

_FEW: Final = 1_000
"""So many rows go one by one from any index."""

_BEFORE_ALL: Final = -(1 << 63)

_TYPES: Final[dict[FieldType, str]] = {
    "text": "object",
    "integer": "Int64",
    "real": "float64",
    "boolean": "boolean",
    "datetime": "object",
}


@dataclass(frozen=True)
class Condition:
    """
    Which rows of a table are wanted.

    Parameters
    ----------
    where : str, default ""
        Condition in SQL; empty for all rows.
    parameters : tuple, default ()
        Values of its question marks.
    """

    where: str = ""
    parameters: tuple[Any, ...] = ()


_ALL: Final = Condition()


def read_rows(
    connection: sqlite3.Connection,
    name: str,
    crs: str | None,
    wanted: Condition = _ALL,
    pace: Pace = AT_LEISURE,
) -> gpd.GeoDataFrame | pd.DataFrame:
    """
    Read rows in the order of their fids.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    name : str
        One of `TABLES`.
    crs : str or None
        The stored reference system.
    wanted : Condition, default all rows
        Which rows.
    pace : Pace
        Is told of the rows that were read, and stops the work.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        Indexed by ``fid``; the latter for a record.
    """
    spec = TABLES[name]
    condition = f"WHERE {wanted.where}" if wanted.where else ""
    gathered = _Gathered(spec)
    with _collector_at_rest():
        rows = connection.execute(
            f'SELECT {gathered.listed} FROM "{name}" {condition} ORDER BY "fid"', wanted.parameters
        )
        while found := rows.fetchmany(_WRITTEN):
            gathered.add(found)
            pace.step(len(found))
        return gathered.frame(crs)


def read_rows_in_parts(
    reading: Reading,
    is_same: Callable[[], bool],
    name: str,
    crs: str | None,
    wanted: Condition = _ALL,
) -> gpd.GeoDataFrame | pd.DataFrame | None:
    """
    Read rows in the order of their fids, part by part: between two parts others may use the project.

    Parameters
    ----------
    reading : Callable
        Gives the project's connection for as long as one part takes.
    is_same : Callable
        Tells, inside ``reading``, whether the table is still what it was at the beginning.
    name : str
        One of `TABLES`.
    crs : str or None
        As in `read_rows`.
    wanted : Condition, default all rows
        Which rows.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame or None
        As `read_rows`; None if the table changed in the meantime.
    """
    gathered = _Gathered(TABLES[name])
    # By the rows that are looked at, not by those that are found: else a part with a rare value would be the whole table.
    ahead = (
        f'SELECT max("fid"), count(*) FROM (SELECT "fid" FROM "{name}" WHERE "fid" > ? ORDER BY "fid" LIMIT {_PART})'
    )
    condition = f"AND ({wanted.where})" if wanted.where else ""
    part = f'SELECT {gathered.listed} FROM "{name}" WHERE "fid" > ? AND "fid" <= ? {condition} ORDER BY "fid"'
    last, count = _BEFORE_ALL, _PART
    with _collector_at_rest():
        while count == _PART:
            with reading() as connection:
                if not is_same():
                    return None
                end, count = connection.execute(ahead, (last,)).fetchone()
                found = connection.execute(part, (last, end, *wanted.parameters)).fetchall()
            gathered.add(found)
            last = end
        return gathered.frame(crs)


class _Gathered:
    """Rows column by column, as they come."""

    def __init__(self, spec: LayerSpec) -> None:
        self._spec = spec
        names = ("fid", *columns_of(spec))
        self.listed = ", ".join(f'"{name}"' for name in names)
        self._columns: dict[str, list[Any]] = {name: [] for name in names}
        self._shapes: list[NDArray[np.object_]] = []

    def add(self, found: list[tuple[Any, ...]]) -> None:
        if not found:
            return
        for name, values in zip(self._columns, zip(*found, strict=True), strict=True):
            if name == "geom":
                self._shapes.append(_read_geometry(self._spec, values))
                continue
            if name != "fid":
                require_kind(self._spec.title, self._spec.field(name), values)
            self._columns[name].extend(values)

    def frame(self, crs: str | None) -> gpd.GeoDataFrame | pd.DataFrame:
        import geopandas as gpd
        import pandas as pd

        index = pd.Index(np.asarray(self._columns["fid"], dtype=np.int64), name="fid")
        data = {field.name: _series(self._columns[field.name], field.type, index) for field in self._spec.fields}
        if "geom" not in self._columns:
            return pd.DataFrame(data, index=index)
        shapes = np.concatenate(self._shapes) if self._shapes else np.empty(0, dtype=object)
        return gpd.GeoDataFrame(data, index=index, geometry=shapes, crs=crs)


def insert_rows(
    connection: sqlite3.Connection, name: str, rows: pd.DataFrame, srs: int, pace: Pace = AT_LEISURE
) -> list[int]:
    """
    Add rows.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction and the layer's triggers off.
    name : str
        One of `TABLES`.
    rows : pandas.DataFrame
        As in `patrolmap.model.edits.InsertRows`, in the stored reference system.
    srs : int
        Number of that system.
    pace : Pace
        Is told of the rows that were written, and stops the work.

    Returns
    -------
    list of int
        The fids, in the order of the rows.
    """
    spec = TABLES[name]
    _require_known_columns(spec, rows)
    fids = _new_fids(connection, name, rows)
    columns = [column for column in columns_of(spec) if _frame_name(column) in rows.columns]
    listed = ", ".join(f'"{column}"' for column in ("fid", *columns))
    marks = ", ".join("?" * (len(columns) + 1))
    for start in range(0, len(rows), _WRITTEN):
        part, numbers = rows.iloc[start : start + _WRITTEN], fids[start : start + _WRITTEN]
        cells: list[list[Any]] = [numbers, *(_cells(spec, column, part, srs) for column in columns)]
        connection.executemany(f'INSERT INTO "{name}" ({listed}) VALUES ({marks})', zip(*cells, strict=True))
        if "geom" in columns:
            rtree.remember(connection, name, numbers, part["geometry"].to_numpy())
        pace.step(len(part) * PASSES)
    return fids


def update_rows(
    connection: sqlite3.Connection, name: str, rows: pd.DataFrame, srs: int, pace: Pace = AT_LEISURE
) -> None:
    """
    Change values of rows.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction and the layer's triggers off.
    name : str
        One of `TABLES`.
    rows : pandas.DataFrame
        As in `patrolmap.model.edits.UpdateRows`, in the stored reference system.
    srs : int
        Number of that system.
    pace : Pace
        Is told of the rows that were written, and stops the work.
    """
    spec = TABLES[name]
    _require_known_columns(spec, rows)
    columns = [column for column in columns_of(spec) if _frame_name(column) in rows.columns]
    changes = ", ".join(f'"{column}" = ?' for column in columns)
    for start in range(0, len(rows), _WRITTEN):
        part = rows.iloc[start : start + _WRITTEN]
        fids = [int(fid) for fid in part.index]
        cells = [_cells(spec, column, part, srs) for column in columns]
        connection.executemany(f'UPDATE "{name}" SET {changes} WHERE "fid" = ?', zip(*cells, fids, strict=True))
        if "geom" in columns:
            rtree.forget(connection, name, fid_ranges(fids))
            rtree.remember(connection, name, fids, part["geometry"].to_numpy())
        pace.step(len(part))


def delete_rows(
    connection: sqlite3.Connection, name: str, ranges: Sequence[tuple[int, int]], pace: Pace = AT_LEISURE
) -> None:
    """
    Take rows out.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction and the layer's triggers off.
    name : str
        One of `TABLES`.
    ranges : sequence of (int, int)
        First and last fid of each run.
    pace : Pace
        Is told of the rows that are gone, and stops the work.
    """
    has_geometry = bool(TABLES[name].geometry)
    leaving = sum(last - first + 1 for first, last in ranges)
    # To empty most of an index row by row takes longer than to make it anew for what stays.
    anew = has_geometry and leaving > _FEW and _count(connection, name) <= 3 * leaving
    for runs, count in in_slices(ranges):
        if has_geometry and not anew:
            rtree.forget(connection, name, runs)
        connection.executemany(f'DELETE FROM "{name}" WHERE "fid" BETWEEN ? AND ?', runs)
        pace.step(count)
    if anew:
        rtree.rebuild(connection, name, *read_geometry(connection, name))


def read_geometry(
    connection: sqlite3.Connection, name: str, where: str = "", parameters: Sequence[Any] = ()
) -> tuple[list[int], NDArray[np.object_]]:
    """
    Read fids and geometry alone.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    name : str
        A layer.
    where : str, default ""
        Condition in SQL; empty for all rows.
    parameters : sequence, default ()
        Values of the condition.

    Returns
    -------
    list of int
        The fids, ascending.
    array of shapely.Geometry
        Their geometry as stored.
    """
    condition = f"WHERE {where}" if where else ""
    found = connection.execute(
        f'SELECT "fid", geom FROM "{name}" {condition} ORDER BY "fid"', tuple(parameters)
    ).fetchall()
    blobs = np.empty(len(found), dtype=object)
    blobs[:] = [blob for _, blob in found]
    return [fid for fid, _ in found], by_slices(lambda part: geometry.decode(part.tolist()), blobs)


def _count(connection: sqlite3.Connection, name: str) -> int:
    counted: int = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
    return counted


def _new_fids(connection: sqlite3.Connection, name: str, rows: pd.DataFrame) -> list[int]:
    if rows.index.name == "fid":
        return [int(fid) for fid in rows.index]
    top = connection.execute(
        f"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0), "
        f'coalesce((SELECT max("fid") FROM "{name}"), 0))',
        (name,),
    ).fetchone()[0]
    return list(range(top + 1, top + 1 + len(rows)))


def _require_known_columns(spec: LayerSpec, rows: pd.DataFrame) -> None:
    known = {_frame_name(column) for column in columns_of(spec)}
    unknown = [str(column) for column in rows.columns if column not in known]
    if unknown:
        raise ValueError(f"layer {spec.name} has no column {', '.join(unknown)}")


def _frame_name(column: str) -> str:
    return "geometry" if column == "geom" else column


def _cells(spec: LayerSpec, column: str, rows: pd.DataFrame, srs: int) -> list[Any]:
    import pandas as pd

    if column == "geom":
        return list(geometry.encode(_written_geometry(spec, rows["geometry"].to_numpy()), srs))
    series, kind = rows[column], spec.field(column).type
    missing = series.isna().to_numpy()
    if kind == "real":
        numbers = pd.to_numeric(series).astype("float64").to_numpy()
        return [None if gap else value for value, gap in zip(numbers.tolist(), missing, strict=True)]
    if kind in {"integer", "boolean"}:
        return [None if gap else _whole(value) for value, gap in zip(series.tolist(), missing, strict=True)]
    return [None if gap else _text(value) for value, gap in zip(series.tolist(), missing, strict=True)]


def _whole(value: Any) -> int:
    number = int(value)
    if number != value:
        raise ValueError(f"{value!r} is no whole number")
    return number


def _text(value: Any) -> str:
    import pandas as pd

    if isinstance(value, str):
        return str(value)
    if isinstance(value, pd.Timestamp):
        return str(value.isoformat(timespec="seconds"))
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _written_geometry(spec: LayerSpec, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    flat = np.asarray(geometries, dtype=object)
    type_ids = shapely.get_type_id(flat)
    kinds = {shapely.GeometryType(number).name for number in np.unique(type_ids[type_ids >= 0]).tolist()}
    wrong = kinds - {name.upper() for name in spec.geometry}
    if wrong:
        raise ValueError(f"layer {spec.name} takes {', '.join(spec.geometry)}, not {', '.join(sorted(wrong))}")
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise ValueError(f"layer {spec.name} takes finite coordinates only")
    if not is_single_type(spec):
        return flat
    single = np.flatnonzero(type_ids == shapely.GeometryType[spec.geometry[0].upper()])
    if len(single):
        gather = shapely.multilinestrings if spec.geometry[0] == "LineString" else shapely.multipolygons
        flat = flat.copy()
        flat[single] = gather(flat[single], indices=np.arange(len(single)))
    return flat


def _read_geometry(spec: LayerSpec, blobs: Sequence[bytes | None]) -> NDArray[np.object_]:
    with readable(spec.title):
        shapes = geometry.decode(blobs)
    if is_single_type(spec):
        alone = shapely.get_num_geometries(shapes) == 1
        shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    return shapes


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """
    Keep Python from looking for garbage while it makes rows by the hundred thousand: that is a quarter of the time.

    Rows hold no cycles. Whoever reads beside us at most wakes the collector early.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _series(values: Sequence[Any], kind: FieldType, index: pd.Index) -> pd.Series:
    import pandas as pd

    if kind in {"boolean", "integer"} and values.count(None) == len(values):
        # Most layers leave most of their fields empty.
        return pd.Series(pd.array([pd.NA], dtype=_TYPES[kind]).take(np.zeros(len(values), dtype=np.intp)), index=index)
    if kind == "boolean":
        values = [None if value is None else bool(value) for value in values]
    if kind == "real":
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=np.float64), index=index)
    return pd.Series(list(values), index=index, dtype=_TYPES[kind])
