"""Near repeat (Knox): whether incidents close in space are closer in time than by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import KDTree

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["DAY_EDGES", "DISTANCE_EDGES_M", "Knox", "KnoxCell", "knox_test"]

DISTANCE_EDGES_M: Final = (0.0, 1.0, 100.0, 200.0, 300.0, 400.0)
DAY_EDGES: Final = (0.0, 7.0, 14.0, 21.0, 28.0)
_MOST_PAIRS: Final = 30_000_000


@dataclass(frozen=True)
class KnoxCell:
    """
    Pairs of one band of distance and one band of time; both bands are half-open, [from, to).

    Parameters
    ----------
    from_m, to_m : float
        Band of distance.
    from_days, to_days : float
        Band of time.
    observed : int
        Pairs of incidents.
    expected : float
        Mean over the permutations.
    ratio : float or None
        Observed over expected; None if nothing is expected.
    p : float
        (1 + permutations with at least as many pairs) / (permutations + 1).
    """

    from_m: float
    to_m: float
    from_days: float
    to_days: float
    observed: int
    expected: float
    ratio: float | None
    p: float


@dataclass(frozen=True)
class Knox:
    """
    The table of a test.

    Parameters
    ----------
    cells : tuple of KnoxCell
        By distance, then time.
    incidents, permutations, seed : int
        What it was made from.
    """

    cells: tuple[KnoxCell, ...]
    incidents: int
    permutations: int
    seed: int


def knox_test(
    incidents: IncidentSet,
    *,
    distance_edges_m: Sequence[float] = DISTANCE_EDGES_M,
    day_edges: Sequence[float] = DAY_EDGES,
    permutations: int = 999,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Knox:
    """
    Count close pairs and compare with what shuffled times give.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents; the calendar day of the middle of each interval is its time. Weights are ignored.
    distance_edges_m, day_edges : sequence of float
        Ascending edges; edges a, b, c make the half-open bands [a, b) and [b, c).
    permutations : int, default 999
        How often the times are shuffled.
    seed : int, default 0
        Seed of the shuffling.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    Knox
        The table.

    Raises
    ------
    InputError
        If edges do not ascend from 0 or more, no permutation is asked for, or there are too many pairs.

    Notes
    -----
    Knox, E. G. (1964), The detection of space-time interactions, Applied Statistics 13, 25-30; with Monte Carlo as in
    Johnson, S. D. et al. (2007), Space-time patterns of risk, Journal of Quantitative Criminology 23, 201-219,
    https://doi.org/10.1007/s10940-007-9025-3. O(pairs within the last distance edge × permutations).
    """
    meters, days = _edges(distance_edges_m), _edges(day_edges)
    if permutations < 1:
        raise InputError(N_("At least one permutation is needed."))
    first, second, band = _pairs(incidents.xy, meters, cancel)
    day = incidents.middle.astype("datetime64[D]").astype(np.int64).astype(np.float64)
    shape = (len(meters) - 1, len(days) - 1)
    observed = _counts(day[first], day[second], band, days, shape)
    random = np.random.default_rng(seed)
    total, reached = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for number in range(permutations):
        raise_if_cancelled(cancel)
        progress(number / permutations, Message(N_("Shuffling times")))
        shuffled = random.permutation(day)
        counts = _counts(shuffled[first], shuffled[second], band, days, shape)
        total += counts
        reached += counts >= observed
    cells = tuple(
        KnoxCell(
            *(float(meters[row]), float(meters[row + 1]), float(days[column]), float(days[column + 1])),
            int(observed[row, column]),
            float(total[row, column] / permutations),
            float(observed[row, column] * permutations / total[row, column]) if total[row, column] else None,
            float((1 + reached[row, column]) / (permutations + 1)),
        )
        for row in range(shape[0])
        for column in range(shape[1])
    )
    return Knox(cells, len(incidents), permutations, seed)


def _edges(values: Sequence[float]) -> NDArray[np.float64]:
    edges = np.asarray(values, dtype=np.float64)
    if len(edges) < 2 or not np.isfinite(edges).all() or edges[0] < 0 or (np.diff(edges) <= 0).any():
        raise InputError(
            N_("The edges {edges} make no bands."),
            remedy=N_("Give at least two ascending numbers from 0 on, such as 0,100,200."),
            edges=[f"{value:g}" for value in values],
        )
    return edges


def _pairs(
    xy: NDArray[np.float64], meters: NDArray[np.float64], cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Both members and the band of distance of each pair."""
    raise_if_cancelled(cancel)
    tree = KDTree(xy) if len(xy) else None
    count = 0 if tree is None else (int(tree.count_neighbors(tree, meters[-1])) - len(xy)) // 2
    if count > _MOST_PAIRS:
        raise InputError(
            N_("{count} pairs of incidents lie within {distance} m, too many to test."),
            remedy=N_("Choose a category, a shorter period or shorter distances."),
            count=count,
            distance=f"{meters[-1]:g}",
        )
    found = np.empty((0, 2), dtype=np.int64) if tree is None else tree.query_pairs(meters[-1], output_type="ndarray")
    distance = np.hypot(*(xy[found[:, 0]] - xy[found[:, 1]]).T)
    band = np.searchsorted(meters, distance, side="right") - 1
    within = (band >= 0) & (band < len(meters) - 1)
    return found[within, 0], found[within, 1], band[within]


def _counts(
    first_day: NDArray[np.float64],
    second_day: NDArray[np.float64],
    band: NDArray[np.int64],
    days: NDArray[np.float64],
    shape: tuple[int, int],
) -> NDArray[np.int64]:
    """Pairs by band of distance and band of time."""
    apart = np.searchsorted(days, np.abs(first_day - second_day), side="right") - 1
    within = (apart >= 0) & (apart < shape[1])
    return np.bincount(band[within] * shape[1] + apart[within], minlength=shape[0] * shape[1]).reshape(shape)
