"""Why a visit is in no route, found by trying: who may, who could alone, who has time left, what stands in its way."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.messages import N_, Message
from patrolmap.planner.insertion import best_insertion
from patrolmap.planner.schedule import TOLERANCE_S, earliest_timing, time_route, travel_of
from patrolmap.planner.slots import gaps_kept, held_apart, open_spans
from patrolmap.planner.solution import NOT_BEGUN, planned_starts
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.planner.problem import Problem
    from patrolmap.planner.solution import Solution

__all__ = ["Explanation", "explain"]

_NEAREST_TEAMS: Final = 12
_GAP_STEP_MIN: Final = 5


@dataclass(frozen=True)
class Explanation:
    """
    Why one visit is unmet.

    Parameters
    ----------
    visit : int
        Index of the visit.
    code : str
        As in `patrolmap.model.plan.UnmetVisit`.
    reason : Message
        The reason.
    remedy : Message or None
        The smallest change that would meet it, tried out; None if none was found.
    missing_s : float or None
        Seconds short; None if time is not what is missing, or no amount of it was found to help.
    """

    visit: int
    code: str
    reason: Message
    remedy: Message | None
    missing_s: float | None = None


def explain(
    problem: Problem,
    solution: Solution,
    *,
    names: Mapping[str, str] | None = None,
    cancel: Cancel = NO_CANCEL,
) -> tuple[Explanation, ...]:
    """
    Explain every unmet visit by re-test.

    Parameters
    ----------
    problem : Problem
        The problem.
    solution : Solution
        The plan.
    names : mapping of str to str, or None
        What the user calls teams and visits, by id; None for the ids.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    tuple of Explanation
        One for each of ``solution.unmet``, in that order.

    Raises
    ------
    CancelledError
        If the user cancelled.

    Notes
    -----
    Tried in this order: no team may serve it (zone, size, fixed pair); no way leads there; no team could serve it
    even with an empty route (its window, the length of the shift, or the gap to the planned visits of its series); it would
    fit if a stop worth as much or more were dropped (out-ranked; looked for at the twelve teams to whose routes it adds the
    least travel); it would fit if a shift were longer. Each was tried with all gaps kept. "One team more" means a copy of a team that could serve it alone.
    """
    if solution.record.stopped_by == NOT_BEGUN:
        reason = Message(N_("The search was ended before its part of the district was planned."))
        remedy = Message(N_("Plan again and let the search run to its end."))
        return tuple(Explanation(visit, "not_planned", reason, remedy) for visit in solution.unmet)
    known = dict(names or {})
    starts = planned_starts(solution)
    held = held_apart(problem, starts)
    found = []
    for visit in solution.unmet:
        raise_if_cancelled(cancel)
        found.append(_Case(problem, solution, visit, known, starts, held).explained())
    return tuple(found)


@dataclass
class _Case:
    problem: Problem
    solution: Solution
    visit: int
    names: dict[str, str]
    starts: dict[int, float]
    held: Problem
    """The problem in which planned visits keep their gaps when a stop put in before them delays them."""
    open: Problem = field(init=False)
    still: Problem = field(init=False)
    """As `open`, with planned visits of series held where they are."""

    def __post_init__(self) -> None:
        # In both the visit may only start where the other visits of its series leave room.
        wanted = self.problem.visits[self.visit]
        spans = open_spans(self.problem, self.visit, self.starts)
        visits = list(self.held.visits)
        visits[self.visit] = replace(wanted, windows=spans or ((math.inf, math.inf),))
        self.open = self.held.with_visits(tuple(visits))
        for index, start in self.starts.items():
            if visits[index].series:
                visits[index] = replace(visits[index], windows=((start, start),))
        self.still = self.held.with_visits(tuple(visits))

    def explained(self) -> Explanation:
        teams = [team for team in range(len(self.problem.teams)) if self.problem.allowed(team, self.visit)]
        if not teams:
            return self._nobody_may()
        reachable = [team for team in teams if math.isfinite(travel_of(self.problem, team, (self.visit,)))]
        if not reachable:
            return self._answer("unreachable", Message(N_("No way leads there for any team that may serve it.")), None)
        able = [team for team in reachable if time_route(self.open, team, (self.visit,)) is not None]
        if not able:
            alone = [team for team in reachable if time_route(self.problem, team, (self.visit,)) is not None]
            return self._too_near(alone) if alone else self._nobody_could(reachable)
        return self._crowded_out(able)

    def _nobody_may(self) -> Explanation:
        wanted, teams = self.problem.visits[self.visit], self.problem.teams
        if wanted.only_teams and not any(team.team_id in wanted.only_teams for team in teams):
            who = "、".join(self._name(team) for team in wanted.only_teams)
            return self._answer(
                "no_team_allowed",
                Message(N_("It is kept for {teams}, who are not on this shift."), {"teams": who}),
                Message(N_("Put {teams} on the shift, or let others serve it."), {"teams": who}),
            )
        in_zone = [team for team in teams if not wanted.zone or team.zone in ("", wanted.zone)]
        if not in_zone:
            return self._answer(
                "no_team_allowed",
                Message(N_("No team of zone {zone} is on this shift."), {"zone": wanted.zone}),
                Message(N_("Put a team of zone {zone} on the shift."), {"zone": wanted.zone}),
            )
        in_ring = [team for team in in_zone if not team.ring or team.ring in wanted.rings]
        if not in_ring:
            rings = "、".join(sorted({team.ring for team in in_zone}))
            return self._answer(
                "no_team_allowed",
                Message(N_("It lies outside the rings of all teams that may serve it: {rings}."), {"rings": rings}),
                Message(N_("Put a team that is not bound to one of them on the shift.")),
            )
        largest = max(in_ring, key=lambda team: team.members)
        return self._answer(
            "no_team_allowed",
            Message(
                N_("It needs {needed} {needed:member|members}; the largest team that may serve it has {members}."),
                {"needed": wanted.min_members, "members": largest.members},
            ),
            Message(
                N_("Give {team} {count} more members."),
                {
                    "team": self._name(largest.team_id),
                    "team_id": largest.team_id,
                    "count": max(wanted.min_members - largest.members, 0),
                },
            ),
        )

    def _too_near(self, teams: list[int]) -> Explanation:
        """Say that only the gap to planned visits of its series is in the way, and which gap would not be."""
        own = self.problem.visits[self.visit]
        gap = round(own.min_gap_s / 60)
        remedy = None
        for minutes in range(gap, -1, -_GAP_STEP_MIN):
            members = set(self.problem.series[own.series])
            visits = tuple(
                replace(visit, min_gap_s=60.0 * minutes) if index in members else visit
                for index, visit in enumerate(self.problem.visits)
            )
            trial = _Case(
                self.problem.with_visits(visits), self.solution, self.visit, self.names, self.starts, self.held
            )
            if any(trial.fits_into(team) for team in self._nearest(teams)):
                remedy = Message(N_("A gap of {minutes} min would do."), {"minutes": minutes})
                break
        reason = Message(N_("Its other visits leave no time for it with a gap of {minutes} min."), {"minutes": gap})
        return self._answer("gap_too_long", reason, remedy)

    def _nobody_could(self, teams: list[int]) -> Explanation:
        shortfalls = [(self._shortfall(self.open, team, (self.visit,)), team) for team in teams]
        missing_s, best = min(shortfalls)
        minutes = _minutes(missing_s) if math.isfinite(missing_s) else 0
        free = self.problem.with_visits(
            tuple(replace(v, windows=()) if k == self.visit else v for k, v in enumerate(self.problem.visits))
        )
        needed_s, team = self._shortest(teams)
        remedy = self._longer_as_it_is(team, needed_s) or self._longer_if_empty(best, missing_s)
        if not any(time_route(free, team, (self.visit,)) is not None for team in teams) and minutes:
            reason = Message(N_("Even without other stops the shift is {minutes} min too short."), {"minutes": minutes})
            return self._answer("no_time_left", reason, remedy, missing_s)
        wait_s = min(self._later_window(team) for team in self._nearest(teams))
        if wait_s < needed_s:
            remedy = Message(N_("A window that ends {minutes} min later would do."), {"minutes": _minutes(wait_s)})
        if minutes:
            # The window can be reached, but not the way home after it: a longer shift helps, and the reason says so.
            reason = Message(
                N_("After its time window even a team without other stops would come home {minutes} min too late."),
                {"minutes": minutes},
            )
            return self._answer("window_unreachable", reason, remedy, missing_s)
        late_s = min(self._lateness(team) for team in teams)
        reason = Message(N_("Its time window cannot be reached by any team that may serve it."))
        return self._answer("window_unreachable", reason, remedy, late_s)

    def _crowded_out(self, able: list[int]) -> Explanation:
        missing_s, best = self._shortest(able)
        if missing_s <= TOLERANCE_S:
            return self._fits_still(best)
        remedy = self._longer_shift(best, missing_s)
        if remedy is None:
            home = self._name(self.problem.teams[able[0]].team_id)
            like = {"team": home, "team_id": self._id(able[0])}
            remedy = Message(N_("One team more, like {team}, would do."), like)
        for team in self._nearest(able):
            rival = self._rival(team)
            if rival is not None:
                reason = Message(
                    N_("It would fit instead of {rival} of {team}, which is worth no less."),
                    {"rival": self._name(self.problem.visits[rival].visit_id), "team": self._name(self._id(team))},
                )
                return self._answer("out_ranked", reason, remedy, missing_s)
        if math.isfinite(missing_s):
            reason = Message(
                N_("No team has time left: {team} comes nearest and is {minutes} min short."),
                {"team": self._name(self._id(best)), "minutes": _minutes(missing_s)},
            )
        else:
            reason = Message(N_("No team has time left for it between the time windows of its other stops."))
        return self._answer("no_time_left", reason, remedy, missing_s)

    def _fits_still(self, team: int) -> Explanation:
        reason = N_("It still fits into the route of {team}: the search was too short to put it in.")
        remedy = Message(N_("Give the search more time, or put it in by hand."))
        return self._answer("not_planned", Message(reason, {"team": self._name(self._id(team))}), remedy)

    def _rival(self, team: int) -> int | None:
        """Find the least worthy stop, worth no less than the visit, whose loss would make room."""
        order = self.solution.routes[team].visits
        mine = self._worth(self.visit)
        for stop in sorted(order, key=lambda v: (self._worth(v), v)):
            rest = [v for v in order if v != stop]
            if self._worth(stop) >= mine and self._goes_into(team, rest):
                return stop
        return None

    def fits_into(self, team: int) -> bool:
        """
        Tell whether the visit goes into a route as it is.

        Parameters
        ----------
        team : int
            Index of the team.

        Returns
        -------
        bool
            True if it does, with all gaps kept.
        """
        return self._goes_into(team, self.solution.routes[team].visits)

    def _goes_into(self, team: int, order: Sequence[int]) -> bool:
        place = best_insertion(self.open, team, order, self.visit)
        if place is None:
            return False
        return self._kept(team, (*order[: place.position], self.visit, *order[place.position :]))

    def _kept(self, team: int, order: Sequence[int], extra_s: float = 0.0) -> bool:
        """Tell whether a route holds with all gaps, in a shift that is longer."""
        crew = self.problem.teams[team]
        longer = replace(
            crew,
            shift=(crew.shift[0], crew.shift[1] + extra_s),
            break_window=crew.break_span,
            max_travel_s=crew.max_travel_s + extra_s,
        )
        mine = set(self.solution.routes[team].visits)
        others = {visit: start for visit, start in self.starts.items() if visit not in mine}
        for trial in (self.open, self.still):
            timing = time_route(trial.with_team(team, longer) if extra_s else trial, team, order)
            if timing is None:
                continue
            starts = {**others, **dict(zip(order, timing.start_s, strict=True))}
            if gaps_kept(self.problem, starts, TOLERANCE_S):
                return True
        return False

    def _nearest(self, teams: list[int]) -> list[int]:
        return sorted(teams, key=lambda team: (self._added(team), team))[:_NEAREST_TEAMS]

    def _later_window(self, team: int) -> float:
        """Seconds by which its last window ends too early for the route as it is; infinite if that would not help."""
        end_s = self.open.spans(self.visit)[-1][1]
        wanted = replace(self.problem.visits[self.visit], windows=((self.open.spans(self.visit)[-1][0], math.inf),))
        visits = tuple(wanted if index == self.visit else visit for index, visit in enumerate(self.held.visits))
        late = self.held.with_visits(visits)
        found = best_insertion(late, team, self.solution.routes[team].visits, self.visit)
        if found is None or not math.isfinite(end_s):
            return math.inf
        order = list(self.solution.routes[team].visits)
        order.insert(found.position, self.visit)
        timing = earliest_timing(late, team, order)
        if timing is None:
            return math.inf
        wait_s = max(timing.start_s[found.position] - end_s, 0.0)
        return wait_s if self._kept_with_window(team, order, end_s + 60.0 * _minutes(wait_s)) else math.inf

    def _kept_with_window(self, team: int, order: Sequence[int], end_s: float) -> bool:
        wanted = self.problem.visits[self.visit]
        last = (self.problem.spans(self.visit)[-1][0], end_s)
        visits = list(self.problem.visits)
        visits[self.visit] = replace(wanted, windows=(*self.problem.spans(self.visit)[:-1], last))
        trial = _Case(
            self.problem.with_visits(tuple(visits)), self.solution, self.visit, self.names, self.starts, self.held
        )
        return trial._kept(team, order)

    def _shortest(self, teams: list[int]) -> tuple[float, int]:
        """Find the team that needs the least more time, over all places in all routes; the second is its index."""
        best = (math.inf, self._nearest(teams)[0])
        for bound_s, team, place in sorted(bound for one in teams for bound in self._bounds(one)):
            if bound_s >= best[0] or best[0] <= TOLERANCE_S:
                break
            order = self.solution.routes[team].visits
            wanted = (*order[:place], self.visit, *order[place:])
            missing_s = self._shortfall(self.open, team, wanted)
            if missing_s < best[0] and self._kept(team, wanted, missing_s if missing_s > TOLERANCE_S else 0.0):
                best = (missing_s, team)
        return best

    def _bounds(self, team: int) -> list[tuple[float, int, int]]:
        """For each place in a route, the seconds short even without any waiting: no timing can need less."""
        order, crew, matrix = self.solution.routes[team].visits, self.problem.teams[team], self.problem.matrix(team)
        places = np.array([crew.start, *(self.problem.visits[v].place for v in order), crew.end], dtype=np.intp)
        new, before, after = self.problem.visits[self.visit].place, places[:-1], places[1:]
        ways = np.where(before == after, 0.0, matrix[before, after]) if order else np.zeros(1)
        extra = (
            np.where(before == new, 0.0, matrix[before, new]) + np.where(after == new, 0.0, matrix[new, after]) - ways
        )
        stay_s = sum(self.problem.visits[v].dwell_s for v in (*order, self.visit)) + crew.break_s
        short = np.maximum(extra + ways.sum() + stay_s - (crew.shift[1] - crew.shift[0]) - TOLERANCE_S, 0.0)
        return [(bound, team, place) for place, bound in enumerate(short.tolist()) if math.isfinite(bound)]

    @staticmethod
    def _shortfall(problem: Problem, team: int, order: tuple[int, ...]) -> float:
        """Seconds by which the shift (or the travel limit) is too short; infinite if that would not help."""
        crew = problem.teams[team]
        timing = earliest_timing(problem, team, order)
        if timing is None or math.isfinite(crew.max_length_m):
            return math.inf if time_route(problem, team, order) is None else 0.0
        return max(timing.end_s - crew.shift[1], travel_of(problem, team, order) - crew.max_travel_s, 0.0)

    def _lateness(self, team: int) -> float:
        """Seconds by which even the straightest way misses the last window."""
        crew, place = self.problem.teams[team], self.problem.visits[self.visit].place
        arrive_s = crew.shift[0] + self.problem.matrix(team).item(crew.start, place)
        late_s = arrive_s - self.open.spans(self.visit)[-1][1]
        return float(late_s) if late_s > 0 else math.inf

    def _added(self, team: int) -> float:
        order = self.solution.routes[team].visits
        crew, matrix = self.problem.teams[team], self.problem.matrix(team)
        places = [crew.start, *(self.problem.visits[v].place for v in order), crew.end]
        new = self.problem.visits[self.visit].place
        return min(
            matrix.item(a, new) + matrix.item(new, b) - (matrix.item(a, b) if order and a != b else 0.0)
            for a, b in itertools.pairwise(places)
        )

    def _longer_shift(self, team: int, missing_s: float) -> Message | None:
        if not TOLERANCE_S < missing_s < math.inf:
            return None
        values = self._minutes_of(team, missing_s)
        return Message(N_("{team} would need {minutes} min more."), values)

    def _longer_as_it_is(self, team: int, missing_s: float) -> Message | None:
        values = self._minutes_of(team, missing_s)
        said = Message(N_("With its present stops {team} would need {minutes} min more."), values)
        return said if self._longer_shift(team, missing_s) else None

    def _longer_if_empty(self, team: int, missing_s: float) -> Message | None:
        values = self._minutes_of(team, missing_s)
        said = Message(N_("Without its other stops {team} would need {minutes} min more."), values)
        return said if self._longer_shift(team, missing_s) else None

    def _minutes_of(self, team: int, missing_s: float) -> dict[str, object]:
        minutes = _minutes(missing_s) if missing_s < math.inf else 0
        return {"team": self._name(self._id(team)), "team_id": self._id(team), "minutes": minutes}

    def _worth(self, visit: int) -> tuple[bool, float]:
        return self.problem.visits[visit].required, self.problem.visits[visit].prize

    def _id(self, team: int) -> str:
        return self.problem.teams[team].team_id

    def _name(self, name: str) -> str:
        return self.names.get(name, name)

    def _answer(self, code: str, reason: Message, remedy: Message | None, missing_s: float = math.inf) -> Explanation:
        known = TOLERANCE_S < missing_s < math.inf
        return Explanation(self.visit, code, reason, remedy, missing_s if known else None)


def _minutes(seconds: float) -> int:
    return math.ceil(max(seconds, 0.0) / 60 - 1e-9)
