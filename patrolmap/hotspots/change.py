"""Change of counts between two periods, and whether crime moved when an area was patrolled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv
from scipy.stats import binom, chi2, norm

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Change",
    "Displacement",
    "compare_counts",
    "count_interval",
    "weighted_displacement",
]


@dataclass(frozen=True)
class Change:
    """
    Counts of two periods.

    Parameters
    ----------
    before, after : int
        Counts.
    before_exposure, after_exposure : float
        Lengths of the periods, or any other exposure.
    ratio : float or None
        Rate after over rate before; None if there was nothing before.
    ratio_low, ratio_high : float or None
        Exact interval of the ratio; None for no upper limit.
    p : float
        Two-sided probability of a split as uneven if the rate had not changed.
    """

    before: int
    after: int
    before_exposure: float
    after_exposure: float
    ratio: float | None
    ratio_low: float
    ratio_high: float | None
    p: float


@dataclass(frozen=True)
class Displacement:
    """
    Weighted displacement difference.

    Parameters
    ----------
    wdd : float
        Incidents less (negative) or more (positive) than expected in the patrolled area and its surroundings.
    standard_error : float
        Of `wdd`, for Poisson counts.
    low, high : float
        Interval of `wdd`.
    z : float
        `wdd` in standard errors; 0 if there was nothing at all.
    p : float
        Two-sided probability by the normal law.
    """

    wdd: float
    standard_error: float
    low: float
    high: float
    z: float
    p: float


def count_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """
    Give the exact interval of a Poisson mean.

    Parameters
    ----------
    count : int
        What was counted.
    confidence : float, default 0.95
        Coverage, at least.

    Returns
    -------
    tuple of float
        Lower and upper limit.

    Notes
    -----
    Garwood, F. (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442.
    """
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def compare_counts(
    before: int, after: int, before_exposure: float = 1.0, after_exposure: float = 1.0, confidence: float = 0.95
) -> Change:
    """
    Compare two Poisson counts exactly.

    Parameters
    ----------
    before, after : int
        Counts.
    before_exposure, after_exposure : float, default 1
        Lengths of the periods.
    confidence : float, default 0.95
        Coverage of the interval, at least.

    Returns
    -------
    Change
        With the exact conditional interval and p.

    Raises
    ------
    InputError
        If a count is negative or an exposure not above 0.

    Notes
    -----
    Given the sum, the later count is binomial: Przyborowski, J. and Wilenski, H. (1940), Homogeneity of results in
    testing samples from Poisson series, Biometrika 31, 313-323; limits of the share by Clopper and Pearson (1934). p
    is twice the smaller tail, at most 1, so that p and interval agree.
    """
    if min(before, after) < 0 or not min(before_exposure, after_exposure) > 0:
        raise InputError(N_("Counts cannot be negative, and periods must have a length."))
    total, tail = before + after, (1 - confidence) / 2
    odds = before_exposure / after_exposure
    low_share = float(betaincinv(after, before + 1, tail)) if after else 0.0
    high_share = float(betaincinv(after + 1, before, 1 - tail)) if before else 1.0
    share = after_exposure / (before_exposure + after_exposure)
    tails = binom.cdf(after, total, share), binom.sf(after - 1, total, share)
    return Change(
        before,
        after,
        before_exposure,
        after_exposure,
        after / before * odds if before else None,
        low_share / (1 - low_share) * odds if low_share < 1 else float("inf"),
        high_share / (1 - high_share) * odds if high_share < 1 else None,
        float(min(1.0, 2 * min(tails))),
    )


def weighted_displacement(
    patrolled: tuple[int, int],
    control: tuple[int, int],
    around_patrolled: tuple[int, int] = (0, 0),
    around_control: tuple[int, int] = (0, 0),
    *,
    lengths: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
) -> Displacement:
    """
    Test whether incidents fell more in a patrolled area and its surroundings than in a like area.

    Parameters
    ----------
    patrolled, control : tuple of int
        Incidents before and after, in the patrolled area and in an area like it that was not.
    around_patrolled, around_control : tuple of int, default (0, 0)
        The same for the surroundings of each, into which incidents may have moved.
    lengths : tuple of float, default (1, 1)
        Lengths of the periods before and after; the result is per unit of length.
    confidence : float, default 0.95
        Coverage of the interval.

    Returns
    -------
    Displacement
        Negative where patrolling took more incidents away than it moved.

    Raises
    ------
    InputError
        If a count is negative, or a period has no length.

    Notes
    -----
    Wheeler, A. P. and Ratcliffe, J. H. (2018), A simple weighted displacement difference test to evaluate place based
    crime interventions, Crime Science 7, 11, https://doi.org/10.1186/s40163-018-0085-5: the difference of differences,
    with the sum of the eight counts, each over its length squared, as its variance. The areas must be alike.
    """
    counts = np.array([patrolled, control, around_patrolled, around_control])
    if (counts < 0).any() or not min(lengths) > 0:
        raise InputError(N_("Counts cannot be negative, and periods must have a length."))
    difference: NDArray[np.float64] = counts[:, 1] / lengths[1] - counts[:, 0] / lengths[0]
    wdd = float(difference[0] - difference[1] + difference[2] - difference[3])
    error = float(np.sqrt((counts / np.square(lengths)).sum()))
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    z = wdd / error if error else 0.0
    return Displacement(wdd, error, wdd - reach, wdd + reach, z, float(2 * norm.sf(abs(z))))
