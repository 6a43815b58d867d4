"""Where new posts go: most demand with so many posts, or all demand with the fewest, with a proven gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.covering_search import Dual, search_cover, upper_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Placement", "cover_all", "cover_most"]

_EXACT_ENTRIES: Final = 150_000
"""Up to so many pairs of candidate and demand the solver proves the optimum; above, search and bound are better."""

_WANTED_GAP: Final = 0.01
_TIGHTENED_ENTRIES: Final = 60_000


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
    time_limit_s: float = 20.0,
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
    time_limit_s : float, default 20.0
        Seconds for the solver, and for the search.
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
    Church and ReVelle (1974), doi:10.1007/BF01942293. Small problems are solved by branch and bound (HiGHS), large ones
    by tabu search, with the bound of the Lagrangian dual, which equals that of the linear relaxation. Where this proves no
    more than 1 %, candidates that no choice beyond 1 % can hold are dropped by their reduced costs, and if few are left the
    solver bounds the rest.
    """
    unreached = np.flatnonzero((np.bincount(covers.indices, minlength=covers.shape[1]) == 0) & (weight > 0))
    reduced, merged = _merged(covers, weight)
    posts = min(posts, covers.shape[0])
    if posts <= 0 or not len(merged):
        return Placement(np.empty(0, np.int64), 0.0, 0.0, unreached)
    if reduced.nnz <= _EXACT_ENTRIES:
        solved = _solve_most(reduced, merged, posts, time_limit_s)
        if solved is not None and np.isclose(*solved[1:], rtol=1e-9, atol=1e-9):
            return Placement(*solved, unreached)
    else:
        solved = None
    raise_if_cancelled(cancel)
    chosen, value = search_cover(
        reduced,
        merged,
        posts,
        rng=np.random.default_rng(seed),
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    dual = upper_bound(reduced, merged, posts, target=value, cancel=cancel)
    bound = dual.bound
    if solved is not None:
        bound = min(bound, solved[2])
        if solved[1] > value:
            chosen, value = solved[:2]
    if bound > value * (1 + _WANTED_GAP):
        raise_if_cancelled(cancel)
        chosen, value, tight = _tightened(reduced, merged, (chosen, value), dual, time_limit_s / 2)
        bound = min(bound, tight)
    return Placement(np.sort(chosen), value, max(bound, value), unreached)


def _tightened(
    covers: csr_array,
    weight: NDArray[np.float64],
    known: tuple[NDArray[np.int64], float],
    dual: Dual,
    time_limit_s: float,
) -> tuple[NDArray[np.int64], float, float]:
    """Prove the wanted gap: whatever covers more than it allows is among few candidates, and these go to the solver."""
    level = known[1] * (1 + _WANTED_GAP)
    left = np.flatnonzero(dual.may_exceed(level))
    fewer, sums = _merged(covers[left], weight)
    if fewer.nnz > _TIGHTENED_ENTRIES:
        return *known, dual.bound
    solved = _solve_most(fewer, sums, min(dual.posts, len(left)), time_limit_s) if fewer.nnz else None
    if solved is None:
        return *known, dual.bound if fewer.nnz else level
    bound = min(max(level, solved[2]), dual.bound)
    chosen, value = left[solved[0]], float(weight[np.unique(covers[left[solved[0]]].indices)].sum())
    return (chosen, value, bound) if value > known[1] else (*known, bound)


def cover_all(covers: csr_array, needed: NDArray[np.bool_], *, time_limit_s: float = 20.0) -> Placement:
    """
    Choose the fewest places that cover all demand (set covering).

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Stored entries are the demand that each candidate reaches in time.
    needed : numpy.ndarray of bool, shape (d,)
        Demand that must be covered; False where today's posts reach it already.
    time_limit_s : float, default 20.0
        Seconds for the solver.

    Returns
    -------
    Placement
        Demand that no candidate reaches is named and left out.

    Notes
    -----
    Toregas et al. (1971), doi:10.1287/opre.19.6.1363, by branch and bound (HiGHS).
    """
    reached = np.bincount(covers.indices, minlength=covers.shape[1]) > 0
    unreached = np.flatnonzero(needed & ~reached)
    reduced, _ = _merged(covers, (needed & reached).astype(np.float64))
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


def _merged(covers: csr_array, weight: NDArray[np.float64]) -> tuple[csr_array, NDArray[np.float64]]:
    """Leave out demand of no weight and join demand that the same candidates reach."""
    columns = covers.tocsc()
    columns.sort_indices()
    groups: dict[bytes, int] = {}
    keep: list[int] = []
    sums: list[float] = []
    for column in np.flatnonzero(weight > 0).tolist():
        who = columns.indices[columns.indptr[column] : columns.indptr[column + 1]]
        if not len(who):
            continue
        place = groups.setdefault(who.tobytes(), len(keep))
        if place == len(keep):
            keep.append(column)
            sums.append(0.0)
        sums[place] += float(weight[column])
    small = columns[:, keep].tocsr()
    ones = csr_array((np.ones(small.nnz), small.indices, small.indptr), shape=small.shape)
    return ones, np.array(sums)


def _solve_most(
    covers: csr_array, weight: NDArray[np.float64], posts: int, time_limit_s: float
) -> tuple[NDArray[np.int64], float, float] | None:
    count, demand = covers.shape
    reach = hstack([covers.T, -eye_array(demand)]).tocsr()
    budget = csr_array(np.concatenate([np.ones(count), np.zeros(demand)])[None, :])
    found = milp(
        np.concatenate([np.zeros(count), -weight]),
        integrality=np.concatenate([np.ones(count), np.zeros(demand)]),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(reach, lb=0.0), LinearConstraint(budget, ub=float(posts))],
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    chosen = np.flatnonzero(found.x[:count] > 0.5)
    value = float(weight[np.unique(covers[chosen].indices)].sum())
    return chosen, value, max(-float(found.mip_dual_bound), value)


def _greedy_all(covers: csr_array) -> NDArray[np.int64]:
    left = np.ones(covers.shape[1])
    chosen = []
    while left.any():
        best = int(np.argmax(covers @ left))
        chosen.append(best)
        left[covers.indices[covers.indptr[best] : covers.indptr[best + 1]]] = 0.0
    return np.sort(np.array(chosen, dtype=np.int64))
