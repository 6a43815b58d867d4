"""How well a surface predicted: hit rate, PAI and PEI at a share of the area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Accuracy", "Judge", "accuracy_at", "captured", "pai", "pei"]


@dataclass(frozen=True)
class Accuracy:
    """
    Accuracy of one forecast at one share of the area.

    Parameters
    ----------
    area_share : float
        Share of the study area, 0 to 1.
    hit_rate : float
        Share of the period's incidents that fell into it, n/N.
    pai : float
        Predictive accuracy index, (n/N)/(a/A).
    pei : float
        PAI over the best PAI that any choice of equal area could have had, 0 to 1.
    """

    area_share: float
    hit_rate: float
    pai: float
    pei: float


def pai(hits: float, events: float, area: float, total_area: float) -> float:
    """
    Compute the predictive accuracy index.

    Parameters
    ----------
    hits, events : float
        Incidents in the predicted area, and in all: n and N.
    area, total_area : float
        Predicted area and study area in the same unit: a and A.

    Returns
    -------
    float
        (n/N)/(a/A); 1 is as good as chance; NaN without events or area.

    Notes
    -----
    Chainey, S., Tompson, L. and Uhlig, S. (2008), The utility of hotspot mapping for predicting spatial patterns of
    crime, Security Journal 21, 4-28, https://doi.org/10.1057/palgrave.sj.8350066.
    """
    if events <= 0 or area <= 0 or total_area <= 0:
        return float("nan")
    return (hits / events) / (area / total_area)


def pei(hits: float, best_hits: float) -> float:
    """
    Compute the prediction efficiency index.

    Parameters
    ----------
    hits : float
        Incidents in the predicted area.
    best_hits : float
        Most incidents that an equal area could have held.

    Returns
    -------
    float
        PAI over the best PAI at equal area, which is ``hits / best_hits``; NaN if there was nothing to hit.

    Notes
    -----
    Hunt, J. M. (2016), Do crime hot spots move? Exploring the effects of the modifiable areal unit problem and
    modifiable temporal unit problem on crime hot spot stability, dissertation, American University (PEI*).
    """
    return hits / best_hits if best_hits > 0 else float("nan")


def captured(
    scores: NDArray[np.float64], events: NDArray[np.float64], area: NDArray[np.float64], budget: float
) -> float:
    """
    Count the events in the best-scored cells within an area budget.

    Parameters
    ----------
    scores, events, area : numpy.ndarray, shape (n,)
        Score, events and area of each cell.
    budget : float
        Area to fill, in the unit of `area`.

    Returns
    -------
    float
        Events captured. Cells of equal score are taken in equal parts, which is the mean over all orders of the
        tie; so is the last group, which the budget may cut. O(n log n).
    """
    return float(_captured(scores, events, area, np.array([budget]))[0])


def accuracy_at(
    scores: NDArray[np.float64], events: NDArray[np.float64], area: NDArray[np.float64], area_share: float
) -> Accuracy:
    """
    Score a forecast against what happened.

    Parameters
    ----------
    scores, events, area : numpy.ndarray, shape (n,)
        Forecast score, events that happened, and area of each cell of the study area.
    area_share : float
        Share of the area that may be chosen, above 0, at most 1.

    Returns
    -------
    Accuracy
        With NaN indices if nothing happened.
    """
    return Judge(events, area, (area_share,)).accuracies(scores)[0]


class Judge:
    """
    Scores any number of forecasts against what happened in one period.

    Parameters
    ----------
    events, area : numpy.ndarray, shape (n,)
        Events that happened, and area of each cell of the study area.
    area_shares : sequence of float
        Shares of the area that may be chosen, above 0, at most 1.
    """

    def __init__(self, events: NDArray[np.float64], area: NDArray[np.float64], area_shares: Sequence[float]) -> None:
        self._events, self._area, self._shares = events, area, tuple(area_shares)
        self._budgets = np.array(self._shares) * float(area.sum())
        self._best = _captured(events / np.where(area > 0, area, 1.0), events, area, self._budgets)

    def accuracies(self, scores: NDArray[np.float64]) -> list[Accuracy]:
        """
        Score a forecast.

        Parameters
        ----------
        scores : numpy.ndarray, shape (n,)
            Score of each cell.

        Returns
        -------
        list of Accuracy
            One for each share, with NaN indices if nothing happened.
        """
        total, total_area = float(self._events.sum()), float(self._area.sum())
        hits = _captured(scores, self._events, self._area, self._budgets)
        return [
            Accuracy(
                share,
                float(hits[place]) / total if total > 0 else float("nan"),
                pai(float(hits[place]), total, float(self._budgets[place]), total_area),
                pei(float(hits[place]), float(self._best[place])),
            )
            for place, share in enumerate(self._shares)
        ]


def _captured(
    scores: NDArray[np.float64], events: NDArray[np.float64], area: NDArray[np.float64], budgets: NDArray[np.float64]
) -> NDArray[np.float64]:
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(scores[order]) != 0])
    group_area = np.add.reduceat(area[order], starts)
    group_events = np.add.reduceat(events[order], starts)
    before = np.r_[0.0, np.cumsum(group_area)[:-1]]
    share = np.clip((budgets[:, None] - before) / np.where(group_area > 0, group_area, 1.0), 0.0, 1.0)
    summed: NDArray[np.float64] = share @ group_events
    return summed
