"""From the plan's local clock to moments that other programs understand."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["CHINA", "ZONE_NAME", "iso_local", "iso_utc"]

ZONE_NAME: Final = "Asia/Shanghai"
CHINA: Final = dt.timezone(dt.timedelta(hours=8), ZONE_NAME)
"""China has had one time without summer time since 1992, so its offset needs no table."""


def iso_utc(moment: dt.datetime) -> str:
    """
    Write a moment in UTC.

    Parameters
    ----------
    moment : datetime.datetime
        Naive local time, or with an offset of its own.

    Returns
    -------
    str
        ``2026-11-21T11:00:00Z``.
    """
    return _aware(moment).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_local(moment: dt.datetime) -> str:
    """
    Write a moment in local time.

    Parameters
    ----------
    moment : datetime.datetime
        Naive local time, or with an offset of its own.

    Returns
    -------
    str
        ``2026-11-21T19:00:00+08:00``.
    """
    return _aware(moment).astimezone(CHINA).isoformat(timespec="seconds")


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment
