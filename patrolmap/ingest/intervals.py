"""A time and its end in one cell, such as ``2026-03-05 20:00~22:00``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.numbers import half_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["split_intervals"]

_DAY: Final = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
_CLOCK: Final = r"\d{1,2}\s*(?:[:时点]\s*(?:\d{1,2}|半|一刻|三刻)?)\s*(?:[:分]\s*\d{0,2})?\s*[分秒]?"
_WORDS: Final = re.compile(rf"^(?P<start>{_DAY}.*?\d.*?)\s*(?:[~～—–至到]+|\s-+\s|--+)\s*(?P<end>.+)$")
_HYPHEN: Final = re.compile(rf"^(?P<start>{_DAY}\s+\d{{1,2}}:\d{{2}})-(?P<end>\d{{1,2}}:\d{{2}})$")
_WITHOUT_DAY: Final = re.compile(rf"^(?P<half>[^\d\s]{{1,2}})?\s*{_CLOCK}$")
_HOURS: Final = re.compile(r"(\d{1,2})\s*[:时点]\s*(\d{1,2})?")


def split_intervals(texts: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.object_] | None]:
    """
    Part cells that hold a start and an end.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells. ``2026-03-05 20:00-22:00`` counts as an interval, not as an offset of 22 hours from UTC.

    Returns
    -------
    starts : (n,) object array of str
        The cells, without their ends.
    ends : (n,) object array of str or None
        The ends, with the day of their start, or the day after if their clock is earlier; ``""`` where there is none;
        None if no cell holds two times.
    """
    known = {text: _parted(plain) for text, plain in zip(texts, half_width(texts), strict=True)}
    if not any(end for _, end in known.values()):
        return texts, None
    starts, ends = np.empty(len(texts), dtype=object), np.empty(len(texts), dtype=object)
    starts[:] = [known[text][0] if known[text][1] else text for text in texts]
    ends[:] = [known[text][1] for text in texts]
    return starts, ends


def _parted(text: str) -> tuple[str, str]:
    found = _HYPHEN.match(text) or _WORDS.match(text)
    if found is None:
        return text, ""
    start, end = found["start"], found["end"].strip()
    if not _WITHOUT_DAY.match(end):
        return start, end
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return text, ""
    if _minutes(end) < _minutes(start[found.end("day") - found.start() :]) and not re.match(r"[^\d\s]", end):
        day += timedelta(days=1)
    return start, f"{day.isoformat()} {end}"


def _minutes(clock: str) -> int:
    found = _HOURS.search(clock)
    return 60 * int(found[1]) + int(found[2] or 0) if found else 0
