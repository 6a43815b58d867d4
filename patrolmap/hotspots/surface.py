"""Kernel density surfaces."""

from __future__ import annotations

import math
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

_BATCH: Final = 8_192
_SMALL_WORK: Final = 1_000_000
_HALF_HEIGHT: Final = (1 - 0.5**0.5) ** 0.5
"""Share of its bandwidth at which the quartic kernel (1 − u²)² is half as high."""


def bump_m2(bandwidth_m: float) -> float:
    """
    Measure the bump that one point makes in a quartic density.

    Parameters
    ----------
    bandwidth_m : float
        Reach of the kernel.

    Returns
    -------
    float
        Area where it has at least half its height, square metres.
    """
    return math.pi * (_HALF_HEIGHT * bandwidth_m) ** 2


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
    return peak * _exact_sum(grid, xy, weight, bandwidth_m, cancel=cancel)


def _nodes_per_cell(grid: StudyGrid, bandwidth_m: float) -> int:
    return max(1, int(np.ceil(NODES_PER_BANDWIDTH * grid.cell_m / bandwidth_m)))


def _binning_pays(grid: StudyGrid, points: int, bandwidth_m: float) -> bool:
    exact_work = points * (2 * np.ceil(bandwidth_m / grid.cell_m) + 1) ** 2 / 2
    return bool(
        exact_work > _SMALL_WORK and exact_work > transform_work(grid, bandwidth_m, _nodes_per_cell(grid, bandwidth_m))
    )


def _exact_sum(
    grid: StudyGrid, xy: NDArray[np.float64], weight: NDArray[np.float64], bandwidth_m: float, *, cancel: Cancel
) -> NDArray[np.float64]:
    """Sum ``w (1 − d²/h²)²`` at the centres, batch by batch of points that lie close together."""
    reach = int(np.ceil(bandwidth_m / grid.cell_m))
    # A frame as wide as the reach of points that lie outside, twice: for them, and for what they reach.
    rows, columns = grid.rows + 4 * reach, grid.columns + 4 * reach
    east, north = (xy[:, 0] - grid.x0_m) / grid.cell_m, (xy[:, 1] - grid.y0_m) / grid.cell_m
    near = (east >= -reach) & (east < grid.columns + reach) & (north >= -reach) & (north < grid.rows + reach)
    column, row = np.floor(east).astype(np.int64), np.floor(north).astype(np.int64)
    cell = (row + 2 * reach) * columns + column + 2 * reach
    order = np.flatnonzero(near)
    order = order[np.argsort(cell[order], kind="stable")]
    scale = grid.cell_m / bandwidth_m
    to_centre = np.column_stack([(column + 0.5 - east) * scale, (row + 0.5 - north) * scale])
    summed = np.zeros(rows * columns)
    for first in range(0, len(order), _BATCH):
        raise_if_cancelled(cancel)
        some = order[first : first + _BATCH]
        _add_kernels(summed, cell[some], to_centre[some], weight[some], columns=columns, scale=scale)
    frame = 2 * reach
    return summed.reshape(rows, columns)[frame : frame + grid.rows, frame : frame + grid.columns].copy()


def _add_kernels(
    summed: NDArray[np.float64],
    cell: NDArray[np.int64],
    to_centre: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    columns: int,
    scale: float,
) -> None:
    """Add what points bring to the cells around their own; `to_centre` leads to the centre of that, in h."""
    occupied, at = np.unique(cell, return_inverse=True)
    reach = int(np.ceil(1 / scale))
    steps, kernel = np.arange(-reach, reach + 1), np.empty(len(cell))
    across = [(to_centre[:, 0] + right * scale) ** 2 for right in steps]
    for up in steps:
        left = 1.0 - (to_centre[:, 1] + up * scale) ** 2
        for right, squared in zip(steps, across, strict=True):
            np.subtract(left, squared, out=kernel)
            np.maximum(kernel, 0.0, out=kernel)
            np.square(kernel, out=kernel)
            np.multiply(kernel, weight, out=kernel)
            summed[occupied + (up * columns + right)] += np.bincount(at, kernel)
