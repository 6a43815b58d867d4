"""Shifts of middle size with every rule there is, against OR-Tools' routing with the same time, in the same run.

python -m benchmarks.planner.mixed [--seconds 5] [--seeds 20] [--workers 1]

Bare matrices without symmetry: 50 to 200 visits, 5 to 20 teams, with windows (one or two), breaks, zones, sizes, required
visits and repeats a gap apart. OR-Tools gets all of these natively, the gaps as an order in time.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from patrolmap.planner import Problem, ProblemTeam, ProblemVisit, SolveParams, StopRule, solve, verify

_SHIFT_S = 4 * 3600
_REQUIRED = 1_000


def mixed_problem(seed: int) -> Problem:
    """Draw a shift: places in clusters and in between, ways longer in one direction than back."""
    rng = np.random.default_rng(seed)
    visits, teams = int(rng.integers(50, 201)), int(rng.integers(5, 21))
    middles = rng.uniform(0, 5_000, (6, 2))
    near = middles[rng.integers(6, size=visits + teams)] + rng.normal(0, 400, (visits + teams, 2))
    xy = np.where(rng.random((visits + teams, 1)) < 0.5, near, rng.uniform(0, 5_000, (visits + teams, 2)))
    metres = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1)) * rng.uniform(1.1, 1.6, (len(xy), len(xy)))
    travel_s = np.ceil(metres / rng.choice([1.2, 4.2]))
    crew = tuple(_team(rng, number, visits) for number in range(teams))
    wanted: list[ProblemVisit] = []
    while len(wanted) < visits:
        wanted += _repeats(rng, len(wanted), visits)
    return Problem({"any": travel_s}, tuple(wanted), crew)


def _team(rng: np.random.Generator, number: int, visits: int) -> ProblemTeam:
    begin_s = float(rng.choice([0, 0, 0, 1800]))
    return ProblemTeam(
        f"t{number}",
        visits + number,
        visits + number,
        (begin_s, float(_SHIFT_S)),
        members=int(rng.integers(2, 9)),
        zone=str(rng.choice(["", "n", "s"], p=[0.4, 0.3, 0.3])),
        break_s=float(rng.choice([0, 900])),
    )


def _repeats(rng: np.random.Generator, first: int, visits: int) -> list[ProblemVisit]:
    """Give one visit, or two or three to one place."""
    count = min(int(rng.choice([1, 1, 1, 2, 3])), visits - first)
    windows: tuple[tuple[float, float], ...] = ()
    if rng.random() < 0.3:
        starts = np.sort(rng.integers(0, _SHIFT_S - 2400, int(rng.integers(1, 3))))
        windows = tuple((float(at), float(at + rng.integers(600, 2400))) for at in starts)
        windows = windows if len(windows) < 2 or windows[0][1] < windows[1][0] else windows[:1]
    dwell_s, prize = float(rng.integers(180, 961)), float(rng.integers(3, 21))
    required, zone = bool(rng.random() < 0.08), str(rng.choice(["", "n", "s"], p=[0.6, 0.2, 0.2]))
    members = int(rng.choice([1, 1, 1, 4, 7]))
    return [
        ProblemVisit(
            f"v{first + number}",
            first,
            dwell_s=dwell_s,
            prize=prize,
            required=required,
            windows=windows,
            series=f"s{first}" if count > 1 else "",
            min_gap_s=3_600.0 if count > 1 else 0.0,
            zone=zone,
            min_members=members,
        )
        for number in range(count)
    ]


def ortools_score(problem: Problem, seconds: float) -> tuple[int, float]:
    """Solve with OR-Tools' routing; required visits missed and prize, the plan checked by nothing but its own model."""
    manager, routing = _model(problem)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(seconds * 1000))
    found = routing.SolveWithParameters(parameters)
    met = set()
    for vehicle in range(len(problem.teams)):
        index = routing.Start(vehicle)
        while found is not None and not routing.IsEnd(index):
            index = found.Value(routing.NextVar(index))
            if not routing.IsEnd(index):
                met.add(manager.IndexToNode(index))
    visits = problem.visits
    missed = sum(visit.required for number, visit in enumerate(visits) if number not in met)
    return missed, sum(visits[number].prize for number in met)


