"""Whose visit rounds are whose: each place gets a team of its own, near by and with as much to do as the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["own_teams", "walking_order"]


def own_teams(
    places: NDArray[np.float64], homes: NDArray[np.float64], told: Mapping[int, int] | None = None
) -> NDArray[np.intp]:
    """
    Give each place a team.

    Parameters
    ----------
    places : (n, 2) float64 array
        Points of the places, metres.
    homes : (t, 2) float64 array
        Home posts of the teams, metres; at least one.
    told : mapping of int to int or None
        Places whose team is given.

    Returns
    -------
    (n,) intp array
        Team of each place. No team gets more than the mean, rounded up, beside what was told; pairs are taken from the
        nearest on as the crow flies: a neighbourhood's own team is a matter of belonging, the ways of the night
        are measured on streets. O(n t log n t).
    """
    answer = np.full(len(places), -1, dtype=np.intp)
    room = np.full(len(homes), -(-len(places) // len(homes)), dtype=np.int64)
    for place, team in (told or {}).items():
        answer[place] = team
        room[team] = max(room[team] - 1, 0)
    # What was told may have filled teams above the mean; the others then take what is left.
    free = int((answer < 0).sum())
    while room.sum() < free:
        room += 1
    apart = np.hypot(places[:, None, 0] - homes[None, :, 0], places[:, None, 1] - homes[None, :, 1])
    for flat in np.argsort(apart, axis=None, kind="stable"):
        place, team = divmod(int(flat), len(homes))
        if answer[place] < 0 and room[team] > 0:
            answer[place] = team
            room[team] -= 1
    return answer


def walking_order(places: NDArray[np.float64], home: Sequence[float]) -> NDArray[np.intp]:
    """
    Put a team's places in an order in which neighbours stand together.

    Parameters
    ----------
    places : (n, 2) float64 array
        Points, metres.
    home : sequence of float
        Home post of the team, metres.

    Returns
    -------
    (n,) intp array
        Their order: the nearest one to the home post first, then always the nearest of the rest. O(n²).
    """
    left = list(range(len(places)))
    here = np.asarray(home, dtype=np.float64)
    order = []
    while left:
        nearest = min(left, key=lambda place: (float(np.hypot(*(places[place] - here))), place))
        left.remove(nearest)
        order.append(nearest)
        here = places[nearest]
    return np.array(order, dtype=np.intp)
