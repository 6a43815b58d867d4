"""Claims about the clock of a route, on a street where neighbouring places are 60 s apart."""

from __future__ import annotations

from dataclasses import replace

from patrolmap.planner import ProblemTeam, ProblemVisit
from patrolmap.planner.schedule import loose_timing, time_route, travel_of

from .cases import line_problem


def test_times_by_hand():
    """Place 2 with a dwell of 100 s, place 5 with 50 s: there and back in 600 s of travel."""
    problem = line_problem([ProblemVisit("a", 2, dwell_s=100), ProblemVisit("b", 5, dwell_s=50)])
    timing = time_route(problem, 0, (0, 1))
    assert timing is not None
    assert (timing.depart_s, timing.arrive_s, timing.leave_s, timing.end_s) == (0, (120, 400), (220, 450), 750)
    assert travel_of(problem, 0, (0, 1)) == 600


def test_waiting_moves_before_the_departure():
    """With a window from 1000 s at the second stop the team leaves home at 600 s and waits nowhere."""
    visits = [ProblemVisit("a", 2, dwell_s=100), ProblemVisit("b", 5, dwell_s=50, windows=((1000, 2000),))]
    timing = time_route(line_problem(visits), 0, (0, 1))
    assert timing is not None
    assert timing.depart_s == 600
    assert timing.arrive_s == timing.start_s == (720, 1000)
    assert timing.end_s == 1350


def test_waiting_stays_where_a_window_holds_it():
    """The first stop's window ends at 300 s, so the team waits at the second."""
    visits = [
        ProblemVisit("a", 2, dwell_s=100, windows=((0, 300),)),
        ProblemVisit("b", 5, dwell_s=50, windows=((1000, 2000),)),
    ]
    timing = time_route(line_problem(visits), 0, (0, 1))
    assert timing is not None
    assert timing.start_s == (300, 1000)
    assert timing.arrive_s == (300, 580)


def test_second_window_is_used_when_the_first_is_missed():
    """Arrival at 300 s misses 0 to 200 s and waits for 500 s."""
    timing = time_route(line_problem([ProblemVisit("a", 5, windows=((0, 200), (500, 600)))]), 0, (0,))
    assert timing is not None
    assert timing.start_s == (500,)


def test_late_window_and_short_shift_are_impossible():
    """A window that closes before arrival, and a shift one second too short."""
    assert time_route(line_problem([ProblemVisit("a", 5, windows=((0, 299),))]), 0, (0,)) is None
    team = ProblemTeam("a", 0, 0, (0.0, 599.0))
    assert time_route(line_problem([ProblemVisit("a", 5)], [team]), 0, (0,)) is None
    assert time_route(line_problem([ProblemVisit("a", 5)], [replace(team, shift=(0.0, 600.0))]), 0, (0,)) is not None


def test_break_goes_where_it_costs_least():
    """A break of 300 s from 500 to 700 s fits into the waiting before the window at 1000 s."""
    visits = [ProblemVisit("a", 2, dwell_s=100), ProblemVisit("b", 5, windows=((1000, 2000),))]
    team = ProblemTeam("a", 0, 0, (0.0, 3600.0), break_s=300, break_window=(500, 700))
    timing = time_route(line_problem(visits, [team]), 0, (0, 1))
    assert timing is not None
    assert timing.end_s == 1300
    assert timing.break_start_s is not None
    assert 500 <= timing.break_start_s <= 700


def test_travel_limit_counts_travel_only():
    """600 s of travel pass a limit of 600 s whatever the dwell, and fail one of 599 s."""
    visits = [ProblemVisit("a", 5, dwell_s=1000)]
    for limit, possible in ((600.0, True), (599.0, False)):
        team = ProblemTeam("a", 0, 0, (0.0, 3600.0), max_travel_s=limit)
        assert (time_route(line_problem(visits, [team]), 0, (0,)) is not None) is possible


def test_a_route_that_breaks_rules_still_has_its_break():
    """The window of the second stop is missed whatever is done; the break lies before the stop that would end after the last time for it."""
    visits = [
        ProblemVisit("a", 1, 300.0),
        ProblemVisit("b", 2, 300.0, windows=((0.0, 10.0),)),
        ProblemVisit("c", 3, 300.0),
    ]
    team = ProblemTeam("t", 0, 0, (0.0, 3600.0), break_s=600.0, break_window=(100.0, 800.0))
    clock = loose_timing(line_problem(visits, [team]), 0, (0, 1, 2))
    assert (clock.break_at, clock.break_start_s) == (2, 720.0)
    assert clock.arrive_s == (60.0, 420.0, 1380.0)