def _model(problem: Problem) -> tuple[pywrapcp.RoutingIndexManager, pywrapcp.RoutingModel]:
    visits, crew = problem.visits, problem.teams
    places = [*(visit.place for visit in visits), *(team.start for team in crew)]
    homes = [len(visits) + number for number in range(len(crew))]
    manager = pywrapcp.RoutingIndexManager(len(places), len(crew), homes, homes)
    routing = pywrapcp.RoutingModel(manager)
    ways = problem.travel_s["any"]
    travel = [[0 if a == b else math.ceil(ways[a, b]) for b in places] for a in places]
    stay = [*(math.ceil(visit.dwell_s) for visit in visits), *(0 for _ in crew)]
    cost = routing.RegisterTransitCallback(lambda a, b: travel[manager.IndexToNode(a)][manager.IndexToNode(b)])
    clock = routing.RegisterTransitCallback(
        lambda a, b: stay[manager.IndexToNode(a)] + travel[manager.IndexToNode(a)][manager.IndexToNode(b)]
    )
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    routing.AddDimension(clock, _SHIFT_S, _SHIFT_S, False, "time")
    time_of = routing.GetDimensionOrDie("time")
    for number, visit in enumerate(visits):
        index = manager.NodeToIndex(number)
        worth = visit.prize + (_REQUIRED if visit.required else 0)
        routing.AddDisjunction([index], round(worth * _SHIFT_S))
        may = [team for team in range(len(crew)) if problem.allowed(team, number)]
        routing.VehicleVar(index).SetValues([-1, *may])
        _set_windows(time_of.CumulVar(index), visit.windows)
    _add_gaps(problem, manager, routing, time_of)
    for vehicle, team in enumerate(crew):
        time_of.CumulVar(routing.Start(vehicle)).SetRange(int(team.shift[0]), int(team.shift[1]))
        if team.break_s > 0:
            begin_s, last_s = (int(edge) for edge in team.break_span)
            pause = routing.solver().FixedDurationIntervalVar(begin_s, last_s, int(team.break_s), False, f"b{vehicle}")
            time_of.SetBreakIntervalsOfVehicle(
                [pause],
                vehicle,
                [stay[manager.IndexToNode(i)] if i < routing.Size() else 0 for i in range(routing.Size())],
            )
    return manager, routing


def _set_windows(cumul: pywrapcp.IntVar, windows: tuple[tuple[float, float], ...]) -> None:
    if windows:
        cumul.SetRange(int(windows[0][0]), int(windows[-1][1]))
        for before, after in itertools.pairwise(windows):
            cumul.RemoveInterval(int(before[1]) + 1, int(after[0]) - 1)


def _add_gaps(
    problem: Problem,
    manager: pywrapcp.RoutingIndexManager,
    routing: pywrapcp.RoutingModel,
    time_of: pywrapcp.RoutingDimension,
) -> None:
    """Let the repeats of a place follow each other, wherever both are served."""
    solver = routing.solver()
    for members in problem.series.values():
        for one, other in itertools.combinations(members, 2):
            a, b = manager.NodeToIndex(one), manager.NodeToIndex(other)
            apart_s = round(problem.visits[one].dwell_s + problem.visits[one].min_gap_s)
            free = 2 * _SHIFT_S * (2 - routing.ActiveVar(a) - routing.ActiveVar(b))
            solver.Add(time_of.CumulVar(b) + free >= time_of.CumulVar(a) + apart_s)


def main() -> None:
    """Run both on each seed and count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    chosen = parser.parse_args()
    level = 0
    for seed in range(chosen.seeds):
        problem = mixed_problem(seed)
        began = time.process_time()
        bound = StopRule(time_s=chosen.seconds)
        plan = solve(problem, SolveParams(workers=chosen.workers), seed=seed, stop=bound)
        used_s = time.process_time() - began
        assert not verify(problem, plan)
        began = time.process_time()
        missed, prize = ortools_score(problem, chosen.seconds)
        peer_s = time.process_time() - began
        good = (plan.required_unmet, -plan.prize) <= (missed, -prize + 1e-6)
        level += good
        print(f"seed {seed:2d}: {len(problem.visits):3d} visits, {len(problem.teams):2d} teams: ", end="")
        print(
            f"planner {plan.prize:6.0f}, required unmet {plan.required_unmet:2d} ({used_s:.1f} s of processor); ",
            end="",
        )
        print(f"OR-Tools {prize:6.0f}, {missed:2d} ({peer_s:.1f} s){'' if good else '  BELOW'}", flush=True)
    print(f"level or better on {level} of {chosen.seeds}")


if __name__ == "__main__":
    main()
