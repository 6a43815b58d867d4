from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.grid import StudyGrid


def test_a_stray_point_does_not_stretch_the_grid() -> None:
    """The area decides the extent; a point in another country is counted nowhere."""
    grid = StudyGrid.over(shapely.box(0, 0, 1000, 500), 100.0)
    assert (grid.rows, grid.columns) == (5, 10)
    counts = grid.counts(np.array([[50.0, 50.0], [9e6, 9e6]]), np.ones(2))
    assert counts.sum() == 1.0
    assert counts[0, 0] == 1.0


def test_shares_of_cells_sum_to_the_area() -> None:
    """Cells cut by the boundary count with the part that lies inside."""
    area = shapely.Point(1234, 777).buffer(400)
    grid = StudyGrid.over(area, 70.0)
    assert grid.share_inside.sum() * 70.0**2 == pytest.approx(area.area)
    assert grid.inside.sum() <= (grid.share_inside > 0).sum()


def test_an_area_without_extent_is_refused() -> None:
    """An empty area is an input error that says what to import."""
    with pytest.raises(InputError, match="no extent"):
        StudyGrid.over(shapely.Polygon(), 100.0)


def test_too_many_cells_are_refused() -> None:
    """A cell size that would fill the memory is refused with the number of cells."""
    with pytest.raises(InputError, match="too many"):
        StudyGrid.over(shapely.box(0, 0, 1e6, 1e6), 10.0)
