"""Shifts, time windows and duty hours. Times of a shift are seconds after 00:00 of its date, past 86,400 at night."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.kinds import ShiftMode

__all__ = ["DAY_S", "Shift", "TimeWindow", "clock", "parse_clock", "parse_hours"]

DAY_S: Final = 86_400

_SPAN: Final = re.compile(
    r"^\s*(\d{1,2})[:\uff1a](\d{2})\s*(?:-{1,2}|~|\uff5e|—{1,2}|–|至|到)\s*(\d{1,2})[:\uff1a](\d{2})\s*$"
)
_CLOCK: Final = re.compile(r"^\s*(\d{1,2})[:\uff1a](\d{2})(?:[:\uff1a](\d{2}))?\s*$")


@dataclass(frozen=True, order=True)
class TimeWindow:
    """
    A stretch of time.

    Parameters
    ----------
    start_s, end_s : int
        Seconds after 00:00 of the shift's date; the end may be past 86,400. Both ends belong to it.
    """

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        """Refuse a window that ends before it starts."""
        if self.end_s < self.start_s:
            raise InputError(
                N_("A time window ends at {end} before it starts at {start}."),
                start=clock(self.start_s),
                end=clock(self.end_s),
            )

    @property
    def length_s(self) -> int:
        """Length in seconds."""
        return self.end_s - self.start_s

    def clipped(self, other: TimeWindow) -> TimeWindow | None:
        """
        Intersect with another window.

        Parameters
        ----------
        other : TimeWindow
            The other window.

        Returns
        -------
        TimeWindow or None
            The common stretch; None if there is none.
        """
        start_s, end_s = max(self.start_s, other.start_s), min(self.end_s, other.end_s)
        return TimeWindow(start_s, end_s) if start_s <= end_s else None


@dataclass(frozen=True)
class Shift:
    """
    A date, a start, an end and a mode.

    Parameters
    ----------
    shift_id : str
        Key in the project.
    name : str
        What the office calls it, such as 夜班.
    date : datetime.date
        The day on which it starts.
    window : TimeWindow
        From start to end, seconds after 00:00 of `date`.
    mode : ShiftMode, default ROUTINE
        Routine or heightened.
    """

    shift_id: str
    name: str
    date: dt.date
    window: TimeWindow
    mode: ShiftMode = ShiftMode.ROUTINE

    def moment(self, seconds: float) -> dt.datetime:
        """
        Turn seconds of the shift into local date and time.

        Parameters
        ----------
        seconds : float
            Seconds after 00:00 of the shift's date.

        Returns
        -------
        datetime.datetime
            Naive local time, to the second.
        """
        return dt.datetime.combine(self.date, dt.time()) + dt.timedelta(seconds=round(seconds))


def clock(seconds: float) -> str:
    """
    Write seconds of a day as a wall clock shows them.

    Parameters
    ----------
    seconds : float
        Seconds after 00:00; beyond a day the clock starts again.

    Returns
    -------
    str
        ``HH:MM``, rounded down to the minute; ``24:00`` for exactly one day.
    """
    whole = int(seconds)
    if whole == DAY_S:
        return "24:00"
    return f"{whole // 3600 % 24:02d}:{whole // 60 % 60:02d}"


def parse_clock(text: str) -> int:
    """
    Read a wall-clock time.

    Parameters
    ----------
    text : str
        ``HH:MM`` or ``HH:MM:SS``; 24:00 is allowed; a full-width colon too.

    Returns
    -------
    int
        Seconds after 00:00.

    Raises
    ------
    InputError
        If it is no time of day.
    """
    match = _CLOCK.match(text)
    if match:
        hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
        total = hours * 3600 + minutes * 60 + seconds
        if minutes < 60 and seconds < 60 and total <= DAY_S:
            return total
    raise InputError(N_("“{text}” is no time of day."), remedy=N_("Write it as 21:30."), text=text)


def parse_hours(text: str) -> tuple[TimeWindow, ...]:
    """
    Read duty hours.

    Parameters
    ----------
    text : str
        Spans such as ``08:30-11:30,13:30-17:00``, parted by comma, semicolon or 、; a span that ends before it
        starts runs past midnight; ``24h`` or ``全天`` is the whole day; empty text is no hours.

    Returns
    -------
    tuple of TimeWindow
        In order of their start.

    Raises
    ------
    InputError
        If a span cannot be read.
    """
    windows = []
    for part in re.split("[,\uff0c;\uff1b\u3001]", text):
        if not part.strip():
            continue
        if part.strip().lower() in {"24h", "24小时", "全天", "00:00-24:00"}:
            windows.append(TimeWindow(0, DAY_S))
            continue
        match = _SPAN.match(part)
        if not match:
            raise InputError(
                N_("“{text}” cannot be read as hours."),
                remedy=N_("Write them as 08:30-11:30,13:30-17:00 or 24h."),
                text=part.strip(),
            )
        start_s, end_s = parse_clock(f"{match[1]}:{match[2]}"), parse_clock(f"{match[3]}:{match[4]}")
        windows.append(TimeWindow(start_s, end_s if end_s > start_s else end_s + DAY_S))
    return tuple(sorted(windows))
