from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.clusters import ClusterParams, cluster_labels, space_time_clusters
from patrolmap.progress import CancelledError
from tests.hotspots.samples import incidents_at

START = np.datetime64("2026-03-01T12:00:00")


def series(centre, first_day, count, seed=1):
    """Draw incidents within 60 m of a place, one a day."""
    xy = np.asarray(centre) + np.random.default_rng(seed).uniform(-60, 60, (count, 2))
    return xy, START + (first_day + np.arange(count)) * 86_400


def together(*parts):
    return incidents_at(np.vstack([xy for xy, _ in parts]), np.concatenate([times for _, times in parts]))


def test_one_place_at_two_times_is_two_clusters() -> None:
    """Two runs at the same corner, 100 days apart, are not one: the later comes first."""
    found = space_time_clusters(together(series((500, 500), 0, 8), series((500, 500), 100, 6)))
    assert [one.incidents for one in found] == [6, 8]
    assert found[0].first > found[1].last
    assert all(one.outline.distance(shapely.Point(500, 500)) < 60 for one in found)


def test_two_places_at_one_time_are_two_clusters() -> None:
    """Two runs on the same days, a kilometre apart, are two; a lone incident belongs to none."""
    incidents = together(series((500, 500), 0, 8), series((1500, 500), 0, 8), series((900, 3000), 3, 1))
    labels = cluster_labels(incidents, ClusterParams())
    assert len(set(labels[:8])) == len(set(labels[8:16])) == 1
    assert labels[0] != labels[8]
    assert labels[16] == -1


def test_neighbours_are_within_both_reaches() -> None:
    """A chain holds together when each step is within reach, and breaks when the days between grow."""
    xy = np.column_stack([np.arange(6) * 190.0, np.zeros(6)])
    close = incidents_at(xy, START + np.arange(6) * 13 * 86_400)
    far = incidents_at(xy, START + np.arange(6) * 15 * 86_400)
    assert set(cluster_labels(close, ClusterParams(fewest=2))) == {0}
    assert set(cluster_labels(far, ClusterParams(fewest=2))) == {-1}


def test_repeats_at_one_address_are_neighbours() -> None:
    """Distance 0 and time 0 count: five at one address at one moment are a cluster with an outline."""
    (only,) = space_time_clusters(incidents_at(np.zeros((5, 2))))
    assert only.incidents == 5
    assert only.outline.area > 0


def test_hdbscan_finds_the_runs_too() -> None:
    """Two runs far apart come out as two clusters with the members planted."""
    incidents = together(series((500, 500), 0, 15), series((4500, 500), 200, 15))
    labels = cluster_labels(incidents, ClusterParams("hdbscan"))
    assert len(set(labels[:15]) - {-1}) == len(set(labels[15:]) - {-1}) == 1
    assert set(labels[:15]) & set(labels[15:]) <= {-1}


def test_too_few_incidents_are_no_cluster() -> None:
    """Fewer incidents than a cluster needs: none, with either algorithm."""
    few = incidents_at(np.zeros((3, 2)))
    assert space_time_clusters(few) == space_time_clusters(few, ClusterParams("hdbscan")) == ()


@pytest.mark.parametrize(
    "params",
    [ClusterParams(reach_m=0), ClusterParams(reach_days=-1), ClusterParams(fewest=1), ClusterParams("kmeans")],
)
def test_parameters_out_of_range_are_refused(params) -> None:
    """Reaches of 0, clusters of one and unknown algorithms are the user's to mend."""
    with pytest.raises(InputError):
        cluster_labels(incidents_at([0, 0]), params)


def test_cancel_is_heard() -> None:
    """The user's wish to stop is heard before the search."""
    with pytest.raises(CancelledError):
        space_time_clusters(incidents_at(np.zeros((9, 2))), cancel=lambda: True)
