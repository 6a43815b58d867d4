"""Blockade and pursuit against brute force on small cases, and by hand."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from patrolmap.rings.blockade import assign_blockade
from patrolmap.rings.pursuit import Flight, UndecidedError, find_cordon


@pytest.mark.parametrize("seed", range(20))
def test_the_worst_arrival_is_least_and_then_the_sum(seed):
    """No other assignment has an earlier worst arrival, nor with the same worst a smaller sum."""
    rng = np.random.default_rng(seed)
    times = rng.integers(1, 40, (6, 4)).astype(float)
    found = assign_blockade(times)
    every = [(max(t), sum(t)) for p in permutations(range(6), 4) for t in [[times[k, e] for e, k in enumerate(p)]]]
    assert found.closed
    assert (found.worst_s, found.sum_s) == pytest.approx(min(every))
    assert len(set(found.team.tolist())) == 4


def test_the_smallest_sum_is_not_the_earliest_closure():
    """Sum 1 + 9 = 10 is smallest, but 6 + 6 closes at 6."""
    found = assign_blockade(np.array([[1.0, 6.0], [6.0, 9.0]]))
    assert found.team.tolist() == [1, 0]
    assert found.worst_s == 6.0


def test_what_cannot_be_closed_is_left_open():
    """Two teams for three exits, one of which nobody reaches: as many as possible are closed."""
    times = np.array([[5.0, np.inf, 7.0], [4.0, np.inf, np.inf]])
    found = assign_blockade(times)
    assert not found.closed
    assert found.team.tolist() == [1, -1, 0]
    assert assign_blockade(np.empty((0, 2))).team.tolist() == [-1, -1]
    assert assign_blockade(np.full((2, 2), np.inf)).team.tolist() == [-1, -1]


def earliest(flight, held=()):
    best = np.full(len(flight.outside), np.inf)
    best[flight.start] = -flight.head_start_s
    for _ in range(len(best)):
        for tail, head, seconds in zip(flight.tail, flight.head, flight.seconds, strict=True):
            if tail not in held:
                best[head] = min(best[head], best[tail] + seconds)
    return best


def best_margin(flight, travel):
    """Try every set of junctions and every way to man it."""
    nodes = [node for node in range(len(flight.outside)) if node != flight.start]
    best = -np.inf
    for size in range(len(travel) + 1):
        for held in combinations(nodes, size):
            arrival = earliest(flight, held)
            open_out = [node for node in np.flatnonzero(flight.outside) if node not in held]
            if np.isfinite(arrival[open_out]).any():
                continue
            for teams in permutations(range(len(travel)), size):
                margins = [arrival[node] - travel[team, node] for node, team in zip(held, teams, strict=True)]
                best = max(best, min(margins, default=np.inf))
    return best


def small_case(seed):
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a, b in combinations(range(7), 2) if rng.random() < 0.4]
    seconds = rng.integers(10, 90, len(pairs)).astype(float)
    tail = np.array([a for a, _ in pairs] + [b for _, b in pairs], dtype=np.int64)
    head = np.array([b for _, b in pairs] + [a for a, _ in pairs], dtype=np.int64)
    outside = np.zeros(7, dtype=bool)
    outside[[5, 6]] = True
    flight = Flight(tail, head, np.concatenate([seconds, seconds]), 0, 20.0, outside)
    return flight, rng.integers(0, 120, (4, 7)).astype(float)


@pytest.mark.parametrize("seed", range(25))
def test_the_least_margin_is_greatest(seed):
    """The cordon separates, each junction has its own team in time, and no cordon has a greater least margin."""
    flight, travel = small_case(seed)
    wanted = best_margin(flight, travel)
    found = find_cordon(flight, travel)
    if wanted < 0:
        assert found is None
        return
    assert found is not None
    assert found.proven
    assert not found.inside[[5, 6]].any()
    assert len(set(found.team.tolist())) == len(found.node)
    if np.isfinite(wanted):
        assert found.margins_s.min() == pytest.approx(wanted)
        assert found.best_margin_s == pytest.approx(wanted)
        assert found.pursued_s == pytest.approx(earliest(flight, found.node.tolist())[found.node])
    else:
        assert not len(found.node)


def test_a_way_through_a_held_junction_does_not_count():
    """Behind a junction that is held in time the pursued comes only by the detour, which leaves time for the other team."""
    tail, head = np.array([0, 1, 1, 2, 0, 2, 2, 3]), np.array([1, 0, 2, 1, 2, 0, 3, 2])
    seconds = np.array([30.0, 30, 30, 30, 200, 200, 10, 10])
    flight = Flight(tail, head, seconds, 0, 0.0, np.array([False, False, False, True]))
    travel = np.array([[np.inf, 10.0, np.inf, np.inf], [np.inf, np.inf, 100.0, np.inf]])
    found = find_cordon(flight, travel)
    assert found is not None
    assert sorted(found.node.tolist()) == [1, 2]
    assert found.margins_s.min() == pytest.approx(20.0)


def test_a_start_outside_cannot_be_shut_in():
    """What is out is out."""
    flight = Flight(np.array([0]), np.array([1]), np.array([5.0]), 0, 0.0, np.array([True, False]))
    assert find_cordon(flight, np.zeros((1, 2))) is None


def smallest_area(flight, travel, margin):
    """Try every set of junctions that somebody mans in time; the fewest junctions inside."""
    nodes = [node for node in range(len(flight.outside)) if node != flight.start]
    best = np.inf
    for size in range(len(travel) + 1):
        for held in combinations(nodes, size):
            arrival = earliest(flight, held)
            inside = np.isfinite(arrival)
            inside[list(held)] = False
            if (inside & flight.outside).any() or inside.sum() >= best:
                continue
            for teams in permutations(range(len(travel)), size):
                if all(arrival[node] - travel[team, node] >= margin for node, team in zip(held, teams, strict=True)):
                    best = inside.sum()
                    break
    return best


@pytest.mark.parametrize("seed", range(15))
def test_the_area_is_smallest_with_a_margin(seed):
    """Of all cordons that keep the margin none leaves fewer junctions inside."""
    flight, travel = small_case(seed)
    for margin in (0.0, 15.0):
        wanted = smallest_area(flight, travel, margin)
        found = find_cordon(flight, travel, aim="area", least_margin_s=margin)
        assert (found is None) == (not np.isfinite(wanted))
        if found is not None:
            assert found.inside.sum() == wanted
            assert found.margins_s.min(initial=np.inf) >= margin - 1e-6
            assert found.smallest


@pytest.mark.parametrize("seed", range(15))
def test_of_equal_margins_the_area_is_smallest(seed):
    """With the greatest margin reached, no cordon that keeps it leaves fewer junctions inside."""
    flight, travel = small_case(seed)
    found = find_cordon(flight, travel)
    if found is not None and len(found.node):
        assert found.inside.sum() == smallest_area(flight, travel, found.margins_s.min() - 1e-6)


def test_no_time_is_no_answer():
    """Without time a case that a cut alone does not settle is undecided, which is not the same as impossible."""
    tail = np.array([0, 0, 1, 2, 1, 2, 3, 4])
    head = np.array([1, 2, 3, 4, 0, 0, 1, 2])
    outside = np.array([False, False, False, True, True])
    flight = Flight(tail, head, np.full(8, 50.0), 0, 0.0, outside)
    one_for_both = np.array([[10.0, 10.0, 10.0, np.inf, np.inf], [np.inf] * 5])
    with pytest.raises(UndecidedError):
        find_cordon(flight, one_for_both, time_limit_s=0.0)
    assert find_cordon(flight, one_for_both) is None
