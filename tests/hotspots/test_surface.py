from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.surface import kde_quartic
from patrolmap.progress import CancelledError

SQUARE = shapely.box(0, 0, 2000, 2000)


def test_density_of_one_point_integrates_to_one() -> None:
    """The kernel of one point away from the edge holds exactly one point (to the error of the cell sum)."""
    grid = StudyGrid.over(SQUARE, 5.0)
    surface = kde_quartic(grid, np.array([[1003.0, 998.0]]), np.ones(1), 300.0)
    assert surface.sum() * grid.cell_m**2 == pytest.approx(1.0, abs=1e-4)


def test_density_follows_the_formula() -> None:
    """At distance d the density is 3/(πh²)(1 − d²/h²)², and 0 from h on."""
    grid = StudyGrid.over(SQUARE, 10.0)
    point = np.array([[1005.0, 1005.0]])
    surface = kde_quartic(grid, point, np.ones(1), 200.0)
    for cells in (0, 7, 19):
        expected = 3 / (np.pi * 200.0**2) * (1 - (cells * 10.0) ** 2 / 200.0**2) ** 2
        assert surface[100, 100 + cells] == pytest.approx(expected)
    assert surface[100, 120] == 0.0
    assert surface[100, 121] == 0.0


def test_surface_equals_the_double_sum() -> None:
    """Many weighted points give what the definition gives, point by point and cell by cell."""
    random = np.random.default_rng(1)
    grid = StudyGrid.over(shapely.box(0, 0, 700, 400), 50.0)
    xy, weight = random.uniform(-200, 900, (80, 2)), random.uniform(0, 1, 80)
    xs, ys = np.meshgrid(grid.x_m, grid.y_m)
    distance = np.hypot(xs[..., None] - xy[:, 0], ys[..., None] - xy[:, 1])
    kernel = np.where(distance < 130, 3 / (np.pi * 130**2) * (1 - distance**2 / 130**2) ** 2, 0)
    np.testing.assert_allclose(kde_quartic(grid, xy, weight, 130.0), (kernel * weight).sum(axis=-1), atol=1e-12)


def test_no_points_is_a_flat_surface() -> None:
    """Without incidents the density is 0 everywhere."""
    grid = StudyGrid.over(SQUARE, 100.0)
    assert not kde_quartic(grid, np.empty((0, 2)), np.empty(0), 300.0).any()


def test_cancel_stops_the_sum() -> None:
    """The user's wish to stop is heard before the first batch."""
    grid = StudyGrid.over(SQUARE, 100.0)
    with pytest.raises(CancelledError):
        kde_quartic(grid, np.ones((3, 2)), np.ones(3), 300.0, cancel=lambda: True)
