"""Duties handed from teams with many nights to teams with few, with every night as strong and every wish as before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from patrolmap.planner.week_model import round_nights_needed
from patrolmap.planner.week_patterns import MOST_PATTERN_NIGHTS, Patterns, nights_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolmap.planner.week import WeekProblem

__all__ = ["levelled"]


def levelled(problem: WeekProblem, own: Sequence[Sequence[int]]) -> list[list[int]]:
    """
    Make teams more equal in their nights.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    own : sequence of sequence of int
        The nights of each team, all rules kept.

    Returns
    -------
    list of list of int
        Nights as strong as before or nearer to what is wanted, all rules kept, no site with fewer nights. The same if the
        week has more than ten nights.

    Notes
    -----
    From the team with the fewest nights on, every set of nights with one more is tried. If the nights that are new in it can
    take a team more, that is all; else they come from one team with at least two more nights, which takes those that are no
    longer in the set. Each step raises a team that is below the one with most nights, or lowers the sum of the squares of all
    counts at the same number of duties, so it ends.
    """
    if len(problem.nights) > MOST_PATTERN_NIGHTS:
        return [list(nights) for nights in own]
    work = _Levelling(problem, own)
    while sum(work.raise_one(team) for team in work.by_count()):
        pass
    return [list(nights_in(pattern)) for pattern in work.own]


class _Levelling:
    def __init__(self, problem: WeekProblem, own: Sequence[Sequence[int]]) -> None:
        self.problem, self.patterns = problem, Patterns(problem)
        self.own = [sum(1 << night for night in nights) for nights in own]
        self.needed = round_nights_needed(problem)
        self.alike: dict[tuple[int, int], dict[int, None]] = {}
        for team, pattern in enumerate(self.own):
            self.alike.setdefault((pattern.bit_count(), pattern), {})[team] = None
        self.there = [sum(pattern >> night & 1 for pattern in self.own) for night in range(len(problem.nights))]
        self.staff: Counter[tuple[int, int]] = Counter()
        self.groups = self._groups()
        for team, pattern in enumerate(self.own):
            self.staff.update((group, night) for night in nights_in(pattern) for group in self._served(team, night))

    def by_count(self) -> list[int]:
        """List the teams, those with the fewest nights first."""
        return sorted(range(len(self.own)), key=lambda team: (self.own[team].bit_count(), team))

    def raise_one(self, team: int) -> bool:
        """Give a team a night more, if a team with at least two more can spare one."""
        pattern = self.own[team]
        most = max(self.alike)[0]
        if most == pattern.bit_count():
            return False
        wider = [other for other in self.patterns.of(team) if other.bit_count() == pattern.bit_count() + 1]
        for other in sorted(wider, key=lambda one: ((pattern & ~one).bit_count(), one)):
            new, old = other & ~pattern, pattern & ~other
            if self._spares(team, old):
                if self._has_room(new, old):
                    self._exchange(team, other)
                    return True
                giver = self._giver(pattern.bit_count() + 2, new, old) if most > pattern.bit_count() + 1 else None
                if giver is not None:
                    self._exchange(giver, self.own[giver] & ~new | old)
                    self._exchange(team, other)
                    return True
        return False

    def _has_room(self, new: int, old: int) -> bool:
        """Tell whether nights are as strong as wanted with a team more on some and one less on others."""
        nights = self.problem.nights
        more = all(self.there[n] < nights[n].teams_wanted + nights[n].teams_over for n in nights_in(new))
        return more and all(self.there[n] > nights[n].teams_wanted for n in nights_in(old))

    def _giver(self, least: int, new: int, old: int) -> int | None:
        for count, pattern in sorted(self.alike, reverse=True):
            if count < least:
                return None
            if pattern & new != new or pattern & old:
                continue
            left = pattern & ~new | old
            for team in self.alike[count, pattern]:
                enough = left.bit_count() >= self.needed[team]
                if enough and left in self.patterns.of(team) and self._spares(team, new):
                    return team
        return None

    def _spares(self, team: int, nights: int) -> bool:
        """Tell whether no site loses its last team on these nights."""
        return all(self.staff[group, night] > 1 for night in nights_in(nights) for group in self._served(team, night))

    def _exchange(self, team: int, pattern: int) -> None:
        before = self.own[team]
        for nights, more in ((before & ~pattern, -1), (pattern & ~before, 1)):
            for night in nights_in(nights):
                self.there[night] += more
                for group in self._served(team, night):
                    self.staff[group, night] += more
        key = (before.bit_count(), before)
        del self.alike[key][team]
        if not self.alike[key]:
            del self.alike[key]
        self.own[team] = pattern
        self.alike.setdefault((pattern.bit_count(), pattern), {})[team] = None

    def _groups(self) -> list[list[tuple[int, int, frozenset[int]]]]:
        """For each team the sites that it may serve, those that are alike once: number, least members, nights."""
        numbers: dict[tuple[tuple[int, ...], int, tuple[int, ...]], int] = {}
        for site, one in enumerate(self.problem.sites):
            if one.times:
                key = (self.problem.allowed[site], max(one.min_members, 1), one.nights)
                numbers.setdefault(key, len(numbers))
        groups: list[list[tuple[int, int, frozenset[int]]]] = [[] for _ in self.problem.teams]
        for (teams, least, nights), number in numbers.items():
            for team in teams:
                groups[team].append((number, least, frozenset(nights)))
        return groups

    def _served(self, team: int, night: int) -> Iterator[int]:
        members = self.problem.teams[team].members[night]
        return (number for number, least, nights in self.groups[team] if members >= least and night in nights)
