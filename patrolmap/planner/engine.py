"""One restart of PyVRP's iterated local search on an encoded problem."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap.planner.ejection import eject
from patrolmap.planner.encode import Encoded, encode
from patrolmap.planner.insertion import fill, first_plan, repaired
from patrolmap.planner.recombine import PooledRoute, RoutePool, worth_of
from patrolmap.planner.solution import Score, score_of
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyvrp
    from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks

    from patrolmap.planner.problem import Problem

__all__ = ["Found", "Restart", "run_restart"]


_CHECK_EVERY: Final = 10
_GRACE_S: Final = 0.5
_COLD_UP_TO: Final = 150
_MAX_PENALTY: Final = 1e6


@dataclass(frozen=True)
class Restart:
    """
    How one restart searches.

    Parameters
    ----------
    seed : int
        Seed of the search.
    prize_share, tick_share : float, default 1.0
        As in `patrolmap.planner.encode.encode`.
    perturbations : (int, int), default (5, 40)
        Least and most visits disturbed in each iteration.
    history : int, default 20
        Length of the memory of late acceptance, iterations.
    penalty_share : float, default 0.002
        Penalty of a tick too late at the start, as a share of the largest prize weight.
    iterations : int or None
        Bound; None for none.
    deadline : float or None
        Bound, `time.time` of the end; None for none.
    patience : int, default 150000
        Iterations without a better plan before the search goes back to its best plan.
    neighbours : int, default 20
        How many visits near each one are tried beside it.
    breaks : bool, default False
        As in `patrolmap.planner.encode.encode`.
    keep_seen : bool, default False
        Whether to hand out the routes that the search came by.
    """

    seed: int
    prize_share: float = 1.0
    tick_share: float = 1.0
    perturbations: tuple[int, int] = (5, 40)
    history: int = 20
    penalty_share: float = 0.002
    iterations: int | None = None
    deadline: float | None = None
    patience: int = 150_000
    neighbours: int = 20
    breaks: bool = False
    keep_seen: bool = False


@dataclass(frozen=True)
class Found:
    """
    What a restart found.

    Parameters
    ----------
    score : Score
        Of the plan.
    orders : tuple of tuple of int
        The visits of each team, in order; feasible.
    iterations : int
        How many it took.
    seen : tuple of (int, tuple of int)
        Routes that the search came by, each with a team that can drive it, as far as it was told to keep them.
    """

    score: Score
    orders: tuple[tuple[int, ...], ...]
    iterations: int
    seen: tuple[PooledRoute, ...] = ()


class _Bound:
    """PyVRP's stopping criterion: iterations, deadline or the user."""

    def __init__(self, restart: Restart, cancel: Cancel, report: Callable[[float], None]) -> None:
        self.restart, self.cancel, self.report = restart, cancel, report
        self.count = -1
        self.began = time.time()

    def over(self) -> bool:
        """Tell whether the user or the clock has ended the search."""
        deadline = self.restart.deadline
        return self.cancel() or (deadline is not None and time.time() >= deadline + _GRACE_S)

    def __call__(self, _best_cost: float) -> bool:
        self.count += 1
        limit, deadline = self.restart.iterations, self.restart.deadline
        if limit is not None and self.count >= limit:
            return True
        if self.count % _CHECK_EVERY:
            return False
        now = time.time()
        done = self.count / limit if limit else 0.0
        if deadline is not None:
            done = max(done, (now - self.began) / max(deadline - self.began, 1e-9))
        self.report(min(done, 1.0))
        return self.cancel() or (deadline is not None and now >= deadline)


