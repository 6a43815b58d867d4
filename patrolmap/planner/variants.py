"""Other plans that are almost as good, so that nobody learns the patrols by heart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.planner.solve import SolveParams, StopRule, solve
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress

if TYPE_CHECKING:
    from patrolmap.planner.problem import Problem
    from patrolmap.planner.solution import Solution

__all__ = ["DEFAULT_LOSS", "variant_of"]

DEFAULT_LOSS: Final = 0.03
_NARROWED: Final = (1.0, 0.5, 0.2, 0.0)
_LEAST_S: Final = 600.0
_MENDING: Final = 20


def variant_of(
    problem: Problem,
    best: Solution,
    *,
    seed: int,
    stop: StopRule,
    loss: float = DEFAULT_LOSS,
    params: SolveParams | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Solution | None:
    """
    Make a plan that differs from the best one and loses little.

    Parameters
    ----------
    problem : Problem
        The problem of the best plan.
    best : Solution
        The best plan.
    seed : int
        Another seed gives another variant.
    stop : StopRule
        Bound of each of the four tries at most.
    loss : float, default 0.03
        Most share of the prize that may be lost.
    params : SolveParams or None
        How to search.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    Solution or None
        Keeps all rules of `problem`, meets as many required visits, and loses no more; None if no try does, or the user
        cancelled.

    Notes
    -----
    Each window of a visit without repeats is narrowed to its earlier or its later half by lot, unless it is shorter
    than 20 min, and the narrowed problem is solved with the seed. If that loses too much, only half, a fifth and none of the visits are narrowed. Visits left out are then put in wherever the
    real windows allow.
    """
    for number, share in enumerate(_NARROWED):
        part = SubProgress(progress, number / len(_NARROWED), (number + 1) / len(_NARROWED))
        rng = np.random.default_rng((seed, number))
        found = solve(_narrowed(problem, share, rng), params, seed=seed, stop=stop, progress=part, cancel=cancel)
        mended = solve(problem, params, seed=seed, stop=StopRule(iterations=_MENDING), warm=found, cancel=cancel)
        if cancel():
            return None
        good = mended.required_unmet <= best.required_unmet and mended.prize >= (1 - loss) * best.prize - 1e-9
        if good and mended.orders != best.orders:
            progress(1.0)
            return mended
    return None


def _narrowed(problem: Problem, share: float, rng: np.random.Generator) -> Problem:
    visits = list(problem.visits)
    first_s = min(team.shift[0] for team in problem.teams)
    last_s = max(team.shift[1] for team in problem.teams)
    for index, visit in enumerate(visits):
        chosen, later = rng.random() < share, rng.random() < 0.5
        if not chosen or visit.series:
            continue
        spans = [(max(a, first_s), min(b, last_s - visit.dwell_s)) for a, b in problem.spans(index)]
        halves = [_half(span, later=later) for span in spans if span[0] <= span[1]]
        visits[index] = replace(visit, windows=tuple(halves) or visit.windows)
    return problem.with_visits(tuple(visits))


def _half(span: tuple[float, float], *, later: bool) -> tuple[float, float]:
    middle = (span[0] + span[1]) // 2
    if middle - span[0] < _LEAST_S:
        return span
    return (middle, span[1]) if later else (span[0], middle)
