"""Sums of a kernel over many points on a grid: linear binning and Fourier transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import fft, sparse
from scipy.special import ndtr

from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid

__all__ = ["binned_kernel_sum", "convolve", "gaussian_counts", "transform_work"]

_NOISE: Final = 1e-12
_SIGMAS: Final = 4.0


def convolve(values: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Sum a raster's neighbours with the weights of a small kernel.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows, columns)
        The raster; outside it everything is 0.
    kernel : numpy.ndarray, shape (2 p + 1, 2 q + 1)
        Weights, symmetric about the middle.

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        The sums. O(N log N) in the number of cells, whatever the kernel's size.
    """
    reach = tuple(side // 2 for side in kernel.shape)
    shape = [fft.next_fast_len(side + margin, real=True) for side, margin in zip(values.shape, reach, strict=True)]
    spectrum = fft.rfft2(values, shape) * fft.rfft2(_around_origin(kernel, shape), shape)
    result: NDArray[np.float64] = fft.irfft2(spectrum, shape)[: values.shape[0], : values.shape[1]]
    return result


def transform_work(grid: StudyGrid, reach_m: float, per_cell: int) -> float:
    """
    Estimate the work of `binned_kernel_sum`.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    reach_m : float
        Where the kernel ends.
    per_cell : int
        Nodes along a cell's side.

    Returns
    -------
    float
        Numbers to be transformed.
    """
    margin = 2 * (int(np.ceil(reach_m / grid.cell_m)) + 1)
    return float((2 * per_cell**2 + 1) * (grid.rows + margin) * (grid.columns + margin))


def binned_kernel_sum(
    grid: StudyGrid,
    xy: NDArray[np.float64],
    weight: NDArray[np.float64],
    kernel: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    reach_m: float,
    *,
    per_cell: int = 1,
    cancel: Cancel = NO_CANCEL,
) -> NDArray[np.float64]:
    """
    Sum a radial kernel over points at the cell centres, with points spread to the nodes of a lattice.

    Parameters
    ----------
    grid : StudyGrid
        Where to evaluate: at the cell centres.
    xy : numpy.ndarray, shape (n, 2)
        Points, metric CRS. Points outside the grid count within reach.
    weight : numpy.ndarray, shape (n,)
        Weights, at least 0.
    kernel : callable
        Takes squared distances in m², gives values at least 0.
    reach_m : float
        The kernel is 0 from here on, or negligible.
    per_cell : int, default 1
        Lattice nodes along a cell's side; the cell centres are always nodes.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        The sum at each centre. With node distance δ each point's kernel is replaced by its bilinear interpolation, so
        that the error is at most ``δ²/8 · (max|∂²K/∂x²| + max|∂²K/∂y²|)`` for each unit of weight within reach.
        Values under 1e-12 of the highest are rounding and are set to 0.

    Notes
    -----
    Wand, M. P. (1994), Fast computation of multivariate kernel estimators, Journal of Computational and Graphical
    Statistics 3, 433-445, https://doi.org/10.1080/10618600.1994.10474656. The lattice is handled as `per_cell`²
    shifted lattices of cell size, of which only the sum is transformed back: O(n + per_cell² N log N).
    """
    margin = int(np.ceil(reach_m / grid.cell_m)) + 1
    shape = [fft.next_fast_len(side + 2 * margin, real=True) for side in (grid.rows, grid.columns)]
    spectrum = np.zeros((shape[0], shape[1] // 2 + 1), dtype=np.complex128)
    for row_shift, column_shift, counts in _lattices(grid, xy, weight, per_cell=per_cell, margin=margin, shape=shape):
        raise_if_cancelled(cancel)
        steps = np.arange(-margin, margin + 1)
        dy = (steps - row_shift / per_cell) * grid.cell_m
        dx = (steps - column_shift / per_cell) * grid.cell_m
        values = kernel(dy[:, None] ** 2 + dx[None, :] ** 2)
        spectrum += fft.rfft2(counts) * fft.rfft2(_around_origin(values, shape))
    summed: NDArray[np.float64] = fft.irfft2(spectrum, shape)
    summed = summed[margin : margin + grid.rows, margin : margin + grid.columns]
    summed[summed < _NOISE * summed.max(initial=0.0)] = 0.0
    return summed


def gaussian_counts(
    grid: StudyGrid, xy: NDArray[np.float64], weight: NDArray[np.float64], sigma_m: float
) -> NDArray[np.float64]:
    """
    Spread points by a Gaussian and sum what falls into each cell.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    xy : numpy.ndarray, shape (n, 2)
        Points, metric CRS.
    weight : numpy.ndarray, shape (n,)
        Weights.
    sigma_m : float
        Standard deviation along each axis.

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        Expected weight in each cell: the integral over the cell, not its value at the centre, so that a small
        `sigma_m` leads to the plain count. Cells further than 4 sigma (and one cell) along an axis get nothing.
        O(n (sigma / cell)²).
    """
    columns = _axis_shares(xy[:, 0], grid.x0_m, grid.cell_m, grid.columns, sigma_m)
    rows = _axis_shares(xy[:, 1], grid.y0_m, grid.cell_m, grid.rows, sigma_m)
    summed: NDArray[np.float64] = (rows.T @ (sparse.diags_array(weight) @ columns)).toarray()
    return summed


def _axis_shares(
    place_m: NDArray[np.float64], start_m: float, cell_m: float, cells: int, sigma_m: float
) -> sparse.csr_array:
    """Share of each point's Gaussian in each strip of cells along one axis."""
    reach = int(np.ceil(_SIGMAS * sigma_m / cell_m))
    strip = np.floor((place_m - start_m) / cell_m).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    edge = (start_m + np.c_[strip, strip[:, -1:] + 1] * cell_m - place_m[:, None]) / sigma_m
    share = np.diff(ndtr(edge), axis=1)
    within = (strip >= 0) & (strip < cells)
    point = np.broadcast_to(np.arange(len(place_m))[:, None], strip.shape)
    return sparse.csr_array((share[within], (point[within], strip[within])), shape=(len(place_m), cells))


def _around_origin(kernel: NDArray[np.float64], shape: list[int]) -> NDArray[np.float64]:
    """Lay a kernel into a raster so that its middle is element (0, 0), going round at the edges."""
    padded = np.zeros(shape)
    rows, columns = (
        np.arange(-(side // 2), side // 2 + 1) % whole for side, whole in zip(kernel.shape, shape, strict=True)
    )
    np.add.at(padded, (rows[:, None], columns[None, :]), kernel)
    return padded


def _lattices(
    grid: StudyGrid,
    xy: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    per_cell: int,
    margin: int,
    shape: list[int],
) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    """Weights at the nodes, one lattice of cell size after another, each with its shift in nodes."""
    step_m = grid.cell_m / per_cell
    column = (xy[:, 0] - grid.x0_m - grid.cell_m / 2) / step_m + margin * per_cell
    row = (xy[:, 1] - grid.y0_m - grid.cell_m / 2) / step_m + margin * per_cell
    last_row, last_column = ((side + 2 * margin) * per_cell - 1 for side in (grid.rows, grid.columns))
    near = (column >= 0) & (column < last_column) & (row >= 0) & (row < last_row)
    column, row, weight = column[near], row[near], weight[near]
    west, south = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right, up = column - west, row - south
    columns, rows = np.r_[west, west + 1, west, west + 1], np.r_[south, south, south + 1, south + 1]
    parts = np.r_[(1 - right) * (1 - up), right * (1 - up), (1 - right) * up, right * up] * np.tile(weight, 4)
    phase = (rows % per_cell) * per_cell + columns % per_cell
    order = np.argsort(phase, kind="stable")
    starts = np.searchsorted(phase[order], np.arange(per_cell**2 + 1))
    flat = (rows // per_cell) * shape[1] + columns // per_cell
    for number in range(per_cell**2):
        some = order[starts[number] : starts[number + 1]]
        if len(some):
            counts = np.bincount(flat[some], weights=parts[some], minlength=shape[0] * shape[1])
            yield number // per_cell, number % per_cell, counts.astype(np.float64).reshape(shape)
