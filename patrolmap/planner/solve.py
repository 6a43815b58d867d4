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
from patrolmap.planner.insertion import first_plan
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

_FEWEST_ITERATIONS: Final = 50
_LEAST_S_EACH: Final = 0.01
_BALANCE_S: Final = 2.0
_SMALL: Final = 60


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
        Wall-clock seconds of the search, counted from when its processes have started.
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
        Number of restarts that share the bound.
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
    disturbance and, with series, its own slots. A plan made by insertion is the answer if nothing better comes.

    References
    ----------
    .. [1] Wouda, N. A., Lan, L., Kool, W. (2024). PyVRP: a high-performance VRP solver package. INFORMS Journal on
       Computing 36(4). https://doi.org/10.1287/ijoc.2023.0055
    """
    chosen = params or SolveParams()
    if not problem.teams or not problem.visits:
        return solution_of(problem, [[] for _ in problem.teams], SearchRecord(seed, 0, 0, "iterations"))
    base = slotted(problem) if warm is None else slotted_around(problem, planned_starts(warm))
    first = first_plan(base, warm.orders[: len(problem.teams)] if warm else None, cancel=cancel)
    orders = tuple(map(tuple, first))
    candidates = [(base, Found(score_of(problem, orders), orders, 0))]
    text = Message(N_("Planning routes"))
    part = SubProgress(lambda done, _text=None: progress(done, text), 0.0, 0.98)
    warm_orders = orders if warm else None
    candidates += _searched(
        problem, base, warm_orders, params=chosen, seed=seed, stop=stop, progress=part, cancel=cancel
    )
    stopped = "cancel" if cancel() else "time" if stop.iterations is None else "iterations"
    record = SearchRecord(seed, sum(found.iterations for _, found in candidates), len(candidates) - 1, stopped)
    deadline = None if stop.time_s is None else time.time() + max(_BALANCE_S, 0.1 * stop.time_s)
    late = cancel if deadline is None else lambda: cancel() or time.time() >= deadline
    variant, routes = _with_left_out(problem, candidates, late)
    if chosen.balance:
        routes = balanced(variant, routes, deadline=deadline, cancel=cancel)
    timed = solution_of(variant, routes, record, complete=stopped != "cancel")
    progress(1.0)
    return timed


def _with_left_out(
    problem: Problem, candidates: list[tuple[Problem, Found]], cancel: Cancel
) -> tuple[Problem, Sequence[Sequence[int]]]:
    """Put left-out repeats into the best plan; of small problems into each, as the best may be another one then."""
    candidates = sorted(candidates, key=lambda candidate: candidate[1].score)
    tried = candidates if problem.series and len(problem.visits) <= _SMALL else candidates[:1]
    ended = [with_left_out(problem, variant, found.orders, cancel=cancel) for variant, found in tried]
    return min(ended, key=lambda plan: score_of(problem, plan[1]))


def _searched(
    problem: Problem,
    base: Problem,
    start_from: tuple[tuple[int, ...], ...] | None,
    *,
    params: SolveParams,
    seed: int,
    stop: StopRule,
    progress: Progress,
    cancel: Cancel,
) -> list[tuple[Problem, Found]]:
    """Run all restarts; each with the problem it was made for, whose slots may be its own."""
    count = _restart_count(problem, params, stop)
    variants = [
        slotted(problem, np.random.default_rng((seed, number))) if number and start_from is None else base
        for number in range(count)
    ]
    with Crew(min(params.workers, count)) as crew:
        crew.wait_until_ready(cancel)
        began = time.time()
        restarts = _restarts(count, params, seed, stop, began)
        tasks = [(variant, restart, start_from) for variant, restart in zip(variants, restarts, strict=True)]
        until = None if stop.time_s is None else began + stop.time_s
        answers = crew.run(run_restart, tasks, deadline=until, progress=progress, cancel=cancel)
    return [(variant, found) for variant, found in zip(variants, answers, strict=True) if found is not None]


def _restart_count(problem: Problem, params: SolveParams, stop: StopRule) -> int:
    count = params.restarts
    if stop.iterations is not None:
        count = min(count, stop.iterations // _FEWEST_ITERATIONS)
    if stop.time_s is not None:
        least_s = (len(problem.visits) + len(problem.teams)) * _LEAST_S_EACH
        count = min(count, int(stop.time_s * params.workers / least_s))
    return max(count, 1)


def _restarts(count: int, params: SolveParams, seed: int, stop: StopRule, began: float) -> list[Restart]:
    seeds = np.random.default_rng(seed).integers(1, 2**31 - 1, size=count)
    waves = -(-count // max(params.workers, 1))
    made = []
    for number in range(count):
        share = None if stop.iterations is None else stop.iterations // count + (number < stop.iterations % count)
        wave = number // max(params.workers, 1) + 1
        deadline = None if stop.time_s is None else began + stop.time_s * wave / waves
        variant = _VARIANTS[number % len(_VARIANTS)]
        made.append(replace(variant, seed=int(seeds[number]), iterations=share, deadline=deadline))
    return made
