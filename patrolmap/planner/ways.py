"""Travel times in whole seconds, remembered: a re-plan or an edit asks for ways that the plan has measured already."""

from __future__ import annotations

import math
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from patrolmap.streets.matrix import travel_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.progress import Cancel, Progress
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["KnownWays", "WayKey", "known_ways", "remember", "remembered", "whole_seconds", "within"]

_MOST_PLACES: Final = 1_500
"""Matrices of more places are not kept: 1,500 places take 18 MB for each mode and speed."""

_HEAD: Final = struct.Struct("<Id")
_NO_WAY: Final = 2**32 - 1

WayKey = tuple["TravelMode", float | None]
"""How a team moves, and its own speed in km/h if it has one."""

_Place = tuple[int, float]


@dataclass(frozen=True, eq=False)
class KnownWays:
    """
    The ways between some places, as they were measured.

    Parameters
    ----------
    row : dict of (int, float) to int
        Row of each place, by its edge and the share of the edge before it.
    travel_s : numpy.ndarray of float64, shape (k, k)
        Whole seconds; infinite where there is no way.
    limit_s : float
        Longer ways are no ways.
    """

    row: dict[_Place, int]
    travel_s: NDArray[np.float64]
    limit_s: float

    def to_bytes(self) -> bytes:
        """
        Write them for the next program.

        Returns
        -------
        bytes
            Compressed; `from_bytes` reads it.
        """
        places = np.array(list(self.row), dtype=np.float64).reshape(-1, 2)
        rows = np.array(list(self.row.values()), dtype=np.uint32)
        seconds = np.where(np.isfinite(self.travel_s), self.travel_s, _NO_WAY).astype(np.uint32)
        body = b"".join(part.tobytes() for part in (places, rows, seconds))
        return _HEAD.pack(len(seconds), self.limit_s) + zlib.compress(body, level=1)

    @classmethod
    def from_bytes(cls, content: bytes) -> KnownWays | None:
        """
        Read what `to_bytes` wrote.

        Parameters
        ----------
        content : bytes
            Whatever stands in a file.

        Returns
        -------
        KnownWays or None
            None if it is nothing of the kind: then the ways are measured anew.
        """
        try:
            count, limit_s = _HEAD.unpack_from(content)
            if not 0 < count <= _MOST_PLACES:
                return None
            most = 4 * count * count + 20 * count
            reader = zlib.decompressobj()
            body = reader.decompress(content[_HEAD.size :], most + 1)
            travel_s = np.frombuffer(body[-4 * count * count :], dtype=np.uint32).reshape(count, count)
            held = len(body) - 4 * count * count
            places = np.frombuffer(body[: held * 4 // 5], dtype=np.float64).reshape(-1, 2)
            rows = np.frombuffer(body[held * 4 // 5 : held], dtype=np.uint32)
        except (struct.error, zlib.error, ValueError):
            return None
        if not reader.eof or len(rows) != len(places) or (rows >= count).any():
            return None
        seconds = np.where(travel_s == _NO_WAY, math.inf, travel_s.astype(np.float64))
        row = {(int(edge), float(share)): int(at) for (edge, share), at in zip(places.tolist(), rows, strict=True)}
        return cls(row, seconds, limit_s)


_kept: WeakKeyDictionary[StreetGraph, dict[WayKey, KnownWays]] = WeakKeyDictionary()
_lock = threading.Lock()


def remembered(graph: StreetGraph) -> Mapping[WayKey, KnownWays]:
    """
    Give what is remembered of the ways on some streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.

    Returns
    -------
    mapping of (TravelMode, float or None) to KnownWays
        The last matrix of each mode and speed.
    """
    with _lock:
        return dict(_kept.get(graph, {}))


def remember(graph: StreetGraph, known: Mapping[WayKey, KnownWays]) -> None:
    """
    Remember ways that were measured earlier on the same streets, where none are remembered yet.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    known : mapping of (TravelMode, float or None) to KnownWays
        What was measured.
    """
    with _lock:
        mine = _kept.setdefault(graph, {})
        for key, ways in known.items():
            mine.setdefault(key, ways)


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
    Remembered with the graph, for each mode and speed the last one. The answer does not depend on what was
    remembered: the time between two places is the same in every matrix that reaches as far.
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
        fresh = KnownWays({place: row for row, place in enumerate(places)}, travel_s.copy(), limit_s)
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
