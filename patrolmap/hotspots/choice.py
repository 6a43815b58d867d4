"""Which method to use, by a back-test of few periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.hotspots.backtest import Backtest

__all__ = ["choose_method"]

_STANDARD_ERRORS: Final = 1.0


def choose_method(table: Backtest, area_share: float, eligible: Sequence[str], default: str) -> str:
    """
    Choose the best method, unless its lead over the default may be luck.

    Parameters
    ----------
    table : Backtest
        The back-test.
    area_share : float
        One of the shares of the table.
    eligible : sequence of str
        Methods that may be chosen.
    default : str
        Stays unless another eligible method's mean PAI is above its own by more than one standard error of their
        difference over the origins; without rows in the table, the highest mean PAI decides alone.

    Returns
    -------
    str
        The method; the first of equals; `default` if nothing happened in any period.

    Notes
    -----
    The one-standard-error rule: Breiman, L. et al. (1984), Classification and Regression Trees, section 3.4.3. Of many
    methods tested on few periods the best is partly the luckiest.
    """
    rows = {row.method: np.array(row.by_origin) for row in table.rows if row.area_share == area_share}
    rows = {name: pai for name, pai in rows.items() if name in eligible or name == default}
    happened = ~np.isnan(next(iter(rows.values()))) if rows else np.zeros(0, dtype=bool)
    if not happened.any():
        return default
    mean = {name: float(pai[happened].mean()) for name, pai in rows.items()}
    if default in rows:
        mean = {name: value for name, value in mean.items() if _leads(rows[name], rows[default], happened)} or {
            default: mean[default]
        }
    return max(mean, key=lambda name: mean[name])


def _leads(pai: np.ndarray, default: np.ndarray, happened: np.ndarray) -> bool:
    lead = (pai - default)[happened]
    if len(lead) < 2:
        return False
    return bool(lead.mean() > _STANDARD_ERRORS * lead.std(ddof=1) / len(lead) ** 0.5)
