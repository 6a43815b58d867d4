"""Team orienteering on published instances: the planner, and OR-Tools for the same time in the same run.

python benchmarks/planner/orienteering.py --seconds 30 [--ortools] [--instances p4.2.h p7.3.q] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import time
from pathlib import Path

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from patrolmap.planner import Problem, SolveParams, StopRule, solve, verify

DATA = Path(os.environ.get("PATROLMAP_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
SCALE = 1000


def read_instance(path: Path) -> Problem:
    """Read Chao's format: n, m and tmax, then x, y and prize of each place; first and last are start and end."""
    lines = path.read_text().splitlines()
    count, teams, limit = (float(line.split()[1]) for line in lines[:3])
    table = np.array([[float(word) for word in line.split()] for line in lines[3 : 3 + int(count)]])
    travel = np.hypot(*(table[:, None, :2] - table[None, :, :2]).transpose(2, 0, 1))
    return Problem.from_matrix(
        travel, prizes=table[:, 2].tolist(), limit=limit, teams=int(teams), start=0, end=len(table) - 1
    )


def ortools_prize(problem: Problem, seconds: float) -> float:
    """Solve with OR-Tools' routing: guided local search, disjunctions with the prize as penalty."""
    travel = np.ceil(problem.travel_s["any"] * SCALE - 1e-9).astype(int)
    crew = problem.teams
    ends = ([team.start for team in crew], [team.end for team in crew])
    manager = pywrapcp.RoutingIndexManager(len(travel), len(crew), *ends)
    routing = pywrapcp.RoutingModel(manager)
    transit = routing.RegisterTransitCallback(lambda a, b: int(travel[manager.IndexToNode(a), manager.IndexToNode(b)]))
    routing.SetArcCostEvaluatorOfAllVehicles(transit)
    limit = int(crew[0].shift[1] * SCALE)
    routing.AddDimension(transit, 0, limit, True, "time")
    prizes = {visit.place: visit.prize for visit in problem.visits}
    for place in range(len(travel)):
        if place not in (crew[0].start, crew[0].end):
            penalty = int(prizes.get(place, 0) * (limit + 1))
            routing.AddDisjunction([manager.NodeToIndex(place)], penalty)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(seconds * 1000))
    found = routing.SolveWithParameters(parameters)
    total = 0.0
    for vehicle in range(len(crew)):
        index = routing.Start(vehicle)
        while found is not None and not routing.IsEnd(index):
            total += prizes.get(manager.IndexToNode(index), 0.0)
            index = found.Value(routing.NextVar(index))
    return total


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ortools", action="store_true")
    parser.add_argument("--instances", nargs="+")
    parser.add_argument("--data", type=Path, default=DATA / "orienteering")
    chosen = parser.parse_args()
    with (chosen.data / "references.csv").open() as stream:
        references = {row["instance"]: float(row["reference_prize"]) for row in csv.DictReader(stream)}
    gaps, against = [], []
    for name, reference in references.items():
        if chosen.instances and name not in chosen.instances:
            continue
        problem = read_instance(chosen.data / f"{name}.txt")
        began = time.perf_counter()
        plan = solve(
            problem, SolveParams(workers=chosen.workers), seed=chosen.seed, stop=StopRule(time_s=chosen.seconds)
        )
        took_s = time.perf_counter() - began
        assert not verify(problem, plan)
        gaps.append(100.0 * (reference - plan.prize) / reference)
        line = (
            f"{name:8s} reference {reference:6.0f} planner {plan.prize:6.0f} gap {gaps[-1]:6.2f} % in {took_s:5.1f} s"
        )
        if chosen.ortools:
            peer = ortools_prize(problem, chosen.seconds)
            against.append(plan.prize / max(peer, 1e-9))
            line += f", OR-Tools {peer:6.0f}, ratio {against[-1]:.4f}"
        print(line, flush=True)
    met = sum(gap <= 1e-9 for gap in gaps)
    print(f"mean gap {statistics.mean(gaps):.3f} %, at or above the reference on {met} of {len(gaps)}")
    if against:
        level = sum(ratio >= 1 - 1e-9 for ratio in against)
        print(f"mean ratio to OR-Tools {statistics.mean(against):.4f}, level or better on {level} of {len(against)}")


if __name__ == "__main__":
    main()
