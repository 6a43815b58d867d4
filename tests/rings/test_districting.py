"""Districts of posts against brute force on small cases."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from patrolmap.rings import districting
from patrolmap.rings.districting import divide, imbalance


def case(seed, nodes=9, posts=3):
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(nodes) for b in range(a) if b == a - 1 or rng.random() < 0.2]
    seconds = rng.integers(20, 80, len(pairs)).astype(float)
    tail = np.array([a for a, _ in pairs] + [b for _, b in pairs])
    head = np.array([b for _, b in pairs] + [a for a, _ in pairs])
    matrix = coo_array((np.r_[seconds, seconds], (tail, head)), shape=(nodes, nodes)).tocsr()
    where = rng.choice(nodes, posts, replace=False)
    return where, dijkstra(matrix, indices=where), (tail, head), rng.integers(1, 9, nodes).astype(float)


def in_one_piece(post, where, arcs):
    """Each post's junctions and the post itself are joined by streets between them."""
    same = post[arcs[0]] == post[arcs[1]]
    links = coo_array((np.ones(same.sum()), (arcs[0][same], arcs[1][same])), shape=(len(post), len(post)))
    part = connected_components(links, directed=False)[1]
    return all(len(set(part[post == k].tolist()) | {part[where[k]]}) == 1 for k in range(len(where)))


@pytest.mark.parametrize("seed", range(10))
def test_the_greatest_load_is_least(seed):
    """No division in time and in shortest-way pieces has a smaller greatest load; districts are in one piece."""
    where, travel, arcs, load = case(seed)
    limit = float(np.sort(np.min(travel, axis=0))[-2])
    found = divide(travel, arcs, load, limit)
    assert found.proven
    assert in_one_piece(found.post, where, arcs)
    on_time = np.setdiff1d(np.arange(9), found.late)
    assert (found.seconds[on_time] <= limit + 1e-6).all()
    assert all(found.post[node] == k for k, node in enumerate(where))
    assert found.load.sum() == pytest.approx(load.sum())
    options = []
    for node in range(9):
        if node in where:
            options.append([list(where).index(node)])
        elif node in found.late:
            options.append([int(np.argmin(travel[:, node]))])
        else:
            options.append(np.flatnonzero(travel[:, node] <= limit + 1e-6).tolist())
    best = np.inf
    for post in product(*options):
        given = np.array(post)
        if nearer_neighbour_rule(given, travel, arcs):
            best = min(best, np.bincount(given, weights=load, minlength=3).max())
    assert found.load.max() == pytest.approx(best, abs=1e-3)
    assert found.most_bound == pytest.approx(best, abs=1e-2)


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_never_below_the_mean_load(seed):
    """Without time for a search the bound still tells what no division can beat, and no division beats it."""
    _, travel, arcs, load = case(seed, nodes=60, posts=6)
    hurried = divide(travel, arcs, load, 200.0, time_limit_s=1e-6)
    assert load.sum() / 6 <= hurried.most_bound <= hurried.load.max()
    assert hurried.most_bound <= divide(travel, arcs, load, 200.0, time_limit_s=2.0).load.max() + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_more_pairs_than_the_solver_takes_are_cut_to_the_nearest_posts(seed, monkeypatch):
    """Districts stay in one piece and in time and are no worse than the nearest posts; nothing is proven, and the bound stays true."""
    where, travel, arcs, load = case(seed, nodes=60, posts=6)
    whole = divide(travel, arcs, load, 300.0, time_limit_s=2.0)
    monkeypatch.setattr(districting, "_MOST_PAIRS", 120)
    cut = divide(travel, arcs, load, 300.0, time_limit_s=2.0)
    assert in_one_piece(cut.post, where, arcs)
    on_time = np.setdiff1d(np.arange(60), cut.late)
    assert (cut.seconds[on_time] <= 300.0 + 1e-6).all()
    assert cut.load.max() <= cut.nearest_load.max()
    assert not cut.proven
    assert cut.most_bound <= whole.load.max() + 1e-6


def nearer_neighbour_rule(post, travel, arcs):
    for node in range(len(post)):
        at = travel[post[node], node]
        before = arcs[0][arcs[1] == node]
        nearer = before[travel[post[node], before] < at]
        if at > 0 and not (post[nearer] == post[node]).any():
            return False
    return True


def test_what_nobody_reaches_in_time_belongs_to_the_nearest():
    """A junction beyond every limit is named late; one without any way belongs to nobody."""
    travel = np.array([[0.0, 100.0, np.inf], [100.0, 0.0, np.inf]])
    found = divide(travel[:, :], (np.array([0, 1]), np.array([1, 0])), np.ones(3), 50.0)
    assert found.post.tolist() == [0, 1, -1]
    travel = np.array([[0.0, 90.0, 100.0]])
    arcs = (np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1]))
    found = divide(travel, arcs, np.ones(3), 50.0)
    assert found.late.tolist() == [1, 2]
    assert found.post.tolist() == [0, 0, 0]


def test_imbalance_by_hand():
    """Loads 2, 4, 6: mean 4, standard deviation 1.633, a share of 0.408."""
    found = imbalance(np.array([2.0, 4.0, 6.0]))
    assert (found.most, found.least, found.mean) == (6.0, 2.0, 4.0)
    assert found.deviation == pytest.approx(0.408, abs=5e-4)
