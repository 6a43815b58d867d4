"""Better answers to large maximal covering: the posts of one neighbourhood after the other are placed anew, exactly."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
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
_REGION_S: Final = 5.0
_NODES: Final = 50
_SPREADS: Final = 12
_AT_ONCE: Final = 2
"""Neighbourhoods that are settled at the same time: the solver lets other threads run."""


def improve_cover(
    covers: csr_array,
    weight: NDArray[np.float64],
    chosen: NDArray[np.int64],
    *,
    bound: float,
    rng: np.random.Generator,
    time_limit_s: float,
    promising: NDArray[np.bool_] | None = None,
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
        Seconds by the clock; it stops earlier when no neighbourhood of the greatest size gains anything.
    promising : numpy.ndarray of bool, shape (c,), or None
        Candidates to begin with, so that a neighbourhood of the same size holds more posts; when these gain nothing any
        more, all candidates have their turn. None for all at once.
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
    Large neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30). A neighbourhood grows from a post over the
    candidates that share the most demand, later from two posts at times, so that posts can move far. Its inner half is then settled
    until something near it changes; when all is settled, neighbourhoods are taken larger. Two are placed at the same
    time, and the second's moves are kept if they still gain after the first's.
    """
    search = _Regions(covers, weight, chosen, rng, None if promising is None else np.flatnonzero(promising))
    begun_s = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while search.go_on():
            raise_if_cancelled(cancel)
            left_s = time_limit_s - (time.monotonic() - begun_s)
            if left_s <= 0 or search.value >= bound * (1 - 1e-9):
                break
            progress(1 - left_s / time_limit_s)
            search.turn(pool, left_s)
    return search.chosen, search.value


class _Regions:
    """The best choice so far, and which of its posts are settled at the present size of neighbourhoods."""

    def __init__(
        self,
        covers: csr_array,
        weight: NDArray[np.float64],
        chosen: NDArray[np.int64],
        rng: np.random.Generator,
        promising: NDArray[np.int64] | None,
    ) -> None:
        self._covers, self._weight, self._rng, self._promising = covers, weight, rng, promising
        self._transposed = covers.T.tocsr()
        self.chosen, self.value = chosen, covered_value(covers, weight, chosen)
        self._size, self._settled = min(_FIRST_POSTS, len(chosen)), np.zeros(covers.shape[0], dtype=bool)
        self._whole, self._turn = True, 0

    def go_on(self) -> bool:
        """Whether some post is not settled; when all are, larger neighbourhoods are, or all candidates at last."""
        if not self._settled[self.chosen].all():
            return True
        if self._size < len(self.chosen) and self._whole:
            self._size = min(int(np.ceil(self._size * _GROWTH)), len(self.chosen))
        elif self._promising is not None:
            self._promising, self._size, self._whole = None, min(_FIRST_POSTS, len(self.chosen)), True
        else:
            return False
        self._settled[:] = False
        return True

    def turn(self, pool: ThreadPoolExecutor, left_s: float) -> None:
        """Place the posts of a few neighbourhoods anew, at the same time, and keep what gains."""
        waiting = self._rng.permutation(self.chosen[~self._settled[self.chosen]])
        regions = [self._region(waiting, first) for first in range(min(_AT_ONCE, len(waiting)))]
        begun = self.chosen
        tried = pool.map(lambda near: _placed_anew(self._covers, self._weight, begun, near, left_s), regions)
        for near, renewed in zip(regions, tried, strict=True):
            gained = renewed is not None and self._take(begun, renewed)
            if gained:
                self._settled[near] = False
            if gained or self.chosen is begun:
                self._settled[near[: (len(near) + 1) // 2]] = True

    def _region(self, waiting: NDArray[np.int64], first: int) -> NDArray[np.int64]:
        """Candidates about one post that waits, or about it and another; the seeds first."""
        self._turn += 1
        both = self._size > _FIRST_POSTS and self._turn % 2 == 1
        seeds = np.unique(waiting[[first, -1 - first]]) if both else waiting[[first]]
        near, fitted = _neighbourhood(
            self._covers, self._transposed, self.chosen, seeds, posts=self._size, promising=self._promising
        )
        self._whole &= fitted
        return np.concatenate([seeds, near[~np.isin(near, seeds)]])

    def _take(self, before: NDArray[np.int64], renewed: NDArray[np.int64]) -> bool:
        """Make the same moves from what is known by now, if that gains."""
        gone, new = np.setdiff1d(before, renewed), np.setdiff1d(renewed, before)
        moved = np.union1d(np.setdiff1d(self.chosen, gone), new)
        if len(moved) != len(self.chosen):
            return False
        value = covered_value(self._covers, self._weight, moved)
        if value <= self.value * (1 + 1e-12):
            return False
        self.chosen, self.value = moved, value
        return True


def _neighbourhood(
    covers: csr_array,
    transposed: csr_array,
    chosen: NDArray[np.int64],
    seeds: NDArray[np.int64],
    *,
    posts: int,
    promising: NDArray[np.int64] | None,
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
    if promising is not None:
        order = order[np.isin(order, promising) | inside[order]]
    # A neighbourhood of all posts takes in what lies beyond the last of them.
    enough = int(np.searchsorted(np.cumsum(inside[order]), posts)) + 1 if posts < len(chosen) else len(order)
    room = int(np.searchsorted(np.cumsum(np.diff(covers.indptr)[order]), _MOST_ENTRIES))
    return order[: max(min(enough, room), 1)], enough <= room


def _placed_anew(
    covers: csr_array,
    weight: NDArray[np.float64],
    chosen: NDArray[np.int64],
    near: NDArray[np.int64],
    time_limit_s: float,
) -> NDArray[np.int64] | None:
    """Place the posts of a neighbourhood in the best way while the others stay; None if the solver found nothing."""
    others = chosen[~np.isin(chosen, near)]
    open_weight = weight.copy()
    open_weight[np.unique(covers[others].indices)] = 0.0
    small, sums = merge_demand(covers[near], open_weight)
    posts = len(chosen) - len(others)
    if not posts or not small.nnz:
        return None
    solved = solve_most(small, sums, posts, min(_REGION_S, time_limit_s), share_gap=1e-4, nodes=_NODES)
    if solved is None:
        return None
    renewed = np.concatenate([others, near[solved[0]]])
    return np.concatenate([renewed, np.setdiff1d(chosen, renewed)[: len(chosen) - len(renewed)]])
