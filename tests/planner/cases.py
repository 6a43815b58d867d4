"""Problems that several tests share, and a brute-force planner that shares no code with the solver."""

from __future__ import annotations

import itertools
import math

import numpy as np

from patrolmap.planner import Problem, ProblemTeam, ProblemVisit


def line_problem(visits, teams=None, *, places=11, seconds=60.0):
    """Make a problem on a straight street: places 0, 1, 2, … are `seconds` apart."""
    at = np.arange(places) * seconds
    crew = teams or (ProblemTeam("a", 0, 0, (0.0, 3600.0)),)
    return Problem({"any": np.abs(at[:, None] - at[None, :])}, tuple(visits), tuple(crew))


def random_problem(rng, *, visits=6, teams=2, features=True):
    """Make a small problem with everything in it, often partly infeasible."""
    xy = rng.uniform(0, 1000, (visits + teams, 2))
    travel = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1))
    crew = []
    for number in range(teams):
        start = float(rng.integers(0, 500))
        length = float(rng.integers(500, 4000))
        pause = float(rng.integers(0, 2) * 200) if features else 0.0
        crew.append(
            ProblemTeam(
                f"t{number}",
                visits + number,
                visits + int(rng.integers(teams)),
                (start, start + length),
                members=int(rng.integers(1, 4)),
                zone=str(rng.choice(["", "n", "s"])) if features else "",
                break_s=pause,
            )
        )
    wanted = []
    for number in range(visits):
        windows = []
        if features and rng.random() < 0.6:
            for _ in range(int(rng.integers(1, 3))):
                begin = float(rng.integers(0, 4000))
                windows.append((begin, begin + float(rng.integers(0, 1500))))
        wanted.append(
            ProblemVisit(
                f"v{number}",
                number,
                dwell_s=float(rng.integers(0, 300)),
                prize=float(rng.integers(1, 20)),
                required=bool(features and rng.random() < 0.25),
                windows=tuple(windows),
                series="s" if features and number < 3 else "",
                min_gap_s=400.0 if features and number < 3 else 0.0,
                zone=str(rng.choice(["", "n", "s", "w"], p=[0.6, 0.15, 0.15, 0.1])) if features else "",
                min_members=int(rng.integers(1, 5)) if features and rng.random() < 0.3 else 1,
            )
        )
    return Problem({"any": travel}, tuple(wanted), tuple(crew))


def best_by_force(problem):
    """Try every plan of a problem without series, its break before each stop in turn: (required unmet, -prize)."""
    singles = [_feasible_sets(problem, team) for team in range(len(problem.teams))]
    best = (math.inf, math.inf)
    for combination in itertools.product(*singles):
        union = frozenset().union(*combination)
        if len(union) == sum(map(len, combination)):
            missed = sum(v.required for i, v in enumerate(problem.visits) if i not in union)
            best = min(best, (missed, -sum(problem.visits[i].prize for i in union)))
    return best


def _feasible_sets(problem, team):
    allowed = [i for i in range(len(problem.visits)) if problem.allowed(team, i)]
    found = {frozenset()}
    for size in range(1, len(allowed) + 1):
        for subset in itertools.combinations(allowed, size):
            if any(_feasible(problem, team, order) for order in itertools.permutations(subset)):
                found.add(frozenset(subset))
    return found


def _feasible(problem, team, order):
    rests = range(len(order) + 1) if problem.teams[team].break_s else [None]
    return any(_kept(problem, team, order, rest) for rest in rests)


def _kept(problem, team, order, rest):
    crew = problem.teams[team]
    travel = problem.travel_s[crew.mode]
    now, here = crew.shift[0], crew.start
    for number, index in enumerate([*order, None]):
        if number == rest:
            begin = max(now, crew.break_span[0])
            if begin > crew.break_span[1] + 1e-6:
                return False
            now = begin + crew.break_s
        if index is None:
            break
        visit = problem.visits[index]
        now += 0 if here == visit.place else travel[here, visit.place]
        windows = sorted(visit.windows) or [(-math.inf, math.inf)]
        window = next((w for w in windows if now <= w[1] + 1e-6), None)
        if window is None:
            return False
        now = max(now, window[0]) + visit.dwell_s
        here = visit.place
    return now + (0 if here == crew.end else travel[here, crew.end]) <= crew.shift[1] + 1e-6
