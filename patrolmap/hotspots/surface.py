"""Kernel density surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.hotspots.smoothing import binned_kernel_sum, transform_work
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid

__all__ = ["NODES_PER_BANDWIDTH", "kde_quartic"]

NODES_PER_BANDWIDTH: Final = 16
"""Lattice nodes along a bandwidth when points are binned; the error bound of `kde_quartic` follows from it."""

_BATCH: Final = 500_000
_SMALL_WORK: Final = 4_000_000


def kde_quartic(
    grid: StudyGrid,
    xy: NDArray[np.float64],
    weight: NDArray[np.float64],
    bandwidth_m: float,
    *,
    binned: bool | None = None,
    cancel: Cancel = NO_CANCEL,
) -> NDArray[np.float64]:
    """
    Estimate the density of points with the quartic kernel.

    Parameters
    ----------
    grid : StudyGrid
        Where to evaluate: at the cell centres.
    xy : numpy.ndarray, shape (n, 2)
        Points, metric CRS. Points outside the grid count within reach.
    weight : numpy.ndarray, shape (n,)
        Weights.
    bandwidth_m : float
        Radius of the kernel; a point counts nowhere beyond it.
    binned : bool or None, default None
        Whether to bin the points; None to bin where the exact sum would be long and binning is faster.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        Weighted points per square metre: the sum of ``w · 3/(πh²) · (1 − d²/h²)²`` over points with d < h.

    Notes
    -----
    The kernel is that of Silverman, B. W. (1986), Density Estimation for Statistics and Data Analysis, eq. 4.5. No
    edge correction. Exact: each point adds its kernel to the cells within reach, O(n (h / cell)²). Binned: see
    `binned_kernel_sum`; with at least `NODES_PER_BANDWIDTH` nodes to a bandwidth the kernel's second derivatives,
    at most ``8/h²`` of its peak, bound the error by 2/16² = 0.8 % of the peak for each unit of weight within reach.
    """
    if binned is None:
        binned = _binning_pays(grid, len(xy), bandwidth_m)
    peak = 3.0 / (np.pi * bandwidth_m**2)
    if binned:
        per_cell = _nodes_per_cell(grid, bandwidth_m)
        return peak * binned_kernel_sum(
            grid,
            xy,
            weight,
            lambda squared: np.maximum(1.0 - squared / bandwidth_m**2, 0.0) ** 2,
            bandwidth_m,
            per_cell=per_cell,
            cancel=cancel,
        )
    reach = int(np.ceil(bandwidth_m / grid.cell_m))
    offsets = np.arange(-reach, reach + 1)
    density = np.zeros(grid.rows * grid.columns)
    batch = max(1, _BATCH // len(offsets) ** 2)
    for first in range(0, len(xy), batch):
        raise_if_cancelled(cancel)
        some = slice(first, first + batch)
        cells, kernel = _kernels(grid, xy[some], weight[some], bandwidth_m, offsets)
        density += np.bincount(cells, weights=kernel, minlength=len(density))
    return density.reshape(grid.rows, grid.columns) * peak


def _nodes_per_cell(grid: StudyGrid, bandwidth_m: float) -> int:
    return max(1, int(np.ceil(NODES_PER_BANDWIDTH * grid.cell_m / bandwidth_m)))


def _binning_pays(grid: StudyGrid, points: int, bandwidth_m: float) -> bool:
    exact_work = 2 * points * (2 * np.ceil(bandwidth_m / grid.cell_m) + 1) ** 2
    return bool(
        exact_work > _SMALL_WORK and exact_work > transform_work(grid, bandwidth_m, _nodes_per_cell(grid, bandwidth_m))
    )


def _kernels(
    grid: StudyGrid,
    xy: NDArray[np.float64],
    weight: NDArray[np.float64],
    bandwidth_m: float,
    offsets: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Cells within reach of the points, flat, and what each adds to them."""
    column = np.floor((xy[:, 0] - grid.x0_m) / grid.cell_m).astype(np.int64)[:, None] + offsets
    row = np.floor((xy[:, 1] - grid.y0_m) / grid.cell_m).astype(np.int64)[:, None] + offsets
    dx = (grid.x0_m + (column + 0.5) * grid.cell_m - xy[:, :1]) / bandwidth_m
    dy = (grid.y0_m + (row + 0.5) * grid.cell_m - xy[:, 1:]) / bandwidth_m
    nearness = 1.0 - dx[:, None, :] ** 2 - dy[:, :, None] ** 2
    kernel = np.where(nearness > 0, nearness, 0.0) ** 2 * weight[:, None, None]
    valid = ((row >= 0) & (row < grid.rows))[:, :, None] & ((column >= 0) & (column < grid.columns))[:, None, :]
    valid &= kernel > 0
    flat = row[:, :, None] * grid.columns + column[:, None, :]
    return flat[valid], kernel[valid]
