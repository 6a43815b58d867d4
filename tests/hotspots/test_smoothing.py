from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.ndimage import convolve as direct_convolve

from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.smoothing import binned_kernel_sum, convolve
from patrolmap.hotspots.surface import kde_quartic
from patrolmap.progress import CancelledError

GRID = StudyGrid.over(shapely.box(0, 0, 3000, 2200), 100.0)
RANDOM = np.random.default_rng(9)
XY = RANDOM.uniform(-400, 3400, (3000, 2))
WEIGHT = RANDOM.uniform(0, 1, 3000)


def test_convolution_equals_the_direct_sum() -> None:
    """Fourier transforms give what adding up neighbours gives, with nothing beyond the edges."""
    values = RANDOM.uniform(0, 1, (31, 44))
    kernel = np.add.outer(np.arange(-3, 4) ** 2, np.arange(-5, 6) ** 2).astype(float)
    direct = direct_convolve(values, kernel, mode="constant")
    np.testing.assert_allclose(convolve(values, kernel), direct, atol=1e-9)


@pytest.mark.parametrize("bandwidth_m", [130.0, 300.0, 650.0, 1800.0])
def test_binned_density_is_within_its_bound(bandwidth_m: float) -> None:
    """The error stays under 0.8 % of the kernel's peak for each unit of weight within reach, and of the highest value."""
    exact = kde_quartic(GRID, XY, WEIGHT, bandwidth_m, binned=False)
    binned = kde_quartic(GRID, XY, WEIGHT, bandwidth_m, binned=True)
    xs, ys = np.meshgrid(GRID.x_m, GRID.y_m)
    near = np.hypot(xs[..., None] - XY[:, 0], ys[..., None] - XY[:, 1]) < bandwidth_m * 17 / 16 + 1
    bound = 2 / 16**2 * 3 / (np.pi * bandwidth_m**2) * (near * WEIGHT).sum(axis=-1)
    assert (abs(binned - exact) <= bound + 1e-15).all()
    assert abs(binned - exact).max() < 0.01 * exact.max()


def test_a_point_on_a_node_has_no_error() -> None:
    """A point at a cell centre is binned onto itself: the sum is exact."""
    point = np.array([[1550.0, 950.0]])
    exact, binned = (kde_quartic(GRID, point, np.ones(1), 400.0, binned=binned) for binned in (False, True))
    np.testing.assert_allclose(binned, exact, atol=1e-18, rtol=1e-9)


def test_binning_keeps_the_weight() -> None:
    """A kernel that is 1 everywhere near sums the weights of all points."""
    inner = XY[(XY > 0).all(axis=1) & (XY[:, 0] < 3000) & (XY[:, 1] < 2200)]
    summed = binned_kernel_sum(GRID, inner, np.ones(len(inner)), np.ones_like, 4000.0, per_cell=3)
    np.testing.assert_allclose(summed, len(inner))


def test_where_nothing_is_near_the_sum_is_zero() -> None:
    """Rounding of the transforms does not leave tiny scores behind, which would break ties."""
    binned = kde_quartic(GRID, np.array([[110.0, 120.0]]), np.ones(1), 300.0, binned=True)
    assert binned[10:].max() == 0.0
    assert binned.min() == 0.0


def test_points_out_of_reach_and_no_points() -> None:
    """Points beyond the margin count nowhere, and no points are a flat surface."""
    far = np.array([[1e7, 1e7], [-5e5, 100.0]])
    assert not kde_quartic(GRID, far, np.ones(2), 300.0, binned=True).any()
    assert not kde_quartic(GRID, np.empty((0, 2)), np.empty(0), 300.0, binned=True).any()


def test_cancel_is_heard_between_lattices() -> None:
    """The user's wish to stop is heard."""
    with pytest.raises(CancelledError):
        kde_quartic(GRID, XY, WEIGHT, 300.0, binned=True, cancel=lambda: True)
