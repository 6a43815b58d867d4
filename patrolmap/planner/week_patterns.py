"""Which sets of nights the rules of rest leave a team, all at once, as bits: night 0 is the lowest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.week import WeekProblem, WeekTeam

__all__ = ["MOST_PATTERN_NIGHTS", "Patterns", "may_add", "nights_in"]

MOST_PATTERN_NIGHTS: Final = 10
"""Of more nights there are too many sets to list them."""


def may_add(problem: WeekProblem, team: WeekTeam, own: Sequence[int], night: int) -> bool:
    """
    Tell whether the rules of rest leave a team one night more.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    team : WeekTeam
        The team.
    own : sequence of int
        Its nights so far.
    night : int
        One more.

    Returns
    -------
    bool
        True if they do; the number of nights is not looked at.
    """
    new = problem.nights[night]
    days = [*team.days_before, *(problem.nights[other].day for other in own), new.day]
    for first in range(new.day - problem.max_in_row, new.day + 1):
        if sum(first <= day <= first + problem.max_in_row for day in days) > problem.max_in_row:
            return False
    pauses_s = (
        max(new.start_s - problem.nights[other].end_s, problem.nights[other].start_s - new.end_s) for other in own
    )
    return all(pause_s >= problem.min_rest_s for pause_s in pauses_s)


def nights_in(pattern: int) -> tuple[int, ...]:
    """
    List the nights of a set.

    Parameters
    ----------
    pattern : int
        The set, as bits.

    Returns
    -------
    tuple of int
        Ascending.
    """
    return tuple(night for night in range(pattern.bit_length()) if pattern >> night & 1)


class Patterns:
    """
    The sets of nights that each team may have.

    Parameters
    ----------
    problem : WeekProblem
        A week of at most `MOST_PATTERN_NIGHTS` nights.
    """

    def __init__(self, problem: WeekProblem) -> None:
        self._problem = problem
        self._known: dict[tuple[int, tuple[int, ...]], frozenset[int]] = {}

    def of(self, team: int) -> frozenset[int]:
        """
        Give the sets of one team.

        Parameters
        ----------
        team : int
            Index of the team.

        Returns
        -------
        frozenset of int
            With the empty one; none has more nights than a team may have.
        """
        one = self._problem.teams[team]
        there = sum(1 << night for night, count in enumerate(one.members) if count > 0)
        key = (there, one.days_before)
        if key not in self._known:
            self._known[key] = self._listed(one, there)
        return self._known[key]

    def most(self, team: int) -> int:
        """
        Tell how many nights a team can have.

        Parameters
        ----------
        team : int
            Index of the team.

        Returns
        -------
        int
            Most nights that the rules leave it.
        """
        return max(pattern.bit_count() for pattern in self.of(team))

    def _listed(self, team: WeekTeam, there: int) -> frozenset[int]:
        found = {0}
        for pattern in range(1, 1 << len(self._problem.nights)):
            last = pattern.bit_length() - 1
            before = pattern ^ 1 << last
            fits = not pattern & ~there and before in found and pattern.bit_count() <= self._problem.most_nights
            if fits and may_add(self._problem, team, nights_in(before), last):
                found.add(pattern)
        return frozenset(found)
