"""Claims about small counts: what is hidden cannot be computed from what is shown."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.model.small_counts import hidden_counts, is_guessable, shown_count


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
