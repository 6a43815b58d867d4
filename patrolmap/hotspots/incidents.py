"""Incidents as arrays, and which of them count: category, dates, hours of the week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["HOURS_OF_WEEK", "IncidentFilter", "IncidentSet", "hour_shares", "stray_dates"]

HOURS_OF_WEEK: Final = 168
_HOUR_S: Final = 3600.0
_WEEK_S: Final = HOURS_OF_WEEK * _HOUR_S
_DAY: Final = np.timedelta64(86_400, "s")
_STRAY_GAP: Final = np.timedelta64(366 * 86_400, "s")
_STRAY_SHARE: Final = 0.02
_FEWEST_MIDNIGHTS: Final = 10
_MONDAY: Final = np.datetime64("2001-01-01T00:00:00", "s")


@dataclass(frozen=True, eq=False)
class IncidentSet:
    """
    Incidents of a district.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2)
        Places, metric CRS.
    category : numpy.ndarray of object, shape (n,)
        Categories.
    start, end : numpy.ndarray of datetime64[s], shape (n,)
        When it happened, local time: between the two; equal for a known moment.
    weight : numpy.ndarray, shape (n,)
        How much of an incident counts, 0 to 1, after filtering by hours.
    """

    xy: NDArray[np.float64]
    category: NDArray[np.object_]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    weight: NDArray[np.float64]

    @classmethod
    def from_layer(cls, layer: gpd.GeoDataFrame) -> IncidentSet:
        """
        Read the project's layer.

        Parameters
        ----------
        layer : geopandas.GeoDataFrame
            Layer `incidents`, metric CRS, ISO 8601 local times.

        Returns
        -------
        IncidentSet
            All rows, weight 1. A missing end is the start; where most moments are midnight the table knew days only, and
            those incidents lie anywhere in their day.
        """
        start = _moments(layer["time_from"])
        end = _moments(layer["time_to"])
        end = np.where(np.isnat(end), start, end)
        end = np.where(_days_only(start, end), start + (_DAY - np.timedelta64(1, "s")), end)
        xy = np.column_stack([layer.geometry.x.to_numpy(), layer.geometry.y.to_numpy()]).astype(np.float64)
        category = layer["category"].astype(object).to_numpy()
        return cls(xy, category, np.minimum(start, end), np.maximum(start, end), np.ones(len(xy)))

    def __len__(self) -> int:
        """Return the number of incidents."""
        return len(self.xy)

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> IncidentSet:
        """
        Keep some of the incidents.

        Parameters
        ----------
        chosen : numpy.ndarray
            Boolean mask or indices.

        Returns
        -------
        IncidentSet
            The chosen ones, in order.
        """
        return IncidentSet(
            self.xy[chosen], self.category[chosen], self.start[chosen], self.end[chosen], self.weight[chosen]
        )

    @property
    def middle(self) -> NDArray[np.datetime64]:
        """Middle of each incident's interval, shape (n,)."""
        middle: NDArray[np.datetime64] = self.start + (self.end - self.start) // 2
        return middle


@dataclass(frozen=True)
class IncidentFilter:
    """
    Which incidents count.

    Parameters
    ----------
    categories : frozenset of str or None, default None
        Categories that count; None for all.
    date_from, date_to : datetime.date or None, default None
        First and last day, both counted, by the middle of an incident's interval; None for no bound.
    hours : tuple of int or None, default None
        Hours of the day that count, 0 to 23; None for all.
    weekdays : tuple of int or None, default None
        Days of the week that count, 0 Monday to 6 Sunday; None for all.
    ring : str or None, default None
        Kind of the ring within which incidents count, with the rings inside it; None for all places. Places are looked
        up in the project by whoever reads its incidents: `apply` knows no layers.
    cells : frozenset of str or None, default None
        Ids of the grid cells within which incidents count; None for all places.
    """

    categories: frozenset[str] | None = None
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    hours: tuple[int, ...] | None = None
    weekdays: tuple[int, ...] | None = None
    ring: str | None = None
    cells: frozenset[str] | None = None

    def week_mask(self) -> NDArray[np.bool_]:
        """
        Mark the hours of the week that count.

        Returns
        -------
        numpy.ndarray of bool, shape (168,)
            Monday 00:00 first.
        """
        mask = np.ones((7, 24), dtype=bool)
        if self.hours is not None:
            mask[:, [hour for hour in range(24) if hour not in self.hours]] = False
        if self.weekdays is not None:
            mask[[day for day in range(7) if day not in self.weekdays]] = False
        return mask.ravel()

    def keeps(self, incidents: IncidentSet) -> NDArray[np.bool_]:
        """
        Mark the incidents of the categories and days that count, whatever their hour and place.

        Parameters
        ----------
        incidents : IncidentSet
            All incidents.

        Returns
        -------
        numpy.ndarray of bool, shape (n,)
            True for those that count.

        Raises
        ------
        InputError
            If the first day is after the last.
        """
        keep = np.ones(len(incidents), dtype=bool)
        if self.categories is not None:
            keep &= np.isin(incidents.category.astype(str), sorted(self.categories))
        if self.date_from is not None and self.date_to is not None and self.date_from > self.date_to:
            raise InputError(
                N_("The period ends on {last} before it starts on {first}."),
                first=self.date_from.isoformat(),
                last=self.date_to.isoformat(),
            )
        if self.date_from is not None:
            keep &= incidents.middle >= np.datetime64(self.date_from)
        if self.date_to is not None:
            keep &= incidents.middle < np.datetime64(self.date_to) + np.timedelta64(1, "D")
        return keep

    def apply(self, incidents: IncidentSet) -> IncidentSet:
        """
        Keep the incidents that count, weighted by how much of their interval lies in the hours that count.

        Parameters
        ----------
        incidents : IncidentSet
            All incidents.

        Returns
        -------
        IncidentSet
            Those with a weight above 0.

        Raises
        ------
        InputError
            If the first day is after the last.
        """
        kept = incidents.take(self.keeps(incidents))
        mask = self.week_mask()
        if mask.all():
            return kept
        share = (hour_shares(kept)[:, mask]).sum(axis=1)
        weighted = IncidentSet(kept.xy, kept.category, kept.start, kept.end, kept.weight * share)
        return weighted.take(weighted.weight > 0)


