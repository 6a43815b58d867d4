"""Placing neighbourhoods anew, against brute force and against the solver on the whole."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from patrolmap.progress import CancelledError
from patrolmap.rings.covering_exact import covered_value, merge_demand, solve_most
from patrolmap.rings.covering_regions import improve_cover
from patrolmap.rings.covering_search import upper_bound


def plane(seed, candidates, demand, reach):
    rng = np.random.default_rng(seed)
    spots, places = rng.random((demand, 2)), rng.random((candidates, 2))
    near = np.hypot(*(places[:, None] - spots[None]).transpose(2, 0, 1)) < reach
    return csr_array(near.astype(float)), rng.integers(1, 9, demand).astype(float)


@pytest.mark.parametrize("seed", range(6))
def test_the_worst_start_becomes_the_best_choice(seed):
    """Where one neighbourhood can hold all posts, the answer is that of all choices, wherever it starts."""
    covers, weight = plane(seed, 12, 60, 0.35)
    best = max(covered_value(covers, weight, np.array(some)) for some in combinations(range(12), 4))
    rng = np.random.default_rng(seed)
    chosen, value = improve_cover(covers, weight, np.arange(4), bound=np.inf, rng=rng, time_limit_s=10.0)
    assert value == pytest.approx(best) == pytest.approx(covered_value(covers, weight, chosen))
    assert len(set(chosen.tolist())) == 4


@pytest.mark.parametrize("seed", range(4))
def test_every_candidate_has_its_turn_after_the_promising(seed):
    """Where the promising candidates are the worst ones, the answer is still that of all choices."""
    covers, weight = plane(seed, 12, 60, 0.35)
    values = {some: covered_value(covers, weight, np.array(some)) for some in combinations(range(12), 4)}
    worst = min(values, key=lambda some: values[some])
    promising = np.isin(np.arange(12), worst)
    rng = np.random.default_rng(seed)
    _, value = improve_cover(
        covers, weight, np.array(worst), bound=np.inf, rng=rng, time_limit_s=10.0, promising=promising
    )
    assert value == pytest.approx(max(values.values()))


def test_neighbourhoods_come_near_the_solver():
    """On a case of many neighbourhoods the answer is within 1 % of what the solver proves on the whole."""
    covers, weight = plane(3, 150, 600, 0.07)
    start = np.random.default_rng(1).choice(150, 40, replace=False)
    solved = solve_most(*merge_demand(covers, weight), 40, 20.0)
    _, value = improve_cover(covers, weight, start, bound=np.inf, rng=np.random.default_rng(2), time_limit_s=10.0)
    assert value >= 0.99 * solved[2]


def test_reaching_the_bound_ends_the_search():
    """Nothing is tried when the start is as good as the bound says."""
    covers, weight = plane(4, 20, 80, 0.3)
    start = np.arange(5)
    value = covered_value(covers, weight, start)
    chosen, same = improve_cover(covers, weight, start, bound=value, rng=np.random.default_rng(1), time_limit_s=9.0)
    assert chosen.tolist() == start.tolist()
    assert same == value


def test_cancel_stops_between_neighbourhoods():
    """A wish to stop ends the search."""
    covers, weight = plane(5, 20, 80, 0.3)
    with pytest.raises(CancelledError):
        improve_cover(
            covers,
            weight,
            np.arange(5),
            bound=np.inf,
            rng=np.random.default_rng(1),
            time_limit_s=9.0,
            cancel=lambda: True,
        )


@pytest.mark.parametrize("seed", range(8))
def test_every_better_choice_holds_what_it_must(seed):
    """A candidate that the dual says must be held is in every choice that covers more than the level."""
    covers, weight = plane(seed, 12, 60, 0.3)
    values = {some: covered_value(covers, weight, np.array(some)) for some in combinations(range(12), 4)}
    level = sorted(values.values())[-3]
    dual = upper_bound(covers, weight, 4, target=max(values.values()))
    must = set(np.flatnonzero(dual.must_hold(level)).tolist())
    assert all(must <= set(some) for some, value in values.items() if value > level + 1e-9)
