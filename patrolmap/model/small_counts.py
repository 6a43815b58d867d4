"""Small counts that are not published: few cases in a small area point at people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SMALL_COUNT", "frequent_categories", "hidden_counts", "hidden_in_tree", "is_guessable", "shown_count"]

SMALL_COUNT: Final = 5
"""Counts below it are not published as numbers, unless the project says otherwise."""

_COUNTED: Final = re.compile(r"^(.*?)\s*[(（]?(\d+)[)）]?$")


def hidden_counts(counts: Sequence[float | None], threshold: int, *, with_total: bool) -> tuple[bool, ...]:
    """
    Choose which counts of a table are hidden.

    Parameters
    ----------
    counts : sequence of float or None
        The parts of one total; None is no count and is never hidden.
    threshold : int
        What is below it is hidden; 0 or 1 hides nothing.
    with_total : bool
        Whether the reader knows the sum of the parts. Then the next larger counts are hidden too, until no small count can
        be computed (complementary suppression), equal ones together, so that their order does not matter; if not even
        hiding all is enough, the sum must be hidden, which `is_guessable` tells.

    Returns
    -------
    tuple of bool
        Whether each is hidden. O(n²) at worst.
    """
    if threshold <= 1:
        return (False,) * len(counts)
    hidden = {place for place, count in enumerate(counts) if count is not None and count < threshold}
    if with_total and hidden:
        rest = sorted({count for place, count in enumerate(counts) if count is not None and place not in hidden})
        for next_larger in rest:
            if not is_guessable([counts[one] or 0 for one in hidden], threshold):
                break
            hidden |= {place for place, count in enumerate(counts) if count == next_larger}
    return tuple(place in hidden for place in range(len(counts)))


def hidden_in_tree(
    counts: Sequence[float | None], parents: Sequence[int | None], threshold: int
) -> tuple[tuple[bool, ...], bool]:
    """
    Choose which counts are hidden where some are the sums of others, as in cells within cells.

    Parameters
    ----------
    counts : sequence of float or None
        The counts; None is no count and is never hidden.
    parents : sequence of int or None
        For each the position of the one that it is a part of, without circles; None for a part of the whole.
    threshold : int
        As in `hidden_counts`.

    Returns
    -------
    hidden : tuple of bool
        Whether each is hidden. Without any parents as in `hidden_counts`, with the sum known; otherwise the small ones and
        every sum above one.
    is_total_hidden : bool
        Whether the sum of the whole must be hidden too. O(n²) at worst.
    """
    if all(parent is None for parent in parents):
        hidden = hidden_counts(counts, threshold, with_total=True)
        return hidden, is_guessable([one or 0 for one, secret in zip(counts, hidden, strict=True) if secret], threshold)
    found: set[int] = set()
    for place, count in enumerate(counts):
        at = place if count is not None and count < threshold else None
        while at is not None and at not in found:
            found.add(at)
            at = parents[at]
    return tuple(place in found and count is not None for place, count in enumerate(counts)), bool(found)


def is_guessable(hidden: Sequence[float], threshold: int) -> bool:
    """
    Tell whether a reader who knows the sum of hidden counts can compute a small one.

    Parameters
    ----------
    hidden : sequence of float
        The hidden counts, whole numbers: those below the threshold are known to be so, the others to be not.
    threshold : int
        As in `hidden_counts`.

    Returns
    -------
    bool
        Whether one of the small counts can have only one value. O(n).
    """
    total = sum(hidden)
    lows = [0 if count < threshold else threshold for count in hidden]
    highs = [threshold - 1 if count < threshold else float("inf") for count in hidden]
    for count, low, high in zip(hidden, lows, highs, strict=True):
        if count < threshold:
            least = max(low, total - (sum(highs) - high)) if sum(highs) < float("inf") else low
            most = min(high, total - (sum(lows) - low))
            if least >= most:
                return True
    return False


def shown_count(count: float | None, threshold: int, *, hidden: bool) -> str:
    """
    Write a count for readers outside.

    Parameters
    ----------
    count : float or None
        The count; None is written as nothing.
    threshold : int
        As in `hidden_counts`.
    hidden : bool
        Whether it is hidden.

    Returns
    -------
    str
        The number, ``<5`` for what is below the threshold, or ``*`` for what is hidden to protect another.
    """
    if count is None:
        return ""
    if not hidden:
        return f"{count:g}"
    return f"<{threshold}" if count < threshold else "*"


def frequent_categories(text: str, threshold: int) -> str:
    """
    Name categories without their counts.

    Parameters
    ----------
    text : str
        Categories with counts, as a hotspot keeps them.
    threshold : int
        As in `hidden_counts`.

    Returns
    -------
    str
        Those with at least so many cases, in the same order.
    """
    kept = []
    for part in re.split(r"[,，、;；]\s*", text):
        counted = _COUNTED.match(part.strip())
        if counted and int(counted[2]) >= threshold:
            kept.append(counted[1].strip(" :："))
    return "、".join(kept)
