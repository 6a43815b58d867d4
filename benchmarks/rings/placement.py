"""
Maximal covering of 20,000 demands by some of 2,000 places: seconds, and the proven distance from the optimum.

Run ``python -m benchmarks.rings.placement [--seconds 50]``.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from patrolmap.rings.placement import cover_most

CASES = ((600.0, 100), (1_200.0, 20), (1_200.0, 100), (1_200.0, 400), (2_400.0, 20))
"""Reach of a post in metres, and the number of posts."""


def main() -> None:
    """Time large cases, with clustered and with even demand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=50.0)
    options = parser.parse_args()
    for clustered in (True, False):
        for reach_m, posts in CASES:
            covers, weight = case(reach_m, clustered=clustered)
            started, used = time.perf_counter(), time.process_time()
            found = cover_most(covers, weight, posts, seed=1, time_limit_s=options.seconds)
            seconds, used = time.perf_counter() - started, time.process_time() - used
            print(
                f"{'clustered' if clustered else 'even'} demand, {posts} posts of {reach_m:.0f} m, {covers.nnz} pairs: "
                f"{found.value / weight.sum():.1%} covered in {seconds:.1f} s ({used:.1f} s of the processor), "
                f"proven gap {found.gap:.2%}",
                flush=True,
            )


def case(reach_m: float, *, clustered: bool) -> tuple[csr_array, np.ndarray]:
    """
    Make 20,000 demands and 2,000 places in 30 by 30 km.

    Parameters
    ----------
    reach_m : float
        How far a place reaches.
    clustered : bool
        Whether demand gathers around 200 centres and places stand on demand, or both are spread evenly.

    Returns
    -------
    covers : scipy.sparse.csr_array, shape (2000, 20000)
        Ones where a place reaches a demand.
    weight : numpy.ndarray of float64, shape (20000,)
        1 to 9.
    """
    rng = np.random.default_rng(5)
    if clustered:
        centres = rng.uniform(0, 30_000, (200, 2))
        demand = centres[rng.integers(200, size=20_000)] + rng.normal(0, 1500, (20_000, 2))
        places = demand[rng.choice(20_000, 2_000, replace=False)]
    else:
        demand, places = rng.uniform(0, 30_000, (20_000, 2)), rng.uniform(0, 30_000, (2_000, 2))
    pairs = cKDTree(places).query_ball_tree(cKDTree(demand), reach_m)
    rows = np.repeat(np.arange(2_000), [len(one) for one in pairs])
    columns = np.concatenate([np.array(one, dtype=np.int64) for one in pairs])
    covers = csr_array((np.ones(len(rows)), (rows, columns)), shape=(2_000, 20_000))
    return covers, rng.integers(1, 10, 20_000).astype(float)


if __name__ == "__main__":
    main()
