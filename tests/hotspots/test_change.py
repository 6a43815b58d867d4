from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from patrolmap.errors import InputError
from patrolmap.hotspots.change import compare_counts, count_interval, weighted_displacement


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_published_limits_of_a_count(count, low, high) -> None:
    """Garwood's limits as printed in tables of the Poisson mean (95 %)."""
    assert count_interval(count) == pytest.approx((low, high), abs=6e-4)


def test_published_weighted_displacement() -> None:
    """The test's author's case: treated 80 to 20, control 100 to 50 give -10 with error 15.8 (crimede-coder.com)."""
    found = weighted_displacement((80, 20), (100, 50))
    assert found.wdd == -10
    assert found.standard_error == pytest.approx(15.8, abs=0.05)


def test_published_weighted_displacement_of_unequal_periods() -> None:
    """The same with two years before and one after: -20 a year with error 10.7, interval about 1 to -41."""
    found = weighted_displacement((80, 20), (100, 50), lengths=(2, 1))
    assert found.wdd == -20
    assert found.standard_error == pytest.approx(10.7, abs=0.05)
    assert (found.low, found.high) == pytest.approx((-41, 1), abs=0.05)


def test_incidents_that_moved_next_door_are_not_prevented() -> None:
    """Twenty fewer here and twenty more around: no effect."""
    assert weighted_displacement((40, 20), (30, 30), (50, 70), (40, 40)).wdd == 0


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 4), (7, 0), (12, 30), (200, 170)])
def test_interval_and_p_are_the_conditional_binomial(before, after) -> None:
    """The interval is that of Clopper and Pearson for the later share, turned into a ratio of rates."""
    found = compare_counts(before, after, 30, 60)
    share = after and binomtest(after, before + after, 2 / 3)
    if before and after:
        limits = share.proportion_ci(0.95, method="exact")
        assert found.ratio_low == pytest.approx(limits.low / (1 - limits.low) / 2)
        assert found.ratio_high == pytest.approx(limits.high / (1 - limits.high) / 2)
        assert found.ratio == pytest.approx(after / before / 2)
    assert (found.ratio is None) == (before == 0)
    assert (found.ratio_high is None) == (before == 0)
    assert 0 <= found.p <= 1


def test_p_and_interval_agree() -> None:
    """P is under .05 if and only if the interval does not hold 1."""
    for before in range(30):
        for after in range(30):
            found = compare_counts(before, after)
            outside = found.ratio_low > 1 or (found.ratio_high is not None and found.ratio_high < 1)
            assert outside == (found.p < 0.05)


def test_the_interval_covers() -> None:
    """Of 2,000 simulated pairs with a true ratio of 1.5, at least 95 % of intervals hold it."""
    random = np.random.default_rng(2)
    pairs = np.column_stack([random.poisson(12, 2000), random.poisson(18, 2000)])
    held = [
        change.ratio_low <= 1.5 and (change.ratio_high is None or change.ratio_high >= 1.5)
        for change in (compare_counts(int(a), int(b)) for a, b in pairs)
    ]
    assert np.mean(held) >= 0.95


def test_what_cannot_be_compared_is_refused() -> None:
    """Negative counts and periods without length."""
    with pytest.raises(InputError):
        compare_counts(-1, 3)
    with pytest.raises(InputError):
        compare_counts(1, 3, 0.0, 1.0)
    with pytest.raises(InputError):
        weighted_displacement((1, -1), (0, 0))


def test_nothing_anywhere_is_no_change() -> None:
    """No incidents: p is 1 and nothing is divided by 0."""
    assert compare_counts(0, 0).p == 1.0
    assert weighted_displacement((0, 0), (0, 0)).z == 0.0
