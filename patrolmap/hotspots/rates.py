"""Rates of grid cells, made comparable where numbers are small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ShrunkenRates", "shrink_rates"]

_EVEN: Final = 1e6
_LEAST_SHAPE: Final = 1e-3


@dataclass(frozen=True, eq=False)
class ShrunkenRates:
    """
    Rates drawn towards the mean of all.

    Parameters
    ----------
    raw : numpy.ndarray, shape (n,)
        Count over exposure; NaN without exposure.
    shrunken : numpy.ndarray, shape (n,)
        Empirical Bayes estimate; the mean without exposure.
    weight : numpy.ndarray, shape (n,)
        How much of each cell's own rate is in it, 0 to 1.
    mean : float
        Mean of the true rates between cells.
    variance : float
        Variance of the true rates between cells; 0 if the counts differ no more than by chance.
    """

    raw: NDArray[np.float64]
    shrunken: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: float
    variance: float


def shrink_rates(counts: NDArray[np.float64], exposure: NDArray[np.float64]) -> ShrunkenRates:
    """
    Estimate rates by empirical Bayes.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n,)
        Incidents of each cell.
    exposure : numpy.ndarray, shape (n,)
        Households of each cell, or people, or area.

    Returns
    -------
    ShrunkenRates
        Rates in incidents per unit of exposure.

    Raises
    ------
    InputError
        If nothing has any exposure, or a number is negative.

    Notes
    -----
    True rates are taken as gamma distributed between cells, with mean m and shape ν found by maximum likelihood from
    the counts (negative binomial); then a cell's estimate is ``(count + ν) / (exposure + ν/m)``: Efron, B. and Hastie,
    T. (2016), Computer Age Statistical Inference, section 6.1; Clayton, D. and Kaldor, J. (1987), Empirical Bayes
    estimates of age-standardized relative risks, Biometrics 43, 671-681, https://doi.org/10.2307/2532003.
    """
    if (counts < 0).any() or (exposure < 0).any() or not exposure.sum() > 0:
        raise InputError(
            N_("Rates need households, and no number may be negative."),
            remedy=N_("Give the grid cells their households."),
        )
    exposed = exposure > 0
    n = np.where(exposed, exposure, 1.0)
    raw = np.where(exposed, counts / n, np.nan)
    if not counts[exposed].any():
        zero = np.zeros(len(counts))
        return ShrunkenRates(raw, zero, zero, 0.0, 0.0)
    mean, shape = _gamma(counts[exposed].astype(np.float64), exposure[exposed].astype(np.float64))
    weight = np.where(exposed, n / (n + shape / mean), 0.0)
    shrunken = mean + weight * (np.nan_to_num(raw) - mean)
    return ShrunkenRates(raw, shrunken, weight, mean, mean**2 / shape)


def _gamma(counts: NDArray[np.float64], exposure: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and shape of the rates by maximum likelihood; a shape of infinity if the counts vary only by chance."""
    crude = float(counts.sum() / exposure.sum())
    excess = float((exposure * (counts / exposure - crude) ** 2).sum() / exposure.sum()) - crude / float(
        exposure.mean()
    )
    start = np.log([crude, min(max(crude**2 / max(excess, 1e-12), 1e-2), _EVEN / 10)])

    def surprise(logs: NDArray[np.float64]) -> float:
        mean, shape = np.exp(logs)
        share = exposure * mean / (exposure * mean + shape)
        likelihood = gammaln(counts + shape) - gammaln(shape) + counts * np.log(share) + shape * np.log1p(-share)
        return -float(likelihood.sum())

    bounds = [(start[0] - 3, start[0] + 3), (np.log(_LEAST_SHAPE), np.log(_EVEN))]
    found = minimize(surprise, start, method="L-BFGS-B", bounds=bounds)
    mean, shape = (float(value) for value in np.exp(found.x))
    return (crude, float("inf")) if shape > _EVEN / 2 else (mean, shape)
