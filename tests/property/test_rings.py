"""Properties of closures that hold on every network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.rings.certificate import reaches
from patrolmap.rings.closure import ClosureParams, close_between, close_ring
from patrolmap.rings.controls import Controls, controls_at_nodes
from patrolmap.rings.crossings import find_crossings
from patrolmap.rings.flow import street_flow
from patrolmap.rings.problem import ClosureProblem
from tests.rings.random_networks import checkpoints, fewest_places, networkx_cut, opens, planar_network, ring

SEEDS = st.integers(0, 2**32 - 1)


def ring_case(seed, oneway=False):
    rng = np.random.default_rng(seed)
    graph = planar_network(rng, int(rng.integers(6, 40)))
    controls = checkpoints(rng, graph, int(rng.integers(0, 15)))
    line = find_crossings(graph, "core", ring(rng), controls)
    nothing = ClosureProblem.all_open(graph, line.passages.node_side, respect_oneway=oneway)
    today = nothing.without(
        edges=np.flatnonzero(line.guarded_edges(graph.edge_count)),
        nodes=np.flatnonzero(controls.on_nodes(graph.node_count)),
    )
    return graph, line, controls, today


def free_case(seed, oneway=False):
    rng = np.random.default_rng(seed)
    graph = planar_network(rng, int(rng.integers(6, 40)))
    label = rng.choice(np.array([-1, 0, 0, 0, 0, 0, 1], np.int8), graph.node_count)
    label[:2] = -1, 1
    return ClosureProblem.all_open(graph, label, respect_oneway=oneway)


def test_closure_agrees_with_a_traversal_on_a_thousand_networks():
    """Flow is zero exactly when a node-by-node walk reaches nothing inside, with and without one-way."""
    open_count = 0
    for seed in range(1000):
        today = ring_case(seed, oneway=bool(seed % 2))[3]
        value = street_flow(today).value
        assert (value > 0) == opens(today) == reaches(today)
        open_count += value > 0
    assert 100 < open_count < 900


@settings(max_examples=60)
@given(seed=SEEDS, oneway=st.booleans())
def test_flow_equals_cut_and_the_cut_closes(seed, oneway):
    """As many disjoint ways as streets in the cut, checked by hand; NetworkX finds the same number."""
    problem = free_case(seed, oneway)
    flow = street_flow(problem)
    assert flow.value == len(flow.cut_edges) == networkx_cut(problem)
    assert not opens(problem.without(edges=flow.cut_edges))


@settings(max_examples=60)
@given(seed=SEEDS)
def test_the_answer_for_a_ring_is_proved(seed):
    """Certificate holds; each set of posts closes it; costs and counts are in order; today needs no more than nothing."""
    graph, line, controls, today = ring_case(seed)
    answer = close_ring(graph, line, controls)
    assert answer.certificate.holds
    posts = answer.posts
    for found in (posts.today, posts.cheapest_today, posts.from_nothing, posts.cheapest_from_nothing):
        assert found.closes
    assert len(posts.today) <= len(answer.leaks) == networkx_cut(today)
    assert len(posts.today) <= len(posts.from_nothing)
    assert len(posts.today) <= len(posts.cheapest_today)
    assert posts.cheapest_today.cost <= posts.today.cost
    assert answer.closed == (answer.weakness.failures_to_open != 0)


@settings(max_examples=60)
@given(seed=SEEDS)
def test_a_further_checkpoint_never_opens(seed):
    """With one checkpoint more there are never more leaks, nor fewer failures to open."""
    graph, line, controls, _ = ring_case(seed)
    before = close_ring(graph, line, controls)
    rng = np.random.default_rng(seed + 1)
    extra = checkpoints(rng, graph, 1)
    more = Controls(
        (*controls.site_id, "new"),
        np.append(controls.edge, extra.edge).astype(np.int32),
        np.append(controls.along_m, extra.along_m),
        (*controls.junction, *extra.junction),
    )
    area = ring_area(seed)
    after = close_ring(graph, find_crossings(graph, "core", area, more), more)
    assert len(after.leaks) <= len(before.leaks)
    if before.weakness.failures_to_open is not None:
        assert after.weakness.failures_to_open >= before.weakness.failures_to_open


def ring_area(seed):
    rng = np.random.default_rng(seed)
    graph = planar_network(rng, int(rng.integers(6, 40)))
    checkpoints(rng, graph, int(rng.integers(0, 15)))
    return ring(rng)


@settings(max_examples=60)
@given(seed=SEEDS)
def test_the_posts_of_a_ring_close_it_as_checkpoints(seed):
    """Put as checkpoints where they were proposed, the fewest posts close the ring when it is judged anew."""
    graph, line, controls, _ = ring_case(seed)
    places = close_ring(graph, line, controls).posts.today.places
    spots = {one.edge: one.along_m for one in line.crossings if one.place == "street"}
    more = Controls(
        (*controls.site_id, *(f"new{k}" for k in range(len(places)))),
        np.array([*controls.edge, *(one.edge for one in places)], np.int32),
        np.array([*controls.along_m, *(spots.get(one.edge, 0.0) for one in places)]),
        (*controls.junction, *((one.node,) if one.node >= 0 else () for one in places)),
    )
    assert close_ring(graph, find_crossings(graph, "core", ring_area(seed), more), more).closed


@settings(max_examples=40)
@given(seed=SEEDS)
def test_the_fewest_posts_between_two_sides_are_a_minimum_cut(seed):
    """The number of junctions and streets equals that of a cut by NetworkX on the split network."""
    problem = free_case(seed)
    answer = close_between(problem.graph, problem.label, controls_at_nodes(problem.graph, []))
    assert answer.posts.today.closes
    assert len(answer.posts.today) == fewest_places(problem)


@settings(max_examples=25)
@given(seed=SEEDS)
def test_as_many_failures_as_said_open_it_and_no_fewer(seed):
    """Every set of fewer failing checkpoints leaves the two sides closed; the named set opens them."""
    from itertools import combinations

    rng = np.random.default_rng(seed)
    graph = planar_network(rng, 12)
    label = np.zeros(12, np.int8)
    label[[0, 1]], label[[2, 3]] = -1, 1
    controls = checkpoints(rng, graph, 6)
    weak = close_between(graph, label, controls).weakness
    if weak.failures_to_open is None:
        return

    def without(failed):
        keep = [k for k in range(6) if controls.site_id[k] not in failed]
        left = Controls(
            tuple(controls.site_id[k] for k in keep),
            controls.edge[keep],
            controls.along_m[keep],
            tuple(controls.junction[k] for k in keep),
        )
        return close_between(graph, label, left)

    assert not without(weak.site_ids).closed
    for fewer in combinations(controls.site_id, max(weak.failures_to_open - 1, 0)):
        if weak.failures_to_open:
            assert without(fewer).closed


@pytest.mark.parametrize("params", [ClosureParams(), ClosureParams(respect_oneway=True)])
def test_keeping_to_the_rules_never_opens(params):
    """Over many networks, ways that keep to one-way rules are never more than all ways."""
    for seed in range(50):
        graph, line, controls, _ = ring_case(seed)
        free = close_ring(graph, line, controls)
        assert len(close_ring(graph, line, controls, params).leaks) <= len(free.leaks)
