"""Properties that hold for any incidents: mass, order, bounds and independence of what cannot matter."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from patrolmap.hotspots.accuracy import accuracy_at
from patrolmap.hotspots.change import compare_counts, count_interval
from patrolmap.hotspots.getis_ord import false_discovery_levels, getis_ord_grid
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.incidents import hour_shares
from patrolmap.hotspots.near_repeat import knox_test
from patrolmap.hotspots.polygons import hotspot_polygons, peak_hours
from patrolmap.hotspots.rates import shrink_rates
from patrolmap.hotspots.smoothing import gaussian_counts
from patrolmap.hotspots.surface import kde_quartic
from tests.hotspots.samples import incidents_at

GRID = StudyGrid.over(shapely.box(0, 0, 2000, 1500), 100.0)
POINTS = arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(-300, 2300))
QUICK = settings(max_examples=40)


@QUICK
@given(POINTS, st.floats(100, 900))
def test_density_is_never_negative_nor_above_all_peaks(xy, bandwidth_m) -> None:
    """Exact and binned surfaces lie between 0 and the sum of all kernels' peaks, and differ by less than the bound."""
    peak = len(xy) * 3 / (np.pi * bandwidth_m**2)
    exact, binned = (kde_quartic(GRID, xy, np.ones(len(xy)), bandwidth_m, binned=way) for way in (False, True))
    assert exact.min() >= 0
    assert binned.min() >= 0
    assert exact.max() <= peak * (1 + 1e-9)
    assert abs(exact - binned).max() <= 2 / 16**2 * peak + 1e-15


@QUICK
@given(POINTS)
def test_order_of_incidents_does_not_matter(xy) -> None:
    """Turning the table round gives the same surface."""
    one, two = (kde_quartic(GRID, rows, np.ones(len(xy)), 300.0) for rows in (xy, xy[::-1]))
    np.testing.assert_allclose(one, two, atol=1e-15)


@QUICK
@given(POINTS, st.floats(1, 400))
def test_spreading_makes_no_incidents(xy, sigma_m) -> None:
    """What falls into the cells is at most what there was."""
    spread = gaussian_counts(GRID, xy, np.ones(len(xy)), sigma_m)
    assert spread.min() >= 0
    assert spread.sum() <= len(xy) * (1 + 1e-9)


@QUICK
@given(arrays(np.float64, 60, elements=st.floats(0, 9)), arrays(np.float64, 60, elements=st.integers(0, 9)))
def test_indices_keep_their_bounds(scores, events) -> None:
    """Hit rate and PEI lie in 0 to 1, PAI in 0 to A/a; the events themselves are the best forecast."""
    for share in (0.01, 0.1, 1.0):
        found = accuracy_at(scores, events, np.ones(60), share)
        if events.sum() == 0:
            assert np.isnan(found.pai)
            continue
        assert -1e-9 <= found.hit_rate <= 1 + 1e-9
        assert -1e-9 <= found.pei <= 1 + 1e-9
        assert found.pai <= 1 / share + 1e-9
        assert accuracy_at(events, events, np.ones(60), share).pei > 1 - 1e-9


@QUICK
@given(arrays(np.float64, (15, 20), elements=st.integers(0, 5)), st.floats(1.1, 5), st.integers(1, 50))
def test_gi_does_not_depend_on_scale_or_level(counts, factor, added) -> None:
    """Counts times a factor plus a constant have the same z."""
    one = getis_ord_grid(GRID, counts, 200.0).z
    two = getis_ord_grid(GRID, factor * counts + added, 200.0).z
    np.testing.assert_allclose(one, two, atol=1e-6)


@QUICK
@given(arrays(np.float64, st.integers(0, 80), elements=st.floats(0, 1)))
def test_stricter_rates_keep_fewer(p) -> None:
    """A test with a smaller p never has a lower level; levels need p under the rate."""
    level = false_discovery_levels(p)
    assert (np.diff(level[np.argsort(p, kind="stable")]) <= 0).all()
    assert (p[level >= 3] <= 0.01).all()
    assert (p[level >= 1] <= 0.10).all()


@QUICK
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_hours_share_out_each_incident(spans) -> None:
    """Aoristic weights of every incident sum to 1; the peak stretch is a stretch of the day."""
    start = np.datetime64("2026-01-01T00:00:00") + np.array([begin for begin, _ in spans])
    incidents = incidents_at(np.zeros((len(spans), 2)), start, start + np.array([length for _, length in spans]))
    shares = hour_shares(incidents)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert shares.min() >= -1e-12
    first, last = peak_hours(incidents)
    assert 0 <= first <= 23
    assert first < last <= first + 24


@QUICK
@given(POINTS, st.floats(0.005, 0.3))
def test_polygons_keep_the_budget_and_do_not_overlap(xy, share) -> None:
    """Whatever the incidents: inside the area, within the budget, apart from each other."""
    incidents = incidents_at(xy)
    surface = kde_quartic(GRID, xy, incidents.weight, 300.0)
    spots = hotspot_polygons(GRID, surface, incidents, share * GRID.area.area)
    assert sum(spot.area_m2 for spot in spots) <= share * GRID.area.area * (1 + 1e-6)
    assert all(GRID.area.buffer(1e-6).contains(spot.polygon) for spot in spots)
    union = shapely.union_all([spot.polygon for spot in spots])
    assert union.area >= sum(spot.area_m2 for spot in spots) * (1 - 1e-9)


@QUICK
@given(POINTS, st.integers(0, 99))
def test_knox_p_is_a_probability(xy, seed) -> None:
    """Every p lies between 1/(R+1) and 1, whatever the pairs."""
    days = np.random.default_rng(seed).integers(0, 60, len(xy)) * 86_400
    table = knox_test(incidents_at(xy, np.datetime64("2026-01-01T12:00:00") + days), permutations=9, seed=seed)
    assert all(0.1 <= cell.p <= 1 for cell in table.cells)


@QUICK
@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0.1, 400), st.floats(0.1, 400))
def test_change_is_the_same_seen_backwards(before, after, one, two) -> None:
    """Swapping the periods inverts the interval and keeps p; intervals of counts hold the count."""
    there, back = compare_counts(before, after, one, two), compare_counts(after, before, two, one)
    assert abs(there.p - back.p) < 1e-9
    if there.ratio_high is not None and back.ratio_low > 0:
        np.testing.assert_allclose(there.ratio_high, 1 / back.ratio_low, rtol=1e-6)
    low, high = count_interval(before)
    assert low <= before <= high


@QUICK
@given(arrays(np.float64, 12, elements=st.integers(0, 50)), arrays(np.float64, 12, elements=st.integers(1, 2000)))
def test_shrunken_rates_lie_between(counts, exposure) -> None:
    """Between a cell's own rate and the mean, whatever the numbers."""
    found = shrink_rates(counts, exposure)
    low, high = np.minimum(found.raw, found.mean), np.maximum(found.raw, found.mean)
    assert ((found.shrunken >= low - 1e-9) & (found.shrunken <= high + 1e-9)).all()
