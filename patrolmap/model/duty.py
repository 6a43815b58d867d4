"""When sites are on duty: their level, their own hours, and the mode of the shift."""

from __future__ import annotations

import datetime as dt
from typing import Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.kinds import ShiftMode, SiteKind
from patrolmap.model.schedule import DAY_S, Shift, TimeWindow, parse_clock, parse_hours

__all__ = ["ALL_DAY", "KEY_HOURS", "alarm_moment", "duty_windows", "moment_on_duty", "on_duty", "site_hours"]

ALL_DAY: Final = (TimeWindow(0, DAY_S),)

KEY_HOURS: Final = "07:00-09:00,17:00-19:00,21:00-23:00"
"""When level 2 is on duty where its own hours are not given."""


def site_hours(
    kind: str, level: int, hours: str, mode: ShiftMode, key_hours: str = KEY_HOURS, *, levels_up: int = 1
) -> tuple[TimeWindow, ...]:
    """
    Tell at which hours of any day a site is on duty.

    Parameters
    ----------
    kind : str
        `SiteKind`; a key site knows no levels.
    level : int
        1 around the clock, 2 in key hours, 3 on call.
    hours : str
        Its own hours, as `patrolmap.model.schedule.parse_hours` reads them; empty for those of its level.
    mode : ShiftMode
        Routine or heightened.
    key_hours : str, default `KEY_HOURS`
        Key hours where the site gives none.
    levels_up : int, default 1
        By how many levels heightened mode raises a site: with 1, level 2 is on duty around the clock and 3 in key hours.

    Returns
    -------
    tuple of TimeWindow
        Empty if it is not on duty.

    Raises
    ------
    InputError
        If the hours cannot be read.
    """
    own = parse_hours(hours)
    if kind == SiteKind.KEY_SITE:
        return own or ALL_DAY
    effective = max(level - levels_up, 1) if mode is ShiftMode.HEIGHTENED else level
    if effective >= 3:
        return ()
    if effective == 2:
        return own or parse_hours(key_hours)
    return own if own and level == 1 else ALL_DAY


def duty_windows(hours: tuple[TimeWindow, ...], shift: Shift) -> tuple[TimeWindow, ...]:
    """
    Lay hours of the day over a shift.

    Parameters
    ----------
    hours : tuple of TimeWindow
        Hours of any day, as `patrolmap.model.schedule.parse_hours` gives them.
    shift : Shift
        When.

    Returns
    -------
    tuple of TimeWindow
        The parts inside the shift, joined where they touch, seconds after 00:00 of the shift's date. Hours of the
        day before and after count, so that 22:00-06:00 serves a shift from 00:00.
    """
    return tuple(window for window in _laid(hours, shift.window) if window.length_s > 0)


def moment_on_duty(text: str, mode: str = "routine") -> Shift:
    """
    Read a moment as a shift without length.

    Parameters
    ----------
    text : str
        ``2026-11-21 22:00``, or a time of day alone.
    mode : str, default "routine"
        Value of a `ShiftMode`.

    Returns
    -------
    Shift
        Named by the text.

    Raises
    ------
    InputError
        If it is no time.
    """
    words = text.replace("T", " ").split()
    day = dt.date(1970, 1, 1)
    if len(words) == 2:
        try:
            day = dt.date.fromisoformat(words[0].replace("/", "-"))
        except ValueError:
            words = []
    if not 1 <= len(words) <= 2:
        raise InputError(N_("“{text}” is no time."), remedy=N_("Write it as 2026-11-21 22:00, or 22:00."), text=text)
    at_s = parse_clock(words[-1])
    return Shift("", text, day, TimeWindow(at_s, at_s), ShiftMode(mode))


def alarm_moment(text: str) -> dt.datetime:
    """
    Read the moment of an alarm.

    Parameters
    ----------
    text : str
        ``2026-11-21 22:00``, or a time of day alone, which is of today.

    Returns
    -------
    datetime.datetime
        Local time.

    Raises
    ------
    InputError
        If it is no time.
    """
    found = moment_on_duty(text)
    day = found.date if len(text.replace("T", " ").split()) == 2 else dt.datetime.now().date()
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=found.window.start_s)


def on_duty(hours: tuple[TimeWindow, ...], shift: Shift) -> bool:
    """
    Tell whether somebody is on duty during all of a shift.

    Parameters
    ----------
    hours : tuple of TimeWindow
        Hours of any day, both ends included.
    shift : Shift
        When; a single moment if its window is empty.

    Returns
    -------
    bool
        False if any part of the shift lies outside the hours.
    """
    return shift.window in _laid(hours, shift.window)


def _laid(hours: tuple[TimeWindow, ...], window: TimeWindow) -> list[TimeWindow]:
    pieces = []
    for day in range(-1, window.end_s // DAY_S + 1):
        for span in hours:
            moved = TimeWindow(span.start_s + day * DAY_S, span.end_s + day * DAY_S).clipped(window)
            if moved is not None:
                pieces.append(moved)
    joined: list[TimeWindow] = []
    for piece in sorted(pieces):
        if joined and piece.start_s <= joined[-1].end_s:
            joined[-1] = TimeWindow(joined[-1].start_s, max(joined[-1].end_s, piece.end_s))
        else:
            joined.append(piece)
    return joined
