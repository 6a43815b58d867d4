"""
The first stage of the pursuit drill: cordons judged by the pursued's shortest ways, held junctions or not.

That is the safe side: a junction that is reached in time over every way is reached in time over those that nobody blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from patrolmap.rings.flow import SINK, SOURCE, UNCUT, solve_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["safe_cordon"]

_SOLVE_S = 10.0


def safe_cordon(
    arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    start: int,
    outside: NDArray[np.bool_],
    margin_s: NDArray[np.float64],
    *,
    seed: int = 0,
) -> dict[int, int] | None:
    """
    Find a cordon whose least margin is greatest, each margin being fixed beforehand.

    Parameters
    ----------
    arcs : tuple of numpy.ndarray of int64, shapes (a,)
        Tails and heads.
    start : int
        Where the pursued began.
    outside : numpy.ndarray of bool, shape (n,)
        Ways out.
    margin_s : numpy.ndarray of float64, shape (k, n)
        How much earlier than the pursued each team is at each junction; below 0 or NaN where it is not.
    seed : int, default 0
        Seed of the solver.

    Returns
    -------
    dict of int to int or None
        Team by junction, of the fewest junctions that were found; None if no cordon has margins of at least 0.

    Notes
    -----
    Bisection over the margins. A threshold is refused when even without regard to teams no cut is left (maximum flow),
    taken when the cut of the flow can be manned (Hopcroft-Karp), and else decided by CP-SAT.
    """
    usable = np.where(np.isfinite(margin_s) & (margin_s >= 0), margin_s, -1.0)
    usable[:, start] = -1.0
    search = _Search(arcs, start, outside, usable, seed)
    steps = np.unique(usable[usable >= 0])
    if not len(steps):
        return {} if search.man(0.0, least=False) == {} else None
    best = search.man(float(steps[0]), least=False)
    low, high = 0, len(steps)
    while best and high - low > 1:
        middle = (low + high) // 2
        found = search.man(float(steps[middle]), least=False)
        if found is None:
            high = middle
        else:
            best, low = found, middle
    if not best:
        return best
    return search.man(float(steps[low]), least=True) or best


class _Search:
    def __init__(
        self,
        arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
        start: int,
        outside: NDArray[np.bool_],
        margin_s: NDArray[np.float64],
        seed: int,
    ) -> None:
        self._tail, self._head = arcs
        self._start, self._outside, self._margin_s, self._seed = start, outside, margin_s, seed

    def man(self, threshold_s: float, *, least: bool) -> dict[int, int] | None:
        """Find a cordon with margins from a threshold up; of the fewest junctions if asked."""
        able = self._margin_s >= threshold_s
        holdable: NDArray[np.bool_] = np.asarray(able.any(axis=0))
        cut = self._cut(holdable)
        if cut is None:
            return None
        teams = maximum_bipartite_matching(csr_array(able[:, cut].astype(np.int8)), perm_type="row")
        if (teams >= 0).all():
            return dict(zip(cut.tolist(), teams.tolist(), strict=True))
        return self._solve(able, least=least)

    def _cut(self, holdable: NDArray[np.bool_]) -> NDArray[np.int64] | None:
        """Cut the start off by the fewest junctions that some team can hold."""
        count = len(self._outside)
        numbers = np.arange(count)
        entry = 2 + 2 * numbers
        capacity = np.where(holdable, 1, UNCUT)
        ends = np.flatnonzero(self._outside)
        tail = np.concatenate([[SOURCE], entry, entry[self._tail] + 1, entry[ends] + 1])
        head = np.concatenate([[entry[self._start]], entry + 1, entry[self._head], np.full(len(ends), SINK)])
        wide = np.full(len(self._tail) + len(ends), UNCUT)
        answer = solve_flow(tail, head, np.concatenate([[UNCUT], capacity, wide]), 2 + 2 * count)
        if answer.value >= UNCUT:
            return None
        side = answer.source_side
        return np.flatnonzero(side[entry] & ~side[entry + 1])

    def _solve(self, able: NDArray[np.bool_], *, least: bool) -> dict[int, int] | None:
        model, count = cp_model.CpModel(), len(self._outside)
        reached = [model.new_bool_var("") for _ in range(count)]
        at: list[list[cp_model.IntVar]] = [[] for _ in range(count)]
        sent: dict[tuple[int, int], cp_model.IntVar] = {}
        for team, row in enumerate(able):
            for node in np.flatnonzero(row).tolist():
                sent[team, node] = model.new_bool_var("")
                at[node].append(sent[team, node])
            model.add_at_most_one(sent[team, node] for node in np.flatnonzero(row).tolist())
        for node in range(count):
            model.add_at_most_one([reached[node], *at[node]])
            if self._outside[node]:
                model.add(reached[node] == 0)
        model.add(reached[self._start] == 1)
        for tail, head in zip(self._tail.tolist(), self._head.tolist(), strict=True):
            model.add_bool_or([reached[tail].negated(), reached[head], *at[head]])
        if least:
            model.minimize(sum(sent.values()))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = _SOLVE_S
        solver.parameters.random_seed = self._seed
        solver.parameters.num_workers = 2
        if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return {node: team for (team, node), one in sent.items() if solver.value(one)}
