"""Classes of a number for maps: equal counts, equal widths, or natural breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_CLASSES", "BreakMethod", "class_breaks", "class_of"]

BreakMethod = Literal["quantile", "equal", "natural"]

MOST_CLASSES: Final = 9
_MOST_VALUES: Final = 600


def class_breaks(values: NDArray[np.float64], method: BreakMethod, count: int) -> NDArray[np.float64]:
    """
    Find the upper ends of classes.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN and infinite values are left out.
    method : BreakMethod
        ``quantile``: as many values in each; ``equal``: as wide; ``natural``: least sum of squared deviations within
        the classes, exact for up to 600 different values by dynamic programming (Fisher 1958,
        doi:10.1080/01621459.1958.10501479), of more, of 600 evenly chosen quantiles of them.
    count : int
        How many classes are wanted, 1 to 9; other values are brought into that range.

    Returns
    -------
    ndarray of float64, shape (k,)
        Growing upper ends, each within its class; the last is the largest value. ``k`` is less than `count` where there are
        fewer different values; 0 without values. O(count · m²) with m ≤ 600 for natural breaks, else O(n log n).
    """
    finite = np.asarray(values, dtype=np.float64)
    finite = np.sort(finite[np.isfinite(finite)])
    if not finite.size:
        return finite
    count = min(max(count, 1), MOST_CLASSES)
    if method == "natural":
        return _natural(finite, count)
    if method == "equal":
        ends = np.linspace(finite[0], finite[-1], count + 1)[1:]
        ends[-1] = finite[-1]
        return np.unique(ends)
    places = np.ceil(np.arange(1, count + 1) * finite.size / count).astype(int) - 1
    return np.unique(finite[places])


def class_of(values: NDArray[np.float64], breaks: NDArray[np.float64]) -> NDArray[np.int64]:
    """
    Put values into classes.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Any numbers.
    breaks : ndarray of float64, shape (k,)
        From `class_breaks`.

    Returns
    -------
    ndarray of int64, shape (n,)
        0 to k - 1; values above the last end count to the last class; -1 for NaN, and for all without classes.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not len(breaks):
        return np.full(len(numbers), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(breaks, numbers, side="left"), len(breaks) - 1)
    return np.where(np.isnan(numbers), -1, found).astype(np.int64)


def _natural(finite: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    points, weights = np.unique(finite, return_counts=True)
    if len(points) > _MOST_VALUES:
        chosen = finite[np.linspace(0, finite.size - 1, _MOST_VALUES).round().astype(int)]
        points, weights = np.unique(chosen, return_counts=True)
    count = min(count, len(points))
    centred = points - points.mean()
    sums = [np.concatenate(([0.0], np.cumsum(weights * centred**power))) for power in range(3)]
    # Cost of a class that holds the points from row (first) to column (last).
    size, total, squares = (part[None, 1:] - part[:-1, None] for part in sums)
    cost = np.full(size.shape, np.inf)
    upper = np.triu_indices(len(points))
    cost[upper] = (squares - total**2 / np.where(size > 0, size, 1))[upper]
    best, starts = cost[0].copy(), []
    for _ in range(1, count):
        options = np.concatenate(([np.inf], best[:-1]))[:, None] + cost
        starts.append(np.argmin(options, axis=0))
        best = options[starts[-1], np.arange(len(points))]
    ends, last = [len(points) - 1], len(points) - 1
    for start in reversed(starts):
        last = int(start[last]) - 1
        ends.append(last)
    high: NDArray[np.float64] = points[ends[::-1]]
    high[-1] = finite[-1]
    return high
