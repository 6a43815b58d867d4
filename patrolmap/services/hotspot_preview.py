"""Hotspots as they would be with given parameters, computed again and again while a user tries them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.hotspots.forecast import QuarticKde, latest
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.polygons import hotspot_polygons
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled
from patrolmap.services.area import study_incidents

if TYPE_CHECKING:
    from patrolmap.hotspots.incidents import IncidentFilter
    from patrolmap.hotspots.polygons import Hotspot
    from patrolmap.project.store import ProjectStore

__all__ = ["HotspotPreview"]

_LEAST_CELL_M: Final = 100.0
_MOST_CELLS: Final = 60_000


class HotspotPreview:
    """
    Material of a preview, read once; nothing is stored.

    Parameters
    ----------
    project : ProjectStore
        An open project with incidents.
    chosen : IncidentFilter or None
        Which incidents count; None for all.

    Raises
    ------
    InputError
        If there are no incidents or no study area.
    """

    def __init__(self, project: ProjectStore, chosen: IncidentFilter | None = None) -> None:
        studied = study_incidents(project, chosen)
        left, bottom, right, top = studied.area.bounds
        cell_m = max(_LEAST_CELL_M, 10 * round(((right - left) * (top - bottom) / _MOST_CELLS) ** 0.5 / 10))
        self._grid = StudyGrid.over(studied.area, cell_m)
        self._incidents = studied.incidents
        self._grid.share_inside.sum()  # cut once, here

    def hotspots(
        self, bandwidth_m: float, memory_days: int, area_share: float, *, cancel: Cancel = NO_CANCEL
    ) -> tuple[Hotspot, ...]:
        """
        Outline hotspots by kernel density.

        Parameters
        ----------
        bandwidth_m : float
            Kernel radius.
        memory_days : int
            How far back from the last incident incidents count.
        area_share : float
            Share of the study area that hotspots may cover.
        cancel : Cancel, optional
            The user's wish to stop.

        Returns
        -------
        tuple of Hotspot
            By rank, metric CRS.

        Raises
        ------
        CancelledError
            If it was asked to stop.
        """
        origin = self._incidents.end.max() + np.timedelta64(1, "s")
        recent = latest(self._incidents, origin, memory_days)
        kernel = QuarticKde(bandwidth_m, memory_days)
        surface = kernel.scores(self._grid, recent, origin, 30, cancel=cancel)
        raise_if_cancelled(cancel)
        return hotspot_polygons(
            self._grid, surface, recent, area_share * self._grid.area.area, patch_m2=kernel.patch_m2
        )
