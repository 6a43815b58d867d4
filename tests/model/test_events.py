"""Claims about events: their states in order, when they are overdue, how a period counts them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.errors import InputError
from patrolmap.model.events import STATES, Event, EventState, EventStep, advanced, event_counts

NOON = dt.datetime(2026, 11, 21, 12)
HOUR = dt.timedelta(hours=1)


def found(number=1, at=NOON, due=24):
    return Event(
        f"E{number}",
        "street_light",
        "x",
        shapely.Point(0, 0),
        at,
        at + due * HOUR,
        (EventStep(EventState.RECEIVED, at),),
    )


def walked(event, *hours):
    """Bring an event on, a state for each number of hours after it was received."""
    for state, hour in zip(STATES[1:], hours, strict=False):
        step = EventStep(state, event.steps[0].at + hour * HOUR)
        event = advanced(event, step, unit="城管办", rating=4 if state is EventState.RATED else None)
    return event


@given(st.permutations(STATES), st.integers(0, 4))
def test_states_come_in_order(order, done):
    """Of any order of steps, exactly the one that follows is taken."""
    event = walked(found(), *range(1, done + 1))
    for state in order:
        step = EventStep(state, NOON + 99 * HOUR)
        if done < 4 and state is STATES[done + 1]:
            assert advanced(event, step, unit="a", rating=3).state is state
        else:
            with pytest.raises(InputError):
                advanced(event, step, unit="a", rating=3)


def test_a_step_needs_what_it_says():
    """Assigning needs a unit, rating a number from 1 to 5, and no step lies before the last."""
    with pytest.raises(InputError, match="who"):
        advanced(found(), EventStep(EventState.ASSIGNED, NOON))
    with pytest.raises(InputError, match="before"):
        advanced(found(), EventStep(EventState.ASSIGNED, NOON - HOUR), unit="a")
    for rating in (None, 0, 6):
        with pytest.raises(InputError, match="1 to 5"):
            advanced(walked(found(), 1, 2, 3), EventStep(EventState.RATED, NOON + 9 * HOUR), rating=rating)


def test_overdue():
    """An event is overdue from its due time until it is handled; how late it was handled stays known."""
    event = found(due=24)
    assert not event.is_open_overdue(NOON + 24 * HOUR)
    assert event.overdue_s(NOON + 25 * HOUR) == 3600
    late = walked(event, 1, 30)
    assert late.is_open_overdue(NOON + 29 * HOUR)
    assert not late.is_open_overdue(NOON + 31 * HOUR)
    assert late.overdue_s(NOON + 1000 * HOUR) == 6 * 3600


def test_counts_of_a_period():
    """Events count where they were found; states are those of the moment asked about."""
    events = [
        found(1),
        walked(found(2), 1, 2, 3, 4),
        walked(found(3), 1, 30),
        found(4, NOON - 30 * HOUR),
        replace(walked(found(5), 1), type="flooding"),
    ]
    counts = event_counts(events, NOON, NOON + HOUR, NOON + 100 * HOUR)
    assert (counts.found, counts.handled_in_time, counts.handled_late, counts.open_overdue) == (4, 1, 1, 3)
    assert list(counts.by_state.values()) == [1, 1, 1, 0, 1]
    assert counts.by_type == {"street_light": 3, "flooding": 1}
    assert (counts.rated, counts.rating_sum) == (1, 4)
    assert event_counts(events, NOON, NOON + HOUR, NOON).by_state[EventState.RECEIVED] == 4
