from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.self_exciting import ExcitationFit, SelfExciting, fit_excitation
from patrolmap.hotspots.smoothing import gaussian_counts
from patrolmap.progress import CancelledError
from tests.hotspots.samples import incidents_at

SIDE_M = 6000.0
GRID = StudyGrid.over(shapely.box(0, 0, SIDE_M, SIDE_M), 100.0)


def simulated(seed: int, triggered: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw even background incidents over 500 days, and their children: 80 m, 6 days on average."""
    random = np.random.default_rng(seed)
    parents = np.c_[random.uniform(0, SIDE_M, (2000, 2)), random.uniform(0, 500, 2000)]
    generations = [parents]
    while len(parents) and triggered:
        children = np.repeat(parents, random.poisson(triggered, len(parents)), axis=0)
        children[:, :2] += random.normal(0, 80, (len(children), 2))
        children[:, 2] += random.exponential(6, len(children))
        parents = children[children[:, 2] < 500]
        generations.append(parents)
    rows = np.vstack(generations)
    rows = rows[np.argsort(rows[:, 2])]
    return rows[:, :2], rows[:, 2]


def test_planted_triggering_is_recovered() -> None:
    """From simulated incidents of which each triggers 0.4 at 80 m and 6 days, the fit finds about that."""
    xy, day = simulated(1, 0.4)
    fit = fit_excitation(xy, day, SIDE_M**2, least_m=20.0)
    assert fit.triggered == pytest.approx(0.4, abs=0.1)
    assert fit.near_m == pytest.approx(80, rel=0.25)
    assert fit.decay_days == pytest.approx(6, rel=0.4)


def test_no_triggering_is_invented() -> None:
    """Incidents that are independent of one another get next to none."""
    xy, day = simulated(2, 0.0)
    assert fit_excitation(xy, day, SIDE_M**2, least_m=20.0).triggered < 0.06


def test_shares_explain_every_incident() -> None:
    """Floor, lasting patterns and triggering together account for all incidents."""
    xy, day = simulated(3, 0.3)
    fit = fit_excitation(xy, day, SIDE_M**2, least_m=20.0)
    assert fit.even_share + fit.wide_share + fit.narrow_share + fit.triggered == pytest.approx(1.0)


def test_too_few_incidents_get_the_defaults() -> None:
    """Five incidents are no ground for a fit."""
    assert fit_excitation(np.zeros((5, 2)), np.arange(5.0), 1e6, least_m=20.0) == ExcitationFit()


def test_a_fresh_incident_raises_the_score_more_than_an_old_one() -> None:
    """Of two equal places, that with yesterday's incidents outranks that with last year's."""
    old = np.datetime64("2026-01-01T00:00:00") + np.arange(30) * 3600
    new = np.datetime64("2026-12-30T00:00:00") + np.arange(30) * 3600
    incidents = incidents_at(np.r_[np.full((30, 2), 1050.0), np.full((30, 2), 4050.0)], np.r_[old, new])
    scores = SelfExciting().scores(GRID, incidents, np.datetime64("2027-01-01"), 30)
    assert scores[40, 40] > scores[10, 10] > 0


def test_expected_incidents_are_about_what_comes() -> None:
    """With a steady stream the scores sum to about the incidents of a horizon."""
    xy, day = simulated(4, 0.0)
    moments = np.datetime64("2026-01-01T00:00:00") + (day * 86_400).astype(np.int64)
    scores = SelfExciting().scores(GRID, incidents_at(xy, moments), np.datetime64("2026-01-01") + 500, 50)
    assert scores.sum() == pytest.approx(200, rel=0.15)


def test_no_incidents_no_score() -> None:
    """Nothing known, nothing expected."""
    assert not SelfExciting().scores(GRID, incidents_at(np.empty((0, 2))), np.datetime64("2026-01-01"), 30).any()


def test_cancel_is_heard_during_the_fit() -> None:
    """The user's wish to stop is heard in every round."""
    xy, day = simulated(5, 0.2)
    with pytest.raises(CancelledError):
        fit_excitation(xy, day, SIDE_M**2, least_m=20.0, cancel=lambda: True)


def test_gaussian_counts_keep_the_weight() -> None:
    """Points in the middle spread their whole weight over the cells; a tiny sigma gives the plain count."""
    xy = np.random.default_rng(1).uniform(2500, 3500, (50, 2))
    weight = np.linspace(0.1, 1, 50)
    assert gaussian_counts(GRID, xy, weight, 200.0).sum() == pytest.approx(weight.sum(), rel=1e-3)
    np.testing.assert_allclose(gaussian_counts(GRID, xy, weight, 1e-3), GRID.counts(xy, weight), atol=1e-9)


def test_gaussian_counts_are_cell_integrals() -> None:
    """A point at a corner of four cells gives each a quarter; the neighbours follow the normal law."""
    found = gaussian_counts(GRID, np.array([[1000.0, 1000.0]]), np.ones(1), 50.0)
    assert found[9:11, 9:11] == pytest.approx(np.full((2, 2), 0.4772498680518208**2))
