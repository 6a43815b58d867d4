"""Draws a place that is clicked near a street to the street, and to its junction where there is one near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from patrolmap.desktop.layer_cache import LayerCache

__all__ = ["StreetSnap"]

_END_SHARE: Final = 1.5
"""Times the tolerance: how near the end of a street must be to be preferred to its nearest point."""


class StreetSnap:
    """
    Finds the nearest place on a street.

    Parameters
    ----------
    cache : LayerCache
        Where the streets are.
    """

    def __init__(self, cache: LayerCache) -> None:
        self._cache = cache

    def __call__(self, x: float, y: float, tolerance_m: float) -> tuple[float, float]:
        """
        Draw a place to the streets.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far off a street may be.

        Returns
        -------
        tuple of float
            A junction, or the nearest place on a street; the place itself where no street is near or streets have not been read.
            O(log n).
        """
        streets = self._cache["streets"]
        if streets is None or streets.empty:
            return x, y
        here = shapely.Point(x, y)
        near = streets.geometry.to_numpy()[
            streets.sindex.query(here, predicate="dwithin", distance=tolerance_m * _END_SHARE)
        ]
        if not len(near):
            return x, y
        parts = shapely.get_parts(near)
        ends = np.concatenate((shapely.get_point(parts, 0), shapely.get_point(parts, -1)))
        away_m = shapely.distance(ends, here)
        if away_m.min() <= tolerance_m * _END_SHARE:
            best = ends[int(away_m.argmin())]
        else:
            line = near[int(shapely.distance(near, here).argmin())]
            best = shapely.line_interpolate_point(line, shapely.line_locate_point(line, here))
            if best.distance(here) > tolerance_m:
                return x, y
        return float(best.x), float(best.y)
