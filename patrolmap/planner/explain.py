"""Why a visit is in no route, found by trying: who may, who could alone, who has time left, what stands in its way."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message
from patrolmap.planner.explain_who import why_nobody_may
from patrolmap.planner.route_trials import RouteTrials, stays_of
from patrolmap.planner.schedule import TOLERANCE_S, travel_of
from patrolmap.planner.solution import NOT_BEGUN
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolmap.planner.problem import Problem
    from patrolmap.planner.solution import Solution

__all__ = ["Explanation", "explain"]

_PLAIN: Final = N_("{team} would need {minutes} min more.")
_AS_IT_IS: Final = N_("With its present stops {team} would need {minutes} min more.")
_IF_EMPTY: Final = N_("Without its other stops {team} would need {minutes} min more.")


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
    Tried in this order: no team may serve it (fixed pair, zone, ring, size); it fits still; no way leads there; no team could
    serve it even with an empty route (its window, the length of the shift, or the gap to the planned visits of its series); it
    would fit if a stop worth as much or more were dropped (out-ranked; looked for at the twelve teams to whose routes it adds
    the least travel); it would fit if a shift were longer. Each trial is exact, with all gaps kept. "One team more" means a copy of a team that could serve it alone.
    """
    if solution.record.stopped_by == NOT_BEGUN:
        reason = Message(N_("The search was ended before its part of the district was planned."))
        remedy = Message(N_("Plan again and let the search run to its end."))
        return tuple(Explanation(visit, "not_planned", reason, remedy) for visit in solution.unmet)
    known = dict(names or {})
    stays = stays_of(problem, solution)
    found = []
    for visit in solution.unmet:
        raise_if_cancelled(cancel)
        found.append(_Case(RouteTrials(problem, solution, visit, stays), known).explained())
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Case:
    trials: RouteTrials
    names: dict[str, str]

    @property
    def problem(self) -> Problem:
        return self.trials.problem

    @property
    def visit(self) -> int:
        return self.trials.visit

    def explained(self) -> Explanation:
        teams = [team for team in range(len(self.problem.teams)) if self.problem.allowed(team, self.visit)]
        if not teams:
            why = why_nobody_may(self.problem.visits[self.visit], self.problem.teams, self._name)
            return self._answer("no_team_allowed", *why)
        needed_s, best = self.trials.shortest(teams)
        if needed_s <= TOLERANCE_S:
            return self._fits_still(best)
        able = [team for team in teams if self.trials.short_alone(team) <= TOLERANCE_S]
        if able:
            return self._crowded_out(able, needed_s, best)
        reachable = [team for team in teams if math.isfinite(travel_of(self.problem, team, (self.visit,)))]
        if not reachable:
            remedy = self._longer(_AS_IT_IS, best, needed_s)
            reason = Message(N_("No way leads there for any team that may serve it."))
            return self._answer("unreachable", reason, remedy)
        if any(self.trials.short_alone(team, gaps=False) <= TOLERANCE_S for team in reachable):
            return self._too_near(teams)
        return self._nobody_could(teams, reachable, needed_s, best)

    def _too_near(self, teams: list[int]) -> Explanation:
        """Say that only the gap to planned visits of its series is in the way, and which gap would not be."""
        gap_s = self.problem.visits[self.visit].min_gap_s
        remedy = None
        if self._fits_with_gap(0, teams):
            # The longest gap that does, in whole minutes: it differs from the wanted one by the least.
            minutes = _last_that(lambda gap: self._fits_with_gap(gap, teams), math.ceil(gap_s / 60))
            remedy = Message(N_("A gap of {minutes} min would do."), {"minutes": minutes})
        reason = Message(
            N_("Its other visits leave no time for it with a gap of {minutes} min."), {"minutes": round(gap_s / 60)}
        )
        return self._answer("gap_too_long", reason, remedy)

    def _fits_with_gap(self, minutes: int, teams: list[int]) -> bool:
        members = self.problem.series[self.problem.visits[self.visit].series]
        nearer = {index: replace(self.problem.visits[index], min_gap_s=60.0 * minutes) for index in members}
        return self.trials.with_visits(nearer).fits(teams)

    def _nobody_could(self, teams: list[int], reachable: list[int], needed_s: float, best: int) -> Explanation:
        missing_s, empty = min((self.trials.short_alone(team), team) for team in reachable)
        minutes = _minutes(missing_s) if math.isfinite(missing_s) else 0
        remedy = self._longer(_AS_IT_IS, best, needed_s) or self._longer(_IF_EMPTY, empty, missing_s)
        if minutes and all(self.trials.short_alone(team, windows=False) > TOLERANCE_S for team in reachable):
            reason = Message(N_("Even without other stops the shift is {minutes} min too short."), {"minutes": minutes})
            return self._answer("no_time_left", reason, remedy, missing_s)
        wait_min = self._later_window(teams)
        if wait_min is not None and 60 * wait_min < needed_s:
            remedy = Message(N_("A window that ends {minutes} min later would do."), {"minutes": wait_min})
        if minutes:
            # The window can be reached, but not the way home after it: a longer shift helps, and the reason says so.
            reason = Message(
                N_("After its time window even a team without other stops would come home {minutes} min too late."),
                {"minutes": minutes},
            )
            return self._answer("window_unreachable", reason, remedy, missing_s)
        late_s = min(self.trials.lateness(team) for team in reachable)
        reason = Message(N_("Its time window cannot be reached by any team that may serve it."))
        return self._answer("window_unreachable", reason, remedy, late_s)

    def _later_window(self, teams: list[int]) -> int | None:
        """Whole minutes by which its last window ends too early for the routes as they are; None if that is not it."""
        end_s = self.problem.spans(self.visit)[-1][1]
        last_s = max(self.problem.teams[team].shift[1] for team in teams)
        most = math.ceil((last_s - end_s) / 60) if math.isfinite(end_s) else 0
        if most <= 0 or not self._fits_with_window(most, teams):
            return None
        return _first_that(lambda minutes: self._fits_with_window(minutes, teams), most)

    def _fits_with_window(self, minutes: int, teams: list[int]) -> bool:
        *before, (begin_s, end_s) = self.problem.spans(self.visit)
        windows = (*before, (begin_s, end_s + 60.0 * minutes))
        later = replace(self.problem.visits[self.visit], windows=windows)
        return self.trials.with_visits({self.visit: later}).fits(teams)

    def _crowded_out(self, able: list[int], missing_s: float, best: int) -> Explanation:
        remedy = self._longer(_PLAIN, best, missing_s)
        if remedy is None:
            like = {"team": self._name(self._id(able[0])), "team_id": self._id(able[0])}
            remedy = Message(N_("One team more, like {team}, would do."), like)
        for team in self.trials.nearest(able):
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
        order = self.trials.solution.routes[team].visits
        mine = self._worth(self.visit)
        for stop in sorted(order, key=lambda v: (self._worth(v), v)):
            if self._worth(stop) >= mine and self.trials.goes_into(team, tuple(v for v in order if v != stop)):
                return stop
        return None

    def _longer(self, said: str, team: int, missing_s: float) -> Message | None:
        if not TOLERANCE_S < missing_s < math.inf:
            return None
        values = {"team": self._name(self._id(team)), "team_id": self._id(team), "minutes": _minutes(missing_s)}
        return Message(said, values)

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


def _first_that(works: Callable[[int], bool], high: int) -> int:
    """Halve the stretch between 0, which does not work, and a number that does, down to the first that does."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def _last_that(works: Callable[[int], bool], high: int) -> int:
    """Halve the stretch between 0, which works, and a number that does not, down to the last that does."""
    return _first_that(lambda number: not works(number), high) - 1
