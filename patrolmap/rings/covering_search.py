"""Large maximal covering: tabu search for the answer, the Lagrangian dual for the proof."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["Dual", "search_cover", "upper_bound"]

_STALL: Final = 6_000
_DUAL_STEPS: Final = 3_000
_PATIENCE: Final = 20
_SHORTER: Final = 1.2


def search_cover(
    covers: csr_array,
    weight: NDArray[np.float64],
    posts: int,
    *,
    rng: np.random.Generator,
    time_limit_s: float,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[NDArray[np.int64], float]:
    """
    Search for places that cover the most demand.

    Greedy adding, then swaps: the best place outside comes in and the least needed one goes, either being barred from
    turning back for a while.

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Ones where a candidate reaches a demand.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts.
    posts : int
        How many places, at most c.
    rng : numpy.random.Generator
        Source of the bars' lengths.
    time_limit_s : float
        When to stop at the latest; it stops earlier after `_STALL` swaps without gain.
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
    """
    state = _Cover(covers, weight)
    for _ in range(posts):
        state.add(int(np.argmax(np.where(state.inside, -1.0, state.gain))))
    best, value = np.flatnonzero(state.inside), state.value
    barred = np.zeros(covers.shape[0], dtype=np.int64)
    started, last, step = time.monotonic(), 0, 0
    while step - last < _STALL and time.monotonic() - started < time_limit_s and posts < covers.shape[0]:
        step += 1
        if step % 50 == 0:
            raise_if_cancelled(cancel)
            progress(min((time.monotonic() - started) / time_limit_s, 1.0))
        free = barred < step
        enter, leave = ~state.inside & free, state.inside & free
        if not (enter.any() and leave.any()):
            continue
        incoming = _pick(np.where(enter, state.gain, -np.inf), rng)
        state.add(incoming)
        outgoing = _pick(np.where(leave, -state.loss, -np.inf), rng)
        state.remove(outgoing)
        barred[outgoing] = step + rng.integers(1, 2 + min(10 + posts // 10, (len(barred) - posts) // 2))
        barred[incoming] = step + rng.integers(1, 2 + min(4 + posts // 10, posts // 2))
        if state.value > value * (1 + 1e-12):
            best, value, last = np.flatnonzero(state.inside), state.value, step
    return best, float(weight[np.unique(covers[best].indices)].sum())


class _Cover:
    """A choice of places with what each other would gain and each own would lose, kept up to date."""

    def __init__(self, covers: csr_array, weight: NDArray[np.float64]) -> None:
        self._rows = covers
        self._columns = covers.tocsc()
        self._weight = weight
        self._times = np.zeros(covers.shape[1], dtype=np.int64)
        self.inside = np.zeros(covers.shape[0], dtype=bool)
        self.gain: NDArray[np.float64] = covers @ weight
        self.loss = np.zeros(covers.shape[0])
        self.value = 0.0

    def add(self, place: int) -> None:
        mine = self._mine(place)
        fresh, single = mine[self._times[mine] == 0], mine[self._times[mine] == 1]
        self._shift(self.gain, fresh, -1.0)
        self._shift(self.loss, fresh, 1.0)
        self._shift(self.loss, single, -1.0)
        self.value += float(self._weight[fresh].sum())
        self._times[mine] += 1
        self.inside[place] = True

    def remove(self, place: int) -> None:
        mine = self._mine(place)
        self._times[mine] -= 1
        gone, single = mine[self._times[mine] == 0], mine[self._times[mine] == 1]
        self._shift(self.gain, gone, 1.0)
        self._shift(self.loss, gone, -1.0)
        self._shift(self.loss, single, 1.0)
        self.value -= float(self._weight[gone].sum())
        self.inside[place] = False

    def _mine(self, place: int) -> NDArray[np.int32]:
        rows: NDArray[np.int32] = self._rows.indices[self._rows.indptr[place] : self._rows.indptr[place + 1]]
        return rows

    def _shift(self, target: NDArray[np.float64], demand: NDArray[np.int32], sign: float) -> None:
        """Add the weight of some demand to every candidate that reaches it."""
        if not len(demand):
            return
        start, stop = self._columns.indptr[demand], self._columns.indptr[demand + 1]
        lengths = stop - start
        offset = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        who = self._columns.indices[np.repeat(start, lengths) + offset]
        change = np.bincount(who, weights=np.repeat(self._weight[demand], lengths), minlength=len(target))
        target += sign * change


def _pick(score: NDArray[np.float64], rng: np.random.Generator) -> int:
    """Choose a place of the highest score, at random among equals."""
    highest = np.flatnonzero(score >= score.max() - 1e-9)
    return int(highest[rng.integers(len(highest))])


@dataclass(frozen=True, eq=False)
class Dual:
    """
    A bound on what any choice of places covers, with what it rests on.

    Parameters
    ----------
    bound : float
        Never below the optimum.
    worth : numpy.ndarray of float64, shape (c,)
        What each candidate counts in the bound.
    posts : int
        How many places.
    """

    bound: float
    worth: NDArray[np.float64]
    posts: int

    def may_exceed(self, level: float) -> NDArray[np.bool_]:
        """
        Mark the candidates that a choice covering more than a level may hold.

        Parameters
        ----------
        level : float
            Demand covered.

        Returns
        -------
        numpy.ndarray of bool, shape (c,)
            False where forcing the candidate in lowers the bound to the level or below it.
        """
        last = np.sort(self.worth)[-self.posts]
        able: NDArray[np.bool_] = self.bound - np.maximum(last - self.worth, 0.0) > level
        return able

    def must_hold(self, level: float) -> NDArray[np.bool_]:
        """
        Mark the candidates that every choice covering more than a level holds.

        Parameters
        ----------
        level : float
            Demand covered.

        Returns
        -------
        numpy.ndarray of bool, shape (c,)
            True where forcing the candidate out lowers the bound to the level or below it.
        """
        if self.posts >= len(self.worth):
            return np.zeros(len(self.worth), dtype=bool)
        following = np.sort(self.worth)[-self.posts - 1]
        held: NDArray[np.bool_] = self.bound - np.maximum(self.worth - following, 0.0) <= level
        return held


def upper_bound(
    covers: csr_array,
    weight: NDArray[np.float64],
    posts: int,
    *,
    target: float,
    time_limit_s: float = 10.0,
    cancel: Cancel = NO_CANCEL,
) -> Dual:
    """
    Bound what any choice of places can cover.

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Ones where a candidate reaches a demand.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts.
    posts : int
        How many places, at most c.
    target : float
        A value that is reached; sets the length of the steps.
    time_limit_s : float, default 10.0
        When to stop at the latest; it stops earlier when the steps gain nothing more.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    Dual
        Its bound is never below the optimum.

    Notes
    -----
    Lagrangian relaxation of "covered only if a place reaches it" with multipliers u in [0, w]: the sum of w - u plus the
    ``posts`` largest sums of u over what a candidate reaches, improved by subgradient steps (Held, Wolfe and Crowder
    1974, doi:10.1007/BF01580223) with the former direction mixed in (Camerini, Fratta and Maffioli 1975,
    doi:10.1007/BFb0120697). It tends to the bound of the linear relaxation.
    """
    reached = np.bincount(covers.indices, minlength=covers.shape[1])
    price = weight / np.maximum(np.sqrt(reached), 1.0)
    nothing = Dual(float(weight.sum()), np.zeros(covers.shape[0]), posts)
    best, kept = Dual(np.inf, nothing.worth, posts), price
    scale, stalled, direction = 1.0, 0, np.zeros(covers.shape[1])
    transposed, begun_s = covers.T.tocsr(), time.monotonic()
    for step in range(_DUAL_STEPS):
        if step % 25 == 0:
            raise_if_cancelled(cancel)
            if time.monotonic() - begun_s > time_limit_s:
                break
        worth = covers @ price
        top = np.argpartition(-worth, posts - 1)[:posts] if posts < len(worth) else np.arange(len(worth))
        value = float((weight - price).sum() + worth[top].sum())
        if value < best.bound * (1 - 1e-7) or not step:
            best, kept, stalled = Dual(value, worth, posts), price, 0
        elif (stalled := stalled + 1) >= _PATIENCE:
            scale, stalled, price, direction = scale / _SHORTER, 0, kept, np.zeros(covers.shape[1])
            if scale < 1e-4:
                break
            continue
        picked = np.zeros(covers.shape[0])
        picked[top] = 1.0
        slope = transposed @ picked - 1.0
        slope[((price <= 0) & (slope > 0)) | ((price >= weight) & (slope < 0))] = 0.0
        direction = slope + 0.7 * direction
        norm = float((direction**2).sum())
        if best.bound - target <= 1e-9 * max(target, 1.0) or norm == 0:
            break
        price = np.clip(price - scale * (value - target) / norm * direction, 0.0, weight)
    return min(best, nothing, key=lambda dual: dual.bound)
