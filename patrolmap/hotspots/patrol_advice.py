"""How long to stay in each hotspot, and how often to come back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.hotspots.polygons import Hotspot

__all__ = ["LEAST_GAP_MIN", "PatrolAdvice", "patrol_advice"]

LEAST_GAP_MIN: Final = 120
_DWELL_MIN: Final = 12
_SHORTEST_MIN: Final = 10
_LONGEST_MIN: Final = 16
_VISITS: Final = 2
_MOST_VISITS: Final = 4
_OFF_PEAK_VISITS: Final = 1


@dataclass(frozen=True)
class PatrolAdvice:
    """
    A suggestion for patrols of a hotspot, for its analyst to change.

    Parameters
    ----------
    dwell_min : int
        Stay at each of its patrol points, minutes, 10 to 16.
    visits : int
        Visits to each point in a routine shift, 1 to 4, if the shift is long enough for them.
    gap_min : int
        Least time from the end of a visit to the start of the next, minutes.
    """

    dwell_min: int
    visits: int
    gap_min: int


def patrol_advice(hotspots: Sequence[Hotspot]) -> tuple[PatrolAdvice, ...]:
    """
    Suggest dwell and repeat for hotspots, by their share of the incidents and their peak hours.

    Parameters
    ----------
    hotspots : sequence of Hotspot
        All hotspots of one search.

    Returns
    -------
    tuple of PatrolAdvice
        For each hotspot. With n incidents in it and m in the median hotspot, d = log2(n / m): the stay is 12 + d
        minutes, between 10 and 16; the visits are 2 + d, rounded, between 1 and 4, and at most one more than fit
        into its peak hours with the gap between them. The gap is two hours.

    Notes
    -----
    Koper, C. S. (1995), Just enough police presence, Justice Quarterly 12, 649-672,
    https://doi.org/10.1080/07418829500096231: presence works from about 10 minutes, best at 11 to 15, and no better
    after; come back at intervals of about two hours. The steps by incidents are a convention: one minute and one
    visit more for each doubling.
    """
    if not hotspots:
        return ()
    middle = max(median(spot.incidents for spot in hotspots), 1)
    return tuple(_advice(spot, math.log2(max(spot.incidents, 1) / middle)) for spot in hotspots)


def _advice(spot: Hotspot, doublings: float) -> PatrolAdvice:
    dwell_min = min(max(_half_up(_DWELL_MIN + doublings), _SHORTEST_MIN), _LONGEST_MIN)
    first, last = spot.peak_hours
    in_peak = 1 + max(60 * (last - first) - dwell_min, 0) // (dwell_min + LEAST_GAP_MIN)
    wanted = min(max(_half_up(_VISITS + doublings), 1), _MOST_VISITS)
    return PatrolAdvice(dwell_min, min(wanted, in_peak + _OFF_PEAK_VISITS), LEAST_GAP_MIN)


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)
