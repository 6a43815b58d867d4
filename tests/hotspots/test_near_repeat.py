from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.hotspots.near_repeat import knox_test
from patrolmap.progress import CancelledError
from tests.hotspots.samples import incidents_at

BURKITT = Path(__file__).resolve().parents[1] / "reference" / "burkitt.csv"


def cell(table, from_m, from_days):
    return next(one for one in table.cells if (one.from_m, one.from_days) == (from_m, from_days))


def test_the_unit_case() -> None:
    """(0, 0) on 1 January and (0, 100) on 4 January are 100 m and 3 days apart: bands [100, 200) and [3, 4)."""
    pair = incidents_at([[0, 0], [0, 100]], ["2019-01-01T23:00:00", "2019-01-04T01:00:00"])
    table = knox_test(pair, distance_edges_m=(0, 100, 200), day_edges=(0, 3, 4), permutations=9)
    assert [one.observed for one in table.cells] == [0, 0, 0, 1]
    assert cell(table, 100, 3).p == 1.0  # two times shuffled are the same pair again


def test_published_count_of_burkitts_lymphoma() -> None:
    """188 cases in Uganda, 1961 to 1975 (Williams et al. 1978): 13 pairs within 20 (0.1 km) and 5 days.

    The data are those that PySAL ships, and 13 is what its documentation and tests of the Knox statistic state; its
    bands are closed, so that the upper edges here lie just above.
    """
    rows = np.loadtxt(BURKITT, delimiter=",", skiprows=1)
    cases = incidents_at(rows[:, :2], np.datetime64("1961-01-01T12:00:00") + rows[:, 2].astype(int) * 86_400)
    table = knox_test(cases, distance_edges_m=(0, 20.001), day_edges=(0, 6), permutations=199, seed=1)
    assert len(cases) == 188
    assert table.cells[0].observed == 13
    pairs = list(itertools.combinations(range(188), 2))
    close = sum(np.hypot(*(rows[a, :2] - rows[b, :2])) <= 20 for a, b in pairs)
    soon = sum(abs(rows[a, 2] - rows[b, 2]) <= 5 for a, b in pairs)
    assert table.cells[0].expected == pytest.approx(close * soon / len(pairs), rel=0.1)  # Knox (1964): the margins


def test_bands_are_half_open() -> None:
    """A pair at an upper edge belongs to the next band, and beyond the last edge to none."""
    trio = incidents_at([[0, 0], [100, 0], [0, 200]], ["2019-01-01", "2019-01-08", "2019-01-15"])
    table = knox_test(trio, distance_edges_m=(0, 100, 200), day_edges=(0, 7, 14), permutations=1)
    assert {(one.from_m, one.from_days): one.observed for one in table.cells if one.observed} == {(100, 7): 1}


def test_observed_pairs_are_those_of_a_double_loop() -> None:
    """Every pair is counted once, in its band."""
    random = np.random.default_rng(2)
    xy = np.round(random.uniform(0, 600, (80, 2)), -1)
    days = random.integers(0, 40, 80)
    table = knox_test(incidents_at(xy, np.datetime64("2026-01-01T12:00:00") + days * 86_400), permutations=1)
    counted = {(one.from_m, one.from_days): 0 for one in table.cells}
    for a, b in itertools.combinations(range(80), 2):
        distance, apart = np.hypot(*(xy[a] - xy[b])), abs(days[a] - days[b])
        for one in table.cells:
            if one.from_m <= distance < one.to_m and one.from_days <= apart < one.to_days:
                counted[one.from_m, one.from_days] += 1
    assert {(one.from_m, one.from_days): one.observed for one in table.cells} == counted


def test_p_is_that_of_all_orders() -> None:
    """For five incidents the Monte Carlo p agrees with the share of all 120 orders of the times."""
    xy = np.array([[0.0, 0], [10, 0], [20, 0], [5000, 0], [9000, 0]])
    days = np.array([0, 1, 30, 31, 60])
    near = [(0, 1), (0, 2), (1, 2)]
    counts = [sum(abs(order[a] - order[b]) < 7 for a, b in near) for order in itertools.permutations(days.tolist())]
    exact = np.mean(np.array(counts) >= 1)
    moments = np.datetime64("2026-01-01T12:00:00") + days * 86_400
    table = knox_test(incidents_at(xy, moments), distance_edges_m=(0, 50), day_edges=(0, 7), permutations=4000, seed=3)
    assert table.cells[0].observed == 1
    assert table.cells[0].p == pytest.approx(exact, abs=0.03)
    assert table.cells[0].expected == pytest.approx(np.mean(counts), abs=0.03)


def test_a_planted_near_repeat_is_found_and_no_other() -> None:
    """Follow-ups within 80 m and a week make that cell stand out at the smallest possible p; far cells do not."""
    random = np.random.default_rng(6)
    xy, day = random.uniform(0, 5000, (300, 2)), random.integers(0, 300, 300)
    xy = np.vstack([xy, xy[:60] + random.uniform(-40, 40, (60, 2))])
    day = np.r_[day, day[:60] + random.integers(0, 6, 60)]
    table = knox_test(incidents_at(xy, np.datetime64("2026-01-01T12:00:00") + day * 86_400), permutations=199, seed=1)
    strong = cell(table, 1, 0)
    assert strong.p == 1 / 200
    assert strong.ratio > 5
    assert cell(table, 300, 21).p > 0.05


def test_same_seed_same_table() -> None:
    """Shuffling is seeded."""
    incidents = incidents_at(np.random.default_rng(1).uniform(0, 500, (50, 2)), "2026-01-05T10:30:00")
    assert knox_test(incidents, permutations=20, seed=4) == knox_test(incidents, permutations=20, seed=4)


@pytest.mark.parametrize("edges", [(0,), (0, 100, 100), (100, 50), (-1, 5), (0, float("inf"))])
def test_edges_that_make_no_bands_are_refused(edges) -> None:
    """One edge, repeated, falling, negative or infinite edges are the user's to mend."""
    with pytest.raises(InputError, match="no bands"):
        knox_test(incidents_at([0, 0]), distance_edges_m=edges)


def test_no_incidents_and_no_permutations() -> None:
    """Nothing to pair gives an empty table with p 1; no permutation at all is refused."""
    table = knox_test(incidents_at(np.empty((0, 2))), permutations=3)
    assert {(one.observed, one.p) for one in table.cells} == {(0, 1.0)}
    with pytest.raises(InputError, match="permutation"):
        knox_test(incidents_at([0, 0]), permutations=0)


def test_cancel_is_heard() -> None:
    """The user's wish to stop is heard between permutations."""
    with pytest.raises(CancelledError):
        knox_test(incidents_at([0, 0]), cancel=lambda: True)
