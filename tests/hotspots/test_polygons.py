from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.hotspots.forecast import QuarticKde
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.polygons import hotspot_polygons, level_for_area, peak_hours
from patrolmap.hotspots.surface import kde_quartic
from tests.hotspots.samples import incidents_at

AREA = shapely.box(0, 0, 5000, 4000)


@pytest.fixture(scope="module")
def two_clusters() -> tuple[StudyGrid, np.ndarray, object]:
    """Sixty incidents around one place, thirty around another, one far off alone."""
    random = np.random.default_rng(5)
    xy = np.vstack(
        [random.normal([1200, 1500], 90, (60, 2)), random.normal([3800, 2700], 90, (30, 2)), [[4900.0, 100.0]]]
    )
    incidents = incidents_at(xy)
    grid = StudyGrid.over(AREA, 50.0)
    return grid, kde_quartic(grid, incidents.xy, incidents.weight, 300.0), incidents


def test_the_strongest_cluster_ranks_first(two_clusters: tuple) -> None:
    """Polygons lie on the clusters, the larger one first, and count their incidents."""
    first, second = hotspot_polygons(*two_clusters, area_budget_m2=0.02 * AREA.area)[:2]
    assert first.polygon.contains(shapely.Point(1200, 1500))
    assert second.polygon.contains(shapely.Point(3800, 2700))
    assert (first.rank, second.rank) == (1, 2)
    assert first.score > second.score
    assert first.incidents > 40


@pytest.mark.parametrize("share", [0.002, 0.01, 0.02, 0.1])
def test_polygons_stay_within_the_area_budget(two_clusters: tuple, share: float) -> None:
    """The areas together are not above the budget, and use most of it."""
    found = hotspot_polygons(*two_clusters, area_budget_m2=share * AREA.area)
    area_m2 = sum(spot.area_m2 for spot in found)
    assert area_m2 <= share * AREA.area * (1 + 1e-9)
    if share <= 0.02:
        assert area_m2 > 0.85 * share * AREA.area


def test_the_tip_of_a_low_hill_is_no_hotspot() -> None:
    """Three incidents a bandwidth apart rise just over the level: smaller than the bump of one, they are left out."""
    random = np.random.default_rng(5)
    xy = np.vstack([random.normal([1500, 1500], 250, (400, 2)), random.normal([3800, 2700], 60, (12, 2))])
    incidents, grid, patch_m2 = incidents_at(xy), StudyGrid.over(AREA, 50.0), QuarticKde(300.0).patch_m2
    surface = kde_quartic(grid, incidents.xy, incidents.weight, 300.0)
    budget_m2 = max(
        budget
        for budget in range(100_000, 3_000_000, 20_000)
        if 2_500 < min(one.area_m2 for one in hotspot_polygons(grid, surface, incidents, budget)) < patch_m2 / 2
    )
    assert len(hotspot_polygons(grid, surface, incidents, budget_m2)) > 1
    found = hotspot_polygons(grid, surface, incidents, budget_m2, patch_m2=patch_m2)
    assert all(one.area_m2 >= min(patch_m2, budget_m2 / 20) for one in found)
    assert 0.8 * budget_m2 < sum(one.area_m2 for one in found) <= budget_m2 * (1 + 1e-9)


def test_the_bump_of_one_incident_has_half_its_height_on_its_patch() -> None:
    """Counted on a fine grid."""
    incidents, grid = incidents_at(np.array([[2500.0, 2000.0]])), StudyGrid.over(AREA, 10.0)
    surface = kde_quartic(grid, incidents.xy, incidents.weight, 300.0)
    assert (surface >= surface.max() / 2).sum() * 100 == pytest.approx(QuarticKde(300.0).patch_m2, rel=0.02)


def test_the_level_of_a_larger_area_is_lower(two_clusters: tuple) -> None:
    """A larger budget reaches further down the surface."""
    grid, surface, _ = two_clusters
    assert level_for_area(grid, surface, 200_000) > level_for_area(grid, surface, 900_000)


def test_polygons_are_cut_to_the_study_area() -> None:
    """A cluster on the boundary does not leak out of the district."""
    incidents = incidents_at(np.random.default_rng(2).normal([0, 2000], 50, (40, 2)))
    grid = StudyGrid.over(AREA, 50.0)
    surface = kde_quartic(grid, incidents.xy, incidents.weight, 300.0)
    (spot,) = hotspot_polygons(grid, surface, incidents, 100_000)
    assert AREA.buffer(1e-6).contains(spot.polygon)


def test_a_flat_surface_has_no_hotspots() -> None:
    """Nothing happened, nothing is outlined."""
    grid = StudyGrid.over(AREA, 100.0)
    assert hotspot_polygons(grid, np.zeros((grid.rows, grid.columns)), incidents_at(np.empty((0, 2))), 1e6) == ()


def test_peak_hours_may_pass_midnight() -> None:
    """Two thirds of the incidents between 23 and 1 make 23 to 25 the peak."""
    times = ["2026-01-05T23:10:00", "2026-01-06T00:10:00", "2026-01-05T12:00:00"]
    assert peak_hours(incidents_at([[0, 0]] * 3, times)) == (23, 25)


def test_peak_hours_of_one_hour() -> None:
    """All at 19 o'clock: the peak is that hour."""
    assert peak_hours(incidents_at([[0, 0]] * 4, "2026-01-05T19:30:00")) == (19, 20)


def test_cellwise_outlines_are_the_highest_cells() -> None:
    """Of counts the best cells are outlined themselves, merged where they share a side, within the budget."""
    grid = StudyGrid.over(shapely.box(0, 0, 1000, 1000), 100.0)
    counts = np.zeros((10, 10))
    counts[2, 3], counts[2, 4], counts[7, 7], counts[0, 0] = 9.0, 8.0, 5.0, 1.0
    rows, columns = np.nonzero(counts)
    spots = hotspot_polygons(
        grid, counts, incidents_at(np.c_[grid.x_m[columns], grid.y_m[rows]]), 30_000.0, cellwise=True
    )
    middles = [spot.polygon.centroid.coords[0] for spot in spots]
    assert middles == [pytest.approx((400.0, 250.0)), pytest.approx((750.0, 750.0))]
    assert 0.9 * 30_000 < sum(spot.area_m2 for spot in spots) <= 30_000
