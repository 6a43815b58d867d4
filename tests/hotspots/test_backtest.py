from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.backtest import Race, backtest, known_at, rolling_origins
from patrolmap.hotspots.blend import FadingCount
from patrolmap.hotspots.forecast import AverageCount, GetisOrdStar, LastPeriodCount, QuarticKde
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.incidents import IncidentSet
from patrolmap.hotspots.place_risk import PlaceRisk, place_features
from patrolmap.hotspots.self_exciting import SelfExciting
from patrolmap.progress import CancelledError
from tests.hotspots.samples import incidents_at

GRID = StudyGrid.over(shapely.box(0, 0, 4000, 4000), 100.0)
METHODS = (QuarticKde(300.0), LastPeriodCount(), AverageCount(), GetisOrdStar(300.0))
SITES = {"school": np.array([[1000.0, 1000], [2500, 900], [3100, 3300]]), "market": np.array([[900.0, 3000]] * 4)}
ALL_METHODS = (*METHODS, SelfExciting(), FadingCount(365.0), PlaceRisk(place_features(GRID, SITES), 120))


def made_incidents(seed: int = 3, count: int = 900) -> IncidentSet:
    """Two thirds around one place, the rest anywhere, over 300 days."""
    random = np.random.default_rng(seed)
    near = random.normal([1000, 1000], 150, (count * 2 // 3, 2))
    anywhere = random.uniform(0, 4000, (count - len(near), 2))
    seconds = random.integers(0, 300 * 86_400, count)
    return incidents_at(np.vstack([near, anywhere]), np.datetime64("2026-01-01T00:00:00") + seconds)


def test_a_true_concentration_is_predicted() -> None:
    """Methods that look at places find the planted one: PAI at 2 % of the area far above chance."""
    table = backtest(GRID, made_incidents(), ALL_METHODS, origins=4, horizon_days=30, area_shares=(0.02,))
    pai = {row.method: row.pai for row in table.rows}
    assert pai["kde h=300 m, 365 d"] > 15
    assert pai["kde h=300 m, 365 d"] > pai["last period count"]
    assert table.best(0.02) == max(pai, key=pai.get)  # type: ignore[arg-type]


def test_the_future_cannot_reach_a_forecast() -> None:
    """Rows added after an origin, however many, change no score of that origin's forecast."""
    incidents = made_incidents()
    origin = rolling_origins(incidents, 4, 30)[0]
    flood = incidents_at(np.full((5000, 2), 3000.0), origin)
    both = IncidentSet(
        *(np.concatenate([getattr(incidents, f), getattr(flood, f)]) for f in IncidentSet.__annotations__)
    )
    for method in ALL_METHODS:
        before = method.scores(GRID, known_at(incidents, origin), origin, 30)
        np.testing.assert_array_equal(before, method.scores(GRID, known_at(both, origin), origin, 30))


def test_an_interval_that_is_not_over_is_not_known() -> None:
    """A theft noticed after the origin is unknown at the origin, though it began before."""
    theft = incidents_at([0, 0], "2026-01-01T00:00:00", "2026-03-01T00:00:00")
    assert len(known_at(theft, np.datetime64("2026-02-01"))) == 0


def test_origins_end_with_the_last_day() -> None:
    """The last of three ten-day periods ends after the day of the last incident."""
    incidents = incidents_at([[0, 0]] * 2, ["2026-01-01T00:00:00", "2026-03-31T12:00:00"])
    assert [str(day) for day in rolling_origins(incidents, 3, 10)] == ["2026-03-02", "2026-03-12", "2026-03-22"]


def test_too_short_a_history_is_refused() -> None:
    """A back-test that would look before the first incident says from when there is data."""
    with pytest.raises(InputError, match="begin on 2026-01-01"):
        rolling_origins(made_incidents(), 12, 30)


def test_intervals_hold_the_mean_and_repeat() -> None:
    """The bootstrap interval holds the mean PAI, and the same seed gives the same interval."""
    first = backtest(GRID, made_incidents(), METHODS, origins=4, seed=7)
    again = backtest(GRID, made_incidents(), METHODS, origins=4, seed=7)
    assert first == again
    assert all(row.pai_low <= row.pai <= row.pai_high for row in first.rows)


def test_cancel_stops_the_test() -> None:
    """The user's wish to stop is heard between two methods."""
    with pytest.raises(CancelledError):
        backtest(GRID, made_incidents(), METHODS, origins=4, cancel=lambda: True)


def test_each_origin_is_told() -> None:
    """The mean PAI is the mean of the origins' own, in their order."""
    table = backtest(GRID, made_incidents(), METHODS, origins=4)
    assert all(np.mean(row.by_origin) == pytest.approx(row.pai) for row in table.rows)
    assert all(len(row.by_origin) == 4 for row in table.rows)


def test_a_race_leaves_out_what_falls_behind() -> None:
    """A useless method is dropped after the origins that all get; a baseline is kept; the rest is as without a race."""
    useless = QuarticKde(4000.0)
    methods = (*METHODS, useless)
    race = Race(0.02, after_origins=3, keep=frozenset({"last period count"}))
    raced = backtest(GRID, made_incidents(), methods, origins=6, race=race)
    whole = backtest(GRID, made_incidents(), methods, origins=6)
    assert useless.name in raced.dropped
    names = {row.method for row in raced.rows}
    assert "last period count" in names
    assert names.isdisjoint(raced.dropped)
    pai = {(row.method, row.area_share): row.pai for row in whole.rows}
    assert all(row.pai == pai[row.method, row.area_share] for row in raced.rows)
    assert raced.best(0.02) == whole.best(0.02)


def test_when_time_is_up_the_oldest_origins_are_missing() -> None:
    """Without any time, the four latest origins are tested by all, and their figures are those of a full test."""
    whole = backtest(GRID, made_incidents(), METHODS, origins=6)
    short = backtest(GRID, made_incidents(), METHODS, origins=6, race=Race(0.02, after_origins=4, time_limit_s=0.0))
    assert short.origins == whole.origins[-4:]
    assert [row.by_origin for row in short.rows] == [row.by_origin[-4:] for row in whole.rows]
