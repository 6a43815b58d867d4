"""Lines moved sideways, so that the way there and the way back lie beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["points_along", "sideways"]

_MITRE_COSINE = 0.5


def sideways(xy: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """
    Move a line to the right of its direction, on a device whose y runs downwards.

    Unlike a geometric offset curve this keeps every part of a line that runs over itself. Gentle bends are
    mitred, sharp ones and u-turns bevelled.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Device dots. Repeated points are dropped.
    distance : float
        Device dots; negative moves to the left.

    Returns
    -------
    ndarray of float64, shape (m, 2)
        The moved line; m is at most 2n. A line of fewer than two different points comes back as it is.
    """
    keep = np.concatenate(([True], np.any(np.abs(np.diff(xy, axis=0)) > 1e-9, axis=1)))
    xy = xy[keep]
    if len(xy) < 2:
        return xy
    direction = np.diff(xy, axis=0)
    direction /= np.hypot(direction[:, 0], direction[:, 1])[:, None]
    normal = np.column_stack((-direction[:, 1], direction[:, 0]))
    before, after = normal[:-1], normal[1:]
    cosine = np.einsum("ij,ij->i", before, after)
    gentle = cosine > _MITRE_COSINE
    mitre = (before + after) / np.maximum(1.0 + cosine, 1e-9)[:, None]
    inner = np.where(
        gentle[:, None, None],
        np.stack((mitre, mitre), axis=1),
        np.stack((before, after), axis=1),
    )
    moved = xy[1:-1, None, :] + inner * distance
    # A mitred corner has its point twice; once is enough.
    first_only = np.column_stack((np.ones(len(gentle), dtype=bool), ~gentle)).ravel()
    corners = moved.reshape(-1, 2)[first_only]
    return np.vstack((xy[0] + normal[0] * distance, corners, xy[-1] + normal[-1] * distance))


def points_along(xy: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """
    Choose places for direction arrows.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Device dots.
    spacing : float
        Distance between arrows; a line shorter than half of it gets none, else at least one.

    Returns
    -------
    ndarray of float64, shape (k, 3)
        x, y and direction in radians, y downwards.
    """
    steps = np.hypot(*np.diff(xy, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    if along[-1] < spacing / 2:
        return np.empty((0, 3))
    count = max(round(along[-1] / spacing), 1)
    at = (np.arange(count) + 0.5) * along[-1] / count
    segment = np.clip(np.searchsorted(along, at, side="right") - 1, 0, len(steps) - 1)
    delta = xy[segment + 1] - xy[segment]
    return np.column_stack(
        (np.interp(at, along, xy[:, 0]), np.interp(at, along, xy[:, 1]), np.arctan2(delta[:, 1], delta[:, 0]))
    )
