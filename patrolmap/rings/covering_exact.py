"""Maximal covering as a mixed-integer program, with what makes it smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["covered_value", "merge_demand", "solve_most"]


def covered_value(covers: csr_array, weight: NDArray[np.float64], chosen: NDArray[np.int64]) -> float:
    """
    Sum what some places cover.

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Stored entries are the demand that each candidate reaches.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts.
    chosen : numpy.ndarray of int64
        The places.

    Returns
    -------
    float
        Demand covered.
    """
    return float(weight[np.unique(covers[chosen].indices)].sum())


def merge_demand(covers: csr_array, weight: NDArray[np.float64]) -> tuple[csr_array, NDArray[np.float64]]:
    """
    Leave out demand of no weight and join demand that the same candidates reach.

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Stored entries are the demand that each candidate reaches.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts.

    Returns
    -------
    covers : scipy.sparse.csr_array, shape (c, m)
        Ones, for the demand that is left.
    weight : numpy.ndarray of float64, shape (m,)
        Its sums.
    """
    from scipy.sparse import csr_array

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


def solve_most(
    covers: csr_array,
    weight: NDArray[np.float64],
    posts: int,
    time_limit_s: float,
    *,
    share_gap: float = 0.0,
    nodes: int | None = None,
) -> tuple[NDArray[np.int64], float, float] | None:
    """
    Solve maximal covering by branch and bound (HiGHS).

    Parameters
    ----------
    covers : scipy.sparse.csr_array, shape (c, d)
        Ones where a candidate reaches a demand.
    weight : numpy.ndarray of float64, shape (d,)
        What each demand counts.
    posts : int
        How many places at most.
    time_limit_s : float
        When to stop at the latest.
    share_gap : float, default 0.0
        Stop when the answer is proven to be within this share of the optimum.
    nodes : int or None
        Stop after so many branchings; None for no limit.

    Returns
    -------
    tuple of numpy.ndarray of int64, float and float, or None
        The places, what they cover, and a bound; None if nothing was found in time.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    count, demand = covers.shape
    reach = hstack([covers.T, -eye_array(demand)]).tocsr()
    budget = csr_array(np.concatenate([np.ones(count), np.zeros(demand)])[None, :])
    found = milp(
        np.concatenate([np.zeros(count), -weight]),
        integrality=np.concatenate([np.ones(count), np.zeros(demand)]),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(reach, lb=0.0), LinearConstraint(budget, ub=float(posts))],
        options={"time_limit": time_limit_s, "mip_rel_gap": share_gap}
        | ({} if nodes is None else {"node_limit": nodes}),
    )
    if found.x is None:
        return None
    chosen = np.flatnonzero(found.x[:count] > 0.5)
    value = covered_value(covers, weight, chosen)
    return chosen, value, max(-float(found.mip_dual_bound), value)
