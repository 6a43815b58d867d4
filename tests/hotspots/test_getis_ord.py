from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.stats import false_discovery_control, norm

from patrolmap.hotspots.getis_ord import distance_weights, false_discovery_levels, getis_ord, getis_ord_grid
from patrolmap.hotspots.grid import StudyGrid

# the six points of PySAL's documentation and tests, https://pysal.org/esda
POINTS = np.array([[10.0, 10], [20, 10], [40, 10], [15, 20], [30, 20], [30, 30]])
VALUES = np.array([2.0, 3, 3.2, 5, 8, 7])


def test_published_values_of_gi() -> None:
    """PySAL's example, binary weights within 15: Gi of the first point is -1.0136729, p (two-sided) 0.3107."""
    found = getis_ord(VALUES, distance_weights(POINTS, 15.0), star=False)
    assert found.z[0] == pytest.approx(-1.0136729, abs=1e-7)
    assert found.p[0] == pytest.approx(2 * norm.sf(1.0136729), abs=1e-7)


def test_published_values_of_gi_star() -> None:
    """PySAL's example, binary weights within 15: Gi* of the first point is -1.39727626."""
    assert getis_ord(VALUES, distance_weights(POINTS, 15.0)).z[0] == pytest.approx(-1.39727626, abs=1e-7)


PIXELS = Path(__file__).resolve().parents[1] / "reference" / "getis_ord_pixels.csv"


@pytest.mark.parametrize(
    ("distance_m", "star", "published"),
    [
        (30, False, 1.221979),
        (60, False, 1.748098),
        (90, False, 1.986135),
        (120, False, 1.893374),
        (150, False, 1.237454),
        (30, True, 1.45078),
    ],
)
def test_published_values_of_the_remote_sensing_example(distance_m: float, star: bool, published: float) -> None:
    """16 x 16 pixels 30 m apart of Getis and Ord's examples; the values are those printed for pixel 120.

    The data are `getisord` of R's spData (Getis and Ord 1996), the pixel and the values those of the help page of
    `spdep::localG`, binary weights.
    """
    pixels = np.loadtxt(PIXELS, delimiter=",", skiprows=1)
    found = getis_ord(pixels[:, 2], distance_weights(pixels[:, :2], distance_m), star=star)
    assert found.z[119] == pytest.approx(published, abs=6e-7)


@pytest.mark.parametrize(("distance_m", "published"), [(30, 1.221979), (90, 1.986135), (150, 1.237454)])
def test_the_raster_way_gives_the_published_values(distance_m: float, published: float) -> None:
    """By convolution over the same pixels as cells, the same figures come out."""
    pixels = np.loadtxt(PIXELS, delimiter=",", skiprows=1)
    grid = StudyGrid.over(shapely.box(0, 0, 480, 480), 30.0)
    found = getis_ord_grid(grid, pixels[:, 2].reshape(16, 16), distance_m, star=False)
    assert found.z.ravel()[119] == pytest.approx(published, abs=6e-7)


def definition(values, weights, *, star):
    """Compute the formula of Ord and Getis, place by place."""
    z = []
    for place in range(len(values)):
        w = weights[place].copy()
        w[place] = 1.0 if star else 0.0
        used = np.ones(len(values), bool) if star else np.arange(len(values)) != place
        x, w, n = values[used], w[used], used.sum()
        mean, s = x.mean(), x.std()
        z.append(((w * x).sum() - mean * w.sum()) / (s * np.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1))))
    return np.array(z)


@pytest.mark.parametrize("star", [True, False])
def test_general_weights_follow_the_definition(star: bool) -> None:
    """Unequal, asymmetric weights give what the formula gives, place by place."""
    random = np.random.default_rng(2)
    values = random.gamma(2, 3, 40)
    weights = random.uniform(0, 1, (40, 40)) * (random.uniform(0, 1, (40, 40)) < 0.2)
    np.fill_diagonal(weights, 0)
    from scipy.sparse import csr_array

    found = getis_ord(values, csr_array(weights), star=star)
    np.testing.assert_allclose(found.z, definition(values, weights, star=star), atol=1e-10)


@pytest.mark.parametrize("star", [True, False])
def test_convolution_equals_sparse_weights(star: bool) -> None:
    """On an area with a hole and a slanted edge, both ways agree in every studied cell."""
    area = shapely.Polygon([(0, 0), (2000, 100), (1900, 1500), (300, 1700)]).difference(shapely.box(600, 600, 900, 900))
    grid = StudyGrid.over(area, 100.0)
    counts = np.random.default_rng(7).poisson(1.0, (grid.rows, grid.columns)).astype(float)
    studied = grid.share_inside > 0
    xs, ys = np.meshgrid(grid.x_m, grid.y_m)
    general = getis_ord(counts[studied], distance_weights(np.c_[xs[studied], ys[studied]], 300.0), star=star)
    raster = getis_ord_grid(grid, counts, 300.0, star=star)
    np.testing.assert_allclose(raster.z[studied], general.z, atol=1e-9)
    np.testing.assert_array_equal(raster.level[studied], general.level)
    assert np.isnan(raster.z[~studied]).all()


def test_a_planted_cluster_stands_after_the_correction() -> None:
    """High counts in one corner are found at .01; elsewhere almost nothing is."""
    grid = StudyGrid.over(shapely.box(0, 0, 4000, 4000), 100.0)
    counts = np.random.default_rng(3).poisson(0.5, (40, 40)).astype(float)
    counts[5:9, 5:9] += 4
    found = getis_ord_grid(grid, counts, 200.0)
    assert (found.level[5:9, 5:9] == 3).all()
    elsewhere = found.level.copy()
    elsewhere[2:12, 2:12] = 0
    assert (elsewhere > 0).mean() < 0.01
    assert (found.p < 0.05).sum() > (found.level != 0).sum()


def test_benjamini_hochberg_equals_scipy() -> None:
    """A test stands at a rate if and only if its adjusted p is at most the rate."""
    random = np.random.default_rng(4)
    p = np.r_[random.uniform(0, 1, 500), random.uniform(0, 0.004, 60)]
    adjusted = false_discovery_control(p)
    expected = (adjusted <= 0.10).astype(int) + (adjusted <= 0.05) + (adjusted <= 0.01)
    np.testing.assert_array_equal(false_discovery_levels(p), expected)


def test_benjamini_hochbergs_own_example() -> None:
    """The fifteen p-values of the 1995 paper: the first four are rejected at .05."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.324,
            0.4262,
            0.5719,
            0.6528,
            0.759,
            1.0,
        ]
    )
    assert (false_discovery_levels(p) >= 2).sum() == 4


def test_no_variation_is_not_defined() -> None:
    """Equal values everywhere have no z, no p, no level, and raise nothing."""
    grid = StudyGrid.over(shapely.box(0, 0, 500, 500), 100.0)
    found = getis_ord_grid(grid, np.full((5, 5), 2.0), 150.0)
    assert np.isnan(found.z).all()
    assert not found.level.any()


def test_everyone_a_neighbour_is_not_defined() -> None:
    """When every place is in every neighbourhood there is nothing to compare with."""
    grid = StudyGrid.over(shapely.box(0, 0, 500, 500), 100.0)
    found = getis_ord_grid(grid, np.arange(25.0).reshape(5, 5), 5000.0)
    assert np.isnan(found.z).all()
