from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from patrolmap.hotspots.backtest import Backtest, BacktestRow
from patrolmap.hotspots.choice import AUTO, choose_method, with_auto


def table(**by_origin):
    rows = tuple(
        BacktestRow(name, 0.02, 0.1, float(np.nanmean(pai)), 0.1, 0.0, 0.0, tuple(pai), tuple(np.array(pai) / 100))
        for name, pai in by_origin.items()
    )
    return Backtest(rows, ("2026-01-01",) * len(rows[0].by_origin), 30, 100, (), (10,) * len(rows[0].by_origin))


def test_a_clear_lead_wins() -> None:
    """Better in every period by about as much: chosen."""
    found = table(default=(5.0, 6.0, 5.5, 6.5), other=(7.0, 8.1, 7.4, 8.6), third=(6.0, 7.1, 6.4, 7.6))
    assert choose_method(found, ["default", "other", "third"], ["default"]) == "other"


def test_a_lead_that_may_be_luck_does_not() -> None:
    """A higher mean that comes from one period keeps the default."""
    found = table(default=(5.0, 6.0, 5.5, 6.5), lucky=(4.0, 5.0, 12.0, 5.0))
    assert choose_method(found, ["default", "lucky"], ["default"]) == "default"


def test_only_eligible_methods_are_chosen() -> None:
    """A baseline may lead the table without being a surface."""
    found = table(default=(5.0, 6.0), baseline=(9.0, 10.1), surface=(6.0, 7.1))
    assert choose_method(found, ["default", "surface"], ["default"]) == "surface"


def test_without_the_default_the_best_mean_decides() -> None:
    """If the default was not tested there is nothing to hold on to."""
    found = table(one=(5.0, 6.0), two=(5.1, 5.8))
    assert choose_method(found, ["one", "two"], ["default"]) == "one"


def test_periods_in_which_nothing_happened_do_not_count() -> None:
    """Empty periods are left out; if all are empty, or only one is left, the default stays."""
    nan = math.nan
    found = table(default=(5.0, nan, 5.2), other=(7.0, nan, 7.1))
    assert choose_method(found, ["other"], ["default"]) == "other"
    alone = table(default=(5.0, nan), other=(7.0, nan))
    assert choose_method(alone, ["other"], ["default"]) == "default"


def test_the_better_of_two_simple_methods_is_what_others_must_beat() -> None:
    """Leading only the weaker of the simple methods is not enough."""
    found = table(kernel=(5.0, 6.0, 5.5), last=(7.0, 8.0, 7.5), other=(6.0, 7.2, 6.4))
    assert choose_method(found, ["kernel", "last", "other"], ["kernel", "last"]) == "last"


def test_the_row_of_auto_is_chosen_from_earlier_origins_only() -> None:
    """A method that becomes the best at the third origin is given from the fourth on, never before."""
    found = table(simple=(5.0, 5.1, 5.0, 5.1, 5.0, 5.1), late=(1.0, 1.1, 90.0, 91.0, 92.0, 93.0))
    row = next(row for row in with_auto(found, ["simple", "late"], ["simple"], 2).rows if row.method == AUTO)
    assert row.by_origin[0] == 5.0
    assert row.by_origin[-1] == 93.0
    changed = table(simple=(5.0, 5.1, 5.0, 5.1, 5.0, 5.1), late=(1.0, 1.1, 90.0, 91.0, 92.0, -500.0))
    again = next(row for row in with_auto(changed, ["simple", "late"], ["simple"], 2).rows if row.method == AUTO)
    assert again.by_origin[:-1] == row.by_origin[:-1]


def test_origins_that_only_served_to_choose_are_taken_out() -> None:
    """The remaining rows, dates and numbers are those of the later origins."""
    found = with_auto(table(simple=(1.0, 2.0, 3.0, 5.0), other=(1.0, 1.0, 1.0, 1.0)), ["other"], ["simple"], 2)
    assert {row.method: row.pai for row in found.rows} == {AUTO: 4.0, "simple": 4.0, "other": 1.0}
    assert (len(found.origins), found.events) == (2, 20)


def test_all_shares_of_the_area_decide_together() -> None:
    """Ahead at 2 % by one lucky hit and clearly behind at 5 and 10 %: not chosen; ahead at all: chosen."""

    def at(share: float, name: str, *pai: float) -> BacktestRow:
        return BacktestRow(name, share, 0.1, float(np.mean(pai)), 0.1, 0.0, 0.0, pai, pai)

    rows = [at(share, "default", 4.0, 4.2, 4.1, 4.3) for share in (0.02, 0.05, 0.10)]
    lucky = [at(0.02, "other", 4.5, 4.7, 4.6, 4.8), *(at(s, "other", 3.0, 3.2, 3.1, 3.3) for s in (0.05, 0.10))]
    better = [at(share, "other", 4.5, 4.7, 4.6, 4.8) for share in (0.02, 0.05, 0.10)]
    for others, chosen in ((lucky, "default"), (better, "other")):
        found = Backtest((*rows, *others), ("2026-01-01",) * 4, 30, 40, (), (10,) * 4)
        assert choose_method(found, ["default", "other"], ["default"]) == chosen


def test_periods_weigh_by_their_incidents() -> None:
    """A lead in periods of one incident each does not outweigh being behind where there are many."""
    pai = {"default": (1.0, 1.0, 10.0, 10.2), "other": (9.0, 9.0, 8.0, 8.2)}
    found = replace(table(**pai), events_by_origin=(1, 1, 100, 100))
    assert choose_method(found, ["default", "other"], ["default"]) == "default"
    assert (
        choose_method(replace(found, events_by_origin=(100, 100, 1, 1)), ["default", "other"], ["default"]) == "other"
    )
