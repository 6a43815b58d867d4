"""The roster and the attendance as rows of their tables, and the edits that change them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from patrolmap.model.edits import Compound, DeleteRows, Edit, InsertRows, UpdateRows
from patrolmap.model.roster import Attendance, Role, RosterEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

__all__ = ["attendance_edit", "attendance_of", "entries_of", "roster_edit"]


def entries_of(table: pd.DataFrame) -> tuple[RosterEntry, ...]:
    """
    Read the roster.

    Parameters
    ----------
    table : pandas.DataFrame
        The table ``roster``.

    Returns
    -------
    tuple of RosterEntry
        In the order of the table. An empty presence means that the person usually comes.
    """
    import pandas as pd

    return tuple(
        RosterEntry(
            row["member_id"],
            row["team_id"],
            row["name"] or "",
            Role(row["role"]),
            row["team_group"] or "",
            row["phone"] or "",
            bool(row["present"]) if pd.notna(row["present"]) else True,
        )
        for row in table.to_dict("records")
    )


def attendance_of(table: pd.DataFrame) -> tuple[Attendance, ...]:
    """
    Read the attendance.

    Parameters
    ----------
    table : pandas.DataFrame
        The table ``attendance``.

    Returns
    -------
    tuple of Attendance
        In the order of the table.
    """
    return tuple(
        Attendance(dt.date.fromisoformat(row["date"]), row["member_id"], bool(row["present"]))
        for row in table.to_dict("records")
    )


def roster_edit(
    roster: pd.DataFrame, attendance: pd.DataFrame, entries: Sequence[RosterEntry], teams: Collection[str]
) -> Edit | None:
    """
    Exchange the rosters of some teams.

    Parameters
    ----------
    roster, attendance : pandas.DataFrame
        The tables as they are, indexed by fid.
    entries : sequence of RosterEntry
        The new rosters of these teams.
    teams : collection of str
        The teams; who is no longer on their roster is taken out, with all attendance.

    Returns
    -------
    Edit or None
        None if nothing changes.
    """
    import pandas as pd

    stays = {entry.member_id for entry in entries}
    gone = roster[roster["team_id"].isin(list(teams)) & ~roster["member_id"].isin(stays)]
    edits: list[Edit] = []
    if len(gone):
        edits.append(DeleteRows("roster", tuple(int(fid) for fid in gone.index)))
        forgotten = attendance[attendance["member_id"].isin(gone["member_id"])]
        if len(forgotten):
            edits.append(DeleteRows("attendance", tuple(int(fid) for fid in forgotten.index)))
    old = dict(zip(roster["member_id"], zip(roster.index, entries_of(roster), strict=True), strict=True))
    changed = [entry for entry in entries if entry.member_id in old and old[entry.member_id][1] != entry]
    if changed:
        fids = pd.Index([int(old[entry.member_id][0]) for entry in changed], name="fid")
        edits.append(UpdateRows("roster", _frame([_entry_row(entry) for entry in changed]).set_axis(fids)))
    new = [entry for entry in entries if entry.member_id not in old]
    if new:
        edits.append(InsertRows("roster", _frame([_entry_row(entry) for entry in new])))
    return Compound(tuple(edits)) if edits else None


def attendance_edit(table: pd.DataFrame, said: Sequence[Attendance]) -> Edit | None:
    """
    Keep who comes and who does not.

    Parameters
    ----------
    table : pandas.DataFrame
        The table ``attendance`` as it is, indexed by fid.
    said : sequence of Attendance
        What is said now; of several for one person and date the last holds.

    Returns
    -------
    Edit or None
        None if nothing changes.
    """
    import pandas as pd

    rows = {_key(one): one for one in said}
    old = dict(zip(table["attendance_id"], zip(table.index, attendance_of(table), strict=True), strict=True))
    changed = [key for key, one in rows.items() if key in old and old[key][1] != one]
    edits: list[Edit] = []
    if changed:
        fids = pd.Index([int(old[key][0]) for key in changed], name="fid")
        edits.append(UpdateRows("attendance", _frame([_attendance_row(rows[key]) for key in changed]).set_axis(fids)))
    new = [key for key in rows if key not in old]
    if new:
        edits.append(InsertRows("attendance", _frame([_attendance_row(rows[key]) for key in new])))
    return Compound(tuple(edits)) if edits else None


def _key(one: Attendance) -> str:
    return f"{one.date.isoformat()}/{one.member_id}"


def _attendance_row(one: Attendance) -> dict[str, Any]:
    return {
        "attendance_id": _key(one),
        "date": one.date.isoformat(),
        "member_id": one.member_id,
        "present": one.present,
    }


def _entry_row(entry: RosterEntry) -> dict[str, Any]:
    return {
        "member_id": entry.member_id,
        "team_id": entry.team_id,
        "name": entry.name,
        "role": entry.role.value,
        "team_group": entry.group,
        "phone": entry.phone,
        "present": entry.present,
    }


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows).astype({"present": "boolean"})
