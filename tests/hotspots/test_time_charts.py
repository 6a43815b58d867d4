from __future__ import annotations

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.hotspots.time_charts import hour_by_weekday, monthly_trend, year_on_year
from tests.hotspots.samples import incidents_at


def times(*moments):
    return incidents_at(np.zeros((len(moments), 2)), list(moments))


def test_hours_by_weekday() -> None:
    """Monday 10:30 is row 0, column 10; Sunday 23:59 is the last cell; the sum is the number of incidents."""
    table = hour_by_weekday(times("2026-01-05T10:30:00", "2026-01-11T23:59:00"))
    assert table.shape == (7, 24)
    assert table[0, 10] == table[6, 23] == 1.0
    assert table.sum() == pytest.approx(2.0)


def test_months_without_incidents_are_there() -> None:
    """January two, February none, March one; ends that the data may not cover are marked."""
    trend = monthly_trend(times("2026-01-03T00:00:00", "2026-01-31T23:00:00", "2026-03-02T00:00:00"))
    assert [(one.month, one.count) for one in trend] == [("2026-01", 2), ("2026-02", 0), ("2026-03", 1)]
    assert [one.complete for one in trend] == [False, True, False]
    assert trend[1].low == 0.0
    assert trend[1].high == pytest.approx(3.689, abs=1e-3)


def test_whole_months_are_complete() -> None:
    """From the first day of a month to the last day of another nothing is missing."""
    assert all(one.complete for one in monthly_trend(times("2026-01-01T00:00:00", "2026-02-28T23:59:59")))


def test_the_same_month_of_earlier_years() -> None:
    """March 2026 is compared with the mean of March 2024 and March 2025."""
    trend = monthly_trend(times(*["2024-03-05"] * 4, *["2025-03-05"] * 8, *["2026-03-05"] * 3))
    assert trend[0].same_month_mean is None
    assert trend[12].same_month_mean == 4.0
    assert trend[24].same_month_mean == 6.0


def test_year_on_year_compares_the_same_days() -> None:
    """1 to 10 March against 1 to 10 March a year before; days around do not count."""
    found = year_on_year(
        times("2025-02-28", "2025-03-01", "2025-03-10T23:00:00", "2025-03-11", "2026-03-01", "2026-03-11"),
        np.datetime64("2026-03-01"),
        np.datetime64("2026-03-10"),
    )
    assert (found.before, found.after) == (2, 1)
    assert found.before_exposure == found.after_exposure == 10


def test_a_leap_day_is_compared_with_the_28th() -> None:
    """February 2024 has 29 days, the year before 28: rates are per day."""
    found = year_on_year(times("2023-02-28", "2024-02-29"), np.datetime64("2024-02-01"), np.datetime64("2024-02-29"))
    assert (found.before, found.after, found.before_exposure, found.after_exposure) == (1, 1, 28, 29)


def test_periods_that_cannot_be_compared() -> None:
    """Ending before it starts, or longer than a year; no incidents have no trend."""
    with pytest.raises(InputError):
        year_on_year(times("2026-01-01"), np.datetime64("2026-03-02"), np.datetime64("2026-03-01"))
    with pytest.raises(InputError):
        year_on_year(times("2026-01-01"), np.datetime64("2024-03-02"), np.datetime64("2026-03-01"))
    assert monthly_trend(incidents_at(np.empty((0, 2)))) == ()
