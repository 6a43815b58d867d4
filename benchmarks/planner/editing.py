"""A hand edit of a large plan: seconds until every time and every broken rule is known, against timing the plan anew.

python -m benchmarks.planner.editing [--teams 60] [--visits 600]
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from patrolmap.planner import Problem, ProblemTeam, ProblemVisit, SearchRecord, StopRule, solve, verify
from patrolmap.planner.editing import draft_of
from patrolmap.planner.solution import solution_of

SIDE_M = 6_000.0
SPEED_MPS = 4.0


def random_district(visits: int, teams: int, seed: int = 1) -> Problem:
    """Scatter visits and posts over a square; ways are straight, as only the clockwork is measured."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, SIDE_M, (visits + teams, 2))
    travel = np.ceil(np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1)) / SPEED_MPS)
    wanted = [ProblemVisit(f"v{k}", k, 300.0, float(rng.integers(1, 20))) for k in range(visits)]
    crew = [ProblemTeam(f"t{k}", visits + k, visits + k, (0.0, 14_400.0)) for k in range(teams)]
    return Problem({"any": travel}, tuple(wanted), tuple(crew))


def main() -> None:
    """Edit a plan twenty times and print the times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--teams", type=int, default=60)
    parser.add_argument("--visits", type=int, default=600)
    chosen = parser.parse_args()
    problem = random_district(chosen.visits, chosen.teams)
    began = time.perf_counter()
    plan = solve(problem, stop=StopRule(time_s=1.0))
    print(f"a search bounded by 1 s ended after {time.perf_counter() - began:.2f} s")
    draft = draft_of(problem, plan)
    edits, anew = [], []
    for number in range(20):
        began = time.perf_counter()
        draft = draft.place(number, number % chosen.teams)
        edits.append(time.perf_counter() - began)
        began = time.perf_counter()
        verify(problem, solution_of(problem, plan.orders, SearchRecord(0, 0, 0, "iterations")))
        anew.append(time.perf_counter() - began)
    edit_ms, anew_ms = 1e3 * statistics.median(edits), 1e3 * statistics.median(anew)
    print(f"hand edit with {chosen.teams} teams and {chosen.visits} visits: median {edit_ms:.1f} ms, ", end="")
    print(f"longest {1e3 * max(edits):.1f} ms; timing and checking the plan anew {anew_ms:.1f} ms")


if __name__ == "__main__":
    main()
