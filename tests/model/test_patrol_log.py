"""Claims about planned against done, each figure worked out by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from patrolmap.model.patrol_log import LogEntry, LogState, log_numbers
from tests.sheets.samples import made_plan, made_route

PLAN = made_plan(made_route(4, "T07"))
STOPS = PLAN.routes[0].stops


def entry(place, state=LogState.DONE, arrived_s=None, stay_s=None, **more):
    """Log a stop with its arrival so many seconds after the planned start, and its stay."""
    planned = PLAN.moment(STOPS[place].start_s)
    arrived = None if arrived_s is None else planned + dt.timedelta(seconds=arrived_s)
    left = None if stay_s is None else arrived + dt.timedelta(seconds=stay_s)
    return LogEntry(PLAN.plan_id, "T07", STOPS[place].visit.visit_id, state, arrived, left, **more)


def test_nothing_recorded():
    """All stops are open; shares of nothing are unknown, not 0."""
    numbers = log_numbers(PLAN, ())
    assert (numbers.planned, numbers.done, numbers.skipped, numbers.open) == (4, 0, 0, 4)
    assert numbers.coverage == 0
    assert numbers.stay_share is None
    assert numbers.punctual_share is None
    assert log_numbers(made_plan(made_route(0)), ()).coverage is None


def test_figures_by_hand():
    """Stops 0 and 3 are required. 0: 10 min late, a minute short; 1: 601 s late, 61 s short; 2 skipped; 3: no times."""
    log = [
        entry(0, arrived_s=600, stay_s=660, event="灯坏"),
        entry(1, arrived_s=601, stay_s=659),
        entry(2, LogState.SKIPPED, reason="下雨"),
        entry(3),
    ]
    numbers = log_numbers(PLAN, log)
    assert (numbers.done, numbers.skipped, numbers.open) == (3, 1, 0)
    assert numbers.coverage == 0.75
    assert (numbers.required_planned, numbers.required_done) == (2, 2)
    assert (numbers.stays, numbers.stays_reached) == (2, 1)
    assert (numbers.stay_planned_s, numbers.stay_done_s) == (1440, 1319)
    assert (numbers.arrivals, numbers.punctual) == (2, 1)
    assert numbers.median_off_s == pytest.approx(600.5)
    assert numbers.events == 1


def test_who_waits_is_punctual():
    """An arrival between the planned arrival and the planned start of the stay is no time off."""
    stop = STOPS[0]
    waiting = replace(stop, start_s=stop.start_s + 900, leave_s=stop.leave_s + 900)
    plan = replace(PLAN, routes=(replace(PLAN.routes[0], stops=(waiting, *STOPS[1:])),))
    assert log_numbers(plan, [entry(0, arrived_s=10)]).median_off_s == 0


def test_strangers_count_for_nothing():
    """Entries of another plan or of visits that are in no route change no figure."""
    strangers = [replace(entry(0), plan_id="x"), replace(entry(0), visit_id="x")]
    assert log_numbers(PLAN, strangers) == log_numbers(PLAN, ())
