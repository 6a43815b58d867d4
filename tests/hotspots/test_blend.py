from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.hotspots.blend import FadingCount
from patrolmap.hotspots.grid import StudyGrid
from tests.hotspots.samples import incidents_at

GRID = StudyGrid.over(shapely.box(0, 0, 4000, 4000), 100.0)
ORIGIN = np.datetime64("2026-07-01")


def test_an_incident_counts_half_after_its_half_life() -> None:
    """Two places that differ only in age by one half-life score 2 to 1, wherever they are felt."""
    new = incidents_at([[1050.0, 1050]], ORIGIN - np.timedelta64(10, "D"))
    old = incidents_at([[1050.0, 1050]], ORIGIN - np.timedelta64(110, "D"))
    found = [FadingCount(100.0).scores(GRID, known, ORIGIN, 30) for known in (new, old)]
    felt = found[1] > 1e-6
    np.testing.assert_allclose(found[0][felt] / found[1][felt], 2.0)


def test_counts_and_surroundings_both_keep_the_weight() -> None:
    """Away from the edge the surroundings bring as much as the cells hold: the sum is twice the faded count."""
    xy = np.random.default_rng(1).uniform(1500, 2500, (50, 2))
    scores = FadingCount(365.0, 120.0).scores(GRID, incidents_at(xy, ORIGIN - np.timedelta64(365, "D")), ORIGIN, 30)
    assert scores.sum() == pytest.approx(2 * 50 * 0.5, rel=1e-3)


def test_where_nothing_ever_happened_nearby_cells_are_equal() -> None:
    """Rounding of the transforms makes no order of cells far from everything."""
    scores = FadingCount(365.0).scores(GRID, incidents_at([[200.0, 200]], ORIGIN - np.timedelta64(9, "D")), ORIGIN, 30)
    assert (scores[20:, 20:] == 0).all()
