"""Claims about small counts: what is hidden cannot be computed from what is shown."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from patrolmap.model.small_counts import hidden_counts, hidden_in_tree, is_guessable, shown_count


def possible(counts, hidden, threshold):
    """List by brute force what each small hidden count may be, for a reader who knows the sum and the rule."""
    secret = [count for count, one in zip(counts, hidden, strict=True) if one]
    total = sum(secret)
    ranges = [range(threshold) if count < threshold else range(threshold, total + 1) for count in secret]
    fitting = [values for values in itertools.product(*ranges) if sum(values) == total]
    return [{values[place] for values in fitting} for place, count in enumerate(secret) if count < threshold]


@given(st.lists(st.integers(0, 9), max_size=4), st.integers(2, 5))
def test_no_small_count_can_be_computed(counts, threshold):
    """Every one that is hidden has at least two possible values, or the sum must be hidden too."""
    hidden = hidden_counts(counts, threshold, with_total=True)
    assert all(one for count, one in zip(counts, hidden, strict=True) if count < threshold)
    secret = [count for count, one in zip(counts, hidden, strict=True) if one]
    clear = any(len(values) < 2 for values in possible(counts, hidden, threshold))
    assert clear == is_guessable(secret, threshold)
    assert not clear or all(hidden)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([12, 30, 7], ["12", "30", "7"]),
        ([12, 30, 3], ["*", "30", "<5"]),
        ([12, 2, 3], ["12", "<5", "<5"]),
        ([12, 4, 4], ["*", "<5", "<5"]),
        ([], []),
        ([None, 8, 1, 6], ["", "8", "<5", "*"]),
    ],
)
def test_the_smallest_others_protect(counts, shown):
    """Nothing without a small count; one is covered by the next larger; two cover each other unless both are at an end."""
    hidden = hidden_counts(counts, 5, with_total=True)
    assert [shown_count(count, 5, hidden=one) for count, one in zip(counts, hidden, strict=True)] == shown


def test_without_a_sum_only_small_ones_are_hidden():
    """Who knows no sum can compute nothing."""
    assert hidden_counts([12, 3, 30], 5, with_total=False) == (False, True, False)


@st.composite
def trees(draw):
    """Cells within cells: each count that has parts is their sum."""
    counts, parents = [], []

    def grow(parent, depth):
        total = 0
        for _ in range(draw(st.integers(1, 4))):
            place = len(counts)
            counts.append(0)
            parents.append(parent)
            leaf = depth == 2 or draw(st.booleans())
            counts[place] = draw(st.integers(0, 12)) if leaf else grow(place, depth + 1)
            total += counts[place]
        return total

    grow(None, 0)
    return counts, parents


@settings(max_examples=60)
@given(trees())
def test_no_small_count_of_cells_within_cells_can_be_computed(tree):
    """Whoever knows all sums, and which hidden counts are small, finds two values for each small one (an exact solver)."""
    counts, parents = tree
    hidden, is_total_hidden = hidden_in_tree(counts, parents, 5)
    many = len(counts)
    lows = [0 if count < 5 else 5 if one else count for count, one in zip(counts, hidden, strict=True)]
    highs = [4 if count < 5 else 10_000 if one else count for count, one in zip(counts, hidden, strict=True)]
    rows, sums = [], []
    for parent in {one for one in parents if one is not None}:
        row = np.array([float(one == parent) for one in parents])
        row[parent] = -1
        rows.append(row)
        sums.append(0.0)
    if not is_total_hidden:
        rows.append(np.array([float(one is None) for one in parents]))
        sums.append(float(sum(count for count, one in zip(counts, parents, strict=True) if one is None)))
    known = [LinearConstraint(np.array(rows), sums, sums)] if rows else []
    for place, count in enumerate(counts):
        if count >= 5:
            continue
        assert hidden[place]
        cost = np.zeros(many)
        cost[place] = 1.0
        found = [
            milp(sign * cost, constraints=known, integrality=np.ones(many), bounds=(lows, highs)).fun * sign
            for sign in (1, -1)
        ]
        assert round(found[0]) < round(found[1]), (tree, hidden, is_total_hidden, place)
