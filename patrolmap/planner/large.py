"""Districts too large for one search: parts solved in parallel processes, then cut anew across the old borders."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.messages import N_, Message
from patrolmap.planner.parts import Part, held_windows, parts_of, with_windows
from patrolmap.planner.problem import Problem
from patrolmap.planner.schedule import Timing
from patrolmap.planner.solution import NOT_BEGUN, PlannedRoute, SearchRecord, Solution, planned_starts_of, score_of
from patrolmap.planner.solve import SolveParams, StopRule, solve
from patrolmap.planner.verify import Violation, verify, verify_gaps
from patrolmap.planner.workers import Crew
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, CancelledError, Progress, SubProgress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.problem import ProblemTeam, ProblemVisit, Span

__all__ = [
    "LargeParams",
    "LargeProblem",
    "LargeSolution",
    "SolvedPart",
    "solve_large",
    "verify_large",
]

_FIRST_SHARE: Final = 0.5
_TURN_DEG: Final = 45.0
_OWN_S: Final = 0.5
_SEARCHED: Final = 0.87
"""Of a part's time; what `solve` does after its search may take a tenth as long again, or two seconds."""
_AFTER_S: Final = 2.0

_LEAST_S: Final = 0.5
_SLACK_S: Final = 5.0


@dataclass(frozen=True, eq=False)
class LargeProblem:
    """
    A district whose travel matrix would not fit into memory.

    Parameters
    ----------
    visits : tuple of ProblemVisit
        All visits; their places are not looked at.
    visit_xy : numpy.ndarray of float64, shape (visits, 2)
        Where they are, metres; only to tell what is near.
    teams : tuple of ProblemTeam
        All teams.
    team_xy : numpy.ndarray of float64, shape (teams, 2)
        Their home posts, metres.
    make : callable
        ``make(part) -> Problem`` with the visits and teams of a part, in its order, and the ways between them. With
        several workers it is called in them, so it can be pickled: an object of a module, not a function in a function.
    """

    visits: tuple[ProblemVisit, ...]
    visit_xy: NDArray[np.float64]
    teams: tuple[ProblemTeam, ...]
    team_xy: NDArray[np.float64]
    make: Callable[[Part], Problem]


@dataclass(frozen=True)
class LargeParams:
    """
    How a large district is solved.

    Parameters
    ----------
    part_teams : int, default 100
        Most teams of a part.
    rounds : int, default 3
        How often the district is cut; after the first time the cuts lie across the old ones and the search goes on
        from the plan so far.
    workers : int, default 1
        Processes. The answer of a search bounded by iterations does not depend on it.
    restarts : int, default 1
        Restarts of each part in each round.
    balance : bool, default False
        Whether to share the work in the last round, as in `SolveParams`.
    """

    part_teams: int = 100
    rounds: int = 3
    workers: int = 1
    restarts: int = 1
    balance: bool = False


@dataclass(frozen=True, eq=False)
class SolvedPart:
    """
    A part of the last round with its plan.

    Parameters
    ----------
    part : Part
        Which teams and visits.
    problem : Problem
        As `LargeProblem.make` gave it; without any way if the search was cancelled before the part was begun.
    solution : Solution
        In the terms of `problem`; its record says ``not_begun`` in that case.
    """

    part: Part
    problem: Problem
    solution: Solution


@dataclass(frozen=True, eq=False)
class LargeSolution:
    """
    The merged plan.

    Parameters
    ----------
    solution : Solution
        In the terms of the whole district.
    parts : tuple of SolvedPart
        The same by the parts of the last round.
    """

    solution: Solution
    parts: tuple[SolvedPart, ...]


