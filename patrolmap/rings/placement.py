"""Where new posts go: most demand with so many posts, or all demand with the fewest, with a proven gap."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.rings.covering_exact import covered_value, merge_demand, solve_most
from patrolmap.rings.covering_regions import improve_cover
from patrolmap.rings.covering_search import Dual, search_cover, upper_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["Placement", "cover_all", "cover_most"]

_EXACT_ENTRIES: Final = 40_000
"""Up to so many pairs of candidate and demand the solver alone proves the optimum; above, search and bound go first."""

_TIGHTENED_ENTRIES: Final = 60_000
"""Up to so many pairs the solver is asked about what search and bound have left open."""

_WANTED_GAP: Final = 0.01

_EXACT_SHARE: Final = 0.4
_SEARCH_UNTIL: Final = 0.15
_DUAL_UNTIL: Final = 0.4
_REGIONS_UNTIL: Final = 0.85
"""At which share of the time each stage ends at the latest; what one leaves over is for the next."""

_KERNEL: Final = 6
"""The search by neighbourhoods begins with so many candidates a post, those that count most in the bound."""


@dataclass(frozen=True, eq=False)
class Placement:
    """
    Places for new posts.

    Parameters
    ----------
    chosen : numpy.ndarray of int64
        The candidates, ascending.
    value : float
        What was asked for: demand covered by new posts, or the number of new posts.
    bound : float
        No choice covers more, or needs fewer.
    uncoverable : numpy.ndarray of int64
        Demand that no candidate reaches.
    """

    chosen: NDArray[np.int64]
    value: float
    bound: float
    uncoverable: NDArray[np.int64]

    @property
    def gap(self) -> float:
        """Largest possible distance from the optimum as a share of the value; 0 is proven optimal."""
        if np.isclose(self.value, self.bound, rtol=1e-9, atol=1e-9):
            return 0.0
        return abs(self.bound - self.value) / abs(self.value) if self.value else np.inf


def cover_most(
    covers: csr_array,
    weight: NDArray[np.float64],
    posts: int,
    *,
    seed: int = 0,
    time_limit_s: float = 50.0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Placement:
    """
    Choose places for a number of posts that cover the most demand (maximal covering).

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Stored entries are the demand that each candidate reaches in time; the values do not matter.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts; 0 where today's posts reach it already.
    posts : int
        How many new posts.
    seed : int, default 0
        Seed of the search.
    time_limit_s : float, default 50.0
        Seconds by the clock for all of it: search, bound, neighbourhoods, and the solver at the end.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    Placement
        With a bound that proves how near to the optimum it is.

    Notes
    -----
    Church and ReVelle (1974), doi:10.1007/BF01942293. Small problems are solved by branch and bound (HiGHS). Large ones begin
    with tabu search; then the posts of one neighbourhood after the other are placed anew by the solver, first among the
    candidates that count most in the bound (kernel search, Angelelli, Mansini and Speranza 2010,
    doi:10.1016/j.cor.2010.02.002). The bound is that
    of the Lagrangian dual, which equals that of the linear relaxation; candidates that no better choice can hold, or that
    all better ones hold, are settled by their reduced costs, and the solver decides on the rest where it can.
    """
    watch = _Watch(time_limit_s)
    unreached = np.flatnonzero((np.bincount(covers.indices, minlength=covers.shape[1]) == 0) & (weight > 0))
    reduced, merged = merge_demand(covers, weight)
    posts = min(posts, covers.shape[0])
    if posts <= 0 or not len(merged):
        return Placement(np.empty(0, np.int64), 0.0, 0.0, unreached)
    if reduced.nnz <= _EXACT_ENTRIES:
        solved = solve_most(reduced, merged, posts, watch.left_s(_EXACT_SHARE))
        if solved is not None and np.isclose(*solved[1:], rtol=1e-9, atol=1e-9):
            return Placement(*solved, unreached)
    raise_if_cancelled(cancel)
    rng = np.random.default_rng(seed)
    chosen, value, bound = _searched(reduced, merged, posts, rng=rng, watch=watch, progress=progress, cancel=cancel)
    return Placement(np.sort(chosen), value, max(bound, value), unreached)


class _Watch:
    """What is left of the time, by the clock."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._begun_s = limit_s, time.monotonic()

    def left_s(self, until: float = 1.0) -> float:
        """Seconds until a share of the time is spent, at least the hundredth part of it."""
        return max(until * self._limit_s - (time.monotonic() - self._begun_s), 0.01 * self._limit_s)


