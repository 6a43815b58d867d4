"""Space-time clusters: runs of incidents that are close in space and in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import KDTree

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["ClusterParams", "SpaceTimeCluster", "cluster_labels", "space_time_clusters"]

_DAY_S: Final = 86_400.0
_MOST_PAIRS: Final = 40_000_000
_MOST_POINTS: Final = 30_000
_LEAST_EXTENT_M: Final = 1.0


@dataclass(frozen=True)
class ClusterParams:
    """
    What makes a cluster.

    Parameters
    ----------
    algorithm : str, default "dbscan"
        ``dbscan``: neighbours are within both reaches; ``hdbscan``: clusters of varying density, the reaches only
        weigh metres against days.
    reach_m : float, default 200
        Largest distance of neighbours.
    reach_days : float, default 14
        Longest time between neighbours.
    fewest : int, default 5
        Fewest incidents of a cluster; for ``dbscan`` fewest neighbours of a core incident, itself included.
    """

    algorithm: str = "dbscan"
    reach_m: float = 200.0
    reach_days: float = 14.0
    fewest: int = 5


@dataclass(frozen=True)
class SpaceTimeCluster:
    """
    One run of incidents.

    Parameters
    ----------
    outline : shapely.Polygon
        Convex hull of its places, widened by a metre, metric CRS.
    incidents : int
        How many.
    first, last : numpy.datetime64
        Earliest and latest middle of an incident's interval.
    categories : tuple of (str, int)
        Categories with their incidents, the most frequent first.
    members : numpy.ndarray of int64
        Indices of its incidents.
    """

    outline: shapely.Polygon
    incidents: int
    first: np.datetime64
    last: np.datetime64
    categories: tuple[tuple[str, int], ...]
    members: NDArray[np.int64]


def space_time_clusters(
    incidents: IncidentSet, params: ClusterParams | None = None, *, cancel: Cancel = NO_CANCEL
) -> tuple[SpaceTimeCluster, ...]:
    """
    Find runs of incidents.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents; the middle of each interval is its time. Weights are ignored.
    params : ClusterParams or None
        What makes a cluster; None for the defaults.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    tuple of SpaceTimeCluster
        The latest first, for what goes on now matters most; of equal ones the larger first.

    Raises
    ------
    InputError
        If a parameter is out of range or there are too many incidents.
    """
    labels = cluster_labels(incidents, params or ClusterParams(), cancel=cancel)
    found = [_cluster(incidents, np.flatnonzero(labels == label)) for label in range(int(labels.max(initial=-1)) + 1)]
    return tuple(sorted(found, key=lambda one: (-one.last.astype(np.int64), -one.incidents, one.outline.bounds)))


def cluster_labels(incidents: IncidentSet, params: ClusterParams, *, cancel: Cancel = NO_CANCEL) -> NDArray[np.int64]:
    """
    Tell the cluster of each incident.

    Parameters
    ----------
    incidents : IncidentSet
        Incidents.
    params : ClusterParams
        What makes a cluster.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Cluster from 0, or -1 for none.

    Raises
    ------
    InputError
        If a parameter is out of range or there are too many incidents.

    Notes
    -----
    Ester, M. et al. (1996), A density-based algorithm for discovering clusters, KDD-96, 226-231, with neighbours in
    space and time as in Birant, D. and Kut, A. (2007), ST-DBSCAN, Data & Knowledge Engineering 60, 208-221,
    https://doi.org/10.1016/j.datak.2006.01.013; Campello, R. et al. (2013), Density-based clustering based on
    hierarchical density estimates, PAKDD, 160-172, https://doi.org/10.1007/978-3-642-37456-2_14.
    """
    if not (0 < params.reach_m < np.inf and 0 < params.reach_days < np.inf and params.fewest >= 2):
        raise InputError(
            N_(
                "These clusters cannot be found: distance and days must be above 0, and a cluster has at least 2 incidents."
            )
        )
    if params.algorithm not in {"dbscan", "hdbscan"}:
        raise InputError(
            N_("There is no method called {method}."),
            remedy=N_("Choose from: {methods}."),
            method=params.algorithm,
            methods="dbscan, hdbscan",
        )
    if len(incidents) < params.fewest:
        return np.full(len(incidents), -1, dtype=np.int64)
    day = incidents.middle.astype("datetime64[s]").astype(np.float64) / _DAY_S
    raise_if_cancelled(cancel)
    return _dbscan(incidents.xy, day, params) if params.algorithm == "dbscan" else _hdbscan(incidents.xy, day, params)


def _dbscan(xy: NDArray[np.float64], day: NDArray[np.float64], params: ClusterParams) -> NDArray[np.int64]:
    from sklearn.cluster import DBSCAN

    tree = KDTree(xy)
    _not_too_many(int(tree.count_neighbors(tree, params.reach_m)), _MOST_PAIRS)
    pairs = tree.query_pairs(params.reach_m, output_type="ndarray")
    pairs = pairs[np.abs(day[pairs[:, 0]] - day[pairs[:, 1]]) <= params.reach_days]
    rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    # every stored pair is a neighbour: half the reach, because a stored 0 would count as no entry
    near = sparse.csr_matrix((np.full(len(rows), 0.5), (rows, columns)), shape=(len(xy), len(xy)))
    labels: NDArray[np.int64] = DBSCAN(eps=1.0, min_samples=params.fewest, metric="precomputed").fit(near).labels_
    return labels.astype(np.int64)


def _hdbscan(xy: NDArray[np.float64], day: NDArray[np.float64], params: ClusterParams) -> NDArray[np.int64]:
    from sklearn.cluster import HDBSCAN

    _not_too_many(len(xy), _MOST_POINTS)
    scaled = np.column_stack([(xy - xy.mean(axis=0)) / params.reach_m, (day - day.mean()) / params.reach_days])
    labels: NDArray[np.int64] = HDBSCAN(min_cluster_size=params.fewest, copy=True).fit(scaled).labels_
    return labels.astype(np.int64)


def _not_too_many(count: int, most: int) -> None:
    if count > most:
        raise InputError(
            N_("There are too many incidents for clusters in space and time."),
            remedy=N_("Choose a category, a shorter period or shorter distances."),
        )


def _cluster(incidents: IncidentSet, members: NDArray[np.intp]) -> SpaceTimeCluster:
    middle = incidents.middle[members]
    names, counts = np.unique(incidents.category[members].astype(str), return_counts=True)
    order = np.lexsort((names, -counts))
    return SpaceTimeCluster(
        shapely.convex_hull(shapely.multipoints(incidents.xy[members])).buffer(_LEAST_EXTENT_M),
        len(members),
        middle.min(),
        middle.max(),
        tuple((str(names[place]), int(counts[place])) for place in order),
        members.astype(np.int64),
    )
