"""The sample city's evening: prize of the planner against a nearest-prize greedy with 2-opt, on the same ways in the same run.

python -m benchmarks.planner.streets [--seconds 20] [--workers 2] [--evenings heightened:4 routine:2] [--teams 60] [--seeds 0 1]
"""

from __future__ import annotations

import argparse
import itertools
import math
import tempfile
import time
from pathlib import Path

from patrolmap.planner import Problem, SolveParams, StopRule, solve, verify
from patrolmap.planner.crews import teams_on_shift
from patrolmap.planner.demand import hotspot_visits, site_visits
from patrolmap.planner.hotspot_points import hotspot_points
from patrolmap.planner.network import street_problem
from patrolmap.planner.schedule import time_route
from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.slots import slotted
from patrolmap.planner.solution import SearchRecord, Solution, solution_of
from patrolmap.services.hotspots import HotspotParams, find_hotspots
from patrolmap.services.planning import shift_at
from patrolmap.services.projects import open_project
from patrolmap.services.sample import sample_shift
from patrolmap.services.sample_project import make_sample_project
from patrolmap.services.streets import street_graph


def make_sample(path: Path) -> None:
    """Make the sample project and find its hotspots."""
    make_sample_project(path)
    with open_project(path) as project:
        find_hotspots(project, HotspotParams(method="kde"))


def sample_problem(path: Path, teams: int | None, mode: str, hours: float) -> Problem:
    """Measure the ways of a shift of so many hours from 19:00."""
    with open_project(path) as project:
        settings = PlanSettings()
        until = 19 * 60 + round(60 * hours)
        shift = shift_at(sample_shift().date, "19:00", f"{until // 60 % 24:02d}:{until % 60:02d}", mode)
        graph = street_graph(project)
        hotspots = project.metric_layer("hotspots")
        points = hotspot_points(graph, list(hotspots.geometry), settings)
        wanted = [
            *site_visits(project.metric_layer("sites"), shift, settings),
            *hotspot_visits(hotspots, shift, settings, points),
        ]
        crews = teams_on_shift(project.metric_layer("teams"), shift)
        crews = crews if teams is None else crews[:: max(len(crews) // teams, 1)][:teams]
        return street_problem(graph, wanted, crews).problem


def greedy_plan(problem: Problem) -> Solution:
    """
    Send teams in turn to the visit with the most prize per second of way and stay, required ones first; then 2-opt.

    After the 2-opt of a route, the greedy goes on at its end as long as something fits.
    """
    easy = slotted(problem)
    orders: list[list[int]] = [[] for _ in easy.teams]
    left = set(range(len(easy.visits)))
    for required in (True, False):
        moving = set(range(len(easy.teams)))
        while moving:
            for team in sorted(moving):
                best = _best_next(easy, team, orders[team], [v for v in left if easy.visits[v].required == required])
                if best is None:
                    shorter = _two_opt(easy, team, orders[team])
                    if shorter == orders[team]:
                        moving.discard(team)
                    orders[team] = shorter
                else:
                    orders[team].append(best)
                    left.discard(best)
    return solution_of(easy, orders, SearchRecord(0, 0, 0, "greedy"))


def _best_next(problem: Problem, team: int, order: list[int], left: list[int]) -> int | None:
    matrix, crew = problem.matrix(team), problem.teams[team]
    here = problem.visits[order[-1]].place if order else crew.start

    def worth(visit: int) -> float:
        one = problem.visits[visit]
        way_s = 0.0 if here == one.place else matrix.item(here, one.place)
        return -math.inf if math.isinf(way_s) else (one.prize or 1.0) / (way_s + one.dwell_s + 1.0)

    may = [visit for visit in left if problem.allowed(team, visit)]
    for visit in sorted(may, key=lambda v: (-worth(v), v)):
        if worth(visit) > -math.inf and time_route(problem, team, [*order, visit]) is not None:
            return visit
    return None


def _two_opt(problem: Problem, team: int, order: list[int]) -> list[int]:
    best = order
    timing = time_route(problem, team, order)
    end_s = timing.end_s if timing else math.inf
    better = True
    while better:
        better = False
        for a, b in itertools.combinations(range(len(best) + 1), 2):
            turned = [*best[:a], *best[a:b][::-1], *best[b:]]
            timing = time_route(problem, team, turned)
            if timing is not None and timing.end_s < end_s - 1:
                best, end_s, better = turned, timing.end_s, True
                break
    return best


def main() -> None:
    """Solve with both and print the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--evenings", nargs="+", default=["heightened:4", "heightened:3", "heightened:2", "routine:2"])
    parser.add_argument("--teams", type=int, nargs="+", default=[60])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.gpkg"
        make_sample(path)
        for evening, teams, seed in itertools.product(chosen.evenings, chosen.teams, chosen.seeds):
            mode, _, hours = evening.partition(":")
            problem = sample_problem(path, teams, mode, float(hours))
            began = time.perf_counter()
            peer = greedy_plan(problem)
            peer_s = time.perf_counter() - began
            began = time.perf_counter()
            bound = StopRule(time_s=chosen.seconds)
            plan = solve(problem, SolveParams(workers=chosen.workers), seed=seed, stop=bound)
            took_s = time.perf_counter() - began
            assert not verify(problem, plan)
            whole = sum(visit.prize for visit in problem.visits)
            print(f"{mode}, {hours} h, seed {seed}: ", end="")
            print(f"{len(problem.teams)} teams, {len(problem.visits)} visits with a prize of {whole:.0f} in all")
            print(f"  greedy and 2-opt {peer.prize:8.1f}, required unmet {peer.required_unmet:2d}, {peer_s:5.1f} s")
            print(f"  planner          {plan.prize:8.1f}, required unmet {plan.required_unmet:2d}, {took_s:5.1f} s")
            print(f"  ratio {plan.prize / peer.prize:.3f}", flush=True)


if __name__ == "__main__":
    main()
