"""Near repeats and space-time clusters of a project's incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.hotspots.clusters import ClusterParams, SpaceTimeCluster, space_time_clusters
from patrolmap.hotspots.near_repeat import DAY_EDGES, DISTANCE_EDGES_M, Knox, knox_test
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.area import study_incidents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.hotspots.incidents import IncidentFilter
    from patrolmap.project.store import ProjectStore

__all__ = ["check_near_repeat", "find_clusters"]


def check_near_repeat(
    project: ProjectStore,
    chosen: IncidentFilter | None = None,
    *,
    distance_edges_m: Sequence[float] = DISTANCE_EDGES_M,
    day_edges: Sequence[float] = DAY_EDGES,
    permutations: int = 999,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Knox:
    """
    Test a project's incidents for near repeats.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter or None
        Which incidents count; None for all.
    distance_edges_m, day_edges : sequence of float
        Ascending edges of half-open bands.
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
        If there are no incidents, or a band or number makes no sense.
    """
    studied = study_incidents(project, chosen)
    return knox_test(
        studied.incidents,
        distance_edges_m=distance_edges_m,
        day_edges=day_edges,
        permutations=permutations,
        seed=seed,
        progress=progress,
        cancel=cancel,
    )


def find_clusters(
    project: ProjectStore,
    chosen: IncidentFilter | None = None,
    params: ClusterParams | None = None,
    *,
    cancel: Cancel = NO_CANCEL,
) -> tuple[SpaceTimeCluster, ...]:
    """
    Find runs of a project's incidents that are close in space and time.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter or None
        Which incidents count; None for all.
    params : ClusterParams or None
        What makes a cluster; None for the defaults.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    tuple of SpaceTimeCluster
        The latest first, metric CRS.

    Raises
    ------
    InputError
        If there are no incidents, or a parameter is out of range.
    """
    return space_time_clusters(study_incidents(project, chosen).incidents, params, cancel=cancel)
