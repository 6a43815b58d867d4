"""Better answers to large maximal covering: the posts of one neighbourhood after the other are placed anew, exactly."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.covering_exact import covered_value, merge_demand, solve_most

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["improve_cover"]

_FIRST_POSTS: Final = 10
_GROWTH: Final = 1.5
_MOST_ENTRIES: Final = 40_000
"""Pairs of candidate and demand in a neighbourhood that the solver still settles in seconds."""
_REGION_S: Final = 3.0
_NODES: Final = 50
_SPREADS: Final = 12


def improve_cover(
    covers: csr_array,
    weight: NDArray[np.float64],
    chosen: NDArray[np.int64],
    *,
    bound: float,
    rng: np.random.Generator,
    time_limit_s: float,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[NDArray[np.int64], float]:
    """
    Improve a choice of places by placing the posts of one neighbourhood anew while all others stay.

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Ones where a candidate reaches a demand.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts.
    chosen : numpy.ndarray of int64, shape (posts,)
        Where to start from.
    bound : float
        No choice covers more; reaching it ends the search.
    rng : numpy.random.Generator
        Order of the neighbourhoods.
    time_limit_s : float
        Seconds of the processor, and twice as many by the clock; it stops earlier when no neighbourhood of the greatest
        size gains anything.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    chosen : numpy.ndarray of int64, shape (posts,)
        The best places found.
    value : float
        What they cover.

    Notes
    -----
    Large neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30). A neighbourhood grows from a post over the candidates
    that share the most demand, later from two posts at times, so that posts can move far. Its inner half is then settled until something near it changes; when all is settled,
    neighbourhoods are taken larger.
    """
    transposed, watch = covers.T.tocsr(), _Watch(time_limit_s)
    value, size = covered_value(covers, weight, chosen), min(_FIRST_POSTS, len(chosen))
    settled = np.zeros(covers.shape[0], dtype=bool)
    whole, turn = True, 0
    while True:
        turn += 1
        waiting = chosen[~settled[chosen]]
        if not len(waiting):
            if size >= len(chosen) or not whole:
                return chosen, value
            size, settled[:] = min(int(np.ceil(size * _GROWTH)), len(chosen)), False
            continue
        raise_if_cancelled(cancel)
        spent = watch.spent()
        if spent >= 1 or value >= bound * (1 - 1e-9):
            return chosen, value
        progress(spent)
        both = 2 if size > _FIRST_POSTS and turn % 2 else 1
        seeds = rng.choice(waiting, min(both, len(waiting)), replace=False)
        near, fitted = _neighbourhood(covers, transposed, chosen, seeds, size)
        whole &= fitted
        before = value
        chosen, value = _placed_anew(covers, weight, (chosen, value), near, (1 - spent) * time_limit_s)
        if value > before:
            settled[near] = False
        settled[near[: (len(near) + 1) // 2]] = True
        settled[seeds] = True


class _Watch:
    """Share of a time that is spent: of the processor's, or of twice as much by the clock on a busy machine."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._used_s, self._begun_s = time.thread_time(), time.monotonic()

    def spent(self) -> float:
        used_s, clock_s = time.thread_time() - self._used_s, time.monotonic() - self._begun_s
        return max(used_s, clock_s / 2) / self._limit_s


def _neighbourhood(
    covers: csr_array, transposed: csr_array, chosen: NDArray[np.int64], seeds: NDArray[np.int64], posts: int
) -> tuple[NDArray[np.int64], bool]:
    """Gather the candidates nearest to seeds by shared demand until they hold so many posts; tell if all found room."""
    inside = np.zeros(covers.shape[0], dtype=bool)
    inside[chosen] = True
    nearness = np.zeros(covers.shape[0])
    nearness[seeds] = 1.0
    for _ in range(_SPREADS):
        before = int((nearness > 0).sum())
        spread = covers @ (transposed @ nearness)
        if not spread.any():
            break
        nearness = spread / spread.max()
        if (inside & (nearness > 0)).sum() >= posts or (nearness > 0).sum() == before:
            break
    # What shares nothing with the seeds comes last, so that posts can move between parts that do not touch.
    order = np.argsort(-nearness, kind="stable")
    enough = int(np.searchsorted(np.cumsum(inside[order]), posts)) + 1
    room = int(np.searchsorted(np.cumsum(np.diff(covers.indptr)[order]), _MOST_ENTRIES))
    return order[: max(min(enough, room), 1)], enough <= room


def _placed_anew(
    covers: csr_array,
    weight: NDArray[np.float64],
    known: tuple[NDArray[np.int64], float],
    near: NDArray[np.int64],
    time_limit_s: float,
) -> tuple[NDArray[np.int64], float]:
    """Place the posts of a neighbourhood in the best way while the others stay; what is known stays if it is as good."""
    chosen, value = known
    others = chosen[~np.isin(chosen, near)]
    open_weight = weight.copy()
    open_weight[np.unique(covers[others].indices)] = 0.0
    small, sums = merge_demand(covers[near], open_weight)
    posts = len(chosen) - len(others)
    if not posts or not small.nnz:
        return known
    solved = solve_most(small, sums, posts, min(_REGION_S, time_limit_s), share_gap=1e-4, nodes=_NODES)
    if solved is None:
        return known
    renewed = np.concatenate([others, near[solved[0]]])
    spare = np.setdiff1d(chosen, renewed)[: len(chosen) - len(renewed)]
    renewed = np.concatenate([renewed, spare])
    better = covered_value(covers, weight, renewed)
    return (renewed, better) if better > value * (1 + 1e-12) else known
