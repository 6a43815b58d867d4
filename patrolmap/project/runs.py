"""Many fids as few runs of them, whole or cut into slices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["fid_ranges", "in_slices"]

_SLICE: Final = 2_000
"""Rows between two looks whether to go on: some tens of milliseconds."""


def fid_ranges(fids: Sequence[int]) -> list[tuple[int, int]]:
    """
    Write fids as runs.

    Parameters
    ----------
    fids : sequence of int
        In any order.

    Returns
    -------
    list of (int, int)
        First and last of each run, ascending.
    """
    if not len(fids):
        return []
    numbers = np.unique(np.asarray(fids, dtype=np.int64))
    breaks = np.flatnonzero(np.diff(numbers) != 1)
    firsts = numbers[np.concatenate(([0], breaks + 1))]
    lasts = numbers[np.concatenate((breaks, [len(numbers) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def in_slices(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[list[tuple[int, int]], int]]:
    """
    Cut runs of fids into slices.

    Parameters
    ----------
    ranges : sequence of (int, int)
        First and last fid of each run.

    Yields
    ------
    list of (int, int)
        Runs of a slice, in the same order.
    int
        How many fids it has: 2,000, the last one fewer.
    """
    runs: list[tuple[int, int]] = []
    count = 0
    for first, last in ranges:
        start = first
        while start <= last:
            end = min(last, start + _SLICE - count - 1)
            runs.append((start, end))
            count += end - start + 1
            start = end + 1
            if count == _SLICE:
                yield runs, count
                runs, count = [], 0
    if runs:
        yield runs, count
