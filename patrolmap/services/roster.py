"""The roster: bring it from a file, say who is there tonight, and put it behind the teams of a shift."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.roster import read_roster
from patrolmap.messages import N_, Message
from patrolmap.model.roster import Attendance, RosterEntry, TeamRoster, rosters_on
from patrolmap.planner.crews import teams_on_shift, with_rings, with_rosters
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from patrolmap.model.schedule import Shift
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.project.store import ProjectStore

__all__ = ["RosterImport", "crews_on_shift", "import_roster", "rosters", "set_presence", "team_names"]


@dataclass(frozen=True)
class RosterImport:
    """
    What an import of a roster did.

    Parameters
    ----------
    teams, members : int
        Teams whose rosters were exchanged, and everybody on them.
    rejected : tuple of (int, Message)
        Rows that were not taken, as their user counts them, and why.
    choices : tuple of Message
        Every automatic choice.
    """

    teams: int
    members: int
    rejected: tuple[tuple[int, Message], ...]
    choices: tuple[Message, ...]


def team_names(project: ProjectStore) -> dict[str, str]:
    """
    Name the teams of a project.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    dict of str to str
        Id to name, in the order of the layer.
    """
    teams = project.layer("teams")
    names = teams["name"].where(teams["name"].notna(), teams["team_id"])
    return dict(zip(teams["team_id"].astype(str), names.astype(str), strict=True))


def import_roster(
    project: ProjectStore,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str = "auto",
    date: dt.date | None = None,
    cancel: Cancel = NO_CANCEL,
) -> RosterImport:
    """
    Bring rosters from Excel or CSV. The rosters of the teams in the file are exchanged, those of others stay.

    Parameters
    ----------
    project : ProjectStore
        With teams.
    path : Path
        The file: a row a person (team, name, role, group, phone, present), or a row a team (team, leader, area lead,
        point lead, members). Columns are guessed from Chinese and English names.
    mapping : mapping of str to str or None
        Field to column, for what is not guessed.
    sheet : str or None
        Sheet of a workbook; None chooses.
    encoding : str, default "auto"
        Encoding of the texts; ``auto`` detects it.
    date : datetime.date or None
        Day for which the presence in the file holds; None for the usual presence.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is changed.

    Returns
    -------
    RosterImport
        What was taken and what was not. The import is one step of undo.

    Raises
    ------
    InputError
        If the project has no teams, the file cannot be read or is no roster, or no row of it can be taken.
    CancelledError
        If the user cancelled.
    """
    names = team_names(project)
    if not names:
        raise InputError(
            N_("There are no patrol teams in the project."), remedy=N_("Import the teams with their home posts first.")
        )
    source = read_source(path, Wanted("teams", sheet=sheet, encoding=encoding), cancel=cancel)
    raise_if_cancelled(cancel)
    read = read_roster(source, names, project.roster(), mapping)
    if not read.entries:
        reason = read.rejected[0] if read.rejected else (0, Message(N_("It holds no rows.")))
        raise InputError(
            N_("None of the rows of “{name}” could be taken."),
            why=N_("Row {row}: {reason}"),
            remedy=N_("Check that the teams are called as in the project."),
            name=source.name,
            row=reason[0],
            reason=reason[1],
        )
    entries = read.entries
    if date is None:
        entries = tuple(replace(one, present=read.presence.get(one.member_id, one.present)) for one in entries)
    said = [] if date is None else [Attendance(date, key, present) for key, present in read.presence.items()]
    label = Message(N_("Roster of {count} {count:team|teams} imported"), {"count": len(read.teams)})
    project.save_roster(entries, teams=read.teams, label=label, attendance=said)
    return RosterImport(len(read.teams), len(entries), read.rejected, (*source.choices, *read.choices))


def rosters(project: ProjectStore, date: dt.date | None = None) -> dict[str, TeamRoster]:
    """
    Read the rosters for a date.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    date : datetime.date or None
        Day on which the shift starts; None for the usual presence.

    Returns
    -------
    dict of str to TeamRoster
        By team; teams without a roster are not in it.
    """
    return rosters_on(date, project.roster(), project.attendance())


def set_presence(
    project: ProjectStore,
    team_id: str,
    names: Sequence[str],
    *,
    present: bool,
    date: dt.date | None = None,
) -> TeamRoster:
    """
    Say who is there.

    Parameters
    ----------
    project : ProjectStore
        The project.
    team_id : str
        The team.
    names : sequence of str
        Names or member ids; empty for everybody of the team.
    present : bool
        Whether they are there.
    date : datetime.date or None
        Day on which the shift starts; None changes what is usual.

    Returns
    -------
    TeamRoster
        The team's roster of that date as it is now.

    Raises
    ------
    InputError
        If the team has no roster, or a name is on it not at all or twice.
    """
    own = [entry for entry in project.roster() if entry.team_id == team_id]
    if not own:
        raise InputError(N_("The team “{team}” has no roster."), remedy=N_("Import the roster first."), team=team_id)
    chosen = [_entry_called(own, name) for name in names] if names else own
    label = Message(N_("Presence of {count} {count:member|members} of {team}"), {"count": len(chosen), "team": team_id})
    if date is None:
        ids = {entry.member_id for entry in chosen}
        changed = [replace(entry, present=present) if entry.member_id in ids else entry for entry in own]
        project.save_roster(changed, teams={team_id}, label=label)
    else:
        project.save_attendance([Attendance(date, one.member_id, present) for one in chosen], label=label)
    return rosters(project, date)[team_id]


def crews_on_shift(project: ProjectStore, shift: Shift) -> tuple[TeamOnShift, ...]:
    """
    Find who is on duty, counted by the roster of the date.

    Parameters
    ----------
    project : ProjectStore
        With teams.
    shift : Shift
        When.

    Returns
    -------
    tuple of TeamOnShift
        As `patrolmap.planner.crews.teams_on_shift`; a team whose roster has nobody present is not on duty.
    """
    crews = teams_on_shift(project.metric_layer("teams"), shift)
    if any(crew.ring for crew in crews):
        crews = with_rings(crews, project.metric_layer("rings"))
    return with_rosters(crews, rosters(project, shift.date)) if project.count("roster") else crews


def _entry_called(entries: Sequence[RosterEntry], name: str) -> RosterEntry:
    found = [entry for entry in entries if entry.member_id == name] or [one for one in entries if one.name == name]
    if len(found) != 1:
        raise InputError(
            N_("“{name}” is on the roster {count} times."),
            remedy=N_("Give one of the member ids: {ids}."),
            name=name,
            count=len(found),
            ids=[entry.member_id for entry in entries],
        )
    return found[0]
