"""Who walks with a team, in which role, and who is there on which date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["ROLE_TITLES", "Attendance", "Role", "RosterEntry", "TeamRoster", "rosters_on"]


class Role(StrEnum):
    """What somebody is in a team, the first in charge first."""

    AREA_LEAD = "area_lead"
    POINT_LEAD = "point_lead"
    LEADER = "leader"
    MEMBER = "member"


ROLE_TITLES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.AREA_LEAD: N_("Area lead"),
        Role.POINT_LEAD: N_("Point lead"),
        Role.LEADER: N_("Team leader"),
        Role.MEMBER: N_("Member"),
    }
)


@dataclass(frozen=True)
class RosterEntry:
    """
    One person on the roster. It exists for rosters and sheets only.

    Parameters
    ----------
    member_id : str
        Unique in the project.
    team_id : str
        The team.
    name : str
        As the office writes it.
    role : Role
        What the person is in the team.
    group : str, default ""
        The sub-group; empty for none.
    phone : str, default ""
        Telephone; empty if not given.
    present : bool, default True
        Whether the person usually comes; `Attendance` of a date goes before it.
    """

    member_id: str
    team_id: str
    name: str
    role: Role = Role.MEMBER
    group: str = ""
    phone: str = ""
    present: bool = True


@dataclass(frozen=True)
class Attendance:
    """
    That somebody comes or does not come on one date. Why is nobody's business.

    Parameters
    ----------
    date : datetime.date
        Day on which the shift starts.
    member_id : str
        Who.
    present : bool
        Whether the person is there.
    """

    date: dt.date
    member_id: str
    present: bool


@dataclass(frozen=True)
class TeamRoster:
    """
    The roster of one team on one date.

    Parameters
    ----------
    team_id : str
        The team.
    entries : tuple of RosterEntry
        Leads first, then by sub-group, in the order of the roster; `present` holds for the date.
    """

    team_id: str
    entries: tuple[RosterEntry, ...]

    @property
    def strength(self) -> int:
        """Members present. An area lead answers for several teams, walks with none and does not count."""
        return sum(entry.present for entry in self.entries if entry.role is not Role.AREA_LEAD)

    @property
    def size(self) -> int:
        """Members with and without those who are absent."""
        return sum(entry.role is not Role.AREA_LEAD for entry in self.entries)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the sub-groups, in the order of the roster."""
        return tuple(dict.fromkeys(entry.group for entry in self.entries if entry.group))

    def lead(self, role: Role) -> RosterEntry | None:
        """
        Find who is in charge on the date.

        Parameters
        ----------
        role : Role
            Which lead.

        Returns
        -------
        RosterEntry or None
            The first of the role who is there; None if nobody of the role is.
        """
        return next((entry for entry in self.entries if entry.role is role and entry.present), None)


def rosters_on(
    date: dt.date | None, entries: Sequence[RosterEntry], attendance: Iterable[Attendance] = ()
) -> dict[str, TeamRoster]:
    """
    Make the rosters of all teams for a date.

    Parameters
    ----------
    date : datetime.date or None
        Day on which the shift starts; None for the usual presence.
    entries : sequence of RosterEntry
        The whole roster.
    attendance : iterable of Attendance, default ()
        What differs from the usual; of several for one person and date the last holds.

    Returns
    -------
    dict of str to TeamRoster
        By team, in the order of the roster. Teams without an entry are not in it.
    """
    said = {one.member_id: one.present for one in attendance if one.date == date}
    ranks = {role: number for number, role in enumerate(Role)}
    teams: dict[str, list[RosterEntry]] = {}
    for entry in entries:
        here = replace(entry, present=said.get(entry.member_id, entry.present))
        teams.setdefault(entry.team_id, []).append(here)
    found = {}
    for team_id, own in teams.items():
        groups = {group: number for number, group in enumerate(dict.fromkeys(entry.group for entry in own))}
        own.sort(key=lambda entry: (min(ranks[entry.role], ranks[Role.MEMBER]), groups[entry.group]))
        found[team_id] = TeamRoster(team_id, tuple(own))
    return found
