"""Which method to use, by a back-test of few periods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.hotspots.backtest import BacktestRow, summary_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.hotspots.backtest import Backtest

__all__ = ["AUTO", "CHOICE_ORIGINS", "choose_method", "with_auto"]

AUTO: Final = "auto"
CHOICE_ORIGINS: Final = 12
"""How many of the latest origins a choice looks at."""

_STANDARD_ERRORS: Final = 1.0


def choose_method(table: Backtest, eligible: Sequence[str], defaults: Sequence[str]) -> str:
    """
    Choose the best method, unless its lead over the simple ones may be luck.

    Parameters
    ----------
    table : Backtest
        The back-test.
    eligible : sequence of str
        Methods that may be chosen.
    defaults : sequence of str
        Simple methods, at least one. The best of them stays unless another eligible method is ahead of it by more than
        one standard error of their difference over the origins; without any of them in the table, the highest mean
        decides alone.

    Returns
    -------
    str
        The method; the first of equals; the first of `defaults` if nothing happened in any period.

    Notes
    -----
    At one small share of the area a period of few incidents decides by one or two of them. So methods are compared by
    the mean, over all shares of the table, of their PAI over that of the first of `defaults`, and periods weigh by their
    incidents, which makes the mean PAI that of all incidents together.

    The one-standard-error rule: Breiman, L. et al. (1984), Classification and Regression Trees, section 3.4.3. Of many
    methods tested on few periods the best is partly the luckiest.
    """
    scores, weight = _scores(table, [*eligible, *defaults], defaults)
    if not scores:
        return defaults[0]
    mean = {name: float(np.average(score, weights=weight)) for name, score in scores.items()}
    simple = [name for name in defaults if name in scores]
    if simple:
        standing = max(simple, key=lambda name: mean[name])
        leading = {name: mean[name] for name in scores if _leads(scores[name] - scores[standing], weight)}
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
    chosen = [_chosen_at(table, place, eligible, defaults) for place in range(first, len(table.origins))]
    auto = tuple(_auto(table, share, chosen, first) for share in shares)
    others = tuple(
        summary_row(row.method, row.area_share, row.by_origin[first:], row.pei_by_origin[first:]) for row in table.rows
    )
    happened = table.events_by_origin[first:]
    origins = table.origins[first:]
    return replace(table, rows=(*auto, *others), origins=origins, events=sum(happened), events_by_origin=happened)


def _scores(
    table: Backtest, names: Sequence[str], defaults: Sequence[str]
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """
    Compare methods by origin, over all shares: PAI in units of the mean PAI of a simple method.

    Of the origins in which something happened, with their weights; nothing if there are none.
    """
    rows = [row for row in table.rows if row.method in set(names)]
    happened = np.array(table.events_by_origin) > 0
    for row in rows:
        happened &= ~np.isnan(row.by_origin)
    if not rows or not happened.any():
        return {}, np.zeros(0)
    weight = np.array(table.events_by_origin, dtype=np.float64)[happened]
    pai: dict[float, dict[str, NDArray[np.float64]]] = {}
    for row in rows:
        pai.setdefault(row.area_share, {})[row.method] = np.array(row.by_origin)[happened]
    methods = next(iter(pai.values()))
    basis = next((name for name in defaults if name in methods), next(iter(methods)))
    units = {share: float(np.average(of[basis], weights=weight)) or 1.0 for share, of in pai.items()}
    scores = {name: np.mean([of[name] / units[share] for share, of in pai.items()], axis=0) for name in methods}
    return scores, weight


def _chosen_at(table: Backtest, place: int, eligible: Sequence[str], defaults: Sequence[str]) -> str:
    past = slice(max(0, place - CHOICE_ORIGINS), place)
    rows = tuple(replace(row, by_origin=row.by_origin[past]) for row in table.rows)
    return choose_method(replace(table, rows=rows, events_by_origin=table.events_by_origin[past]), eligible, defaults)


def _auto(table: Backtest, share: float, chosen: Sequence[str], first: int) -> BacktestRow:
    rows = {row.method: row for row in table.rows if row.area_share == share}
    places = list(enumerate((rows[name] for name in chosen), start=first))
    pai, pei = [row.by_origin[place] for place, row in places], [row.pei_by_origin[place] for place, row in places]
    return summary_row(AUTO, share, pai, pei)


def _leads(lead: NDArray[np.float64], weight: NDArray[np.float64]) -> bool:
    """Whether a weighted mean is above 0 by more than its standard error by the residuals of a weighted mean."""
    count, share = len(lead), weight / weight.sum()
    if count < 2:
        return False
    mean = float(share @ lead)
    error = float(np.sqrt(count / (count - 1) * (share**2 @ (lead - mean) ** 2)))
    return mean > _STANDARD_ERRORS * error
