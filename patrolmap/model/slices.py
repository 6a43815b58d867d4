"""Works through long arrays slice by slice: libraries keep the interpreter to themselves for a whole call, and a window waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["SLICE_ROWS", "by_slices"]

SLICE_ROWS: Final = 4_000
"""Rows at a time: some milliseconds."""


def by_slices(work: Callable[[NDArray[Any]], NDArray[Any]], values: NDArray[Any]) -> NDArray[Any]:
    """
    Do to a long array what is done to each value by itself.

    Parameters
    ----------
    work : Callable
        Takes a slice and gives as many values.
    values : ndarray, shape (n,)
        All values.

    Returns
    -------
    ndarray, shape (n,)
        What `work` makes of them, as one call for all would give it; between two slices other threads have their turn.
    """
    if len(values) <= SLICE_ROWS:
        return work(values)
    return np.concatenate([work(values[start : start + SLICE_ROWS]) for start in range(0, len(values), SLICE_ROWS)])
