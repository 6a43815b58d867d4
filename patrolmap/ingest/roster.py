"""From the rows of a file to rosters: a row is a person, or a team with its leads and a list of members."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.name_matching import RECOGNISED, name_scores, plain_name
from patrolmap.ingest.privacy import personal_content
from patrolmap.ingest.roster_words import (
    GROUP_LEAD_WORDS,
    LEAD_COLUMNS,
    ROLE_WORDS,
    ROSTER_COLUMNS,
    names_in,
    presence_of,
)
from patrolmap.messages import N_, Message
from patrolmap.model.roster import Role, RosterEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.ingest.source import Source

__all__ = ["RosterReading", "read_roster"]

_LONGEST_NAME: Final = 40
_PEOPLE: Final = ("name", "members", *(role.value for role in LEAD_COLUMNS))


@dataclass(frozen=True)
class RosterReading:
    """
    The rosters of a file.

    Parameters
    ----------
    entries : tuple of RosterEntry
        In the order of the file. Without a word in the file, `present` is as on the roster so far.
    presence : dict of str to bool
        By member id, where the file says something.
    teams : tuple of str
        Ids of the teams that the file names.
    rejected : tuple of (int, Message)
        Rows that were not taken, as their user counts them, and why.
    choices : tuple of Message
        Which column became what, and what was left out.
    """

    entries: tuple[RosterEntry, ...]
    presence: dict[str, bool]
    teams: tuple[str, ...]
    rejected: tuple[tuple[int, Message], ...]
    choices: tuple[Message, ...]


@dataclass
class _Person:
    """Somebody on the way to the roster."""

    team_id: str
    name: str
    role: Role
    group: str = ""
    phone: str = ""
    present: bool | None = None
    leads_group: bool = False


@dataclass
class _Table:
    """People found so far."""

    people: list[_Person] = field(default_factory=list)
    rejected: list[tuple[int, Message]] = field(default_factory=list)
    teams: dict[str, None] = field(default_factory=dict)
    filled_down: int = 0


def read_roster(
    source: Source, teams: Mapping[str, str], known: Sequence[RosterEntry] = (), told: Mapping[str, str] | None = None
) -> RosterReading:
    """
    Read rosters.

    Parameters
    ----------
    source : Source
        The rows.
    teams : mapping of str to str
        Teams of the project: id to name.
    known : sequence of RosterEntry, default ()
        The roster so far: who is on it already keeps the id.
    told : mapping of str to str or None
        Field of `ROSTER_COLUMNS` to column; what it leaves out is guessed from the names.

    Returns
    -------
    RosterReading
        The rosters of the teams in the file. An empty team cell means the team above, as in merged cells. A person
        named twice in a team is taken once, in the higher role, unless two different telephones are given.

    Raises
    ------
    InputError
        If there is no column of teams or none of persons, or a named column does not exist.
    """
    columns = _columns(source, told or {})
    left_out = _without_identities(source, columns)
    if "team" not in columns or not any(name in columns for name in _PEOPLE):
        raise InputError(
            N_("“{name}” has no column of teams, or none of names."),
            why=N_("Its columns are: {columns}."),
            remedy=N_("Call them 队伍 and 姓名, or 队伍, 队长 and 成员; or say which they are."),
            name=source.name,
            columns=list(source.columns[:40]),
        )
    table = _rows(source, columns, teams)
    entries, presence = _entries(_merged(table.people), known)
    pairs = "; ".join(f"{name} ← {column}" for name, column in columns.items())
    choices = [Message(N_("Fields: {pairs}."), {"pairs": pairs}), *left_out]
    if table.filled_down:
        choices.append(
            Message(
                N_("{count} {count:row|rows} without a team {count:belongs|belong} to the team above {count:it|them}."),
                {"count": table.filled_down},
            )
        )
    return RosterReading(entries, presence, tuple(table.teams), tuple(table.rejected), tuple(choices))


def _columns(source: Source, told: Mapping[str, str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name, column in told.items():
        if name not in ROSTER_COLUMNS or column not in source.columns:
            raise InputError(
                N_("The roster has no field “{field}”, or “{name}” no column “{column}”."),
                remedy=N_("Fields are: {fields}. Columns are: {columns}."),
                field=name,
                name=source.name,
                column=column,
                fields=list(ROSTER_COLUMNS),
                columns=list(source.columns[:40]),
            )
        columns[name] = column
    scores = name_scores(source.columns, ROSTER_COLUMNS)
    for (name, column), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score >= RECOGNISED and name not in columns and column not in columns.values():
            columns[name] = column
    return columns


def _without_identities(source: Source, columns: dict[str, str]) -> list[Message]:
    said = []
    for name, column in list(columns.items()):
        what = personal_content(source.table[column].to_numpy(dtype=object))
        if what is not None and ("identity" in what.template or name != "phone"):
            del columns[name]
            values = {"column": column, "what": what}
            said.append(Message(N_("Column “{column}” was left out: it looks like {what}."), values))
    return said


def _rows(source: Source, columns: Mapping[str, str], teams: Mapping[str, str]) -> _Table:
    by_name = {plain_name(name): team_id for team_id, name in teams.items()} | {plain_name(key): key for key in teams}
    table, team_id = _Table(), ""
    for number, row in zip(source.row_numbers.tolist(), source.table.to_dict("records"), strict=True):
        said = {name: str(row[column]).strip() for name, column in columns.items()}
        if not any(said.values()):
            continue
        if said["team"]:
            team_id = by_name.get(plain_name(said["team"]), "")
        else:
            table.filled_down += 1
        if not team_id:
            reason = Message(N_("There is no team “{team}” in the project."), {"team": said["team"]})
            table.rejected.append((number, reason))
            continue
        try:
            people = _people(said, team_id)
        except InputError as error:
            table.rejected.append((number, error.what))
        else:
            table.teams[team_id] = None
            table.people += people
    return table


def _people(said: Mapping[str, str], team_id: str) -> list[_Person]:
    """Everybody that a row names; telephone and presence are those of the one person, or of the leader."""
    try:
        present = presence_of(said.get("present", ""))
    except ValueError as error:
        raise InputError(N_("“{word}” is neither present nor absent."), word=said["present"]) from error
    group = said.get("group", "")
    found = []
    for name, here in names_in(said.get("name", "")):
        word = said.get("role", "").lower()
        role = ROLE_WORDS.get(word, Role.MEMBER)
        found.append(_Person(team_id, name, role, group, present=here, leads_group=word in GROUP_LEAD_WORDS))
    named = len(found)
    for role in LEAD_COLUMNS:
        found += [_Person(team_id, name, role, present=here) for name, here in names_in(said.get(role.value, ""))]
    members = names_in(said.get("members", ""))
    found += [_Person(team_id, name, Role.MEMBER, group, present=here) for name, here in members]
    own = found[:named] or ([] if len(members) != 1 else found[-1:])
    own = own or [person for person in found if person.role is Role.LEADER] or found[:1]
    for person in own[:1]:
        person.phone = said.get("phone", "")
        person.present = present if person.present is None else person.present
    for person in found:
        _check_name(person.name)
    return found


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_NAME:
        raise InputError(N_("“{name}…” is too long for a name."), name=name[:12])
    if personal_content(np.array([name], dtype=object)) is not None:
        raise InputError(N_("A name has what looks like an identity number or a telephone number."))


def _merged(people: list[_Person]) -> list[_Person]:
    ranks = {role: number for number, role in enumerate(Role)}
    kept: dict[tuple[str, str], list[_Person]] = {}
    for person in people:
        alike = kept.setdefault((person.team_id, person.name), [])
        same = next((one for one in alike if not one.phone or not person.phone or one.phone == person.phone), None)
        if same is None:
            alike.append(person)
            continue
        same.role = min(same.role, person.role, key=ranks.__getitem__)
        same.group, same.phone = same.group or person.group, same.phone or person.phone
        same.present = person.present if same.present is None else same.present
    merged = [person for alike in kept.values() for person in alike]
    led = {person.team_id for person in merged if person.role is Role.LEADER}
    for person in merged:
        if person.leads_group and person.team_id not in led:
            person.role = Role.LEADER
            led.add(person.team_id)
    return merged


def _entries(people: list[_Person], known: Sequence[RosterEntry]) -> tuple[tuple[RosterEntry, ...], dict[str, bool]]:
    free = list(known)
    used = {entry.member_id for entry in known}
    made: list[RosterEntry] = []
    presence: dict[str, bool] = {}
    for person in people:
        fits = [one for one in free if (one.team_id, one.name) == (person.team_id, person.name)]
        old = next((one for one in fits if one.phone == person.phone), fits[0] if fits else None)
        if old is None:
            old = RosterEntry(_new_id(person.team_id, used), person.team_id, person.name)
        else:
            free.remove(old)
        phone = person.phone or old.phone
        made.append(replace(old, role=person.role, group=person.group, phone=phone))
        if person.present is not None:
            presence[old.member_id] = person.present
    return tuple(made), presence


def _new_id(team_id: str, used: set[str]) -> str:
    number = 1
    while f"{team_id}-{number:02d}" in used:
        number += 1
    used.add(f"{team_id}-{number:02d}")
    return f"{team_id}-{number:02d}"
