from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.grid_view import cell_of, view_grid
from tests.hotspots.samples import incidents_at


def cells():
    """Two communities of two basic cells each, with a railway cell over all."""
    boxes = {
        "c1": shapely.box(0, 0, 200, 100),
        "c2": shapely.box(200, 0, 400, 100),
        **{f"b{k}": shapely.box(100 * k, 0, 100 * k + 100, 100) for k in range(4)},
        "rail": shapely.box(0, 40, 400, 60),
    }
    return gpd.GeoDataFrame(
        {
            "cell_id": list(boxes),
            "name": ["东社区", None, *["格"] * 4, "铁路"],
            "level": ["community"] * 2 + ["basic"] * 4 + ["basic"],
            "parent_id": [None, None, "c1", "c1", "c2", "c2", None],
            "households": [None, 900, 300, 400, 350, 450, None],
            "special": [None] * 6 + ["railway"],
        },
        geometry=list(boxes.values()),
    )


def test_counts_rates_and_cells_without_any() -> None:
    """Three incidents in the first community (700 households by its parts), none in the second; one is nowhere."""
    view = view_grid(cells(), incidents_at([[10, 50], [150, 50], [150, 10], [900, 900]]), "community")
    first, second = view.cells
    assert (first.incidents, first.households, first.name) == (3, 700, "东社区")
    assert first.per_1000 == pytest.approx(3000 / 700)
    assert (second.incidents, second.households, second.per_1000) == (0, 900, 0.0)
    assert (view.free_share, view.elsewhere) == (0.5, 1.0)


def test_the_goal_counts_whole_cells_and_singles_are_named() -> None:
    """One of two communities free: 50 % is met, 70 % lacks one; the one with a single incident is told."""
    view = view_grid(cells(), incidents_at([[10, 50]]), "community")
    assert [view.missing(goal) for goal in (0.0, 0.5, 0.7, 1.0)] == [0, 0, 1, 1]
    assert (view.free, [cell.cell_id for cell in view.single]) == (1, ["c1"])
    with pytest.raises(InputError, match="goal"):
        view.missing(70)


def test_special_cells_do_not_take_incidents_away() -> None:
    """An incident on the railway belongs to the basic cell under it; the railway cell is not listed."""
    view = view_grid(cells(), incidents_at([[50, 50]]), "basic")
    assert [cell.incidents for cell in view.cells] == [1, 0, 0, 0]


def test_no_point_counts_twice() -> None:
    """A point on a common boundary belongs to the first cell only."""
    polygons = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    assert list(cell_of(np.array([[1.0, 0.5], [1.5, 0.5], [9, 9]]), polygons)) == [0, 1, -1]


def test_without_households_there_are_counts_but_no_rates() -> None:
    """Rates are None where households are not known."""
    bare = cells().assign(households=np.nan)
    view = view_grid(bare, incidents_at([[10, 50]]), "community")
    assert [(cell.incidents, cell.households, cell.per_1000) for cell in view.cells] == [
        (1, None, None),
        (0, None, None),
    ]


def test_a_level_that_is_not_there_is_refused() -> None:
    """The message names the levels that are."""
    with pytest.raises(InputError, match="basic, community"):
        view_grid(cells(), incidents_at([[10, 50]]), "street")
