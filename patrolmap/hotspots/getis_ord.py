"""Local clustering of high and low values: Getis-Ord Gi and Gi*, with false discoveries controlled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree
from scipy.special import ndtr

from patrolmap.hotspots.smoothing import convolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid

__all__ = ["FDR_LEVELS", "GetisOrd", "distance_weights", "false_discovery_levels", "getis_ord", "getis_ord_grid"]

FDR_LEVELS: Final = (0.10, 0.05, 0.01)


@dataclass(frozen=True, eq=False)
class GetisOrd:
    """
    The statistic at every place.

    Parameters
    ----------
    z : numpy.ndarray
        Standardised value; NaN where it is not defined: outside the study area, or no variation, or all neighbours.
    p : numpy.ndarray
        Two-sided probability of a value as extreme under no clustering, by the normal law, NOT corrected for the
        number of places tested.
    level : numpy.ndarray of int8
        What stands with the correction: 3, 2, 1 for a cluster of high values when a false discovery rate of .01,
        .05, .10 is accepted; -3, -2, -1 for low values; 0 for neither.
    """

    z: NDArray[np.float64]
    p: NDArray[np.float64]
    level: NDArray[np.int8]


def distance_weights(xy: NDArray[np.float64], distance_m: float) -> sparse.csr_array:
    """
    Make binary weights: 1 for other places within a distance.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2)
        Places, metric CRS.
    distance_m : float
        Largest distance that counts.

    Returns
    -------
    scipy.sparse.csr_array, shape (n, n)
        Without the places themselves.
    """
    pairs = KDTree(xy).query_pairs(distance_m, output_type="ndarray")
    rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(xy), len(xy)))


def getis_ord(values: NDArray[np.float64], weights: sparse.csr_array, *, star: bool = True) -> GetisOrd:
    """
    Test places for clustering of high and low values around them.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        A value for each place.
    weights : scipy.sparse.csr_array, shape (n, n)
        How much each place counts as a neighbour of another, without the places themselves.
    star : bool, default True
        True for Gi*, where a place belongs to its own neighbourhood with weight 1; False for Gi, where it does not,
        and where mean and deviation leave it out.

    Returns
    -------
    GetisOrd
        Arrays of shape (n,).

    Notes
    -----
    Ord, J. K. and Getis, A. (1995), Local spatial autocorrelation statistics: distributional issues and an
    application, Geographical Analysis 27, 286-306, https://doi.org/10.1111/j.1538-4632.1995.tb00912.x, eq. 14:
    ``(Σwx − x̄W) / (s √((n S1 − W²)/(n−1)))`` with s² of denominator n; for Gi with n − 1 in place of n. O(number of
    weights).
    """
    own = 1.0 if star else 0.0
    lag = np.asarray(weights @ values) + own * values
    total = np.asarray(weights.sum(axis=1)).ravel() + own
    squares = np.asarray(weights.power(2).sum(axis=1)).ravel() + own
    return _standardised(values, lag, total, squares, star=star)


def getis_ord_grid(grid: StudyGrid, values: NDArray[np.float64], distance_m: float, *, star: bool = True) -> GetisOrd:
    """
    Test the cells of a study area, with binary weights within a distance.

    Parameters
    ----------
    grid : StudyGrid
        The cells; those with any part in the study area are tested and are neighbours.
    values : numpy.ndarray, shape (rows, columns)
        A value for each cell.
    distance_m : float
        Cells whose centres are at most this far apart are neighbours.
    star : bool, default True
        As of `getis_ord`.

    Returns
    -------
    GetisOrd
        Arrays of shape (rows, columns), NaN and level 0 outside the study area. Equal to `getis_ord` with
        `distance_weights` of the centres, by convolution: O(N log N) whatever the distance.
    """
    studied = grid.share_inside > 0
    reach = int(distance_m / grid.cell_m + 1e-9)
    steps = np.arange(-reach, reach + 1) * grid.cell_m
    kernel = (np.hypot(steps[:, None], steps[None, :]) <= distance_m * (1 + 1e-12)).astype(np.float64)
    if not star:
        kernel[reach, reach] = 0.0
    neighbours = np.rint(convolve(studied.astype(np.float64), kernel))[studied]
    lag = convolve(np.where(studied, values, 0.0), kernel)[studied]
    found = _standardised(values[studied], lag, neighbours, neighbours, star=star)
    z, p = np.full(studied.shape, np.nan), np.full(studied.shape, np.nan)
    level = np.zeros(studied.shape, dtype=np.int8)
    z[studied], p[studied], level[studied] = found.z, found.p, found.level
    return GetisOrd(z, p, level)


def false_discovery_levels(p: NDArray[np.float64]) -> NDArray[np.int8]:
    """
    Tell which tests stand when a share of false discoveries is accepted.

    Parameters
    ----------
    p : numpy.ndarray
        Probabilities; NaN for tests that were not done.

    Returns
    -------
    numpy.ndarray of int8
        0, or 1, 2, 3 for those that stand at the rates of `FDR_LEVELS`.

    Notes
    -----
    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, Journal of the Royal Statistical
    Society B 57, 289-300, https://doi.org/10.1111/j.2517-6161.1995.tb02031.x: all p up to the largest p(k) with
    ``p(k) ≤ k q / m``. O(n log n).
    """
    tested = np.isfinite(p)
    ordered = np.sort(p[tested])
    rank_share = np.arange(1, len(ordered) + 1) / max(len(ordered), 1)
    level = np.zeros(p.shape, dtype=np.int8)
    for number, rate in enumerate(FDR_LEVELS, start=1):
        standing = np.flatnonzero(ordered <= rank_share * rate)
        if len(standing):
            level[tested & (p <= ordered[standing[-1]])] = number
    return level


def _standardised(
    values: NDArray[np.float64],
    lag: NDArray[np.float64],
    total: NDArray[np.float64],
    squares: NDArray[np.float64],
    *,
    star: bool,
) -> GetisOrd:
    """Standardise local sums; `total` is W and `squares` is S1 of each place."""
    n = len(values) if star else len(values) - 1
    left_out = 0.0 if star else values
    mean = (values.sum() - left_out) / max(n, 1)
    centre = values.mean() if len(values) else 0.0
    spread = ((values - centre) ** 2).sum() - (0.0 if star else (values - centre) ** 2)
    deviation = np.sqrt(np.maximum(spread / max(n, 1) - (mean - centre) ** 2, 0.0))
    room = np.sqrt(np.maximum(n * squares - total**2, 0.0) / max(n - 1, 1))
    scale = deviation * room
    defined = scale > 1e-12 * max(float(np.abs(values).max(initial=0.0)), 1e-300)
    z = np.where(defined, (lag - mean * total) / np.where(defined, scale, 1.0), np.nan)
    p = 2.0 * ndtr(-np.abs(z))
    level = (false_discovery_levels(p) * np.sign(np.nan_to_num(z))).astype(np.int8)
    return GetisOrd(z, p, level)