def run_restart(
    problem: Problem,
    restart: Restart,
    warm: Sequence[Sequence[int]] | None = None,
    *,
    cancel: Cancel = NO_CANCEL,
    report: Callable[[float], None] = lambda _done: None,
) -> Found | None:
    """
    Search once.

    Parameters
    ----------
    problem : Problem
        Without series.
    restart : Restart
        How to search.
    warm : sequence of sequence of int or None
        Feasible routes to start from; None starts from a random plan, or from one made by insertion where there are more
        than 150 visits.
    cancel : Cancel, optional
        Stops the search; the best plan so far is the answer.
    report : callable, optional
        Receives the done share, 0 to 1.

    Returns
    -------
    Found or None
        Feasible in the problem's own seconds: breaks and limits that PyVRP does not know are repaired, and what
        still fits is put in. None if the deadline has passed already.
    """
    if restart.deadline is not None and time.time() >= restart.deadline:
        return None
    encoded = encode(problem, prize_share=restart.prize_share, tick_share=restart.tick_share, breaks=restart.breaks)
    if encoded is None:
        empty = tuple(() for _ in problem.teams)
        return Found(score_of(problem, empty), empty, 0)
    bound = _Bound(restart, cancel, report)
    if warm is None and len(problem.visits) > _COLD_UP_TO:
        warm = first_plan(problem, cancel=bound.over)
    pool = RoutePool(worth_of(problem)) if restart.keep_seen else None
    best = _search(encoded, restart, bound, warm, pool)
    orders = repaired(problem, encoded.decode(best) if best.is_feasible() else [() for _ in problem.teams])
    planned = {visit for order in orders for visit in order}
    rest = [visit for visit in dict.fromkeys(encoded.client_visit) if visit >= 0 and visit not in planned]
    fill(problem, orders, rest, cancel=bound.over)
    if any(team.break_s > 0 for team in problem.teams):
        eject(problem, orders, rest, cancel=bound.over)
    final = tuple(tuple(order) for order in orders)
    return Found(score_of(problem, final), final, max(bound.count, 0), pool.routes() if pool is not None else ())


def _watching(pool: RoutePool, encoded: Encoded) -> IteratedLocalSearchCallbacks:
    """Keep in `pool` the feasible routes of the plans that the search goes on from."""
    from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks

    class Watch(IteratedLocalSearchCallbacks):
        def on_iteration(
            self, current: pyvrp.Solution, candidate: pyvrp.Solution, _best: pyvrp.Solution, _cost: pyvrp.CostEvaluator
        ) -> None:
            if candidate is not current:
                return
            for route in candidate.routes():
                if route.is_feasible():
                    stops = (encoded.client_visit[stop.idx] for stop in route if stop.is_client())
                    pool.add(encoded.type_teams[route.vehicle_type()][0], tuple(visit for visit in stops if visit >= 0))

    return Watch()


def _search(
    encoded: Encoded,
    restart: Restart,
    bound: _Bound,
    warm: Sequence[Sequence[int]] | None,
    pool: RoutePool | None,
) -> pyvrp.Solution:
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.IteratedLocalSearch import IteratedLocalSearch, IteratedLocalSearchCallbacks
    from pyvrp.PenaltyManager import PenaltyManager
    from pyvrp.search import OPERATORS, LocalSearch, NeighbourhoodParams, PerturbationManager, compute_neighbours

    data = encoded.data
    rng = pyvrp.RandomNumberGenerator(seed=restart.seed)
    perturbation = pyvrp.search.PerturbationParams(*restart.perturbations)
    search = LocalSearch(
        data,
        rng,
        compute_neighbours(data, NeighbourhoodParams(num_neighbours=restart.neighbours)),
        PerturbationManager(perturbation),
    )
    for operator in OPERATORS:
        if operator.supports(data):
            search.add_operator(operator(data))
    # A tick too late must cost more than any prize can pay, or the search would rest in plans that are late.
    top = max(_MAX_PENALTY, float(encoded.heaviest))
    start = max(restart.penalty_share * encoded.heaviest, 1.0)
    penalties = PenaltyManager(([], start, start), pyvrp.PenaltyParams(max_penalty=top))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)  # whether the answer is feasible is checked below
        if warm is None:
            first = search(pyvrp.Solution.make_random(data, rng), penalties.max_cost_evaluator(), exhaustive=True)
        else:
            first = encoded.encode_orders(warm)
        watch = IteratedLocalSearchCallbacks() if pool is None else _watching(pool, encoded)
        params: Any = pyvrp.IteratedLocalSearchParams(restart.patience, restart.history, callbacks=watch)
        engine: Any = IteratedLocalSearch(data, penalties, search, first, params)
        answer = engine.run(bound, collect_stats=False)
    best: pyvrp.Solution = answer.best
    return best
