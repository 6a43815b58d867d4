"""Districts of posts: which post answers for which junction, balanced by load, in one piece on the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from ortools.sat.python import cp_model

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.district_moves import moved_to_lighter
from patrolmap.rings.times import ROUNDING_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Districts", "Imbalance", "divide", "imbalance"]

_MOST_PAIRS: Final = 60_000
"""Of a junction and a post that may answer for it: so many the solver takes within seconds and some hundred megabytes."""
_LOAD_UNITS: Final = 1_000_000
"""Whole numbers that the total load is divided into for the solver, where the loads are not short decimals."""


@dataclass(frozen=True)
class Imbalance:
    """
    How unequal loads are.

    Parameters
    ----------
    most, least, mean : float
        Of the posts' loads.
    deviation : float
        Standard deviation over the posts, as a share of the mean (coefficient of variation); 0 is equal.
    """

    most: float
    least: float
    mean: float
    deviation: float


@dataclass(frozen=True, eq=False)
class Districts:
    """
    A division of the junctions among posts.

    Parameters
    ----------
    post : numpy.ndarray of int64, shape (n,)
        The post that answers for each junction; -1 where no post has a way to.
    seconds : numpy.ndarray of float64, shape (n,)
        Its time to get there.
    late : numpy.ndarray of int64
        Junctions that no post reaches in time; they belong to the nearest.
    load : numpy.ndarray of float64, shape (k,)
        Load of each post.
    nearest_load : numpy.ndarray of float64, shape (k,)
        What it would be if each junction belonged to the nearest post.
    most_bound : float
        No division within the time limit has a smaller greatest load.
    proven : bool
        Whether the greatest load is proven least, and with it the sum of differences from the mean.
    """

    post: NDArray[np.int64]
    seconds: NDArray[np.float64]
    late: NDArray[np.int64]
    load: NDArray[np.float64]
    nearest_load: NDArray[np.float64]
    most_bound: float
    proven: bool


def imbalance(load: NDArray[np.float64]) -> Imbalance:
    """
    Measure how unequal loads are.

    Parameters
    ----------
    load : numpy.ndarray of float64, shape (k,)
        Load of each post, k at least 1.

    Returns
    -------
    Imbalance
        The figures.
    """
    mean = float(load.mean())
    return Imbalance(float(load.max()), float(load.min()), mean, float(load.std() / mean) if mean else 0.0)


def divide(
    travel_s: NDArray[np.float64],
    arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    load: NDArray[np.float64],
    limit_s: float,
    *,
    time_limit_s: float = 20.0,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Districts:
    """
    Divide junctions among posts.

    Each junction belongs to a post that reaches it within the limit, or to the nearest if none does. Each district is in
    one piece: a junction that a post answers for has a neighbour nearer to this post that the post answers for too, or the
    post stands there. A post answers for the junction that it stands on. Of all such divisions the greatest load is least;
    of these the sum of differences from the mean load; of these the sum of times.

    Parameters
    ----------
    travel_s : numpy.ndarray of float64, shape (k, n)
        Seconds from each post to each junction; infinite without a way.
    arcs : tuple of numpy.ndarray of int64, shapes (a,)
        Tails and heads of the streets' arcs.
    load : numpy.ndarray of float64, shape (n,)
        Load of each junction, such as its incidents.
    limit_s : float
        The time in which a post should be there.
    time_limit_s : float, default 20.0
        Seconds for the solver, all three stages together.
    seed : int, default 0
        Seed of the solver.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop, heard between the stages.

    Returns
    -------
    Districts
        With a bound on the greatest load.

    Notes
    -----
    Contiguity after Zoltners and Sinha (1983), doi:10.1287/mnsc.29.11.1237; solved by CP-SAT. Where more than 60,000 pairs of a
    junction and a post are possible, the solver chooses for each junction among its nearest posts and the one that a local
    search gave it: nothing is proven then, and the bound is the simple one.
    """
    nearest = np.where(np.isfinite(travel_s).any(axis=0), np.argmin(travel_s, axis=0), -1)
    best_s = np.min(travel_s, axis=0)
    late = np.flatnonzero((nearest >= 0) & (best_s > limit_s + ROUNDING_S))
    allowed = travel_s <= limit_s + ROUNDING_S
    allowed[nearest[late], late] = True
    for post, node in np.argwhere(travel_s <= ROUNDING_S):
        if nearest[node] == post:
            allowed[:, node] = False
            allowed[post, node] = True
    nearest_load = np.bincount(nearest[nearest >= 0], weights=load[nearest >= 0], minlength=len(travel_s))
    post = moved_to_lighter(nearest, travel_s, allowed, arcs, load)
    raise_if_cancelled(cancel)
    few = _manageable(allowed, travel_s, post)
    model = _Model(travel_s, few, arcs, load, least=_least(allowed, load), seed=seed)
    bound, proven = model.bound, bool(few.sum() == allowed.sum())
    model.hint(post)
    for stage, share in enumerate((0.5, 0.3, 0.2)):
        raise_if_cancelled(cancel)
        progress(stage / 3)
        found, optimal = model.stage(stage, time_limit_s * share)
        if stage == 0 and proven:
            bound = model.bound
        proven &= optimal or stage == 2
        if found is not None:
            post = found
            model.hint(post)
    seconds = np.where(post >= 0, travel_s[np.maximum(post, 0), np.arange(len(post))], np.inf)
    loads = np.bincount(post[post >= 0], weights=load[post >= 0], minlength=len(travel_s)).astype(np.float64)
    bound = min(bound, float(loads.max(initial=0.0)))
    return Districts(post, seconds, late, loads, nearest_load.astype(np.float64), bound, proven)


def _manageable(
    allowed: NDArray[np.bool_], travel_s: NDArray[np.float64], start: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """
    Leave each junction its nearest posts, as many as the solver can take, and the one that it has at the start.

    A post among the nearest of a junction is so for all junctions on the way there: districts can still be in one piece.
    """
    if allowed.sum() <= _MOST_PAIRS:
        return allowed
    order = np.argsort(np.where(allowed, travel_s, np.inf), axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(order))[:, None], axis=0)
    most = max(_MOST_PAIRS // allowed.shape[1], 1)
    few: NDArray[np.bool_] = allowed & (rank < most)
    held = np.flatnonzero(start >= 0)
    few[start[held], held] = True
    return few


def _least(allowed: NDArray[np.bool_], load: NDArray[np.float64]) -> int:
    """No division has a smaller greatest load: the mean, one junction, or what a post alone can answer for; in units of `_in_units`."""
    units, _ = _in_units(load)
    options = allowed.sum(axis=0)
    held, only = np.flatnonzero(options), np.flatnonzero(options == 1)
    alone = np.bincount(np.argmax(allowed[:, only], axis=0), weights=units[only], minlength=len(allowed))
    mean = -(-int(units[held].sum()) // max(int(allowed.any(axis=1).sum()), 1))
    return min(max(mean, int(units[held].max(initial=0)), int(alone.max(initial=0))), int(units.sum()))


def _in_units(load: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """Write loads as whole numbers: exactly if they are short decimals, else rounded down so that bounds stay true."""
    total = float(load.sum())
    for unit in (1.0, 0.1, 0.01, 0.001):
        whole = np.rint(load / unit)
        if total <= _LOAD_UNITS * unit and np.allclose(whole * unit, load, rtol=1e-12, atol=0.0):
            return whole.astype(np.int64), unit
    unit = total / _LOAD_UNITS if total > 0 else 1.0
    return np.floor(load / unit).astype(np.int64), unit


class _Model:
    def __init__(
        self,
        travel_s: NDArray[np.float64],
        allowed: NDArray[np.bool_],
        arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
        load: NDArray[np.float64],
        *,
        least: int,
        seed: int,
    ) -> None:
        self._model, self._seed = cp_model.CpModel(), seed
        self._posts, self._count = travel_s.shape
        self._travel_s = travel_s
        self._load, self._unit = _in_units(load)
        self._belongs = {(int(post), int(node)): self._model.new_bool_var("") for post, node in np.argwhere(allowed)}
        self._options = allowed.sum(axis=0)
        for node in range(self._count):
            mine = [self._belongs[post, node] for post in np.flatnonzero(allowed[:, node]).tolist()]
            if mine:
                self._model.add_exactly_one(mine)
        self._contiguous(arcs)
        self._loads(least)
        self.bound = least * self._unit

    def _contiguous(self, arcs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> None:
        before: list[list[int]] = [[] for _ in range(self._count)]
        for tail, head in zip(arcs[0].tolist(), arcs[1].tolist(), strict=True):
            before[head].append(tail)
        for (post, node), belongs in self._belongs.items():
            at = self._travel_s[post, node]
            nearer = [one for one in before[node] if self._travel_s[post, one] < at]
            inner = [self._belongs[post, one] for one in nearer if (post, one) in self._belongs]
            if nearer and (inner or self._options[node] > 1):
                self._model.add_bool_or([belongs.negated(), *inner])

    def _loads(self, least: int) -> None:
        model, whole = self._model, int(self._load.sum())
        per_post: list[list[tuple[int, cp_model.IntVar]]] = [[] for _ in range(self._posts)]
        for (post, node), belongs in self._belongs.items():
            if self._load[node]:
                per_post[post].append((int(self._load[node]), belongs))
        self._most = model.new_int_var(least, whole, "")
        mean = round(whole / max(self._posts, 1))
        self._apart = []
        for terms in per_post:
            mine = sum(weight * belongs for weight, belongs in terms)
            model.add(mine <= self._most)
            apart = model.new_int_var(0, whole, "")
            model.add(apart >= mine - mean)
            model.add(apart >= mean - mine)
            self._apart.append(apart)

    def hint(self, post: NDArray[np.int64]) -> None:
        """Start the next search from a division."""
        self._model.clear_hints()  # type: ignore[no-untyped-call] # OR-Tools leaves this one without types
        for (mine, node), belongs in self._belongs.items():
            self._model.add_hint(belongs, bool(post[node] == mine))

    def stage(self, number: int, time_limit_s: float) -> tuple[NDArray[np.int64] | None, bool]:
        """Solve one of the three aims; what it reached binds the next."""
        way = sum(round(self._travel_s[key] * 10) * belongs for key, belongs in self._belongs.items())
        aim = (self._most, sum(self._apart), way)[number]
        self._model.minimize(aim)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = time_limit_s
        solver.parameters.random_seed = self._seed
        solver.parameters.num_workers = 2
        status = solver.solve(self._model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None, False
        if number == 0:
            self.bound = solver.best_objective_bound * self._unit
        if number < 2:
            self._model.add(aim <= round(solver.objective_value))
        post = np.full(self._count, -1, dtype=np.int64)
        for (mine, node), belongs in self._belongs.items():
            if solver.value(belongs):
                post[node] = mine
        return post, status == cp_model.OPTIMAL
