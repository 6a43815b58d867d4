from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet, hour_shares, stray_dates
from tests.hotspots.samples import incidents_at

MONDAY_10 = 10
TUESDAY_0 = 24


def test_a_known_moment_is_wholly_in_its_hour() -> None:
    """Monday 10:30 lies in hour 10 of the week with weight 1."""
    shares = hour_shares(incidents_at([0, 0], "2026-01-05T10:30:00"))
    assert shares[0, MONDAY_10] == 1.0
    assert shares.sum() == 1.0


def test_an_interval_is_spread_evenly() -> None:
    """Monday 22:00 to Tuesday 02:00 puts a quarter into each of its four hours."""
    shares = hour_shares(incidents_at([0, 0], "2026-01-05T22:00:00", "2026-01-06T02:00:00"))
    assert shares[0, [22, 23, 24, 25]] == pytest.approx([0.25] * 4)
    assert shares.sum() == pytest.approx(1.0)


def test_an_interval_that_starts_within_an_hour() -> None:
    """10:45 to 11:15 is half in hour 10 and half in hour 11."""
    shares = hour_shares(incidents_at([0, 0], "2026-01-05T10:45:00", "2026-01-05T11:15:00"))
    assert shares[0, [10, 11]] == pytest.approx([0.5, 0.5])


def test_an_interval_of_weeks_is_spread_over_all_hours() -> None:
    """Two whole weeks put 1/168 into every hour."""
    shares = hour_shares(incidents_at([0, 0], "2026-01-05T03:20:00", "2026-01-19T03:20:00"))
    np.testing.assert_allclose(shares, 1 / 168)


def test_a_filter_by_hours_keeps_the_share_of_an_interval() -> None:
    """Of 22:00 to 02:00, one hour of four lies in 23:00-24:00."""
    found = IncidentFilter(hours=(23,)).apply(incidents_at([0, 0], "2026-01-05T22:00:00", "2026-01-06T02:00:00"))
    assert found.weight == pytest.approx([0.25])


def test_a_filter_by_weekday_drops_other_days() -> None:
    """A Monday incident does not count on Sundays."""
    assert len(IncidentFilter(weekdays=(6,)).apply(incidents_at([0, 0], "2026-01-05T22:00:00"))) == 0


def test_both_days_of_a_period_count() -> None:
    """The first and the last day belong to the period, to their last second."""
    incidents = incidents_at([[0, 0]] * 3, ["2026-01-05T00:00:00", "2026-01-06T23:59:59", "2026-01-07T00:00:00"])
    kept = IncidentFilter(date_from=dt.date(2026, 1, 5), date_to=dt.date(2026, 1, 6)).apply(incidents)
    assert len(kept) == 2


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    """Swapped dates are an input error."""
    with pytest.raises(InputError, match="ends on"):
        IncidentFilter(date_from=dt.date(2026, 2, 1), date_to=dt.date(2026, 1, 1)).apply(incidents_at([0, 0]))


def test_a_layer_row_without_an_end_is_a_moment() -> None:
    """A missing end is the start; swapped ends are put in order."""
    layer = gpd.GeoDataFrame(
        {
            "category": ["a", "b"],
            "time_from": ["2026-01-05T10:00:00", "2026-01-05T12:00:00"],
            "time_to": [None, "2026-01-05T11:00:00"],
        },
        geometry=[shapely.Point(1, 2), shapely.Point(3, 4)],
    )
    incidents = IncidentSet.from_layer(layer)
    assert incidents.start[0] == incidents.end[0]
    assert incidents.start[1] < incidents.end[1]


def test_days_without_hours_are_spread_over_their_day() -> None:
    """A table of dates alone says nothing of hours: twelve incidents at midnight are even over the day."""
    rows = {"time_from": ["2026-01-05T00:00:00"] * 12, "time_to": None, "category": "theft"}
    found = IncidentSet.from_layer(gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy([0.0] * 12, [0.0] * 12)))
    np.testing.assert_allclose(hour_shares(found)[:, :24], 1 / 24, atol=1e-4)


def test_a_few_at_midnight_happened_at_midnight() -> None:
    """Where most incidents have an hour, midnight is one."""
    times = ["2026-01-05T00:00:00"] * 12 + ["2026-01-05T10:30:00"] * 13
    rows = {"time_from": times, "time_to": None, "category": "theft"}
    found = IncidentSet.from_layer(gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy([0.0] * 25, [0.0] * 25)))
    assert hour_shares(found)[:12, 0].sum() == 12


def test_slips_of_the_pen_are_marked() -> None:
    """One incident of 2062 and one of 1900 among two hundred are strays; a second busy year after a pause is not."""
    days = np.datetime64("2024-01-01T12:00:00") + np.arange(200) * np.timedelta64(86_400, "s")
    strays = np.array(["1900-01-01T00:00:00", "2062-05-01T00:00:00"], dtype="datetime64[s]")
    marked = stray_dates(incidents_at(np.zeros((202, 2)), np.r_[days, strays]))
    assert marked.nonzero()[0].tolist() == [200, 201]
    later = days[:50] + np.timedelta64(700 * 86_400, "s")
    assert not stray_dates(incidents_at(np.zeros((250, 2)), np.r_[days, later])).any()