def _searched(
    covers: csr_array,
    weight: NDArray[np.float64],
    posts: int,
    *,
    rng: np.random.Generator,
    watch: _Watch,
    progress: Progress,
    cancel: Cancel,
) -> tuple[NDArray[np.int64], float, float]:
    """Search, bound, improve and settle: the places, what they cover, and the bound."""
    first, last = SubProgress(progress, 0.0, _SEARCH_UNTIL), SubProgress(progress, _DUAL_UNTIL, 1.0)
    early_s = watch.left_s(_SEARCH_UNTIL)
    chosen, value = search_cover(covers, weight, posts, rng=rng, time_limit_s=early_s, progress=first, cancel=cancel)
    dual = upper_bound(covers, weight, posts, target=value, time_limit_s=watch.left_s(_DUAL_UNTIL), cancel=cancel)
    promising = np.zeros(len(dual.worth), dtype=bool)
    promising[np.argsort(-dual.worth, kind="stable")[: _KERNEL * posts]] = True
    chosen, value = improve_cover(
        covers,
        weight,
        chosen,
        bound=dual.bound,
        rng=rng,
        time_limit_s=watch.left_s(_REGIONS_UNTIL),
        promising=promising,
        progress=last,
        cancel=cancel,
    )
    raise_if_cancelled(cancel)
    return _settled(covers, weight, (chosen, value), dual, watch)


def _settled(
    covers: csr_array,
    weight: NDArray[np.float64],
    known: tuple[NDArray[np.int64], float],
    dual: Dual,
    watch: _Watch,
) -> tuple[NDArray[np.int64], float, float]:
    """Let the solver decide on what the dual leaves open: whether anything is better, or better by the wanted gap."""
    if dual.bound <= known[1] * (1 + 1e-9):
        return *known, dual.bound
    for level, until in ((known[1], (1 + _REGIONS_UNTIL) / 2), (known[1] * (1 + _WANTED_GAP), 1.0)):
        if dual.bound <= level:
            break
        held, left = np.flatnonzero(dual.must_hold(level)), dual.may_exceed(level)
        left[held] = False
        candidates, fixed = np.flatnonzero(left), weight.copy()
        fixed[np.unique(covers[held].indices)] = 0.0
        fewer, sums = merge_demand(covers[candidates], fixed)
        if fewer.nnz > _TIGHTENED_ENTRIES:
            continue
        kept = float(weight.sum() - fixed.sum())
        open_posts = min(dual.posts - len(held), len(candidates))
        solved = solve_most(fewer, sums, open_posts, watch.left_s(until)) if fewer.nnz and open_posts > 0 else None
        if solved is None:
            nothing = not fewer.nnz or open_posts <= 0
            return *known, max(level, kept) if nothing else dual.bound
        bound = min(max(level, solved[2] + kept), dual.bound)
        if solved[1] + kept > known[1]:
            chosen = np.concatenate([held, candidates[solved[0]]])
            return chosen, covered_value(covers, weight, chosen), bound
        return *known, bound
    return *known, dual.bound


def cover_all(covers: csr_array, needed: NDArray[np.bool_], *, time_limit_s: float = 50.0) -> Placement:
    """
    Choose the fewest places that cover all demand (set covering).

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Stored entries are the demand that each candidate reaches in time.
    needed : numpy.ndarray of bool, shape (d,)
        Demand that must be covered; False where today's posts reach it already.
    time_limit_s : float, default 50.0
        Seconds for the solver, by the clock.

    Returns
    -------
    Placement
        Demand that no candidate reaches is named and left out.

    Notes
    -----
    Toregas et al. (1971), doi:10.1287/opre.19.6.1363, by branch and bound (HiGHS).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    reached = np.bincount(covers.indices, minlength=covers.shape[1]) > 0
    unreached = np.flatnonzero(needed & ~reached)
    reduced, _ = merge_demand(covers, (needed & reached).astype(np.float64))
    if not reduced.shape[1]:
        return Placement(np.empty(0, np.int64), 0.0, 0.0, unreached)
    count = reduced.shape[0]
    found = milp(
        np.ones(count),
        integrality=np.ones(count),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(reduced.T.tocsr(), lb=1.0),
        options={"time_limit": time_limit_s},
    )
    if found.x is None:
        chosen = _greedy_all(reduced)
        return Placement(chosen, float(len(chosen)), 1.0, unreached)
    chosen = np.flatnonzero(found.x > 0.5)
    bound = np.ceil(float(found.mip_dual_bound) - 1e-6)
    return Placement(chosen, float(len(chosen)), bound, unreached)


def _greedy_all(covers: csr_array) -> NDArray[np.int64]:
    left = np.ones(covers.shape[1])
    chosen = []
    while left.any():
        best = int(np.argmax(covers @ left))
        chosen.append(best)
        left[covers.indices[covers.indptr[best] : covers.indptr[best + 1]]] = 0.0
    return np.sort(np.array(chosen, dtype=np.int64))
