"""How long to stay in a hotspot, and how often to come."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.hotspots.patrol_advice import PatrolAdvice, patrol_advice
from patrolmap.hotspots.polygons import Hotspot


def spot(incidents: int, peak_hours: tuple[int, int] = (8, 20)) -> Hotspot:
    return Hotspot(shapely.box(0, 0, 1, 1), 1, 0.1, incidents, 1.0, peak_hours, ())


def test_each_doubling_is_a_minute_and_a_visit_more() -> None:
    """Against a median of 20 incidents: 5, 10, 20, 40, 80 give 10, 11, 12, 13, 14 min and 1, 1, 2, 3, 4 visits."""
    found = patrol_advice([spot(count) for count in (5, 10, 20, 40, 80)])
    assert [one.dwell_min for one in found] == [10, 11, 12, 13, 14]
    assert [one.visits for one in found] == [1, 1, 2, 3, 4]


def test_short_peak_hours_ask_for_fewer_visits() -> None:
    """In two hours one visit of 14 min fits, and one outside them; in three, two (14 + 120 + 14 = 148 min) and one."""
    for hours, visits in (((22, 24), 2), ((22, 25), 3), ((22, 30), 4)):
        assert patrol_advice([spot(20), spot(20), spot(80, hours)])[2].visits == visits


def test_one_hotspot_alone_gets_the_usual() -> None:
    """12 min, twice, two hours apart; no hotspot, no advice."""
    assert patrol_advice([spot(7)]) == (PatrolAdvice(12, 2, 120),)
    assert patrol_advice([]) == ()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_advice_stays_within_what_was_found_to_work(counts: list[int]) -> None:
    """10 to 16 min, 1 to 4 visits, two hours apart; more incidents never mean less of it."""
    found = patrol_advice([spot(count) for count in sorted(counts)])
    assert all(10 <= one.dwell_min <= 16 and 1 <= one.visits <= 4 and one.gap_min == 120 for one in found)
    assert [one.dwell_min for one in found] == sorted(one.dwell_min for one in found)
    assert [one.visits for one in found] == sorted(one.visits for one in found)
