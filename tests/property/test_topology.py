"""Topology care on any street lines: what it promises, looked at without its own means."""

from __future__ import annotations

import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.streets.topology import FindingKind, Topology, TopologySettings, care_for
from patrolmap.streets.topology_web import LineFacts

SETTINGS = TopologySettings(snap_m=0.5, dangle_m=1.0, component_m=30.0)
REMOVED = {FindingKind.DUPLICATE, FindingKind.OVERLAP, FindingKind.DANGLE}

_ON_GRID = st.integers(0, 6).map(lambda n: 10.0 * n)
_JITTER = st.sampled_from([0.0, 0.0, 0.0, 0.2, -0.3, 0.45, 0.7, 1e-5])
_COORDINATE = st.builds(lambda grid, jitter: grid + jitter, _ON_GRID, _JITTER)
_POINT = st.tuples(_COORDINATE, _COORDINATE)
_LINE = st.lists(_POINT, min_size=2, max_size=4, unique=True)
_STREET = st.tuples(_LINE, st.sampled_from([0, 0, 0, 1]), st.sampled_from([0, 0, 1]))
_LAYER = st.lists(_STREET, min_size=1, max_size=9)


def _care(streets: list[tuple[list[tuple[float, float]], int, int]]) -> tuple[np.ndarray, LineFacts, Topology]:
    lines = np.array([shapely.LineString(line) for line, _, _ in streets], dtype=object)
    level = np.array([level for _, level, _ in streets])
    facts = LineFacts(level, np.array([way for _, _, way in streets]), np.ones(len(streets), dtype=bool))
    return lines, facts, care_for(lines, facts, SETTINGS)


def _repairs(topology: Topology) -> list:
    return [one for one in topology.findings if one.kind is not FindingKind.TINY_COMPONENT]


def _parts(shape: object) -> list:
    return [] if shape is None else list(shapely.get_parts(shape))


@settings(max_examples=100)
@given(_LAYER)
def test_a_second_pass_changes_nothing(streets: list) -> None:
    """What was mended needs no mending."""
    _, facts, first = _care(streets)
    assert first.settled
    second = care_for(first.lines, facts, SETTINGS)
    assert _repairs(second) == []
    assert not second.changed.any()


@settings(max_examples=100)
@given(_LAYER)
def test_no_crossing_is_left_without_a_common_vertex(streets: list) -> None:
    """Wherever lines of one level meet, both have a vertex there, to a tenth of a millimetre."""
    _, facts, topology = _care(streets)
    parts = [(part, level) for shape, level in zip(topology.lines, facts.level, strict=True) for part in _parts(shape)]
    for at, (one, level) in enumerate(parts):
        for other, its_level in parts[at + 1 :]:
            if level == its_level and one.intersects(other):
                meeting = shapely.points(shapely.get_coordinates(one.intersection(other)))
                for line in (one, other):
                    vertices = shapely.MultiPoint(shapely.get_coordinates(line))
                    assert shapely.distance(vertices, meeting).max() <= 2e-4


@settings(max_examples=100)
@given(_LAYER)
def test_the_length_is_kept(streets: list) -> None:
    """Length changes by what is said to be removed, and by at most twice the tolerance for each end that was moved."""
    lines, _, topology = _care(streets)
    removed_m = sum(one.size_m for one in topology.findings if one.kind in REMOVED)
    moved_m = sum(2 * one.size_m for one in topology.findings if one.kind not in REMOVED)
    touched = sum(one.kind is FindingKind.END_ON_LINE or one.kind is FindingKind.NEAR_ENDS for one in topology.findings)
    after_m = sum(shape.length for shape in topology.lines if shape is not None)
    slack_m = 1e-3 * (1 + len(topology.findings)) + moved_m + 2 * touched * SETTINGS.snap_m * (touched > 0)
    assert abs(shapely.length(lines).sum() - removed_m - after_m) <= slack_m


@settings(max_examples=100)
@given(_LAYER)
def test_connectivity_is_not_reduced(streets: list) -> None:
    """Streets that shared a vertex before are in one piece after, through whatever is left of them."""
    lines, _, topology = _care(streets)
    before, after = _graph(lines), _graph(topology.lines)
    for one in range(len(streets)):
        for other in range(one + 1, len(streets)):
            if topology.lines[one] is None or topology.lines[other] is None:
                continue
            if nx.has_path(before, ("row", one), ("row", other)):
                assert nx.has_path(after, ("row", one), ("row", other))


def _graph(lines: np.ndarray) -> nx.Graph:
    graph = nx.Graph()
    for row, shape in enumerate(lines):
        graph.add_node(("row", row))
        for part in _parts(shape):
            for x, y in shapely.get_coordinates(part):
                graph.add_edge(("row", row), (round(x, 6), round(y, 6)))
    return graph
