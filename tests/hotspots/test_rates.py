from __future__ import annotations

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.hotspots.rates import shrink_rates

CLAIMS = (7840, 1317, 239, 42, 14, 4, 4, 1)


def test_the_textbook_table() -> None:
    """Accident claims of Efron and Hastie (2016), table 6.1: the gamma line reads .164, .398, .633, .87, 1.10, ..."""
    counts = np.repeat(np.arange(8.0), CLAIMS)
    found = shrink_rates(counts, np.ones(len(counts)))
    by_count = [found.shrunken[np.argmax(counts == claims)] for claims in range(7)]
    assert by_count == pytest.approx([0.164, 0.398, 0.633, 0.87, 1.10, 1.34, 1.57], abs=0.006)
    assert found.mean**2 / found.variance == pytest.approx(0.7015, abs=0.002)


def test_true_rates_are_estimated_better_than_by_raw_rates() -> None:
    """Simulated cells of 30 to 500 households: the squared error falls by more than half, and m and ν come back."""
    random = np.random.default_rng(5)
    households = random.integers(30, 500, 2000).astype(float)
    truth = random.gamma(4.0, 0.02 / 4.0, 2000)
    found = shrink_rates(random.poisson(truth * households).astype(float), households)
    assert ((found.shrunken - truth) ** 2).mean() < 0.5 * ((found.raw - truth) ** 2).mean()
    assert found.mean == pytest.approx(0.02, rel=0.05)
    assert found.mean**2 / found.variance == pytest.approx(4.0, rel=0.25)


def test_small_cells_do_not_shout() -> None:
    """One incident in a cell of 10 households ranks under thirty in one of 500, whatever the raw rates say."""
    counts, households = np.array([1.0, 30.0, 5, 8, 2, 10, 6, 3]), np.array([10.0, 500.0, 400, 450, 300, 500, 480, 350])
    found = shrink_rates(counts, households)
    assert found.raw[0] > found.raw[1]
    assert found.shrunken[0] < found.shrunken[1]
    assert found.weight[0] < found.weight[1]


def test_counts_that_vary_by_chance_are_drawn_to_the_mean() -> None:
    """Equal true rates: hardly any weight on a cell's own."""
    counts = np.random.default_rng(3).poisson(5, 300).astype(float)
    found = shrink_rates(counts, np.full(300, 100.0))
    assert found.weight.max() < 0.1
    assert found.shrunken == pytest.approx(np.full(300, 0.05), rel=0.15)


def test_estimates_lie_between_raw_rate_and_mean() -> None:
    """No estimate leaves the stretch between the cell's own rate and the mean."""
    random = np.random.default_rng(8)
    households = random.integers(1, 300, 200).astype(float)
    found = shrink_rates(random.negative_binomial(1, 0.3, 200).astype(float), households)
    low, high = np.minimum(found.raw, found.mean), np.maximum(found.raw, found.mean)
    assert ((found.shrunken >= low - 1e-12) & (found.shrunken <= high + 1e-12)).all()


def test_cells_without_households_get_the_mean() -> None:
    """A railway cell has no raw rate; no incident anywhere is a rate of 0."""
    found = shrink_rates(np.array([0.0, 4, 1, 9]), np.array([0.0, 100, 100, 100]))
    assert np.isnan(found.raw[0])
    assert found.shrunken[0] == found.mean
    assert not shrink_rates(np.zeros(3), np.ones(3)).shrunken.any()


def test_no_households_at_all_is_refused() -> None:
    """Without exposure there is no rate."""
    with pytest.raises(InputError, match="households"):
        shrink_rates(np.ones(2), np.zeros(2))
