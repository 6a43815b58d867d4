from __future__ import annotations

import math

import numpy as np

from patrolmap.hotspots.backtest import Backtest, BacktestRow
from patrolmap.hotspots.choice import choose_method


def table(**by_origin):
    rows = tuple(
        BacktestRow(name, 0.02, 0.1, float(np.nanmean(pai)), 0.1, 0.0, 0.0, tuple(pai))
        for name, pai in by_origin.items()
    )
    return Backtest(rows, ("2026-01-01",) * len(rows[0].by_origin), 30, 100)


def test_a_clear_lead_wins() -> None:
    """Better in every period by about as much: chosen."""
    found = table(default=(5.0, 6.0, 5.5, 6.5), other=(7.0, 8.1, 7.4, 8.6), third=(6.0, 7.1, 6.4, 7.6))
    assert choose_method(found, 0.02, ["default", "other", "third"], "default") == "other"


def test_a_lead_that_may_be_luck_does_not() -> None:
    """A higher mean that comes from one period keeps the default."""
    found = table(default=(5.0, 6.0, 5.5, 6.5), lucky=(4.0, 5.0, 12.0, 5.0))
    assert choose_method(found, 0.02, ["default", "lucky"], "default") == "default"


def test_only_eligible_methods_are_chosen() -> None:
    """A baseline may lead the table without being a surface."""
    found = table(default=(5.0, 6.0), baseline=(9.0, 10.1), surface=(6.0, 7.1))
    assert choose_method(found, 0.02, ["default", "surface"], "default") == "surface"


def test_without_the_default_the_best_mean_decides() -> None:
    """If the default was not tested there is nothing to hold on to."""
    found = table(one=(5.0, 6.0), two=(5.1, 5.8))
    assert choose_method(found, 0.02, ["one", "two"], "default") == "one"


def test_periods_in_which_nothing_happened_do_not_count() -> None:
    """Empty periods are left out; if all are empty, or only one is left, the default stays."""
    nan = math.nan
    found = table(default=(5.0, nan, 5.2), other=(7.0, nan, 7.1))
    assert choose_method(found, 0.02, ["other"], "default") == "other"
    alone = table(default=(5.0, nan), other=(7.0, nan))
    assert choose_method(alone, 0.02, ["other"], "default") == "default"
