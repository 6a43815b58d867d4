"""The problem of a week, free of maps and of any solver: who is on duty on which night, what is visited when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from patrolmap.errors import InputError
from patrolmap.messages import N_

__all__ = ["WeekAssignment", "WeekNight", "WeekProblem", "WeekRound", "WeekSite", "WeekStage", "WeekTeam"]


@dataclass(frozen=True)
class WeekNight:
    """
    One shift of a week; it may as well be by day.

    Parameters
    ----------
    day : int
        Days after the first day of the week; 0 or more.
    start_s, end_s : float
        Start and end, seconds after 00:00 of the first day of the week.
    teams_wanted : int
        How many teams should be on duty.
    teams_over : int, default 0
        How many more are as welcome.
    """

    day: int
    start_s: float
    end_s: float
    teams_wanted: int
    teams_over: int = 0


@dataclass(frozen=True)
class WeekTeam:
    """
    A team over the week.

    Parameters
    ----------
    team_id : str
        Unique in the problem.
    members : tuple of int
        Members present on each night; 0 where the team cannot come.
    work_s : tuple of float
        Time on duty on each night without the break, seconds.
    zone : str, default ""
        The team's zone; a team without one goes everywhere.
    days_before : tuple of int, default ()
        Days before the week on which it was on duty, as -1 for the day before the first.
    """

    team_id: str
    members: tuple[int, ...]
    work_s: tuple[float, ...]
    zone: str = ""
    days_before: tuple[int, ...] = ()


@dataclass(frozen=True)
class WeekSite:
    """
    A place wanted on several nights of the week.

    Parameters
    ----------
    place_id : str
        Unique in the problem.
    times : int
        On how many nights it is wanted.
    nights : tuple of int
        Nights on which it can be visited.
    cost_s : float, default 0.0
        Time of a team that a night's visits take, ways included, seconds.
    weight : int, default 1
        Worth of a night with visits against one of another place; 1 or more.
    zone : str, default ""
        Only teams of this zone, or of none, serve it.
    min_members : int, default 1
        Smallest team that may serve it.
    only_teams : tuple of str, default ()
        The only teams that may serve it; empty for no such limit.
    """

    place_id: str
    times: int
    nights: tuple[int, ...]
    cost_s: float = 0.0
    weight: int = 1
    zone: str = ""
    min_members: int = 1
    only_teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeekRound:
    """
    A place that its own team visits once in the week, such as a sub-cell of about thirty households.

    Parameters
    ----------
    place_id : str
        Unique in the problem.
    team : int
        Its own team.
    """

    place_id: str
    team: int


@dataclass(frozen=True)
class WeekProblem:
    """
    Nights, teams, sites and the rules of rest.

    Parameters
    ----------
    nights : tuple of WeekNight
        In order of their start.
    teams : tuple of WeekTeam
        Who there is.
    sites : tuple of WeekSite, default ()
        What is wanted several times.
    rounds : tuple of WeekRound, default ()
        What is wanted once, by one team, in an order in which neighbours stand together.
    max_nights : int, default 5
        Most nights of a team; in a week of several nights nobody is on all of them, whatever stands here.
    max_in_row : int, default 3
        Most nights of a team in any days running, one more than these nights.
    min_rest_s : float, default 39600
        Least time from the end of one duty to the start of the next, seconds.
    rounds_a_night : int, default 2
        Most visit rounds of a team on a night.

    Raises
    ------
    InputError
        If an id is not unique, a number is out of range, or nights are out of order.
    """

    nights: tuple[WeekNight, ...]
    teams: tuple[WeekTeam, ...]
    sites: tuple[WeekSite, ...] = ()
    rounds: tuple[WeekRound, ...] = ()
    max_nights: int = 5
    max_in_row: int = 3
    min_rest_s: float = 39_600.0
    rounds_a_night: int = 2

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        count = len(self.nights)
        starts = [night.start_s for night in self.nights]
        rules = self.max_nights >= 1 and self.max_in_row >= 1 and self.rounds_a_night >= 1 and self.min_rest_s >= 0
        ordered = starts == sorted(starts) and all(n.day >= 0 and n.end_s >= n.start_s for n in self.nights)
        teams = all(len(t.members) == len(t.work_s) == count and min(t.members, default=0) >= 0 for t in self.teams)
        sites = all(s.times >= 0 and s.weight >= 1 and set(s.nights) <= set(range(count)) for s in self.sites)
        rounds = all(0 <= one.team < len(self.teams) for one in self.rounds)
        if not (count and rules and ordered and teams and sites and rounds):
            raise InputError(
                N_("The week has a night, a team, a place or a rule that cannot be."),
                remedy=N_("Give at least one night, in order, and numbers from 1 up for the rules."),
            )
        for ids in (
            [t.team_id for t in self.teams],
            [s.place_id for s in self.sites],
            [r.place_id for r in self.rounds],
        ):
            if len(set(ids)) != len(ids):
                raise InputError(N_("An id occurs twice in the week."))

    @property
    def most_nights(self) -> int:
        """Most nights of a team: in a week of several nights nobody is on all of them."""
        return min(self.max_nights, len(self.nights) - 1) if len(self.nights) > 1 else 1

    @cached_property
    def allowed(self) -> tuple[tuple[int, ...], ...]:
        """For each site the teams that may serve it by zone and fixed pair; members depend on the night."""
        by_zone: dict[str, list[int]] = {}
        number = {team.team_id: index for index, team in enumerate(self.teams)}
        answer = []
        for site in self.sites:
            if site.only_teams:
                own = [number[team] for team in dict.fromkeys(site.only_teams) if team in number]
            elif not site.zone:
                own = list(range(len(self.teams)))
            else:
                if site.zone not in by_zone:
                    fits = {"", site.zone}
                    by_zone[site.zone] = [i for i, team in enumerate(self.teams) if team.zone in fits]
                own = by_zone[site.zone]
            zone = {"", site.zone}
            answer.append(tuple(i for i in own if not site.zone or self.teams[i].zone in zone))
        return tuple(answer)


@dataclass(frozen=True)
class WeekStage:
    """
    One aim of the search and how far it came.

    Parameters
    ----------
    aim : str
        ``wishes``, ``strength``, ``fairness``, ``spacing`` or ``load``, in this order.
    value : int
        What was reached; less is better.
    bound : int
        No assignment that is as good in the aims before can do better than this.
    """

    aim: str
    value: int
    bound: int

    @property
    def proved(self) -> bool:
        """Whether nothing better exists."""
        return self.value <= self.bound


@dataclass(frozen=True)
class WeekAssignment:
    """
    Who is on duty when, and what is visited when.

    Parameters
    ----------
    duty : tuple of tuple of int
        For each night the teams on duty, ascending.
    site_nights : tuple of tuple of int
        For each site its nights, ascending.
    round_night : tuple of (int or None)
        For each round its night; None if it has none.
    stages : tuple of WeekStage
        The aims with their bounds.
    seed : int
        Seed of the search.
    complete : bool, default True
        False if the search was cancelled.
    """

    duty: tuple[tuple[int, ...], ...]
    site_nights: tuple[tuple[int, ...], ...]
    round_night: tuple[int | None, ...]
    stages: tuple[WeekStage, ...]
    seed: int
    complete: bool = True

    def nights_of(self, team: int) -> tuple[int, ...]:
        """
        List the nights of a team.

        Parameters
        ----------
        team : int
            Index of the team.

        Returns
        -------
        tuple of int
            Ascending.
        """
        return tuple(night for night, teams in enumerate(self.duty) if team in teams)
