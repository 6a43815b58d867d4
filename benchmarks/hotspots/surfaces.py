"""Density surfaces and Gi*: seconds for binned sums against the exact sum, and for Gi* against esda if it is installed.

Run ``python -m benchmarks.hotspots.surfaces [--points 148636] [--cells 500]``.
"""

from __future__ import annotations

import argparse
import time
from importlib.util import find_spec

import numpy as np
import shapely

from patrolmap.hotspots.getis_ord import getis_ord_grid
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.surface import kde_quartic


def main() -> None:
    """Time both ways at several bandwidths."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=148_636)
    parser.add_argument("--cells", type=int, default=500, help="along a side")
    options = parser.parse_args()
    random = np.random.default_rng(1)
    side_m = options.cells * 84.0
    grid = StudyGrid.over(shapely.box(0, 0, side_m, side_m), 84.0)
    centres = random.uniform(0, side_m, (300, 2))
    xy = centres[random.integers(300, size=options.points)] + random.normal(0, 900, (options.points, 2))
    weight = np.ones(len(xy))
    print(f"{options.points} points, {grid.rows} x {grid.columns} cells")
    for bandwidth_m in (150.0, 300.0, 600.0, 1500.0):
        exact, exact_s = _timed(grid, xy, weight, bandwidth_m, binned=False)
        surface, seconds = _timed(grid, xy, weight, bandwidth_m, binned=True)
        error = abs(surface - exact).max() / exact.max()
        print(
            f"h = {bandwidth_m:6.0f} m: exact {exact_s:6.3f} s, binned {seconds:6.3f} s, "
            f"ratio {exact_s / seconds:5.1f}, largest error {error:.2%} of the highest value"
        )
    _gi_star(grid, xy, weight)


def _gi_star(grid: StudyGrid, xy: np.ndarray, weight: np.ndarray) -> None:
    counts = grid.counts(xy, weight)
    grid.share_inside.sum()  # the study area is cut once for all statistics
    started = time.perf_counter()
    found = getis_ord_grid(grid, counts, 1.5 * grid.cell_m)
    seconds = time.perf_counter() - started
    print(f"Gi* of {counts.size} cells: {seconds:.3f} s, with p and false discovery rates")
    if find_spec("esda") is None:
        print("esda is not installed: no peer to compare with")
        return
    from esda.getisord import G_Local
    from libpysal.weights import lat2W

    weights = lat2W(grid.rows, grid.columns, rook=False)
    started = time.perf_counter()
    peer = G_Local(counts.ravel(), weights, transform="B", permutations=999, star=True, n_jobs=1, seed=1)
    peer_s = time.perf_counter() - started
    gap = np.nanmax(abs(peer.Zs - found.z.ravel()))
    print(
        f"esda with 999 permutations: {peer_s:.1f} s, ratio {peer_s / seconds:.0f}, largest difference of z {gap:.1e}"
    )


def _timed(
    grid: StudyGrid, xy: np.ndarray, weight: np.ndarray, bandwidth_m: float, *, binned: bool
) -> tuple[np.ndarray, float]:
    started = time.perf_counter()
    surface = kde_quartic(grid, xy, weight, bandwidth_m, binned=binned)
    return surface, time.perf_counter() - started


if __name__ == "__main__":
    main()
