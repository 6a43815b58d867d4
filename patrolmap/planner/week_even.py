"""A week made at once: scarce teams where they are needed, then a night a team by turns; and what each aim is worth."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from patrolmap.planner.week_model import round_nights_needed
from patrolmap.planner.week_patterns import MOST_PATTERN_NIGHTS, Patterns, may_add

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.week import WeekProblem

__all__ = ["aim_bound", "aim_value", "even_duty"]


def even_duty(problem: WeekProblem) -> list[list[int]]:
    """
    Choose the nights of each team without a search.

    Parameters
    ----------
    problem : WeekProblem
        The week.

    Returns
    -------
    list of list of int
        The nights of each team. Sites that few teams may serve get theirs first, from the team with the fewest nights;
        then each team gets its share of the nights that lack most teams, all
        at once or one more by turns, whichever ends better.
    """
    ways = (False, True) if len(problem.nights) <= MOST_PATTERN_NIGHTS else (False,)
    made = [_made(problem, at_once=at_once) for at_once in ways]
    return min(made, key=lambda own: [aim_value(problem, own, aim) for aim in ("wishes", "strength", "fairness")])


def _made(problem: WeekProblem, *, at_once: bool) -> list[list[int]]:
    work = _Even(problem)
    for site in sorted(range(len(problem.sites)), key=lambda s: (len(problem.allowed[s]), s)):
        work.staff(site)
    for team in range(len(problem.teams) if at_once else 0):
        work.whole(team)
    for count in range(1, problem.most_nights + 1):
        for team in range(len(problem.teams)):
            if len(work.own[team]) < count:
                work.one_more(team)
    return work.own


class _Even:
    def __init__(self, problem: WeekProblem) -> None:
        self.problem = problem
        self.lack = [night.teams_wanted for night in problem.nights]
        self.own: list[list[int]] = [[] for _ in problem.teams]
        self.level = min(-(-sum(self.lack) // max(len(problem.teams), 1)), problem.most_nights)

    def staff(self, site: int) -> None:
        """Put teams on duty until a site has its nights, as long as that makes no team and no night too much."""
        problem, one = self.problem, self.problem.sites[site]
        least = max(one.min_members, 1)
        fit = {n: [t for t in problem.allowed[site] if problem.teams[t].members[n] >= least] for n in one.nights}
        open_nights = [n for n in one.nights if not any(n in self.own[t] for t in fit[n])]
        missing = one.times - (len(one.nights) - len(open_nights))
        for night in sorted(open_nights, key=lambda n: (-self.lack[n], n)):
            able = [t for t in fit[night] if len(self.own[t]) < self.level and self._may(t, night)]
            if missing > 0 and self.lack[night] > 0 and able:
                self._put(min(able, key=lambda t: (len(self.own[t]), t)), night)
                missing -= 1

    def whole(self, team: int) -> None:
        """Give a team all its nights at once, those that lack most together: one by one, rest may forbid the last."""
        own, there = self.own[team], self.problem.teams[team].members
        free = [n for n in range(len(self.lack)) if self.lack[n] > 0 and there[n] > 0 and n not in own]
        # The first teams take what is left over when all are equal.
        share, over = divmod(sum(night.teams_wanted for night in self.problem.nights), len(self.own))
        want = min(share + (team < over), self.problem.most_nights) - len(own)
        for count in range(min(want, len(free)), 0, -1):
            sets = sorted(itertools.combinations(free, count), key=lambda nights: -sum(self.lack[n] for n in nights))
            best = next((nights for nights in sets if self._may_all(team, nights)), None)
            if best is not None:
                for night in best:
                    self._put(team, night)
                return

    def _may_all(self, team: int, nights: Sequence[int]) -> bool:
        one, own = self.problem.teams[team], self.own[team]
        return all(may_add(self.problem, one, [*own, *nights[:k]], night) for k, night in enumerate(nights))

    def one_more(self, team: int) -> None:
        """Give a team the night that lacks most, of those that it may have."""
        there = self.problem.teams[team].members
        free = [n for n in range(len(self.lack)) if self.lack[n] > 0 and there[n] > 0 and n not in self.own[team]]
        free = [n for n in free if self._may(team, n)]
        if free:
            self._put(team, max(free, key=lambda n: (self.lack[n], -n)))

    def _may(self, team: int, night: int) -> bool:
        return may_add(self.problem, self.problem.teams[team], self.own[team], night)

    def _put(self, team: int, night: int) -> None:
        self.own[team].append(night)
        self.lack[night] -= 1


def aim_value(problem: WeekProblem, own: Sequence[Sequence[int]], aim: str) -> int:
    """
    Tell what a week is worth by one aim, as the model of `patrolmap.planner.week_model` counts it.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    own : sequence of sequence of int
        The nights of each team.
    aim : str
        ``wishes``, ``strength`` or ``fairness``.

    Returns
    -------
    int
        Less is better.
    """
    if aim == "wishes":
        return _unmet(problem, own)
    if aim == "strength":
        there = [sum(number in nights for nights in own) for number in range(len(problem.nights))]
        under = sum(max(night.teams_wanted - have, 0) for night, have in zip(problem.nights, there, strict=True))
        pairs = zip(problem.nights, there, strict=True)
        return under + sum(max(have - night.teams_wanted - night.teams_over, 0) for night, have in pairs)
    counts = [len(nights) for nights in own]
    could = [sum(count > 0 for count in team.members) for team in problem.teams]
    # Who is on all the few nights on which it can come at all is not behind the others.
    judged = [
        have for have, able in zip(counts, could, strict=True) if able and (able >= problem.most_nights or have < able)
    ]
    most = max(counts, default=0)
    return most - min(judged, default=most)


def aim_bound(problem: WeekProblem, aim: str, strength: int) -> int:
    """
    Tell what no week can be better than, by counting alone.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    aim : str
        ``wishes``, ``strength`` or ``fairness``.
    strength : int
        What was reached for the strength; only for fairness.

    Returns
    -------
    int
        At most the best value.
    """
    could = _most_of_each(problem)
    if aim == "wishes":
        short = 0
        for site, one in enumerate(problem.sites):
            open_nights = min(len(one.nights), sum(could[team] for team in problem.allowed[site]))
            short += one.weight * max(one.times - open_nights, 0)
        rounds = zip(round_nights_needed(problem), could, strict=True)
        return short + problem.rounds_a_night * sum(max(needed - able, 0) for needed, able in rounds)
    wanted = sum(night.teams_wanted for night in problem.nights)
    if aim == "strength":
        available = [sum(team.members[n] > 0 for team in problem.teams) for n in range(len(problem.nights))]
        each = sum(max(night.teams_wanted - n, 0) for night, n in zip(problem.nights, available, strict=True))
        return max(each, wanted - sum(could), 0)
    return _fairness_bound(problem, could, strength)


def _unmet(problem: WeekProblem, own: Sequence[Sequence[int]]) -> int:
    staff = [{team for team, nights in enumerate(own) if n in nights} for n in range(len(problem.nights))]
    short = 0
    for site, one in enumerate(problem.sites):
        fit = max(one.min_members, 1)
        teams = problem.allowed[site]
        met = sum(any(t in staff[n] and problem.teams[t].members[n] >= fit for t in teams) for n in one.nights)
        short += one.weight * max(one.times - met, 0)
    rounds = zip(round_nights_needed(problem), own, strict=True)
    return short + problem.rounds_a_night * sum(max(needed - len(nights), 0) for needed, nights in rounds)


def _fairness_bound(problem: WeekProblem, could: Sequence[int], strength: int) -> int:
    """Bound the most nights from below and the fewest from above, by the duties there are and by what each team can have."""
    able = [sum(count > 0 for count in team.members) for team in problem.teams]
    judged = [
        have
        for have, nights in zip(could, able, strict=True)
        if nights and (nights >= problem.most_nights or have < nights)
    ]
    if not judged:
        return 0
    wanted = sum(night.teams_wanted for night in problem.nights)
    over = sum(night.teams_over for night in problem.nights)
    counts = range(problem.most_nights + 1)
    enough = (most for most in counts if sum(min(have, most) for have in could) >= wanted - strength)
    most = next(enough, problem.most_nights)
    fewest = min(*judged, (wanted + over + strength) // len(judged))
    return max(most - fewest, 0)


def _most_of_each(problem: WeekProblem) -> list[int]:
    """Tell how many nights each team can have; of long weeks, how many at least it cannot exceed."""
    if len(problem.nights) <= MOST_PATTERN_NIGHTS:
        patterns = Patterns(problem)
        return [patterns.most(team) for team in range(len(problem.teams))]
    return [min(sum(count > 0 for count in team.members), problem.most_nights) for team in problem.teams]
