"""Claims about the solver."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.planner import Problem, ProblemTeam, ProblemVisit, SolveParams, StopRule, solve, verify
from patrolmap.planner.schedule import time_route
from patrolmap.planner.servable import servable

from .cases import best_by_force, line_problem, random_problem

SHORT = StopRule(iterations=300)


@pytest.mark.parametrize("seed", range(12))
def test_small_problems_are_solved_to_the_optimum(seed):
    """Against every plan there is: up to 6 visits, 2 teams, with windows, zones and sizes."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, visits=6 if seed % 2 else 7, teams=2 if seed % 2 else 1)
    visits = tuple(
        ProblemVisit(v.visit_id, v.place, v.dwell_s, v.prize, v.required, v.windows, "", 0.0, v.zone, v.min_members)
        for v in problem.visits
    )
    teams = tuple(ProblemTeam(t.team_id, t.start, t.end, t.shift, t.mode, t.members, t.zone) for t in problem.teams)
    problem = Problem(problem.travel_s, visits, teams)
    solution = solve(problem, seed=seed, stop=SHORT)
    assert verify(problem, solution) == ()
    assert solution.score[:2] == best_by_force(problem)


@pytest.mark.parametrize("seed", [*range(100, 110), 8, 17])
def test_breaks_are_planned_to_the_optimum(seed):
    """Against every plan there is: every team with a break of some minutes, windows before and after it."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, visits=6, teams=2)
    visits = tuple(replace(visit, series="", min_gap_s=0.0) for visit in problem.visits)
    teams = tuple(replace(team, break_s=float(rng.integers(150, 600))) for team in problem.teams)
    problem = Problem(problem.travel_s, visits, teams)
    solution = solve(problem, seed=seed, stop=SHORT)
    assert verify(problem, solution) == ()
    assert solution.score[:2] == best_by_force(problem)


def test_required_visits_come_before_any_prize():
    """One far required visit beats many near prizes when there is time for one of them only."""
    visits = [ProblemVisit("far", 10, required=True), *(ProblemVisit(f"p{k}", k, prize=100) for k in range(1, 4))]
    visits = [*visits[:1], *(ProblemVisit(v.visit_id, v.place, 60.0, v.prize) for v in visits[1:])]
    team = ProblemTeam("a", 0, 0, (0.0, 1200.0))
    solution = solve(line_problem(visits, [team]), stop=SHORT)
    assert solution.orders == ((0,),)
    assert solution.required_unmet == 0


def test_impossible_required_visit_is_named_and_spoils_nothing():
    """A required visit that nobody can reach stays unmet; the others are served."""
    visits = [ProblemVisit("gone", 9, required=True, zone="x"), ProblemVisit("near", 1, required=True)]
    team = ProblemTeam("a", 0, 0, (0.0, 1200.0), zone="y")
    solution = solve(line_problem(visits, [team]), stop=SHORT)
    assert solution.unmet == (0,)
    assert solution.required_unmet == 1


def test_places_without_a_way_are_not_visited():
    """Infinite travel time is no way."""
    travel = np.array([[0, 5, np.inf], [5, 0, np.inf], [np.inf, np.inf, 0]])
    solution = solve(Problem.from_matrix(travel, prizes=[0, 1, 50], limit=100), stop=SHORT)
    assert solution.prize == 1


def test_repeats_keep_their_gap():
    """Three visits to one place within an hour, 20 minutes apart, by two teams: all three, and never nearer."""
    visits = [ProblemVisit(f"r{k}", 3, 60.0, prize=5, series="r", min_gap_s=1200.0) for k in range(3)]
    teams = [ProblemTeam("a", 0, 0, (0.0, 3600.0)), ProblemTeam("b", 5, 5, (0.0, 3600.0))]
    problem = line_problem(visits, teams)
    solution = solve(problem, stop=SHORT)
    assert solution.unmet == ()
    assert verify(problem, solution) == ()


def test_repeats_that_cannot_fit_are_left_out():
    """With a gap of 40 minutes only two of three fit into the hour."""
    visits = [ProblemVisit(f"r{k}", 3, 60.0, prize=5, series="r", min_gap_s=2400.0) for k in range(3)]
    solution = solve(line_problem(visits), stop=SHORT)
    assert len(solution.unmet) == 1


def test_same_seed_and_iterations_give_the_same_bytes():
    """Twice inline, and once in two processes."""
    problem = random_problem(np.random.default_rng(5), visits=25, teams=3)
    first = solve(problem, seed=7, stop=SHORT).to_bytes()
    assert solve(problem, seed=7, stop=SHORT).to_bytes() == first
    assert solve(problem, SolveParams(workers=2), seed=7, stop=SHORT).to_bytes() == first


def test_time_bound_ends_the_search():
    """A bound in seconds ends a search by itself, and the record says so."""
    problem = random_problem(np.random.default_rng(5), visits=60, teams=4)
    solution = solve(problem, stop=StopRule(time_s=0.5))
    assert solution.record.stopped_by == "time"
    assert solution.complete


@pytest.mark.parametrize("calls", [0, 3, 40])
def test_cancel_gives_the_best_plan_so_far(calls):
    """Cancelled at once, soon or later: a plan that keeps all rules, marked as not complete."""
    problem = random_problem(np.random.default_rng(3), visits=40, teams=3)
    asked = iter(range(10**9))
    solution = solve(problem, stop=StopRule(iterations=10**7), cancel=lambda: next(asked) >= calls)
    assert not solution.complete
    assert verify(problem, solution) == ()


def test_cancel_reaches_the_processes():
    """Two processes whose iterations would take days answer once the user cancels."""
    problem = random_problem(np.random.default_rng(3), visits=60, teams=3)
    reported = []
    solution = solve(
        problem,
        SolveParams(workers=2),
        stop=StopRule(iterations=10**9),
        progress=lambda done, _text=None: reported.append(done),
        cancel=lambda: len(reported) > 3,
    )
    assert not solution.complete
    assert verify(problem, solution) == ()


def test_endless_search_is_refused():
    """Without a bound there is no search."""
    with pytest.raises(InputError):
        StopRule()


def test_nothing_to_do_is_a_plan():
    """No visits: every team stays at home."""
    assert solve(line_problem([]), stop=SHORT).orders == ((),)


@pytest.mark.parametrize("seed", range(40))
def test_servable_is_what_timing_each_visit_alone_says(seed):
    """All visits at once, against a route made for each: breaks, windows, limits of travel and length among them."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, visits=8, teams=3)
    limit = {0: {}, 1: {"max_travel_s": 700.0}, 2: {"max_length_m": 900.0}}[seed % 3]
    teams = tuple(replace(team, **limit) for team in problem.teams)
    problem = Problem(problem.travel_s, problem.visits, teams, {"any": problem.travel_s["any"] * 1.3})
    expected = [
        [problem.allowed(t, v) and time_route(problem, t, (v,)) is not None for v in range(8)] for t in range(3)
    ]
    assert servable(problem).tolist() == expected


@pytest.mark.parametrize("block", range(10))
def test_no_rule_is_broken_in_random_problems(block):
    """500 problems, infeasible ones included: the verifier finds nothing, and every visit is planned once or unmet."""
    for seed in range(1000 + 50 * block, 1050 + 50 * block):
        problem = random_problem(np.random.default_rng(seed), visits=5 + seed % 4, teams=1 + seed % 3)
        solution = solve(problem, seed=seed, stop=StopRule(iterations=50))
        assert verify(problem, solution) == (), seed
