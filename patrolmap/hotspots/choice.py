"""Which method to use, by a back-test of few periods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.hotspots.backtest import BacktestRow, summary_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.hotspots.backtest import Backtest

__all__ = ["AUTO", "CHOICE_ORIGINS", "choose_method", "with_auto"]

AUTO: Final = "auto"
CHOICE_ORIGINS: Final = 12
"""How many of the latest origins a choice looks at."""

_STANDARD_ERRORS: Final = 1.0


def choose_method(table: Backtest, area_share: float, eligible: Sequence[str], defaults: Sequence[str]) -> str:
    """
    Choose the best method, unless its lead over the simple ones may be luck.

    Parameters
    ----------
    table : Backtest
        The back-test.
    area_share : float
        One of the shares of the table.
    eligible : sequence of str
        Methods that may be chosen.
    defaults : sequence of str
        Simple methods, at least one. The best of them stays unless another eligible method's mean PAI is above its own
        by more than one standard error of their difference over the origins; without any of them in the table, the
        highest mean PAI decides alone.

    Returns
    -------
    str
        The method; the first of equals; the first of `defaults` if nothing happened in any period.

    Notes
    -----
    The one-standard-error rule: Breiman, L. et al. (1984), Classification and Regression Trees, section 3.4.3. Of many
    methods tested on few periods the best is partly the luckiest.
    """
    rows = {row.method: np.array(row.by_origin) for row in table.rows if row.area_share == area_share}
    rows = {name: pai for name, pai in rows.items() if name in eligible or name in defaults}
    happened = ~np.isnan(next(iter(rows.values()))) if rows else np.zeros(0, dtype=bool)
    if not happened.any():
        return defaults[0]
    mean = {name: float(pai[happened].mean()) for name, pai in rows.items()}
    simple = [name for name in defaults if name in rows]
    if simple:
        standing = max(simple, key=lambda name: mean[name])
        leading = {name: value for name, value in mean.items() if _leads(rows[name], rows[standing], happened)}
        mean = leading or {standing: mean[standing]}
    return max(mean, key=lambda name: mean[name])


def with_auto(table: Backtest, eligible: Sequence[str], defaults: Sequence[str], first: int) -> Backtest:
    """
    Add what the automatic choice would have given: at each origin it is made anew from the origins before.

    Parameters
    ----------
    table : Backtest
        A back-test of all methods on all origins, without a race.
    eligible, defaults : sequence of str
        As of `choose_method`.
    first : int
        Origins that serve only to choose, at least 1; they are taken out of the table.

    Returns
    -------
    Backtest
        The remaining origins, with rows of the method ``auto`` before the others.
    """
    shares = sorted({row.area_share for row in table.rows})
    auto = tuple(_auto(table, share, eligible, defaults, first) for share in shares)
    others = tuple(
        summary_row(row.method, row.area_share, row.by_origin[first:], row.pei_by_origin[first:]) for row in table.rows
    )
    happened = table.events_by_origin[first:]
    origins = table.origins[first:]
    return replace(table, rows=(*auto, *others), origins=origins, events=sum(happened), events_by_origin=happened)


def _auto(table: Backtest, share: float, eligible: Sequence[str], defaults: Sequence[str], first: int) -> BacktestRow:
    rows = {row.method: row for row in table.rows if row.area_share == share}
    chosen = []
    for place in range(first, len(table.origins)):
        past = slice(max(0, place - CHOICE_ORIGINS), place)
        seen = tuple(replace(row, by_origin=row.by_origin[past]) for row in rows.values())
        chosen.append(rows[choose_method(replace(table, rows=seen), share, eligible, defaults)])
    places = list(enumerate(chosen, start=first))
    pai, pei = [row.by_origin[place] for place, row in places], [row.pei_by_origin[place] for place, row in places]
    return summary_row(AUTO, share, pai, pei)


def _leads(pai: np.ndarray, default: np.ndarray, happened: np.ndarray) -> bool:
    lead = (pai - default)[happened]
    if len(lead) < 2:
        return False
    return bool(lead.mean() > _STANDARD_ERRORS * lead.std(ddof=1) / len(lead) ** 0.5)
