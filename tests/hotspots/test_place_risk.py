from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from sklearn.linear_model import PoissonRegressor

from patrolmap.hotspots.backtest import backtest
from patrolmap.hotspots.forecast import QuarticKde
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.place_risk import PlaceRisk, place_features, regression
from patrolmap.progress import CancelledError
from tests.hotspots.samples import incidents_at

if TYPE_CHECKING:
    from patrolmap.hotspots.incidents import IncidentSet

GRID = StudyGrid.over(shapely.box(0, 0, 6000, 6000), 100.0)
ORIGIN = np.datetime64("2026-07-01")


def city(seed: int = 1, count: int = 900) -> tuple[dict[str, np.ndarray], IncidentSet]:
    """Bars that draw incidents, parks that do not; every other bar's surroundings have had none until now."""
    random = np.random.default_rng(seed)
    bars, parks = random.uniform(500, 5500, (30, 2)), random.uniform(0, 6000, (30, 2))
    near = bars[random.integers(15, size=count)] + random.normal(0, 120, (count, 2))
    when = ORIGIN.astype("datetime64[s]") - random.integers(1, 700 * 86_400, count)
    return {"bar": bars, "park": parks}, incidents_at(near, when)


def test_a_place_like_risky_ones_is_risky_before_anything_happens() -> None:
    """Bars without a history score far above cells that are as far from everything, and above parks."""
    places, known = city()
    scores = PlaceRisk(place_features(GRID, places), 300).scores(GRID, known, ORIGIN, 30)
    typical = np.median(scores)

    def at(xy: np.ndarray) -> float:
        column, row = (xy // 100).astype(int)
        return float(scores[row, column])

    quiet = [at(bar) for bar in places["bar"][15:]]
    assert np.median(quiet) > 2 * typical
    assert np.median(quiet) > 2 * np.median([at(park) for park in places["park"]])


def test_new_places_are_predicted_better_than_by_history_alone() -> None:
    """When incidents go to all bars alike, with few at each, knowing the bars beats the kernel of the same incidents."""
    random = np.random.default_rng(5)
    bars = random.uniform(300, 5700, (60, 2))
    count = 700
    xy = bars[random.integers(60, size=count)] + random.normal(0, 60, (count, 2))
    when = np.datetime64("2025-01-01T00:00:00") + random.integers(0, 540 * 86_400, count)
    features = place_features(GRID, {"bar": bars})
    table = backtest(GRID, incidents_at(xy, when), [PlaceRisk(features, 200), QuarticKde(300.0)], origins=6)
    pai = {row.method: row.pai for row in table.rows if row.area_share == 0.02}
    assert pai["risk 1 classes, 200 d"] > pai["kde h=300 m, 365 d"]


def test_features_are_nearness_and_density_of_each_class() -> None:
    """Both are largest where the places are; classes of fewer than three are left out."""
    xy = np.array([[1050.0, 1050], [1050, 1050], [1050, 1050]])
    features = place_features(GRID, {"key_site": xy, "post": xy[:2]})
    assert features.names == ("key_site nearness", "key_site density")
    assert set(features.values.argmax(axis=0)) == {10 * GRID.columns + 10}
    assert features.values.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)


def test_with_little_known_the_history_stands() -> None:
    """Under thirty incidents nothing is fitted: the order is that of the faded count."""
    places, known = city(count=20)
    scores = PlaceRisk(place_features(GRID, places)).scores(GRID, known, ORIGIN, 30)
    assert np.isfinite(scores).all()
    assert scores.max() > 0


@pytest.mark.parametrize("penalty", [1e-4, 1.0])
def test_the_regression_is_that_of_scikit_learn(penalty: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton steps end where scikit-learn's penalised Poisson regression does."""
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # a bare system does not tell its cores apart, and joblib warns
    random = np.random.default_rng(4)
    x, weight = random.normal(size=(500, 3)), random.uniform(0.5, 2, 500)
    rate = random.poisson(np.exp(0.3 + x @ [0.8, -0.4, 0.0])).astype(float)
    peer = PoissonRegressor(alpha=penalty, tol=1e-8, max_iter=1000).fit(x, rate, sample_weight=weight)
    np.testing.assert_allclose(regression(penalty, x, rate, weight), np.r_[peer.intercept_, peer.coef_], atol=1e-4)


def test_cancel_is_heard() -> None:
    """The user's wish to stop is heard between fits."""
    places, known = city()
    with pytest.raises(CancelledError):
        PlaceRisk(place_features(GRID, places)).scores(GRID, known, ORIGIN, 30, cancel=lambda: True)