def stray_dates(incidents: IncidentSet) -> NDArray[np.bool_]:
    """
    Mark incidents whose dates are far from all others, as after a slip of the pen.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        True for those before or after a gap of more than a year, if they are under 2 % of all. O(n log n).
    """
    middle = incidents.middle
    order = np.argsort(middle, kind="stable")
    few = _STRAY_SHARE * len(middle)
    stray = np.zeros(len(middle), dtype=bool)
    for gap in np.flatnonzero(np.diff(middle[order]) > _STRAY_GAP):
        if gap + 1 < few:
            stray[order[: gap + 1]] = True
        elif len(middle) - gap - 1 < few:
            stray[order[gap + 1 :]] = True
    return stray


def hour_shares(incidents: IncidentSet) -> NDArray[np.float64]:
    """
    Spread each incident over the hours of the week (aoristic weights).

    Parameters
    ----------
    incidents : IncidentSet
        Incidents with intervals.

    Returns
    -------
    numpy.ndarray, shape (n, 168)
        Share of each incident in each hour of the week, Monday 00:00 first; rows sum to 1. A known moment is
        wholly in its hour; an interval is spread evenly over its length, however many weeks that is.

    Notes
    -----
    Ratcliffe, J. H. (2002), Aoristic signatures and the spatio-temporal analysis of high volume crime patterns,
    Journal of Quantitative Criminology 18, 23-43, https://doi.org/10.1023/A:1013240828824. O(168 n).
    """
    start_s = (incidents.start - _MONDAY).astype("timedelta64[s]").astype(np.float64)
    length_s = (incidents.end - incidents.start).astype("timedelta64[s]").astype(np.float64)
    end_s = start_s + length_s
    shares = np.zeros((len(incidents), HOURS_OF_WEEK))
    for hour in range(HOURS_OF_WEEK):
        shares[:, hour] = _time_in_hour(end_s, hour) - _time_in_hour(start_s, hour)
    spread = length_s > 0
    shares[spread] /= length_s[spread, None]
    shares[~spread] = 0.0
    moments = np.flatnonzero(~spread)
    shares[moments, (start_s[moments] % _WEEK_S // _HOUR_S).astype(int)] = 1.0
    return shares


def _time_in_hour(until_s: NDArray[np.float64], hour: int) -> NDArray[np.float64]:
    """Seconds of one hour of the week that passed since a Monday long ago."""
    weeks = np.floor(until_s / _WEEK_S)
    within: NDArray[np.float64] = np.clip(until_s - weeks * _WEEK_S - hour * _HOUR_S, 0.0, _HOUR_S)
    return weeks * _HOUR_S + within


def _days_only(start: NDArray[np.datetime64], end: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Mark moments at midnight, if they are most of the moments there are."""
    moment = (start == end) & ~np.isnat(start)
    midnight = moment & (start == start.astype("datetime64[D]"))
    is_habit = midnight.sum() >= _FEWEST_MIDNIGHTS and 2 * midnight.sum() > moment.sum()
    return midnight if is_habit else np.zeros(len(start), dtype=bool)


def _moments(column: pd.Series) -> NDArray[np.datetime64]:
    parsed = pd.to_datetime(column, format="ISO8601", errors="coerce")
    moments: NDArray[np.datetime64] = parsed.to_numpy(dtype="datetime64[s]")
    return moments
