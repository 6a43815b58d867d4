"""Claims about stays in tracks: visited stops are found through noise and gaps, passed ones are not."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely

from patrolmap.model.stays import Track, found_stays
from tests.sheets.samples import made_route


def long_route(stops=8, spacing_m=300.0):
    """Lay the stops of a made-up route along a street, so that each is a place of its own."""
    route = made_route(stops)
    moved = []
    for number, stop in enumerate(route.stops):
        line = shapely.LineString(
            [(number * spacing_m, 0), ((number + 0.5) * spacing_m, 40), ((number + 1) * spacing_m, 0)]
        )
        leg = replace(stop.leg, geometry=line, length_m=line.length, travel_s=line.length / 1.2)
        visit = replace(stop.visit, point=shapely.Point((number + 1) * spacing_m, 0))
        moved.append(replace(stop, visit=visit, leg=leg))
    return replace(route, stops=tuple(moved))


def walked(route, skipped=(), *, rng=None, noise_m=0.0, gaps=0, beat_s=5.0):
    """Walk a route at its speed, through the skipped stops without a stay; give the track and the stays."""
    now, xy, seconds, truth = float(route.depart_s), [], [], {}
    for number, stop in enumerate(route.stops):
        way = shapely.get_coordinates(stop.leg.geometry)
        if not xy:
            xy, seconds = [way[0]], [now]
        for here, there in itertools.pairwise(way):
            now += np.hypot(*(there - here)) / 1.2
            xy.append(there)
            seconds.append(now)
        if number not in skipped:
            truth[stop.visit.visit_id] = (now, now + 300.0)
            now += 300.0
            xy.append(way[-1])
            seconds.append(now)
    xy, seconds = np.array(xy), np.array(seconds)
    beats = np.arange(seconds[0], seconds[-1], beat_s)
    track = np.column_stack([np.interp(beats, seconds, xy[:, axis]) for axis in (0, 1)])
    kept = np.ones(len(beats), dtype=bool)
    if rng is not None:
        track = track + rng.normal(0, noise_m, track.shape)
        for begin in rng.uniform(beats[0], beats[-1], gaps):
            kept &= ~((beats > begin) & (beats < begin + 120))
    return Track(track[kept], beats[kept]), truth


def test_all_stops_with_their_times():
    """A clean walk: every stop, arrival and departure within 20 s."""
    route = long_route()
    track, truth = walked(route)
    stays = found_stays(route, track)
    assert [stay.visit_id for stay in stays] == [stop.visit.visit_id for stop in route.stops]
    for stay in stays:
        assert (stay.arrive_s, stay.leave_s) == pytest.approx(truth[stay.visit_id], abs=20)


def test_a_stop_that_is_only_passed_is_not_found():
    """Two of eight are passed."""
    route = long_route()
    track, truth = walked(route, skipped={2, 5})
    assert {stay.visit_id for stay in found_stays(route, track)} == set(truth)


def test_two_hundred_noisy_walks():
    """10 m of noise and two gaps of two minutes: at least 95 % found, at most 2 % of those found are false."""
    route, rng = long_route(), np.random.default_rng(7)
    real = found = false = 0
    for _ in range(200):
        skipped = set(np.flatnonzero(rng.random(len(route.stops)) < 0.2).tolist())
        track, truth = walked(route, skipped, rng=rng, noise_m=10.0, gaps=2)
        seen = {stay.visit_id for stay in found_stays(route, track)}
        real, found, false = real + len(truth), found + len(seen & set(truth)), false + len(seen - set(truth))
    assert found >= 0.95 * real
    assert false <= 0.02 * (found + false)


def test_a_team_that_stands_off_the_street():
    """Where the place is 80 m from its street, a stay at the place counts as much as one on the street."""
    route = long_route(3)
    middle = route.stops[1]
    away = replace(middle, visit=replace(middle.visit, point=shapely.Point(600, 80)))
    route = replace(route, stops=(route.stops[0], away, route.stops[2]))
    for y in (0.0, 45.0, 80.0):
        xy, seconds = (
            np.array([(0.0, 0.0), (600, 0), (600, y), (600, y), (600, 0), (900, 0)]),
            [0, 500, 570, 1200, 1270, 1520],
        )
        stays = found_stays(route, Track(xy, route.depart_s + np.array(seconds, dtype=float)))
        assert [stay.visit_id for stay in stays] == [middle.visit.visit_id]


def moved_stop(route, number, xy):
    """Put a stop and the end of its way elsewhere."""
    stop = route.stops[number]
    line = shapely.LineString([*stop.leg.geometry.coords[:-1], xy])
    changed = replace(stop, visit=replace(stop.visit, point=shapely.Point(xy)), leg=replace(stop.leg, geometry=line))
    return replace(route, stops=(*route.stops[:number], changed, *route.stops[number + 1 :]))


def test_a_drifting_receiver_between_two_places():
    """Of two places 30 m apart one was visited; a drift of six minutes past the middle does not visit the other."""
    route = moved_stop(long_route(3), 1, (330.0, 0.0))
    seconds = route.depart_s + np.arange(0.0, 900.0, 5.0)
    x = np.where((seconds > seconds[80]) & (seconds < seconds[150]), 317.0, 300.0)
    stays = found_stays(route, Track(np.column_stack([x, np.zeros(len(x))]), seconds))
    assert [stay.visit_id for stay in stays] == [route.stops[0].visit.visit_id]


def test_a_team_that_walks_about_at_its_place():
    """Ten minutes of a walk around a place, up to 44 m from it, are a stay at it."""
    route = long_route(1)
    seconds = route.depart_s + np.arange(0.0, 900.0, 5.0)
    turn = 2 * np.pi * seconds / 240.0
    about = (26.0 + 18.0 * np.sin(turn / 3))[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    stays = found_stays(route, Track(np.array([300.0, 0.0]) + about, seconds))
    assert len(stays) == 1
    assert stays[0].leave_s - stays[0].arrive_s > 300


def test_a_place_far_from_its_street():
    """A team that stays at a place 200 m from the end of its way was there; one that passes that end was not."""
    route = long_route(3)
    middle = route.stops[1]
    away = replace(middle, visit=replace(middle.visit, point=shapely.Point(600, 200)))
    route = replace(route, stops=(route.stops[0], away, route.stops[2]))
    there = np.array([(0.0, 0.0), (600, 0), (600, 200), (600, 200), (600, 0), (900, 0)])
    stayed = np.array([0.0, 500, 670, 1270, 1440, 1690])
    assert [stay.visit_id for stay in found_stays(route, Track(there, route.depart_s + stayed))] == [
        middle.visit.visit_id
    ]
    passed = Track(
        np.array([(0.0, 0.0), (600, 0), (600, 0), (900, 0)]), route.depart_s + np.array([0.0, 500, 560, 810])
    )
    assert found_stays(route, passed) == ()


@pytest.mark.parametrize(("lost_s", "is_found"), [(700.0, True), (300.0, False)])
def test_a_stay_inside_a_gap(lost_s, is_found):
    """A gap from 100 m before a place to 100 m after it: a stay where it lasts far longer than the way, else none."""
    route = long_route(3)
    xy = np.array([(0.0, 0.0), (500, 0), (700, 0), (800, 0)])
    seconds = route.depart_s + np.array([0.0, 420.0, 420.0 + lost_s, 510.0 + lost_s])
    dense = np.concatenate([np.arange(seconds[0], seconds[1] + 1, 5.0), np.arange(seconds[2], seconds[3] + 1, 5.0)])
    track = Track(np.column_stack([np.interp(dense, seconds, xy[:, 0]), np.zeros(len(dense))]), dense)
    assert [stay.visit_id for stay in found_stays(route, track)] == [route.stops[1].visit.visit_id] * is_found


def test_a_gap_in_which_two_places_could_have_been_visited():
    """Nothing tells which, so neither is said to be visited."""
    route = moved_stop(long_route(3), 1, (450.0, 0.0))
    xy, seconds = np.array([(200.0, 0.0), (250, 0), (500, 0), (550, 0)]), np.array([0.0, 42.0, 700.0, 742.0])
    dense = np.concatenate([np.arange(0.0, 43.0, 5.0), np.arange(700.0, 743.0, 5.0)])
    track = Track(np.column_stack([np.interp(dense, seconds, xy[:, 0]), np.zeros(len(dense))]), route.depart_s + dense)
    assert found_stays(route, track) == ()


def test_a_place_twice():
    """The same corner early and late: a track with the late stay alone gives it to the late visit."""
    route = made_route(5)
    track = Track(
        np.array([[200.0, 0.0], [200.0, 0.0]]),
        np.array([route.stops[4].arrive_s, route.stops[4].leave_s], dtype=float),
    )
    assert [stay.visit_id for stay in found_stays(route, track)] == [route.stops[4].visit.visit_id]


def test_nothing_to_find():
    """A route without stops, a track of one moment, and a track elsewhere give no stays."""
    here = Track(np.zeros((2, 2)), np.array([0.0, 9e3]))
    assert found_stays(made_route(0), here) == ()
    assert found_stays(long_route(), Track(np.zeros((1, 2)), np.zeros(1))) == ()
    assert found_stays(long_route(), Track(np.full((2, 2), 1e5), np.array([0.0, 9e3]))) == ()
