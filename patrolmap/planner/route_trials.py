"""Trying one unmet visit in the routes of a plan as they are: where it fits, and how much time it lacks."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.planner.gapped import earliest_end
from patrolmap.planner.schedule import TOLERANCE_S, length_of, travel_of
from patrolmap.planner.slots import spans_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.planner.problem import Problem, ProblemVisit, Span
    from patrolmap.planner.solution import Solution

__all__ = ["RouteTrials", "TeamStays", "stays_of"]

_NEAREST_TEAMS: Final = 12

TeamStays = dict[str, list[tuple[int, tuple[float, float]]]]
"""For each series the planned stays, start and end in seconds, with the team of each."""


def stays_of(problem: Problem, solution: Solution) -> TeamStays:
    """
    List the planned stays of all repeats.

    Parameters
    ----------
    problem : Problem
        The problem.
    solution : Solution
        Its plan.

    Returns
    -------
    dict of str to list
        For each series the planned stays with the team of each.
    """
    found: TeamStays = {}
    for route in solution.routes:
        for visit, start, leave in zip(route.visits, route.timing.start_s, route.timing.leave_s, strict=True):
            if problem.visits[visit].series:
                found.setdefault(problem.visits[visit].series, []).append((route.team, (start, leave)))
    return found


@dataclass(frozen=True, eq=False)
class RouteTrials:
    """
    One visit, and the routes that it might go into.

    Every trial is exact: the stops of a route keep their order and may start later, all gaps are kept, and every other
    route stays as it is.

    Parameters
    ----------
    problem : Problem
        The problem, or one with other wishes.
    solution : Solution
        The plan.
    visit : int
        Index of the visit.
    stays : dict of str to list
        As `stays_of` lists them.
    """

    problem: Problem
    solution: Solution
    visit: int
    stays: TeamStays

    def with_visits(self, changes: Mapping[int, ProblemVisit]) -> RouteTrials:
        """
        Give the same trials with other wishes.

        Parameters
        ----------
        changes : mapping of int to ProblemVisit
            Visits as they are wanted instead, by index.

        Returns
        -------
        RouteTrials
            For the same plan.
        """
        visits = tuple(changes.get(index, visit) for index, visit in enumerate(self.problem.visits))
        return RouteTrials(self.problem.with_visits(visits), self.solution, self.visit, self.stays)

    def shortest(self, teams: Sequence[int]) -> tuple[float, int]:
        """
        Find the team that needs the least more time, over all places in all routes.

        Parameters
        ----------
        teams : sequence of int
            Teams that may serve the visit; at least one.

        Returns
        -------
        tuple of (float, int)
            Seconds by which the shift of the team is too short, and the team; infinite seconds where time does not help.
        """
        best = (math.inf, self.nearest(teams)[0])
        orders = {team: self.solution.routes[team].visits for team in teams}
        bounds = ((bound_s, team, place) for team in teams for bound_s, place in self._bounds(team, orders[team]))
        for bound_s, team, place in sorted(bounds):
            if bound_s >= best[0] or best[0] <= TOLERANCE_S:
                break
            missing_s = self.short(team, (*orders[team][:place], self.visit, *orders[team][place:]))
            if missing_s < best[0]:
                best = (missing_s, team)
        return best

    def fits(self, teams: Sequence[int]) -> bool:
        """
        Tell whether the visit goes into one of some routes.

        Parameters
        ----------
        teams : sequence of int
            Teams that may serve it.

        Returns
        -------
        bool
            True if it does.
        """
        return any(self.goes_into(team, self.solution.routes[team].visits) for team in teams)

    def goes_into(self, team: int, order: tuple[int, ...]) -> bool:
        """
        Tell whether the visit goes into a route of a team.

        Parameters
        ----------
        team : int
            Index of the team.
        order : tuple of int
            The stops of the route, such as those that are left when one is dropped.

        Returns
        -------
        bool
            True if it does somewhere.
        """
        places = (place for bound_s, place in self._bounds(team, order) if bound_s <= 0)
        return any(self.short(team, (*order[:place], self.visit, *order[place:])) <= TOLERANCE_S for place in places)

    def short(self, team: int, order: tuple[int, ...]) -> float:
        """
        Measure how much longer a team would have to stay for a route.

        Parameters
        ----------
        team : int
            Index of the team.
        order : tuple of int
            The stops.

        Returns
        -------
        float
            Seconds by which the shift, or the limit of travel, is too short; infinite if that would not help.
        """
        own = self._own_spans(team)
        spans = [own[visit] if visit in own else self._apart(team, visit) for visit in order]
        return self._short(team, order, spans)

    def short_alone(self, team: int, *, gaps: bool = True, windows: bool = True) -> float:
        """
        Measure how much longer a team without any other stop would have to stay for the visit.

        Parameters
        ----------
        team : int
            Index of the team.
        gaps : bool, default True
            Whether the gaps to all planned repeats are kept.
        windows : bool, default True
            Whether its windows are.

        Returns
        -------
        float
            As `short` gives it.
        """
        stays = [stay for _, stay in self.stays.get(self.problem.visits[self.visit].series, ())]
        spans = spans_apart(self.problem, self.visit, stays if gaps else ())
        return self._short(team, (self.visit,), [spans if windows else ((-math.inf, math.inf),)])

    def lateness(self, team: int) -> float:
        """
        Measure by how much even the straightest way misses the last window.

        Parameters
        ----------
        team : int
            Index of the team.

        Returns
        -------
        float
            Seconds; infinite if it does not.
        """
        crew, place = self.problem.teams[team], self.problem.visits[self.visit].place
        way_s = 0.0 if crew.start == place else self.problem.matrix(team).item(crew.start, place)
        stays = [stay for _, stay in self.stays.get(self.problem.visits[self.visit].series, ())]
        spans = spans_apart(self.problem, self.visit, stays)
        late_s = crew.shift[0] + way_s - spans[-1][1] if spans else math.inf
        return float(late_s) if late_s > 0 else math.inf

    def nearest(self, teams: Sequence[int]) -> list[int]:
        """
        Choose the teams to whose routes the visit adds the least travel.

        Parameters
        ----------
        teams : sequence of int
            Teams that may serve it.

        Returns
        -------
        list of int
            Twelve at most, the nearest first.
        """
        return sorted(teams, key=lambda team: (self._added(team), team))[:_NEAREST_TEAMS]

    def _short(self, team: int, order: tuple[int, ...], spans: list[tuple[Span, ...]]) -> float:
        crew = self.problem.teams[team]
        end_s = earliest_end(self.problem, team, order, spans)
        if math.isfinite(crew.max_length_m) and length_of(self.problem, team, order) > crew.max_length_m + TOLERANCE_S:
            return math.inf
        return max(end_s - crew.shift[1], travel_of(self.problem, team, order) - crew.max_travel_s, 0.0)

    @cached_property
    def _spans_of_teams(self) -> dict[int, dict[int, tuple[Span, ...]]]:
        return {}

    def _own_spans(self, team: int) -> dict[int, tuple[Span, ...]]:
        """When the stops of a team's route, and the visit in it, may start."""
        known = self._spans_of_teams
        if team not in known:
            order = (*self.solution.routes[team].visits, self.visit)
            known[team] = {visit: self._apart(team, visit) for visit in order}
        return known[team]

    def _apart(self, team: int, visit: int) -> tuple[Span, ...]:
        series = self.problem.visits[visit].series
        if not series:
            return self.problem.spans(visit)
        others = [stay for other, stay in self.stays.get(series, ()) if other != team]
        return spans_apart(self.problem, visit, others)

    def _bounds(self, team: int, order: tuple[int, ...]) -> list[tuple[float, int]]:
        """For each place in a route, the seconds short even without any waiting: no timing can need less."""
        crew, matrix = self.problem.teams[team], self.problem.matrix(team)
        places = np.array([crew.start, *(self.problem.visits[v].place for v in order), crew.end], dtype=np.intp)
        new, before, after = self.problem.visits[self.visit].place, places[:-1], places[1:]
        ways = np.where(before == after, 0.0, matrix[before, after]) if order else np.zeros(1)
        there, back = np.where(before == new, 0.0, matrix[before, new]), np.where(after == new, 0.0, matrix[new, after])
        # The other ways are summed from both sides: one that does not exist must not be taken off again.
        rest_s = np.append(0.0, ways.cumsum()[:-1]) + np.append(ways[::-1].cumsum()[-2::-1], 0.0)
        stay_s = sum(self.problem.visits[v].dwell_s for v in (*order, self.visit)) + crew.break_s
        short = np.maximum(rest_s + there + back + stay_s - (crew.shift[1] - crew.shift[0]) - TOLERANCE_S, 0.0)
        return [(bound, place) for place, bound in enumerate(short.tolist()) if math.isfinite(bound)]

    def _added(self, team: int) -> float:
        order = self.solution.routes[team].visits
        crew, matrix = self.problem.teams[team], self.problem.matrix(team)
        places = [crew.start, *(self.problem.visits[v].place for v in order), crew.end]
        new = self.problem.visits[self.visit].place
        return min(
            matrix.item(a, new) + matrix.item(new, b) - (matrix.item(a, b) if order and a != b else 0.0)
            for a, b in itertools.pairwise(places)
        )
