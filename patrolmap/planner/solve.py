"""`solve()`: varied restarts of the engine, in parallel, and the best plan of them by the problem's own objective."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.planner.balance import balanced
from patrolmap.planner.engine import Found, Restart, run_restart
from patrolmap.planner.exact import MOST_VISITS, exact_plan
from patrolmap.planner.insertion import fill, first_plan
from patrolmap.planner.last_room import with_last_room
from patrolmap.planner.recombine import recombined
from patrolmap.planner.second_chance import with_left_out
from patrolmap.planner.slots import slotted, slotted_around
from patrolmap.planner.solution import SearchRecord, Solution, planned_starts, score_of, solution_of
from patrolmap.planner.workers import Crew
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.problem import Problem

__all__ = ["SolveParams", "StopRule", "solve"]

_VARIANTS: Final = (
    Restart(0),
    Restart(0, penalty_share=0.0002, breaks=True),
    Restart(0, prize_share=0.05, perturbations=(1, 25)),
    Restart(0, tick_share=0.1, breaks=True),
    Restart(0, perturbations=(1, 50)),
    Restart(0, prize_share=0.01, breaks=True),
)
"""By turns; a single setting gets stuck on some problems (benchmarks/planner). Breaks as clients find plans that
others miss when windows follow a break, and search more slowly."""

_STREET_VARIANTS: Final = (
    Restart(0, perturbations=(1, 25)),
    Restart(0, perturbations=(1, 25), neighbours=40, breaks=True),
    *_VARIANTS,
)
"""The same for shifts with many visits, where small disturbances gain more in the same time, and 40 neighbours find
teams for required visits that few may serve."""

_FEWEST_ITERATIONS: Final = 50
_LEAST_S_EACH: Final = 0.01
_ENOUGH_S_EACH: Final = 0.025
_MOST_TIMES: Final = 4
_FEWEST_TO_GO_ON: Final = 4
_GOING_ON: Final = 4
_LATER_SHARE: Final = 0.35
_BALANCE_S: Final = 2.0
_SMALL: Final = 60
_MANY: Final = 150


@dataclass(frozen=True)
class StopRule:
    """
    When the search ends; at least one bound is given, the first one reached holds.

    Parameters
    ----------
    iterations : int or None
        Iterations of all restarts together. With this bound alone the same problem, parameters and seed give the
        same plan, byte for byte.
    time_s : float or None
        Wall-clock seconds of the search, counted from when its processes have started; with one worker, which needs
        none, from the call.
    """

    iterations: int | None = None
    time_s: float | None = None

    def __post_init__(self) -> None:
        """Refuse an endless search."""
        given = [bound for bound in (self.iterations, self.time_s) if bound is not None]
        if not given or any(not bound > 0 for bound in given):
            raise InputError(
                N_("The search needs a bound above 0."), remedy=N_("Give a number of iterations or of seconds.")
            )


@dataclass(frozen=True)
class SolveParams:
    """
    How the search is made.

    Parameters
    ----------
    restarts : int, default 6
        Number of restarts that share the bound; a bound in seconds that has room for more has up to four times as
        many. From four on, the last quarter of them goes on from the best routes of the others put together.
    workers : int, default 1
        Processes; 1 searches inside the calling process. The answer of a search bounded by iterations does not
        depend on it.
    balance : bool, default False
        Whether to share the work afterwards, at the same prize: fairness before travel. Takes two more
        seconds at most, or a tenth of a bound in seconds.
    """

    restarts: int = 6
    workers: int = 1
    balance: bool = False


def solve(
    problem: Problem,
    params: SolveParams | None = None,
    *,
    seed: int = 0,
    stop: StopRule,
    warm: Solution | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Solution:
    """
    Plan.

    Parameters
    ----------
    problem : Problem
        What is to be planned.
    params : SolveParams or None
        How to search; None for the defaults.
    seed : int, default 0
        Seed of every random choice.
    stop : StopRule
        When to end.
    warm : Solution or None
        A plan to start from, of this problem or one like it; its visits keep their places in time among their
        series. It need not be feasible.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        Ends the search at any moment; the best plan so far is returned, marked as not complete.

    Returns
    -------
    Solution
        Keeps all rules. Best found by required visits met, then prize, then fairness if asked for, then travel.

    Notes
    -----
    The engine is PyVRP's iterated local search [1]_. Each restart has its own seed, weight of prizes, size of
    disturbance and, with series, its own slots. The routes that they came by are put together anew, and the last restarts
    go on from there: short searches that end in different places, then a long one from the best, find more than long
    ones alone. A plan made by insertion is the answer if nothing better comes. Problems of up to ten visits are also solved
    as one model, which proves the best plan of nearly all of them.

    References
    ----------
    .. [1] Wouda, N. A., Lan, L., Kool, W. (2024). PyVRP: a high-performance VRP solver package. INFORMS Journal on
       Computing 36(4). https://doi.org/10.1287/ijoc.2023.0055
    """
    chosen, called = params or SolveParams(), time.time()
    if not problem.teams or not problem.visits:
        return solution_of(problem, [[] for _ in problem.teams], SearchRecord(seed, 0, 0, "iterations"))
    base = slotted(problem) if warm is None else slotted_around(problem, planned_starts(warm))
    first = first_plan(base, warm.orders[: len(problem.teams)] if warm else None, cancel=cancel)
    orders = tuple(map(tuple, first))
    candidates = [(base, Found(score_of(problem, orders), orders, 0))]
    text = Message(N_("Planning routes"))
    part = SubProgress(lambda done, _text=None: progress(done, text), 0.0, 0.98)
    warm_orders = orders if warm else None
    candidates += _Search(problem, base, warm_orders, chosen, seed, stop, called).run(part, cancel)
    searched = (sum(found.iterations for _, found in candidates), len(candidates) - 1)
    candidates += _proved(problem, candidates, seed, stop, cancel)
    after_s = None if stop.time_s is None else max(_BALANCE_S, 0.1 * stop.time_s)
    late = _used_up(after_s, cancel)
    variant, routes = _with_left_out(problem, candidates, late)
    if chosen.balance:
        deadline = None if after_s is None else time.time() + after_s
        shared = balanced(variant, routes, deadline=deadline, cancel=cancel)
        variant, routes = _filled_up(problem, variant, shared, cancel)
    variant, routes = with_last_room(problem, variant, routes, cancel=late)
    if warm is not None:
        # The plan as it was, with what fits into it: slots may have kept the search from seeing that.
        again = with_last_room(problem, base, first, cancel=late)
        variant, routes = min((variant, routes), again, key=lambda plan: score_of(problem, plan[1]))
    # Whoever cancels while the last touches are made is told too that more was to come.
    stopped = "cancel" if cancel() else "time" if stop.iterations is None else "iterations"
    timed = solution_of(variant, routes, SearchRecord(seed, *searched, stopped), complete=stopped != "cancel")
    progress(1.0)
    return timed


def _proved(
    problem: Problem, found: Sequence[tuple[Problem, Found]], seed: int, stop: StopRule, cancel: Cancel
) -> list[tuple[Problem, Found]]:
    """Look at a small problem as a whole, unless the search has met all that any team may serve."""
    if cancel() or len(problem.visits) > MOST_VISITS:
        return []
    could = set(np.flatnonzero(problem.allowed_matrix.any(axis=0)).tolist())
    if any(could <= {visit for order in plan.orders for visit in order} for _, plan in found):
        return []
    exact = exact_plan(problem, seed=seed, time_s=stop.time_s)
    return [] if exact is None else [(exact[0], Found(score_of(problem, exact[1]), exact[1], 0))]


def _used_up(seconds: float | None, cancel: Cancel) -> Cancel:
    """Tell when the user wishes to stop or this thread has had its seconds of the processor, however busy that is."""
    if seconds is None:
        return cancel
    until = time.thread_time() + seconds
    return lambda: cancel() or time.thread_time() >= until


def _filled_up(
    problem: Problem, variant: Problem, routes: Sequence[Sequence[int]], cancel: Cancel
) -> tuple[Problem, list[list[int]]]:
    """Use the room that sharing the work has made: no visit stays out that a route can still take in."""
    variant, filled = with_left_out(problem, variant, routes, cancel=cancel)
    planned = {visit for order in filled for visit in order}
    single = [v for v, visit in enumerate(problem.visits) if not visit.series and v not in planned]
    fill(variant, filled, single, cancel=cancel)
    return variant, filled


def _with_left_out(
    problem: Problem, candidates: list[tuple[Problem, Found]], cancel: Cancel
) -> tuple[Problem, Sequence[Sequence[int]]]:
    """Put left-out repeats into the best plan; of small problems into each, as the best may be another one then."""
    candidates = sorted(candidates, key=lambda candidate: candidate[1].score)
    tried = candidates if problem.series and len(problem.visits) <= _SMALL else candidates[:1]
    ended = [with_left_out(problem, variant, found.orders, cancel=cancel) for variant, found in tried]
    return min(ended, key=lambda plan: score_of(problem, plan[1]))


@dataclass(frozen=True, eq=False)
class _Search:
    """What all restarts of one call share."""

    problem: Problem
    base: Problem
    warm: tuple[tuple[int, ...], ...] | None
    params: SolveParams
    seed: int
    stop: StopRule
    called: float

    def run(self, progress: Progress, cancel: Cancel) -> list[tuple[Problem, Found]]:
        """Run restarts from scratch, then a few that go on from the best of their routes put together."""
        count = _restart_count(self.problem, self.params, self.stop)
        later = count // _GOING_ON if count >= _FEWEST_TO_GO_ON and self.warm is None else 0
        share = 1.0 - (_LATER_SHARE if later else 0.0)
        numbers = range(count - later)
        problems = [self._variant(number) for number in numbers]
        with Crew(min(self.params.workers, count)) as crew:
            crew.wait_until_ready(cancel)
            began = self.called if crew.workers == 0 else time.time()
            until = None if self.stop.time_s is None else began + self.stop.time_s
            restarts = self._restarts(numbers, share, began, share)
            tasks = [(problem, one, self.warm) for problem, one in zip(problems, restarts, strict=True)]
            done = _answered(crew, tasks, until, SubProgress(progress, 0.0, share), cancel)
            if later and done and not cancel():
                problem, starts = self._starts(done, later, cancel)
                restarts = self._restarts(range(count - later, count), 1.0 - share, began, 1.0)
                tasks = [(problem, one, starts[n % len(starts)]) for n, one in enumerate(restarts)]
                done += _answered(crew, tasks, until, SubProgress(progress, share, 1.0), cancel)
        return done

    def _variant(self, number: int) -> Problem:
        """Give a restart its problem, whose slots may be its own."""
        if number and self.warm is None:
            return slotted(self.problem, np.random.default_rng((self.seed, number)))
        return self.base

    def _starts(
        self, done: list[tuple[Problem, Found]], count: int, cancel: Cancel
    ) -> tuple[Problem, list[tuple[tuple[int, ...], ...]]]:
        """Put routes together; with series only those found in the slots of the best plan fit each other."""
        ranked = sorted(done, key=lambda candidate: candidate[1].score)
        problem = ranked[0][0]
        alike = [found for variant, found in ranked if variant is problem or not self.problem.series]
        seen = [route for found in alike for route in found.seen]
        rng = np.random.default_rng((self.seed, len(done)))
        plans = recombined(problem, [found.orders for found in alike], seen, rng, cancel=cancel)
        return problem, [tuple(map(tuple, plan)) for plan in plans[:count]] or [ranked[0][1].orders]

    def _restarts(self, numbers: range, share: float, began: float, done_by: float) -> list[Restart]:
        """Share a part of the bound among restarts; with a bound in seconds they end wave after wave."""
        stop, workers = self.stop, max(self.params.workers, 1)
        seeds = np.random.default_rng(self.seed).integers(1, 2**31 - 1, size=numbers.stop)
        waves = -(-len(numbers) // workers)
        variants = _STREET_VARIANTS if len(self.problem.visits) > _MANY else _VARIANTS
        total = None if stop.iterations is None else round(stop.iterations * share)
        made = []
        for place, number in enumerate(numbers):
            mine = None if total is None else total // len(numbers) + (place < total % len(numbers))
            at = done_by - share + share * (place // workers + 1) / waves
            made.append(
                replace(
                    variants[number % len(variants)],
                    seed=int(seeds[number]),
                    iterations=mine,
                    deadline=None if stop.time_s is None else began + stop.time_s * at,
                    keep_seen=len(numbers) > 1 and done_by < 1.0,
                )
            )
        return made


def _answered(
    crew: Crew,
    tasks: Sequence[tuple[Problem, Restart, tuple[tuple[int, ...], ...] | None]],
    until: float | None,
    progress: Progress,
    cancel: Cancel,
) -> list[tuple[Problem, Found]]:
    answers = crew.run(run_restart, tasks, deadline=until, progress=progress, cancel=cancel)
    return [(task[0], found) for task, found in zip(tasks, answers, strict=True) if found is not None]


def _restart_count(problem: Problem, params: SolveParams, stop: StopRule) -> int:
    count, size = params.restarts, len(problem.visits) + len(problem.teams)
    if stop.time_s is not None:
        room_s = stop.time_s * params.workers
        count = min(max(count, int(room_s / (size * _ENOUGH_S_EACH))), _MOST_TIMES * count)
        count = min(count, int(room_s / (size * _LEAST_S_EACH)))
    if stop.iterations is not None:
        count = min(count, stop.iterations // _FEWEST_ITERATIONS)
    return max(count, 1)
