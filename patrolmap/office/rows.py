"""Rows of an office project: read for the comparison, and written by whole sets, so that the journal stays short."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import shapely
from psycopg import sql

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.office.merge import OfficeRow
from patrolmap.office.tables import column_type
from patrolmap.progress import raise_if_cancelled
from patrolmap.project.replica_rows import SETTINGS, Values, columns_shared, digest_of
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from patrolmap.office.merge import Sent
    from patrolmap.office.store import Desk
    from patrolmap.progress import Cancel

__all__ = ["read_rows", "read_versions", "send_rows"]

_AT_ONCE: Final = 5_000


def read_versions(desk: Desk, table: str) -> dict[str, int]:
    """
    List the rows of a table.

    Parameters
    ----------
    desk : Desk
        The project; for writing in a transaction that holds its lock.
    table : str
        One of its tables.

    Returns
    -------
    dict of str to int
        Version of each row by uid.
    """
    query = sql.SQL("SELECT uid, office_version FROM {}").format(desk.table(table))
    return dict(desk.connection.execute(query).fetchall())


def read_rows(desk: Desk, table: str, uids: Collection[str], cancel: Cancel) -> dict[str, OfficeRow]:
    """
    Read rows with their values.

    Parameters
    ----------
    desk : Desk
        The project; for writing in a transaction that holds its lock.
    table : str
        One of its tables.
    uids : collection of str
        Which.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    dict of str to OfficeRow
        By uid, in the order in which they got their versions.

    Raises
    ------
    InputError
        If somebody wrote what a project cannot hold, such as coordinates that are no numbers.
    """
    columns = columns_shared(table)
    picks = [
        sql.SQL("{}(geom, 'NDR')").format(sql.Identifier(desk.home, "st_asbinary"))
        if column == "geom"
        else sql.Identifier(column)
        for column in columns
    ]
    query = sql.SQL("SELECT uid, office_version, {} FROM {} WHERE uid = ANY(%s) ORDER BY office_version").format(
        sql.SQL(", ").join(picks), desk.table(table)
    )
    wanted, rows = list(uids), {}
    for first in range(0, len(wanted), _AT_ONCE):
        raise_if_cancelled(cancel)
        for uid, version, *cells in desk.connection.execute(query, (wanted[first : first + _AT_ONCE],)).fetchall():
            values = _checked(table, tuple(cells))
            rows[uid] = OfficeRow(uid, version, values, digest_of(values))
    return dict(sorted(rows.items(), key=lambda item: item[1].version))


def send_rows(desk: Desk, table: str, rows: Sequence[Sent], cancel: Cancel) -> dict[str, int]:
    """
    Write rows: first those that go, then those that change, then new ones.

    Parameters
    ----------
    desk : Desk
        The project; for writing in a transaction that holds its lock.
    table : str
        One of its tables.
    rows : sequence of Sent
        What to write.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    dict of str to int
        The new version of each row that is there now.
    """
    name = desk.table(table)
    gone = [row.known.uid for row in rows if row.mine is None]
    for first in range(0, len(gone), _AT_ONCE):
        raise_if_cancelled(cancel)
        query = sql.SQL("DELETE FROM {} WHERE uid = ANY(%s)").format(name)
        desk.connection.execute(query, (gone[first : first + _AT_ONCE],))
    versions: dict[str, int] = {}
    columns = columns_shared(table)
    for is_there in (True, False):
        chosen = [row for row in rows if row.mine is not None and row.is_there == is_there]
        query = _statement(desk, table, columns, update=is_there)
        for batch in _batches(chosen):
            raise_if_cancelled(cancel)
            uids = [row.known.uid for row in batch]
            cells = [row.mine.cells for row in batch if row.mine is not None]
            found = desk.connection.execute(
                query, (uids, *(list(cell) for cell in zip(*cells, strict=True)))
            ).fetchall()
            if len(found) != len(batch):
                raise RuntimeError(f"{table}: {len(found)} of {len(batch)} rows written")
            versions.update(found)
    return versions


def _statement(desk: Desk, table: str, columns: Sequence[str], *, update: bool) -> sql.Composed:
    name = desk.table(table)
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    arrays = [
        sql.SQL("%s::bytea[]" if column == "geom" else f"%s::{column_type(table, column)}[]") for column in columns
    ]
    source = sql.SQL("unnest(%s::text[], {}) AS sent(uid, {})").format(sql.SQL(", ").join(arrays), listed)
    made = [
        sql.SQL("{}(sent.geom, {})").format(sql.Identifier(desk.home, "st_geomfromwkb"), sql.Literal(desk.project.srid))
        if column == "geom"
        else sql.SQL("sent.{}").format(sql.Identifier(column))
        for column in columns
    ]
    if update:
        changes = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(column), value)
            for column, value in zip(columns, made, strict=True)
        )
        return sql.SQL(
            "UPDATE {} AS old SET {} FROM {} WHERE old.uid = sent.uid RETURNING old.uid, old.office_version"
        ).format(name, changes, source)
    return sql.SQL("INSERT INTO {} (uid, {}) SELECT sent.uid, {} FROM {} RETURNING uid, office_version").format(
        name, listed, sql.SQL(", ").join(made), source
    )


def _batches(rows: Sequence[Sent]) -> Iterator[Sequence[Sent]]:
    for first in range(0, len(rows), _AT_ONCE):
        yield rows[first : first + _AT_ONCE]


def _checked(table: str, cells: Values) -> Values:
    """Bring what the database gives into the form of `stored_rows`, or refuse what no project can hold."""
    if table == SETTINGS:
        try:
            return (cells[0], json.dumps(json.loads(cells[1]), ensure_ascii=False, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise _strange(table, str(cells[0])) from error
    values: list[Any] = [None if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in cells]
    if values and isinstance(values[0], bytes):
        shape = shapely.from_wkb(values[0])
        if not all(math.isfinite(number) for number in shapely.get_coordinates(shape).ravel().tolist()):
            raise _strange(table, "NaN")
        values[0] = shapely.to_wkb(shape, byte_order=1, flavor="iso")
    return tuple(values)


def _strange(table: str, value: str) -> InputError:
    title = table if table == SETTINGS else Message(TABLES[table].title)
    return InputError(
        N_("The office store holds a row of {table} that no project can hold ({value})."),
        remedy=N_("Correct or delete that row in the database."),
        table=title,
        value=value,
    )
