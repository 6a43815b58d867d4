"""Claims about repeats that slots left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolmap.planner import ProblemTeam, ProblemVisit, SolveParams, StopRule, solve, verify
from patrolmap.planner.insertion import best_insertion
from patrolmap.planner.second_chance import with_left_out
from patrolmap.planner.slots import open_spans, slotted
from patrolmap.planner.solution import planned_starts

from .cases import line_problem, random_problem


def handed_over():
    """Two visits a gap of 400 s apart; one team is there before, the other from 480 s to 660 s only."""
    visits = [
        ProblemVisit(f"v#{k}", 1, 60.0, 20.0, True, ((0.0, 1000.0),), series="v", min_gap_s=400.0) for k in (1, 2)
    ]
    teams = [ProblemTeam("a", 0, 0, (0.0, 400.0)), ProblemTeam("b", 0, 0, (480.0, 660.0))]
    return line_problem(visits, teams)


def test_a_repeat_is_served_between_the_slots():
    """A slot starts the second visit at 560 s or later, too late to be home by 660 s; 520 s keeps the gap."""
    problem = handed_over()
    visits = [replace(v, series="", min_gap_s=0.0) for v in problem.visits]
    slots = (((0.0, 100.0),), ((560.0, 660.0),))
    even = problem.with_visits(tuple(replace(v, windows=w) for v, w in zip(visits, slots, strict=True)))
    _, routes = with_left_out(problem, even, [[0], []])
    assert routes == [[0], [1]]


def test_no_required_visit_is_left_to_an_idle_team():
    """With a single restart, whose slots are the even ones, the plan still serves both."""
    solution = solve(handed_over(), SolveParams(restarts=1), stop=StopRule(iterations=50))
    assert verify(handed_over(), solution) == ()
    assert solution.required_unmet == 0


def test_slots_lie_where_teams_can_be():
    """A place an hour from home, twice in four hours: both slots lie between the first arrival and the last way home."""
    visits = [ProblemVisit(f"v#{k}", 10, 600.0, 5.0, series="v", min_gap_s=600.0) for k in (1, 2)]
    problem = line_problem(visits, [ProblemTeam("a", 0, 0, (0.0, 14_400.0))], seconds=360.0)
    spans = [visit.windows[0] for visit in slotted(problem).visits]
    assert spans[0][0] == 3600.0
    assert spans[1][1] == 14_400.0 - 3600.0 - 600.0


@pytest.mark.parametrize("seed", range(30))
def test_what_stays_unmet_fits_nowhere(seed):
    """No unmet repeat can be put into any route of the plan while the other visits of its series stay where they are."""
    problem = random_problem(np.random.default_rng(seed), visits=7, teams=3)
    solution = solve(problem, SolveParams(restarts=1), seed=seed, stop=StopRule(iterations=50))
    assert verify(problem, solution) == ()
    starts = planned_starts(solution)
    held = tuple(
        ProblemVisit(
            v.visit_id,
            v.place,
            v.dwell_s,
            v.prize,
            v.required,
            ((starts[k], starts[k]),) if v.series and k in starts else open_spans(problem, k, starts) or ((9e9, 9e9),),
            "",
            0.0,
            v.zone,
            v.min_members,
        )
        for k, v in enumerate(problem.visits)
    )
    fixed = problem.with_visits(held)
    for visit in solution.unmet:
        if problem.visits[visit].series:
            assert not any(best_insertion(fixed, team, order, visit) for team, order in enumerate(solution.orders))