def solve_large(
    large: LargeProblem,
    params: LargeParams | None = None,
    *,
    seed: int = 0,
    stop: StopRule,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> LargeSolution:
    """
    Plan a large district.

    Parameters
    ----------
    large : LargeProblem
        What is to be planned.
    params : LargeParams or None
        How to search; None for the defaults.
    seed : int, default 0
        Seed of every random choice.
    stop : StopRule
        When to end; the first round has half of the bound, the others share the rest. Seconds include the start of
        the processes and the measuring of ways, which each process does for its own parts; there are fewer rounds if it takes too much of
        them, and the first one is always made.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        Ends the work of the parts under way; the best plan so far is the answer.

    Returns
    -------
    LargeSolution
        Keeps all rules, gaps across parts included. No round makes a part worse than it was.

    Raises
    ------
    CancelledError
        If the user cancelled before the first part was solved.
    """
    chosen = params or LargeParams()
    state = _State(large, chosen, seed, stop)
    state.began = time.time()
    with Crew(chosen.workers, kit=large.make) as crew:
        crew.wait_until_ready(cancel)
        raise_if_cancelled(cancel)
        for number in range(chosen.rounds):
            if number and (cancel() or not state.worth_another()):
                break
            part = SubProgress(progress, _share_before(number, chosen.rounds), _share_before(number + 1, chosen.rounds))
            state.run(crew, number, part, cancel)
    if not any(one.solution.record.stopped_by != NOT_BEGUN for one in state.parts):
        raise CancelledError
    return state.merged(complete=not cancel())


def verify_large(large: LargeProblem, found: LargeSolution) -> tuple[Violation, ...]:
    """
    Check every rule of a merged plan.

    Parameters
    ----------
    large : LargeProblem
        The district.
    found : LargeSolution
        Its plan.

    Returns
    -------
    tuple of Violation
        Empty if every part keeps all rules on its own matrices, no visit is served twice, and the gaps hold across parts.
    """
    broken = [violation for one in found.parts for violation in verify(one.problem, one.solution)]
    times = Counter(visit for route in found.solution.routes for visit in route.visits)
    broken += [Violation("twice", "", large.visits[visit].visit_id, n) for visit, n in times.items() if n > 1]
    if sorted((*times, *found.solution.unmet)) != list(range(len(large.visits))):
        broken.append(Violation("sums", "", "", abs(len(large.visits) - len(times) - len(found.solution.unmet))))
    broken += verify_gaps(large.visits, found.solution.routes)
    return tuple(broken)


def _share_before(number: int, rounds: int) -> float:
    if rounds == 1:
        return float(number)
    return 0.0 if number == 0 else _FIRST_SHARE + (1 - _FIRST_SHARE) * (number - 1) / (rounds - 1)


@dataclass(frozen=True, eq=False)
class _Task:
    """A part to be measured and solved: what a worker process is told."""

    part: Part
    held: dict[int, tuple[Span, ...]]
    """Windows of held visits of the district; they have no series in this round."""
    params: SolveParams
    seed: int
    iterations: int | None
    end: float | None
    """`time.time` at which the round should be over."""
    waves: int
    """How many parts the process still has to do by then, this one included; each is searched a little, even if late."""
    warm: Solution | None


@dataclass(frozen=True, eq=False)
class _Answer:
    problem: Problem
    solution: Solution
    measured_s: float


def _solve_part(
    make: Callable[[Part], Problem], task: _Task, *, cancel: Cancel, report: Callable[[float], None]
) -> _Answer:
    began = time.time()
    until = None if task.end is None else began + max(task.end - began, 0.0) / task.waves
    problem = make(task.part)
    measured_s = time.time() - began
    time_s = None if until is None else _search_s(until - time.time(), balance=task.params.balance)
    solution = solve(
        with_windows(problem, task.part, task.held),
        task.params,
        seed=task.seed,
        stop=StopRule(task.iterations, time_s),
        warm=task.warm,
        progress=lambda done, _text=None: report(done),
        cancel=cancel,
    )
    return _Answer(problem, solution, measured_s)


def _search_s(left_s: float, *, balance: bool) -> float:
    """Leave time for what comes after the search of a part."""
    search_s = min(_SEARCHED * left_s, left_s - _AFTER_S) if balance else _SEARCHED * left_s
    return max(search_s - _OWN_S, _LEAST_S)


class _State:
    """The plan so far, and how to make it better by one round."""

    def __init__(self, large: LargeProblem, params: LargeParams, seed: int, stop: StopRule) -> None:
        self.large, self.params, self.seed, self.stop = large, params, seed, stop
        self.began = self.measured_s = 0.0
        self.iterations = self.restarts = 0
        self.routes = {team: _standing(team, large.teams[team]) for team in range(len(large.teams))}
        self.parts: list[SolvedPart] = []

    def worth_another(self) -> bool:
        """Tell whether the time left is more than the measuring of ways for another round would take."""
        return self.stop.time_s is None or self.began + self.stop.time_s - time.time() > 1.5 * self.measured_s

    def run(self, crew: Crew, number: int, progress: Progress, cancel: Cancel) -> None:
        """Cut, measure and solve all parts, and keep what is better; a later round that is cut short counts not at all."""
        served = {visit: route.team for route in self.routes.values() for visit in route.visits}
        parts = parts_of(
            self.large.visits,
            self.large.visit_xy,
            self.large.teams,
            self.large.team_xy,
            size=self.params.part_teams,
            angle_deg=_TURN_DEG * number,
            served_by=served,
        )
        held = held_windows(self.large.visits, parts, served, planned_starts_of(self.routes.values()))
        tasks = self._tasks(number, parts, held)
        end = tasks[0].end
        latest = None if end is None or not number else end + _SLACK_S * tasks[0].waves
        answers: list[_Answer | None] = crew.run(
            _solve_part,
            [(task,) for task in tasks],
            deadline=latest,
            progress=lambda done, _text=None: progress(done, Message(N_("Planning routes"))),
            cancel=cancel,
        )
        if number and None in answers:
            return
        self.measured_s = sum(answer.measured_s for answer in answers if answer) / max(self.params.workers, 1)
        self.parts = [self._kept(task, answer) for task, answer in zip(tasks, answers, strict=True)]

    def merged(self, *, complete: bool) -> LargeSolution:
        """Put the parts together."""
        routes = tuple(self.routes[team] for team in range(len(self.routes)))
        met = {visit for route in routes for visit in route.visits}
        unmet = tuple(visit for visit in range(len(self.large.visits)) if visit not in met)
        stopped = "time" if self.stop.iterations is None else "iterations"
        record = SearchRecord(self.seed, self.iterations, self.restarts, stopped if complete else "cancel")
        solution = Solution(
            routes,
            unmet,
            sum(self.large.visits[visit].prize for visit in sorted(met)),
            sum(self.large.visits[visit].required for visit in unmet),
            sum(route.travel_s for route in routes),
            record,
            complete,
        )
        return LargeSolution(solution, tuple(self.parts))

    def _tasks(self, number: int, parts: Sequence[Part], held: dict[int, tuple[Span, ...]]) -> list[_Task]:
        last = number == self.params.rounds - 1
        params = SolveParams(restarts=self.params.restarts, balance=self.params.balance and last)
        iterations, end = self._iterations(number, len(parts)), self._round_end(number)
        workers = max(self.params.workers, 1)
        tasks = []
        for place, part in enumerate(parts):
            seed = int(np.random.default_rng((self.seed, number, place)).integers(1, 2**31 - 1))
            warm = self._local(part) if number else None
            waves = -(-(len(parts) - place) // workers)
            tasks.append(_Task(part, held, params, seed, iterations, end, waves, warm))
        return tasks

    def _iterations(self, number: int, count: int) -> int | None:
        """Share the iterations of the round among its parts."""
        if self.stop.iterations is None:
            return None
        share = _share_before(number + 1, self.params.rounds) - _share_before(number, self.params.rounds)
        return max(int(self.stop.iterations * share / count), 1)

    def _round_end(self, number: int) -> float | None:
        """Give the first round half of the time, and the others equal shares, or all to one if measuring is slow."""
        if self.stop.time_s is None:
            return None
        end, now = self.began + self.stop.time_s, time.time()
        if number == 0:
            return self.began + self.stop.time_s * _share_before(1, self.params.rounds)
        share_s = (end - now) / (self.params.rounds - number)
        return end if share_s < 2 * self.measured_s else now + share_s

    def _local(self, part: Part) -> Solution:
        index = {visit: local for local, visit in enumerate(part.visits)}
        routes = tuple(
            replace(self.routes[team], team=local, visits=tuple(index[visit] for visit in self.routes[team].visits))
            for local, team in enumerate(part.teams)
        )
        met = {visit for route in routes for visit in route.visits}
        unmet = tuple(local for local in range(len(part.visits)) if local not in met)
        prize = sum(self.large.visits[part.visits[local]].prize for local in sorted(met))
        required = sum(self.large.visits[part.visits[local]].required for local in unmet)
        travel_s = sum(route.travel_s for route in routes)
        return Solution(routes, unmet, prize, required, travel_s, SearchRecord(self.seed, 0, 0, "warm"))

    def _kept(self, task: _Task, answer: _Answer | None) -> SolvedPart:
        part, before = task.part, task.warm or self._local(task.part)
        if answer is None:
            record = replace(before.record, stopped_by=NOT_BEGUN)
            return SolvedPart(part, _without_ways(self.large, part), replace(before, record=record, complete=False))
        self.iterations += answer.solution.record.iterations
        self.restarts += answer.solution.record.restarts
        if score_of(answer.problem, before.orders) < answer.solution.score:
            return SolvedPart(part, answer.problem, before)
        for route in answer.solution.routes:
            team, visits = part.teams[route.team], tuple(part.visits[local] for local in route.visits)
            self.routes[team] = replace(route, team=team, visits=visits)
        return SolvedPart(part, answer.problem, self._local(part))


def _without_ways(large: LargeProblem, part: Part) -> Problem:
    """Make the problem of a part whose ways were not measured."""
    count = len(part.visits) + len(part.teams)
    visits = tuple(replace(large.visits[visit], place=place) for place, visit in enumerate(part.visits))
    homes = enumerate(part.teams, start=len(visits))
    teams = tuple(replace(large.teams[team], start=place, end=place) for place, team in homes)
    return Problem({team.mode: np.full((count, count), np.inf) for team in teams}, visits, teams)


def _standing(team: int, crew: ProblemTeam) -> PlannedRoute:
    return PlannedRoute(team, (), Timing(crew.shift[0], crew.shift[0], (), (), ()), 0.0)
