"""What the time charts show: hour by weekday, and the trend with its seasonal comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.errors import InputError
from patrolmap.hotspots.change import Change, compare_counts, count_interval
from patrolmap.hotspots.incidents import IncidentSet, hour_shares
from patrolmap.messages import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MonthCount", "hour_by_weekday", "monthly_trend", "year_on_year"]


@dataclass(frozen=True)
class MonthCount:
    """
    One month of a trend.

    Parameters
    ----------
    month : str
        Such as ``2026-11``.
    count : int
        Incidents, by the middle of their intervals.
    low, high : float
        Exact 95 % interval of a Poisson mean.
    same_month_mean : float or None
        Mean count of the same month in earlier years; None if there is none.
    complete : bool
        False for a first or last month that the data may not cover to its end.
    """

    month: str
    count: int
    low: float
    high: float
    same_month_mean: float | None
    complete: bool


def hour_by_weekday(incidents: IncidentSet) -> NDArray[np.float64]:
    """
    Sum incidents by hour and day of the week.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents.

    Returns
    -------
    numpy.ndarray, shape (7, 24)
        Weight in each hour, Monday first; intervals are spread over their hours, and the sum is that of the weights.
    """
    table: NDArray[np.float64] = (hour_shares(incidents) * incidents.weight[:, None]).sum(axis=0).reshape(7, 24)
    return table


def monthly_trend(incidents: IncidentSet) -> tuple[MonthCount, ...]:
    """
    Count by month, with what the same month had in earlier years.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents.

    Returns
    -------
    tuple of MonthCount
        Every month from the first to the last incident, months without any included.
    """
    if len(incidents) == 0:
        return ()
    middle = incidents.middle
    month = middle.astype("datetime64[M]").astype(np.int64)
    first = int(month.min())
    counts = np.bincount(month - first)
    day = np.timedelta64(1, "D")
    starts_late = middle.min().astype("datetime64[D]") > middle.min().astype("datetime64[M]").astype("datetime64[D]")
    ends_early = (middle.max().astype("datetime64[D]") + day).astype("datetime64[M]") == middle.max().astype(
        "datetime64[M]"
    )
    last = len(counts) - 1
    return tuple(
        MonthCount(
            str(np.datetime64(first + place, "M")),
            int(count),
            *count_interval(int(count)),
            float(np.mean(counts[place % 12 : place : 12])) if place >= 12 else None,
            not ((place == 0 and bool(starts_late)) or (place == last and bool(ends_early))),
        )
        for place, count in enumerate(counts)
    )


def year_on_year(incidents: IncidentSet, first: np.datetime64, last: np.datetime64) -> Change:
    """
    Compare a period with the same days of the year before.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents of both periods; each counts by the middle of its interval.
    first, last : numpy.datetime64
        First and last day of the period.

    Returns
    -------
    Change
        Before is the year before. The 29th of February is compared with the 28th.

    Raises
    ------
    InputError
        If the period ends before it starts or is longer than a year.
    """
    last_day, first_day = last.astype("datetime64[D]"), first.astype("datetime64[D]")
    days = int((last_day - first_day) / np.timedelta64(1, "D")) + 1
    if not 1 <= days <= 366:
        raise InputError(N_("A comparison with the year before needs a period of one day to one year."))
    earlier = _a_year_before(first_day), _a_year_before(last_day)
    day = incidents.middle.astype("datetime64[D]")
    before = int(((day >= earlier[0]) & (day <= earlier[1])).sum())
    after = int(((day >= first_day) & (day <= last_day)).sum())
    return compare_counts(before, after, int((earlier[1] - earlier[0]) / np.timedelta64(1, "D")) + 1, days)


def _a_year_before(day: np.datetime64) -> np.datetime64:
    month = day.astype("datetime64[M]")
    of_month = day - month.astype("datetime64[D]")
    earlier = month - np.timedelta64(12, "M")
    length = (earlier + np.timedelta64(1, "M")).astype("datetime64[D]") - earlier.astype("datetime64[D]")
    shifted: np.datetime64 = earlier.astype("datetime64[D]") + min(of_month, length - np.timedelta64(1, "D"))
    return shifted
