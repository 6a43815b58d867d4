"""Claims about remembered travel times."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.model.kinds import TravelMode
from patrolmap.planner import ways
from patrolmap.planner.ways import known_ways
from patrolmap.progress import NO_CANCEL, NO_PROGRESS
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from tests.helpers.city import ORIGIN_XY, city_streets


@pytest.fixture
def streets():
    """Give a grid of streets with nine places, the last one beside no street."""
    graph = build_graph(city_streets(5, 5)).graph
    xy = np.array(ORIGIN_XY) + np.random.default_rng(2).uniform(0, 800, (9, 2))
    xy[8] += 50_000.0
    return graph, attach(graph, xy, mode=TravelMode.CAR)


def measured(graph, places, limit_s):
    return known_ways(
        graph, places, TravelMode.CAR, speed_kph=None, limit_s=limit_s, progress=NO_PROGRESS, cancel=NO_CANCEL
    )


def test_remembered_ways_are_those_measured_anew(streets):
    """Some of the places, in another order, with a shorter limit: equal to a matrix made on a graph without memory."""
    graph, places = streets
    measured(graph, places, 3600.0)
    some = places.take([8, 5, 1, 3])
    for limit_s in (3600.0, 60.0, 45.5):
        fresh = build_graph(city_streets(5, 5)).graph
        np.testing.assert_array_equal(measured(graph, some, limit_s), measured(fresh, some, limit_s))


def test_no_search_for_what_is_known(streets, monkeypatch):
    """The second time nothing is searched; a new place or a longer way is."""
    graph, places = streets
    calls = []
    real = ways.travel_matrix
    monkeypatch.setattr(ways, "travel_matrix", lambda *a, **k: calls.append(1) or real(*a, **k))
    measured(graph, places.take([0, 1, 2]), 600.0)
    measured(graph, places.take([2, 0]), 600.0)
    assert len(calls) == 1
    measured(graph, places.take([2, 3]), 600.0)
    measured(graph, places.take([2, 3]), 900.0)
    assert len(calls) == 3


def test_what_is_given_out_can_be_changed(streets):
    """Writing into a matrix does not spoil the memory."""
    graph, places = streets
    first = measured(graph, places, 3600.0).copy()
    measured(graph, places, 3600.0)[:] = 7.0
    np.testing.assert_array_equal(measured(graph, places, 3600.0), first)


def test_ways_that_were_written_are_those_that_were_measured(streets):
    """Another graph of the same streets, told what a file kept, answers without measuring; missing ways stay missing."""
    graph, places = streets
    expected = measured(graph, places, 3600.0)
    (key, known), *_ = ways.remembered(graph).items()
    fresh = build_graph(city_streets(5, 5)).graph
    read = ways.KnownWays.from_bytes(known.to_bytes())
    ways.remember(fresh, {key: read})
    np.testing.assert_array_equal(
        measured(fresh, places.take([7, 8, 2]), 3600.0), expected[np.ix_([7, 8, 2], [7, 8, 2])]
    )
    assert ways.remembered(fresh)[key] is read


@pytest.mark.parametrize("way", ["cut off", "empty", "one letter", "another"])
def test_spoilt_bytes_are_no_ways(streets, way):
    """Each is measured anew instead."""
    graph, places = streets
    measured(graph, places, 3600.0)
    (known,) = ways.remembered(graph).values()
    good = known.to_bytes()
    wrong = bytes([good[60] ^ 1])
    spoilt = {"cut off": good[:40], "empty": b"", "one letter": good[:60] + wrong + good[61:], "another": b"\xff" * 90}
    assert ways.KnownWays.from_bytes(spoilt[way]) is None
