"""Who is on duty when, as a model for CP-SAT: its variables, its rules, and one expression for each aim."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from patrolmap.planner.week import WeekProblem

__all__ = ["DutyModel", "round_nights_needed"]


def round_nights_needed(problem: WeekProblem) -> list[int]:
    """
    Count the nights that visit rounds ask of each team.

    Parameters
    ----------
    problem : WeekProblem
        The week.

    Returns
    -------
    list of int
        For each team.
    """
    count = [0] * len(problem.teams)
    for one in problem.rounds:
        count[one.team] += 1
    return [-(-number // problem.rounds_a_night) for number in count]


class DutyModel:
    """
    Variables and rules. Sites that the same teams can serve on the same nights need no variables of their own.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    """

    def __init__(self, problem: WeekProblem) -> None:
        self._problem = problem
        self.model = cp_model.CpModel()
        self.duty = {
            (team, night): self.model.new_bool_var("")
            for team, one in enumerate(problem.teams)
            for night in range(len(problem.nights))
            if one.members[night] > 0
        }
        self._staffed: dict[tuple[Any, ...], Any] = {}
        for team in range(len(problem.teams)):
            self._rest(team)

    def aim(self, name: str) -> Any:
        """
        Write an aim.

        Parameters
        ----------
        name : str
            ``wishes``, ``strength`` or ``fairness``.

        Returns
        -------
        ortools expression
            To be made small.
        """
        return {"wishes": self._wishes, "strength": self._strength, "fairness": self._fairness}[name]()

    def _own(self, team: int) -> list[Any]:
        return [self.duty[team, night] for night in range(len(self._problem.nights)) if (team, night) in self.duty]

    def _rest(self, team: int) -> None:
        problem, one = self._problem, self._problem.teams[team]
        own = [(night, self.duty[team, night]) for night in range(len(problem.nights)) if (team, night) in self.duty]
        if len(own) > problem.most_nights:
            self.model.add(sum(var for _, var in own) <= problem.most_nights)
        days = {problem.nights[night].day for night, _ in own}
        for first in range(min(days, default=0) - problem.max_in_row, max(days, default=-1) + 1):
            span = range(first, first + problem.max_in_row + 1)
            inside = [var for night, var in own if problem.nights[night].day in span]
            before = sum(day in span for day in one.days_before)
            if inside and len(inside) + before > problem.max_in_row:
                self.model.add(sum(inside) <= max(problem.max_in_row - before, 0))
        for place, (night, var) in enumerate(own):
            for later, other in own[place + 1 :]:
                if problem.nights[later].start_s - problem.nights[night].end_s < problem.min_rest_s:
                    self.model.add_at_most_one(var, other)

    def _staff(self, teams: tuple[int, ...], least: int, night: int) -> Any:
        """Tell by a variable whether one of some teams is on duty with enough members."""
        key = (teams, least, night)
        if key not in self._staffed:
            fit = [team for team in teams if self._problem.teams[team].members[night] >= max(least, 1)]
            self._staffed[key] = self.model.new_bool_var("")
            self.model.add_bool_or([*(self.duty[team, night] for team in fit), self._staffed[key].negated()])
        return self._staffed[key]

    def _wishes(self) -> Any:
        problem = self._problem
        alike: Counter[tuple[Any, ...]] = Counter()
        for site, one in enumerate(problem.sites):
            if one.times:
                alike[problem.allowed[site], one.min_members, one.nights, one.times] += one.weight
        missing: list[Any] = []
        for (teams, least, nights, times), weight in alike.items():
            short = self.model.new_int_var(0, times, "")
            self.model.add(short >= times - sum(self._staff(teams, least, night) for night in nights))
            missing.append(weight * short)
        for team, needed in enumerate(round_nights_needed(problem)):
            if needed:
                short = self.model.new_int_var(0, needed, "")
                self.model.add(short >= needed - sum(self._own(team)))
                missing.append(problem.rounds_a_night * short)
        return sum(missing)

    def _strength(self) -> Any:
        off = []
        for number, night in enumerate(self._problem.nights):
            there = sum(var for (_, at), var in self.duty.items() if at == number)
            under = self.model.new_int_var(0, max(night.teams_wanted, 0), "")
            over = self.model.new_int_var(0, len(self._problem.teams), "")
            self.model.add(under >= night.teams_wanted - there)
            self.model.add(over >= there - night.teams_wanted - night.teams_over)
            off += [under, over]
        return sum(off)

    def _fairness(self) -> Any:
        """Most nights less fewest nights; who can come on few nights only counts when below even these."""
        problem = self._problem
        most = self.model.new_int_var(0, problem.most_nights, "")
        least = self.model.new_int_var(0, problem.most_nights, "")
        for team in range(len(problem.teams)):
            own = self._own(team)
            if not own:
                continue
            self.model.add(sum(own) <= most)
            if len(own) >= problem.most_nights:
                self.model.add(sum(own) >= least)
            else:
                all_of_them = self.model.new_bool_var("")
                self.model.add(sum(own) >= len(own)).only_enforce_if(all_of_them)
                self.model.add(sum(own) >= least).only_enforce_if(all_of_them.negated())
        self.model.add(least <= most)
        return most - least
