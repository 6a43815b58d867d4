"""Whether the incidents in an area cluster beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.hotspots.getis_ord import FDR_LEVELS, getis_ord_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["Significance", "significance_of"]

_NEIGHBOURS: Final = 2.0


@dataclass(frozen=True)
class Significance:
    """
    Gi* at the strongest cell of an area.

    Parameters
    ----------
    z : float or None
        Standardised value; None where it is not defined.
    p : float or None
        Two-sided probability, not corrected for the number of cells tested.
    fdr : float or None
        Strictest of the false discovery rates .01, .05, .10 at which it stands; None if at none.
    """

    z: float | None
    p: float | None
    fdr: float | None


def significance_of(
    grid: StudyGrid, incidents: IncidentSet, polygons: Sequence[shapely.Polygon]
) -> tuple[Significance, ...]:
    """
    Test the counts of a grid and look up areas.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    incidents : IncidentSet
        Incidents to count.
    polygons : sequence of shapely.Polygon
        Areas, metric CRS.

    Returns
    -------
    tuple of Significance
        For each area, the highest Gi* of the cells whose centres lie in it (the nearest cell if none does), with
        neighbours up to two cells away. The areas were chosen from the same incidents: what is told is that the
        counts are uneven there, not that the future will be.
    """
    found = getis_ord_grid(grid, grid.counts(incidents.xy, incidents.weight), _NEIGHBOURS * grid.cell_m)
    xs, ys = np.meshgrid(grid.x_m, grid.y_m)
    z = np.where(np.isfinite(found.z), found.z, -np.inf)
    results = []
    for polygon in polygons:
        within = shapely.contains_xy(polygon, xs, ys)
        if not within.any():
            x, y = polygon.representative_point().coords[0]
            within = np.zeros_like(z, dtype=bool)
            within.flat[int(np.argmin((xs - x) ** 2 + (ys - y) ** 2))] = True
        place = np.unravel_index(int(np.argmax(np.where(within, z, -np.inf))), z.shape)
        level = int(found.level[place])
        results.append(
            Significance(float(found.z[place]), float(found.p[place]), FDR_LEVELS[level - 1] if level > 0 else None)
            if np.isfinite(z[place])
            else Significance(None, None, None)
        )
    return tuple(results)
