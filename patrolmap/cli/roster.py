"""``patrolmap roster show, import, present``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.naming import team_finder
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.model.roster import TeamRoster

__all__ = ["add_commands", "read_date"]


def add_commands(add: Any, group: Any) -> None:
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    rooms = group("roster", tr("who walks with which team, and who is there"))
    show = add("show", tr("show the roster"), _show, under=rooms)
    _add_place(show, tr("presence on this date; without it the usual one"))
    show.add_argument("--team", metavar="TEAM", help=tr("only this team"))
    bring = add("import", tr("bring the roster from Excel or CSV"), _import, under=rooms)
    bring.add_argument("project", metavar="PROJECT", type=Path)
    bring.add_argument("file", metavar="FILE", type=Path)
    bring.add_argument("--date", metavar="DATE", help=tr("presence on this date; without it the usual one"))
    bring.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN", help=tr("columns of fields")
    )
    bring.add_argument(
        "--sheet", metavar="S", help=tr("sheet of a workbook, layer of a GeoPackage, member of an archive")
    )
    bring.add_argument("--encoding", default="auto", metavar="E", help=tr("encoding of texts, or auto"))
    here = add("present", tr("say who of a team is there"), _present, under=rooms)
    _add_place(here, tr("presence on this date; without it the usual one"))
    here.add_argument("--team", metavar="TEAM", required=True, help=tr("the team"))
    who = {"nargs": "*", "metavar": "NAME"}
    here.add_argument("--present", help=tr("names or member ids of those who are there; without names the team"), **who)
    here.add_argument("--absent", help=tr("names or member ids of those who are not; without names the team"), **who)


def read_date(text: str) -> dt.date:
    """
    Read a date option.

    Parameters
    ----------
    text : str
        Such as ``2026-11-20``.

    Returns
    -------
    datetime.date
        The date.

    Raises
    ------
    InputError
        If it is no date.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(N_("“{text}” is no date."), remedy=N_("Write it as 2026-11-20."), text=text) from error


def _add_place(parser: argparse.ArgumentParser, about_date: str) -> None:
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--date", metavar="DATE", help=about_date)


def _show(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - commands are called alike
    from patrolmap.services.projects import open_project
    from patrolmap.services.roster import rosters, team_names

    date = read_date(arguments.date) if arguments.date else None
    with open_project(arguments.project, read_only=True) as project:
        found, names = rosters(project, date), team_names(project)
        team = None if arguments.team is None else team_finder(project)(arguments.team)
    if team is not None:
        if team not in found:
            raise InputError(
                N_("The team “{team}” has no roster."), remedy=N_("Import the roster first."), team=arguments.team
            )
        found = {team: found[team]}
    return _answer(found, names, date)


def _import(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ingest import read_mapping
    from patrolmap.services.projects import open_project
    from patrolmap.services.roster import import_roster

    with open_project(arguments.project) as project:
        done = import_roster(
            project,
            arguments.file,
            mapping=read_mapping(arguments.map),
            sheet=arguments.sheet,
            encoding=arguments.encoding,
            date=read_date(arguments.date) if arguments.date else None,
            cancel=console.cancel,
        )
    rejected = [{"row": row, "reason": tr(reason)} for row, reason in done.rejected]
    choices = [tr(choice) for choice in done.choices]
    data = {"teams": done.teams, "members": done.members, "rejected": rejected, "choices": choices}
    lines = [
        tr(
            "Roster of {teams} {teams:team|teams} with {members} {members:person|people} taken.",
            teams=done.teams,
            members=done.members,
        )
    ]
    lines += choices
    lines += [tr("Row {row} was not taken: {reason}", **one) for one in rejected[:20]]
    return Answer(data, tuple(lines))


def _present(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - commands are called alike
    from patrolmap.services.projects import open_project
    from patrolmap.services.roster import set_presence, team_names

    date = read_date(arguments.date) if arguments.date else None
    said = [
        (names, here) for names, here in ((arguments.present, True), (arguments.absent, False)) if names is not None
    ]
    if not said:
        raise InputError(N_("It is not said who is there."), remedy=N_("Give --present or --absent."))
    with open_project(arguments.project) as project:
        team = team_finder(project)(arguments.team)
        for names, here in said:
            roster = set_presence(project, team, names, present=here, date=date)
        return _answer({team: roster}, team_names(project), date)


def _answer(found: dict[str, TeamRoster], names: dict[str, str], date: dt.date | None) -> Answer:
    from patrolmap.model.roster import ROLE_TITLES

    teams = [
        {
            "team_id": team_id,
            "team": names.get(team_id, team_id),
            "present": roster.strength,
            "members": roster.size,
            "groups": list(roster.groups),
            "people": [
                {
                    "member_id": entry.member_id,
                    "name": entry.name,
                    "role": entry.role.value,
                    "group": entry.group,
                    "phone": entry.phone,
                    "present": entry.present,
                }
                for entry in roster.entries
            ],
        }
        for team_id, roster in found.items()
    ]
    lines = []
    for team_id, roster in found.items():
        name = names.get(team_id, team_id)
        lines.append(
            tr("{team}: {present} of {members} there", team=name, present=roster.strength, members=roster.size)
        )
        for entry in roster.entries:
            here = tr("there") if entry.present else tr("not there")
            parts = (entry.member_id, entry.name, tr(ROLE_TITLES[entry.role]), entry.group, here)
            lines.append("  " + "  ".join(part for part in parts if part))
    if not teams:
        lines.append(tr("There is no roster in the project yet."))
    return Answer({"date": date.isoformat() if date else None, "teams": teams}, tuple(lines))
