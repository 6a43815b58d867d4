"""Travel times in whole seconds, remembered: a re-plan or an edit asks for ways that the plan has measured already."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from patrolmap.streets.matrix import travel_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.progress import Cancel, Progress
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["known_ways", "whole_seconds", "within"]

_MOST_PLACES: Final = 1_500
"""Matrices of more places are not kept: 1,500 places take 18 MB for each mode and speed."""

_Place = tuple[int, float]


@dataclass(frozen=True, eq=False)
class _Known:
    row: dict[_Place, int]
    travel_s: NDArray[np.float64]
    limit_s: float


_kept: WeakKeyDictionary[StreetGraph, dict[tuple[TravelMode, float | None], _Known]] = WeakKeyDictionary()
_lock = threading.Lock()


def known_ways(
    graph: StreetGraph,
    attachments: Attachments,
    mode: TravelMode,
    *,
    speed_kph: float | None,
    limit_s: float,
    progress: Progress,
    cancel: Cancel,
) -> NDArray[np.float64]:
    """
    Measure the ways between places, or take them from the last matrix of these streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    attachments : Attachments
        The k places.
    mode : TravelMode
        How the team moves.
    speed_kph : float or None
        One speed for all edges, km/h; None for that of the mode.
    limit_s : float
        Ways that take longer are no ways, seconds.
    progress : Progress
        Receives the done share.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    numpy.ndarray of float64, shape (k, k)
        Every way rounded up to whole seconds; infinite from and to places beside no street.

    Raises
    ------
    CancelledError
        If the user cancelled.

    Notes
    -----
    Kept with the graph, for each mode and speed the last one, in memory only. The answer does not depend on what was
    kept: the time between two places is the same in every matrix that reaches as far.
    """
    places = [_key(int(e), float(s)) for e, s in zip(attachments.edge, attachments.share, strict=True)]
    with _lock:
        known = _kept.get(graph, {}).get((mode, speed_kph))
    if known is not None and limit_s <= known.limit_s and all(place in known.row for place in places):
        rows = np.array([known.row[place] for place in places], dtype=np.intp)
        return within(limit_s, known.travel_s[np.ix_(rows, rows)])
    # A second more than asked for, so that the cut below is at whole seconds, kept or not.
    reach_s = limit_s + 1.0
    found = travel_matrix(
        graph, attachments, mode, speed_kph=speed_kph, limit_s=reach_s, lengths=False, progress=progress, cancel=cancel
    )
    travel_s = within(limit_s, whole_seconds(found.travel_s, attachments))
    if len(places) <= _MOST_PLACES:
        fresh = _Known({place: row for row, place in enumerate(places)}, travel_s.copy(), limit_s)
        with _lock:
            _kept.setdefault(graph, {})[mode, speed_kph] = fresh
    return travel_s


def within(limit_s: float, travel_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Make ways that take too long no ways, in place.

    Parameters
    ----------
    limit_s : float
        The longest, seconds.
    travel_s : numpy.ndarray of float64
        Times of ways.

    Returns
    -------
    numpy.ndarray of float64
        The same array.
    """
    travel_s[travel_s > limit_s] = math.inf
    return travel_s


def _key(edge: int, share: float) -> _Place:
    return (edge, share) if edge >= 0 else (-1, 0.0)


def whole_seconds(travel_s: NDArray[np.float64], attachments: Attachments) -> NDArray[np.float64]:
    """
    Round times of ways up.

    Parameters
    ----------
    travel_s : numpy.ndarray of float64, shape (j, k)
        Times of ways from the first j places to all.
    attachments : Attachments
        The k places.

    Returns
    -------
    numpy.ndarray of float64, shape (j, k)
        Whole seconds; infinite from and to places beside no street.
    """
    rounded: NDArray[np.float64] = np.ceil(travel_s - 1e-6)
    off = np.asarray(attachments.edge) < 0
    rounded[off[: len(rounded)], :] = math.inf
    rounded[:, off] = math.inf
    return np.maximum(rounded, 0.0)
