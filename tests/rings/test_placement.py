"""Placement of posts against brute force on small cases, and the gap on a large one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from patrolmap.progress import CancelledError
from patrolmap.rings.covering_search import search_cover, upper_bound
from patrolmap.rings.placement import cover_all, cover_most


def case(seed, candidates=9, demand=25):
    rng = np.random.default_rng(seed)
    covers = csr_array((rng.random((candidates, demand)) < 0.2).astype(float))
    return covers, rng.integers(0, 6, demand).astype(float)


def covered(covers, weight, chosen):
    return float(weight[covers.toarray()[list(chosen)].any(axis=0)].sum()) if len(chosen) else 0.0


@pytest.mark.parametrize("seed", range(12))
def test_most_demand_is_optimal(seed):
    """The value is that of the best of all choices, the bound says so, and the choice covers what it claims."""
    covers, weight = case(seed)
    for posts in (1, 2, 4):
        found = cover_most(covers, weight, posts)
        best = max(covered(covers, weight, some) for some in combinations(range(9), posts))
        assert found.value == pytest.approx(best) == pytest.approx(covered(covers, weight, found.chosen))
        assert found.gap == 0
        assert len(found.chosen) <= posts


@pytest.mark.parametrize("seed", range(12))
def test_all_demand_with_the_fewest(seed):
    """No smaller choice covers all that can be covered; what cannot is named."""
    covers, weight = case(seed)
    needed = weight > 1
    found = cover_all(covers, needed)
    reached = covers.toarray().any(axis=0)
    assert found.uncoverable.tolist() == np.flatnonzero(needed & ~reached).tolist()
    can = needed & reached
    assert covers.toarray()[found.chosen].any(axis=0)[can].all()
    fewer = combinations(range(9), max(len(found.chosen) - 1, 0))
    assert not any(covers.toarray()[list(some)].any(axis=0)[can].all() for some in fewer) or not can.any()
    assert found.gap == 0


@pytest.mark.parametrize("seed", range(8))
def test_search_and_bound_enclose_the_optimum(seed):
    """The search never claims more than it covers; the dual bound is never below the optimum."""
    covers, weight = case(seed, candidates=14, demand=60)
    best = max(covered(covers, weight, some) for some in combinations(range(14), 4))
    chosen, value = search_cover(covers, weight, 4, rng=np.random.default_rng(1), time_limit_s=1.0)
    assert value == pytest.approx(covered(covers, weight, chosen))
    assert value == pytest.approx(best)
    assert upper_bound(covers, weight, 4, target=value).bound >= best - 1e-9


def test_a_large_case_is_within_a_few_percent():
    """Places in the plane, 3,000 demands by 400 candidates: the proven gap is small and the answer repeats by seed."""
    rng = np.random.default_rng(3)
    demand, places = rng.uniform(0, 10_000, (3000, 2)), rng.uniform(0, 10_000, (400, 2))
    near = np.hypot(*(places[:, None] - demand[None]).transpose(2, 0, 1)) < 1200
    covers, weight = csr_array(near.astype(float)), rng.integers(1, 9, 3000).astype(float)
    chosen, value = search_cover(covers, weight, 20, rng=np.random.default_rng(1), time_limit_s=30.0)
    again = search_cover(covers, weight, 20, rng=np.random.default_rng(1), time_limit_s=30.0)
    assert chosen.tolist() == again[0].tolist()
    assert upper_bound(covers, weight, 20, target=value).bound <= value * 1.03


@pytest.mark.parametrize(("posts", "reach"), [(15, 0.12), (60, 0.06), (90, 0.09)])
def test_the_bound_is_that_of_the_linear_relaxation(posts, reach):
    """Few posts or so many that nearly all is covered: the dual comes within half a percent of SciPy's linear program."""
    rng = np.random.default_rng(posts)
    spots, places = rng.random((1500, 2)), rng.random((200, 2))
    near = np.hypot(*(places[:, None] - spots[None]).transpose(2, 0, 1)) < reach
    covers, weight = csr_array(near.astype(float)), np.ceil(rng.pareto(1.2, 1500) * 3)
    _, value = search_cover(covers, weight, posts, rng=rng, time_limit_s=5.0)
    rows = vstack([hstack([-covers.T, eye_array(1500)]), csr_array(np.r_[np.ones(200), np.zeros(1500)][None, :])])
    peer = linprog(np.r_[np.zeros(200), -weight], A_ub=rows, b_ub=np.r_[np.zeros(1500), posts], bounds=(0, 1))
    assert -peer.fun - 1e-6 <= upper_bound(covers, weight, posts, target=value).bound <= -peer.fun * 1.005


def test_hardly_any_time_still_gives_an_answer_with_a_bound():
    """Cut short in every stage, the choice covers what it claims, and the bound is not below the optimum."""
    covers, weight = case(5, candidates=300, demand=3_000)
    found = cover_most(covers, weight, 8, time_limit_s=0.02)
    longer = cover_most(covers, weight, 8, time_limit_s=3.0)
    assert found.value == pytest.approx(covered(covers, weight, found.chosen))
    assert found.value <= longer.value <= found.bound


def test_nothing_to_cover_needs_nothing():
    """Without weight, without posts or without candidates the answer is empty and proven."""
    covers, weight = case(1)
    assert not len(cover_most(covers, np.zeros(25), 3).chosen)
    assert not len(cover_most(covers, weight, 0).chosen)
    assert not len(cover_all(covers, np.zeros(25, dtype=bool)).chosen)


def test_cancel_stops_the_search():
    """A wish to stop ends a long search."""
    covers, weight = case(2, candidates=60, demand=400)
    with pytest.raises(CancelledError):
        search_cover(covers, weight, 10, rng=np.random.default_rng(1), time_limit_s=60.0, cancel=lambda: True)


@pytest.mark.parametrize("seed", range(8))
def test_a_better_choice_holds_only_candidates_that_may(seed):
    """Every choice that covers more than a level lies in the candidates that the dual leaves."""
    covers, weight = case(seed, candidates=12, demand=60)
    values = {some: covered(covers, weight, some) for some in combinations(range(12), 4)}
    level = sorted(values.values())[-20]
    dual = upper_bound(covers, weight, 4, target=max(values.values()))
    left = set(np.flatnonzero(dual.may_exceed(level)).tolist())
    assert all(set(some) <= left for some, value in values.items() if value > level + 1e-9)
