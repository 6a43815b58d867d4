"""Moments as offices write them, into ISO 8601 local time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap.ingest.numbers import half_width
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ParsedTimes", "looks_like_clock", "looks_like_day", "moment_with_offset", "parse_times"]

_CLOCK_PART: Final = (
    r"(?:[T,\s]*(?P<half>上午|下午|凌晨|清晨|早上|早晨|早|中午|晚上|晚间|晚|傍晚|夜里|夜间|深夜|am|pm)?\s*(?P<hour>\d{1,2})"
    r"(?:\s*[::时点]\s*(?P<minute>\d{1,2}|半|一刻|三刻)?(?:\s*[::分]\s*(?P<second>\d{1,2})?(?:[.,]\d+)?\s*秒?)?)?\s*[时点分秒]?\s*(?:许|左右|前后)?)?"
    r"\s*(?P<half2>am|pm)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST: Final = re.compile(
    r"^(?P<year>\d{4})\s*[-/.年\s]\s*(?P<month>\d{1,2})\s*[-/.月\s]\s*(?P<day>\d{1,2})\s*[日号]?\s*(?:(?:星期|周)[一二三四五六日天])?"
    + _CLOCK_PART,
    re.IGNORECASE,
)
_YEAR_LAST: Final = re.compile(
    r"^(?P<first>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4})" + _CLOCK_PART, re.IGNORECASE
)
_COMPACT: Final = re.compile(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})\s*T?(?:(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?$"
)
_SERIAL: Final = re.compile(r"^\d{5}(?:\.\d+)?$")
_CLOCK_ONLY: Final = re.compile(r"^\d{1,2}\s*[::时点]\s*\d{0,2}(\s*[::分]\s*\d{0,2})?\s*[分秒]?$")
_DAY_ONLY: Final = re.compile(r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([T ]00:00:00)?$")
_SERIAL_RANGE: Final = (20_000.0, 80_000.0)
_HALVES: Final = {
    **dict.fromkeys(("上午", "凌晨", "清晨", "早上", "早晨", "早", "am"), 1.0),
    **dict.fromkeys(("下午", "傍晚", "pm"), 2.0),
    "中午": 3.0,
    **dict.fromkeys(("晚上", "晚间", "晚"), 4.0),
    **dict.fromkeys(("夜里", "夜间", "深夜"), 5.0),
}
_NOON, _EVENING, _NIGHT = 3.0, 4.0, 5.0
_EVENING_FROM: Final = 5
_MINUTES: Final = {"半": "30", "一刻": "15", "三刻": "45"}
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_OFFSET: Final = re.compile(r":\d{2}(?:\.\d+)?\s*(?:z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_LOCAL: Final = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, eq=False)
class ParsedTimes:
    """
    A column of moments.

    Parameters
    ----------
    moments : (n,) datetime64[s] array
        Local time; NaT where the text is empty or no moment.
    without_clock : (n,) bool array
        True where only a day was given.
    choices : tuple of Message
        What had to be decided.
    """

    moments: NDArray[np.datetime64]
    without_clock: NDArray[np.bool_]
    choices: tuple[Message, ...] = ()

    @property
    def iso_texts(self) -> NDArray[np.object_]:
        """ISO 8601 texts to the second; None where there is no moment."""
        texts = np.datetime_as_string(self.moments, unit="s").astype(object)
        texts[np.isnat(self.moments)] = None
        return texts


def looks_like_clock(texts: NDArray[np.object_]) -> float:
    """
    Measure how many texts are a time of day without a day.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells that are not blank.

    Returns
    -------
    float
        Share, 0 to 1; 0 for no texts.
    """
    return _share(_CLOCK_ONLY, texts)


def looks_like_day(texts: NDArray[np.object_]) -> float:
    """
    Measure how many texts are a day without a time.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells that are not blank.

    Returns
    -------
    float
        Share, 0 to 1; 0 for no texts.
    """
    return _share(_DAY_ONLY, texts)


def parse_times(texts: NDArray[np.object_]) -> ParsedTimes:
    """
    Read moments in any usual form.

    Parameters
    ----------
    texts : (n,) object array of str
        ISO 8601, ``2026/11/2 3:05``, ``2026年11月2日3时5分``, ``20261102030500``, ``11/02/2026 03:05:00 PM``, serial days of
        Excel (1900 system). An offset such as ``+08:00`` is dropped: the clock is taken as written.

    Returns
    -------
    ParsedTimes
        Years outside 1970 to 2100 count as unreadable.
    """
    import pandas as pd

    codes, unique = pd.factorize(np.asarray(texts, dtype=object))
    plain = half_width(np.asarray(unique, dtype=object))
    order, choices = _day_month_order(plain)
    matches = [_match(text) for text in plain]
    parts = np.array([_parts(match, order) for match in matches], dtype=np.float64).reshape(-1, 7)
    moments = _moments(parts)
    serial = np.array([bool(_SERIAL.match(text)) for text in plain], dtype=bool)
    if serial.any():
        moments[serial] = _from_serials(plain[serial].astype(np.float64))
    zones = sum(1 for match in matches if match is not None and match.groupdict().get("zone"))
    if zones:
        choices = (*choices, Message(N_("Time offsets were dropped: clocks are taken as written, as local time.")))
    without_clock = np.isnan(parts[:, 3]) & ~np.isnat(moments) & ~serial
    return ParsedTimes(moments[codes], without_clock[codes], choices)


def moment_with_offset(text: str) -> dt.datetime | None:
    """
    Read one moment that says its offset from universal time: somebody who types it means it.

    Parameters
    ----------
    text : str
        Such as ``2026-11-21T13:30:00Z`` or ``2026-11-21 21:30+08:00``.

    Returns
    -------
    datetime.datetime or None
        Naive local time of China, to the second; None if it is no such moment.
    """
    if not _OFFSET.search(text.strip()):
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    return moment.astimezone(_LOCAL).replace(tzinfo=None, microsecond=0) if moment.tzinfo else None


def _share(pattern: re.Pattern[str], texts: NDArray[np.object_]) -> float:
    plain = half_width(texts)
    return sum(bool(pattern.match(text)) for text in plain) / max(len(plain), 1)


def _match(text: str) -> re.Match[str] | None:
    return _YEAR_FIRST.match(text) or _COMPACT.match(text) or _YEAR_LAST.match(text)


def _day_month_order(plain: NDArray[np.object_]) -> tuple[str, tuple[Message, ...]]:
    """Decide over the whole column whether 3/4/2026 is March or April: a part over 12 is a day."""
    pairs = [(int(match["first"]), int(match["other"])) for match in map(_YEAR_LAST.match, plain) if match]
    if not pairs:
        return "month", ()
    first_over = sum(first > 12 for first, _ in pairs)
    other_over = sum(other > 12 for _, other in pairs)
    if first_over > other_over:
        return "day", (
            Message(N_("Dates are read as day/month/year: {count} could not be otherwise."), {"count": first_over}),
        )
    if other_over:
        return "month", (
            Message(N_("Dates are read as month/day/year: {count} could not be otherwise."), {"count": other_over}),
        )
    return "month", (Message(N_("Dates such as 3/4/2026 are read as month/day/year; nothing in the file decides it.")),)


def _parts(match: re.Match[str] | None, order: str) -> tuple[float, ...]:
    """Year, month, day, hour, minute, second, and the half of the day (a value of `_HALVES`, 0 for none)."""
    if match is None:
        return (np.nan,) * 7
    found = match.groupdict()
    if "first" in found:
        month, day = (found["first"], found["other"]) if order == "month" else (found["other"], found["first"])
    else:
        month, day = found["month"], found["day"]
    half = (found.get("half") or found.get("half2") or "").lower()
    half_code = _HALVES.get(half, 0.0)
    minute = found.get("minute")
    clock = [_float(found.get("hour")), _float(_MINUTES.get(minute or "", minute)), _float(found.get("second"))]
    return (float(found["year"]), float(month), float(day), *clock, half_code)


def _float(text: str | None) -> float:
    return float(text) if text else np.nan


def _moments(parts: NDArray[np.float64]) -> NDArray[np.datetime64]:
    year, month, day, hour, minute, second, half = parts.T
    hour, minute, second = np.nan_to_num(hour), np.nan_to_num(minute), np.nan_to_num(second)
    hour = _of_24(hour, half)
    good = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    good &= ~((half == _EVENING) & (hour > 0) & (hour < _EVENING_FROM))  # "1 in the evening": of which day?
    good &= (minute < 60) & (second < 60) & ((hour < 24) | ((hour == 24) & (minute == 0) & (second == 0)))
    moments = np.full(len(parts), np.datetime64("NaT", "s"))
    months = (year[good].astype(np.int64) - 1970) * 12 + month[good].astype(np.int64) - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (day[good].astype(np.int64) - 1)
    in_month = days.astype("datetime64[M]") == months.astype("datetime64[M]")
    seconds = (hour[good] * 3600 + minute[good] * 60 + second[good]).astype(np.int64)
    built = days.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    built[~in_month] = np.datetime64("NaT", "s")
    moments[good] = built
    return moments


def _of_24(hour: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn an hour of a half of the day into one of 24; midnight after an evening is 24, the next day's 0."""
    later = (half == 2) & (hour < 12) & (hour > 0)
    later |= (half == _NOON) & (hour < 4)
    later |= np.isin(half, [_EVENING, _NIGHT]) & (hour >= _EVENING_FROM) & (hour <= 12)
    return np.where((half == 1) & (hour == 12), 0, np.where(later, hour + 12, hour))


def _from_serials(days: NDArray[np.float64]) -> NDArray[np.datetime64]:
    low, high = _SERIAL_RANGE
    good = (days >= low) & (days <= high)
    seconds = np.round(np.where(good, days, 0.0) * 86_400).astype(np.int64)
    moments: NDArray[Any] = np.datetime64("1899-12-30T00:00:00", "s") + seconds.astype("timedelta64[s]")
    moments[~good] = np.datetime64("NaT", "s")
    return moments
