"""Density surfaces: seconds for binned sums against the exact sum, same points, same run.

Run ``python -m benchmarks.hotspots.surfaces [--points 148636] [--cells 500]``.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import shapely

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


def _timed(
    grid: StudyGrid, xy: np.ndarray, weight: np.ndarray, bandwidth_m: float, *, binned: bool
) -> tuple[np.ndarray, float]:
    started = time.perf_counter()
    surface = kde_quartic(grid, xy, weight, bandwidth_m, binned=binned)
    return surface, time.perf_counter() - started


if __name__ == "__main__":
    main()
