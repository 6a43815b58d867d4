from __future__ import annotations

import math

import numpy as np
import pytest

from patrolmap.hotspots.accuracy import accuracy_at, captured, pai, pei


@pytest.mark.parametrize(("cells", "expected"), [(1, 2.0), (2, 1.5), (3, 1.0)])
def test_pai_of_the_published_unit_case(cells: int, expected: float) -> None:
    """Observed 6, 3, 0 and predicted 3, 2, 1 give PAI 2, 1.5 and 1 with one, two and three cells."""
    observed, predicted, area = np.array([6.0, 3.0, 0.0]), np.array([3.0, 2.0, 1.0]), np.ones(3)
    found = accuracy_at(predicted, observed, area, cells / 3)
    assert found.pai == pytest.approx(expected)
    assert found.pei == pytest.approx(1.0)


def test_pei_is_the_share_of_what_could_have_been_hit() -> None:
    """A forecast that takes the second-best cell first reaches half of what the best would."""
    found = accuracy_at(np.array([1.0, 2.0, 0.0]), np.array([6.0, 3.0, 0.0]), np.ones(3), 1 / 3)
    assert found.pei == pytest.approx(0.5)


def test_cells_of_equal_score_are_taken_in_equal_parts() -> None:
    """With no information at all, a tenth of the area captures a tenth of the events."""
    events = np.arange(100.0)
    assert captured(np.zeros(100), events, np.ones(100), 10.0) == pytest.approx(events.sum() / 10)


def test_cells_of_unequal_area_fill_the_budget_by_area() -> None:
    """The best cell is twice the budget: half of it, and half of its events, is taken."""
    assert captured(np.array([2.0, 1.0]), np.array([8.0, 1.0]), np.array([4.0, 1.0]), 2.0) == pytest.approx(4.0)


def test_nothing_happened_has_no_accuracy() -> None:
    """Without events the indices are undefined, not zero and not an error."""
    found = accuracy_at(np.array([1.0, 2.0]), np.zeros(2), np.ones(2), 0.5)
    assert math.isnan(found.pai)
    assert math.isnan(found.pei)
    assert math.isnan(pai(0, 0, 1, 2))
    assert math.isnan(pei(0, 0))
