"""The office store as the command line and the window use it: publish, check out, synchronise, roles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.office.address import OfficeAddress
from patrolmap.office.exchange import SyncResult, SyncWishes, TableChange, check_out, publish, synchronise
from patrolmap.office.merge import Choice, Conflict, RowPair
from patrolmap.office.office_journal import verify_office_journal
from patrolmap.office.roles import OfficeUser, grant_role, list_users, revoke_roles
from patrolmap.office.server import PasswordNeededError
from patrolmap.office.store import init_store, offered_projects
from patrolmap.office.store_sql import ROLES
from patrolmap.project.replica_rows import SETTINGS, columns_shared
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    from patrolmap.office.merge import OfficeRow
    from patrolmap.project.replica import OfficeLink
    from patrolmap.project.replica_rows import StoredRow
    from patrolmap.project.store import ProjectStore

__all__ = [
    "ROLES",
    "Choice",
    "Conflict",
    "ConflictField",
    "ConflictRow",
    "OfficeAddress",
    "OfficeUser",
    "PasswordNeededError",
    "SyncResult",
    "SyncWishes",
    "TableChange",
    "address_of",
    "check_out",
    "column_title",
    "conflict_rows",
    "grant_role",
    "init_store",
    "leave_office",
    "list_users",
    "offered_projects",
    "publish",
    "revoke_roles",
    "synchronise",
    "synchronise_after_restore",
    "table_title",
    "verify_office_journal",
]

_NAMES: Final = ("name", "key", "site_id", "team_id", "plan_id", "event_id", "kind", "category", "number")
_LONGEST: Final = 200


@dataclass(frozen=True)
class ConflictField:
    """
    One value on which two copies differ.

    Parameters
    ----------
    column : str
        ``geometry`` or a field.
    mine, theirs : Any
        JSON values; geometry as GeoJSON in the stored reference system.
    """

    column: str
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class ConflictRow:
    """
    One row of a conflict, for people.

    Parameters
    ----------
    conflict_id : str
        What a choice names.
    table : str
        Its table.
    row : str
        What the row is called.
    mine, theirs : str
        ``there`` or ``absent``: whether this side has the row.
    fields : tuple of ConflictField
        The values that differ; all of them if one side has no such row.
    """

    conflict_id: str
    table: str
    row: str
    mine: str
    theirs: str
    fields: tuple[ConflictField, ...]


def address_of(text: str, link: OfficeLink | None = None) -> OfficeAddress:
    """
    Read the address of a store.

    Parameters
    ----------
    text : str
        As `patrolmap.office.address.OfficeAddress.at`; empty for that of the link.
    link : OfficeLink or None, default None
        What a project remembers.

    Returns
    -------
    OfficeAddress
        The place.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    if not text and link is None:
        raise InputError(
            N_("This project belongs to no office project."),
            remedy=N_("Publish it with “patrolmap office put”, or check one out with “patrolmap office get”."),
        )
    return OfficeAddress.at(text or (link.address if link else ""))


def synchronise_after_restore(project: ProjectStore) -> None:
    """
    Let all rows be compared anew with the office, which was put back to a backup.

    Parameters
    ----------
    project : ProjectStore
        A copy, open for writing; what could be undone ends here.
    """
    project.doubt_office()


def leave_office(project: ProjectStore) -> str:
    """
    Separate a copy from its office project.

    Parameters
    ----------
    project : ProjectStore
        A copy, open for writing; its rows stay.

    Returns
    -------
    str
        Name of the office project; empty if it was no copy.
    """
    link = project.office_link
    if link is None:
        return ""
    project.leave_office()
    return link.name


def conflict_rows(conflicts: tuple[Conflict, ...]) -> tuple[ConflictRow, ...]:
    """
    List conflicts row by row with both values.

    Parameters
    ----------
    conflicts : tuple of Conflict
        From a synchronisation.

    Returns
    -------
    tuple of ConflictRow
        Rows of one conflict behind each other; one choice decides on all of them.
    """
    return tuple(_row(conflict.conflict_id, pair) for conflict in conflicts for pair in conflict.pairs)


def table_title(table: str) -> Message:
    """
    Name a table for people.

    Parameters
    ----------
    table : str
        As in `patrolmap.project.replica_rows.OFFICE_TABLES`.

    Returns
    -------
    Message
        Its title.
    """
    return Message(N_("Settings") if table == SETTINGS else TABLES[table].title)


def column_title(table: str, column: str) -> Message:
    """
    Name a column for people.

    Parameters
    ----------
    table : str
        Its table.
    column : str
        As in `ConflictField.column`.

    Returns
    -------
    Message
        Its title.
    """
    if column == "geometry":
        return Message(N_("Place and shape"))
    if table == SETTINGS:
        return Message(N_("Key") if column == "key" else N_("Value"))
    return Message(TABLES[table].field(column).title)


def _row(conflict_id: str, pair: RowPair) -> ConflictRow:
    table = pair.known.table
    side = pair.mine or pair.theirs
    fields = tuple(
        ConflictField("geometry" if column == "geom" else column, _value(pair.mine, place), _value(pair.theirs, place))
        for place, column in enumerate(columns_shared(table))
        if column in pair.differing() and _value(pair.mine, place) != _value(pair.theirs, place)
    )
    return ConflictRow(
        conflict_id,
        table,
        _name(table, side) if side else pair.known.uid,
        "there" if pair.mine else "absent",
        "there" if pair.theirs else "absent",
        fields,
    )


def _name(table: str, side: StoredRow | OfficeRow) -> str:
    cells = dict(zip(columns_shared(table), side.cells, strict=True))
    parts = dict.fromkeys(str(cells[name]) for name in (*_NAMES, "arrive") if cells.get(name) not in {None, ""})
    return " · ".join(list(parts)[:2]) or "-"


def _value(side: StoredRow | OfficeRow | None, place: int) -> Any:
    if side is None:
        return None
    value = side.cells[place]
    if isinstance(value, bytes):
        return json.loads(shapely.to_geojson(shapely.from_wkb(value)))
    return value if not isinstance(value, str) or len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
