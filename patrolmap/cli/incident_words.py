"""The words by which commands choose incidents: category, dates, hours and days of the week."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.schedule import parse_hours

if TYPE_CHECKING:
    import argparse

    from patrolmap.hotspots.incidents import IncidentFilter

__all__ = ["add_filter", "date_of", "filter_of", "numbers_of"]


def add_filter(parser: argparse.ArgumentParser) -> None:
    """
    Add the project and the options that choose incidents.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        A command.
    """
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--category", nargs="+", action="extend", metavar="C", help=tr("only these categories"))
    parser.add_argument("--from", dest="date_from", metavar="DATE", help=tr("first day"))
    parser.add_argument("--to", dest="date_to", metavar="DATE", help=tr("last day"))
    parser.add_argument("--hours", metavar="H", help=tr("only these hours, such as 18:00-24:00"))
    parser.add_argument("--weekdays", metavar="D", help=tr("only these days, such as 1,2,3; 1 is Monday"))
    parser.add_argument("--ring", metavar="R", help=tr("only inside this ring: city, town or core"))
    parser.add_argument("--cells", nargs="+", action="extend", metavar="CELL", help=tr("only in these grid cells"))


def filter_of(arguments: argparse.Namespace) -> IncidentFilter:
    """
    Read the options of `add_filter`.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was said.

    Returns
    -------
    IncidentFilter
        Which incidents count.

    Raises
    ------
    InputError
        If a date, hour or day cannot be read.
    """
    from patrolmap.hotspots.incidents import IncidentFilter

    return IncidentFilter(
        categories=frozenset(arguments.category) if arguments.category else None,
        date_from=date_of(arguments.date_from),
        date_to=date_of(arguments.date_to),
        hours=_hours(arguments.hours),
        weekdays=_weekdays(arguments.weekdays),
        ring=arguments.ring,
        cells=frozenset(arguments.cells) if arguments.cells else None,
    )


def numbers_of(text: str | None) -> tuple[float, ...]:
    """
    Read numbers separated by commas.

    Parameters
    ----------
    text : str or None
        Such as ``0,100,200``.

    Returns
    -------
    tuple of float
        Empty for None.

    Raises
    ------
    InputError
        If one cannot be read.
    """
    try:
        numbers = tuple(float(word) for word in (text or "").split(",") if word.strip())
    except ValueError:
        numbers = (math.nan,)
    if not all(math.isfinite(number) for number in numbers):
        raise InputError(N_("“{text}” are no numbers."), remedy=N_("Write them as 0,100,200."), text=text)
    return numbers


def date_of(text: str | None) -> dt.date | None:
    """
    Read a date.

    Parameters
    ----------
    text : str or None
        Such as ``2026-11-20``.

    Returns
    -------
    datetime.date or None
        None for None.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(N_("“{text}” is no date."), remedy=N_("Write it as 2026-11-20."), text=text) from error


def _hours(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    hours = {
        hour % 24
        for window in parse_hours(text)
        for hour in range(window.start_s // 3600, max(-(-window.end_s // 3600), window.start_s // 3600 + 1))
    }
    return tuple(sorted(hours))


def _weekdays(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if not all(word in {"1", "2", "3", "4", "5", "6", "7"} for word in words):
        raise InputError(
            N_("“{text}” are no days of the week."), remedy=N_("Write them as 1,2,3; 1 is Monday."), text=text
        )
    return tuple(sorted({int(word) - 1 for word in words}))
