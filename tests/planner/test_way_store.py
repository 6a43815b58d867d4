"""Claims about ways kept in files for all parts of a district."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.model.kinds import TravelMode
from patrolmap.planner import way_store
from patrolmap.planner.way_store import WayStore
from patrolmap.planner.ways import known_ways
from patrolmap.progress import NO_CANCEL, NO_PROGRESS
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from tests.helpers.city import ORIGIN_XY, city_streets

LIMIT_S = 150.0


@pytest.fixture
def district():
    """Give a grid of streets with forty places, the last one beside no street and two at the same spot."""
    graph = build_graph(city_streets(7, 7)).graph
    xy = np.array(ORIGIN_XY) + np.random.default_rng(3).uniform(0, 1_200, (40, 2))
    xy[5] = xy[4]
    xy[39] += 50_000.0
    return graph, attach(graph, xy, mode=TravelMode.CAR), xy


def kept(store, district, rows):
    graph, places, _ = district
    bounds = {"speed_kph": None, "limit_s": LIMIT_S, "progress": NO_PROGRESS, "cancel": NO_CANCEL}
    return store.ways(graph, places, np.array(rows), TravelMode.CAR, **bounds)


def measured(district, rows):
    """Measure on streets without memory."""
    places = district[1].take(np.array(rows))
    bounds = {"speed_kph": None, "limit_s": LIMIT_S, "progress": NO_PROGRESS, "cancel": NO_CANCEL}
    return known_ways(build_graph(city_streets(7, 7)).graph, places, TravelMode.CAR, **bounds)


@pytest.mark.parametrize("second", [[30, 2, 7, 21, 5], [39, 4, 5, 0], list(range(40))])
def test_what_several_parts_measured_is_what_one_would_measure(tmp_path, district, second):
    """After two other parts, a part of members of both has the ways of a matrix of its own."""
    store = WayStore(tmp_path, district[2])
    kept(store, district, range(12))
    kept(store, district, range(12, 33))
    np.testing.assert_array_equal(kept(store, district, second), measured(district, second))


def test_a_part_cut_elsewhere_searches_only_for_what_nobody_knows(tmp_path, district, monkeypatch):
    """Another process' store finds all ways of members near each other without a search."""
    searched = []
    real = way_store.travel_rows
    monkeypatch.setattr(way_store, "travel_rows", lambda *a, **k: searched.append(a[2]) or real(*a, **k))
    _, _, xy = district
    west = np.flatnonzero(xy[:39, 0] < np.median(xy[:39, 0]))
    east = np.setdiff1d(np.arange(39), west)
    store = WayStore(tmp_path, xy)
    kept(store, district, west)
    kept(store, district, east)
    assert searched == [len(west), len(east)]
    other = WayStore(tmp_path, xy)
    middle = np.argsort(np.abs(xy[:39, 0] - np.median(xy[:39, 0])))[:14]
    kept(other, district, middle)
    assert searched == [len(west), len(east)]
    kept(other, district, [*middle, 39])
    assert sum(searched[2:]) == 15


def test_a_full_disk_is_told_with_a_remedy(tmp_path, district):
    """A folder that cannot be written says so."""
    store = WayStore(tmp_path / "missing", district[2])
    with pytest.raises(InputError) as told:
        kept(store, district, range(5))
    assert told.value.remedy is not None
