"""A made-up city of patrol teams on streets: planned in parts by parallel processes, prize, seconds and memory printed.

python -m benchmarks.planner.city [--scale 0.1] [--seconds 60] [--rounds 3] [--workers 2]

Scale 1 is 2,094 teams and 12,000 visits on 100,000 street edges.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.streets.network import made_up_streets
from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.planner import StopRule
from patrolmap.planner.crews import TeamOnShift
from patrolmap.planner.demand import WantedVisit
from patrolmap.planner.large import LargeParams, solve_large, verify_large
from patrolmap.planner.large_streets import large_street_problem
from patrolmap.streets.build import build_graph

if TYPE_CHECKING:
    from patrolmap.streets.network import StreetGraph

TEAMS, VISITS, EDGES = 2_094, 12_000, 100_000
EVENING = Shift("s", "s", dt.date(2026, 11, 20), TimeWindow(68_400, 75_600))
LONGEST_WAY_S = 3_600.0


def made_up_demand(
    graph: StreetGraph, teams: int, visits: int, seed: int
) -> tuple[list[WantedVisit], list[TeamOnShift]]:
    """Scatter posts and places over the streets, a third of the places around centres; 4 % are required, a tenth come twice."""
    rng = np.random.default_rng(seed)
    low, high = graph.node_xy.min(axis=0), graph.node_xy.max(axis=0)
    centres = rng.uniform(low, high, (max(teams // 60, 1), 2))

    def places(count: int) -> np.ndarray:
        near = centres[rng.integers(len(centres), size=count)] + rng.normal(0, 900, (count, 2))
        anywhere = rng.uniform(low, high, (count, 2))
        return np.clip(np.where(rng.random((count, 1)) < 0.33, near, anywhere), low + 50, high - 50)

    wanted = []
    for number, (x, y) in enumerate(places(round(visits / 1.1))):
        kind = rng.random()
        start = 68_400 + int(rng.integers(0, 2)) * 2_700
        window = TimeWindow(start, start + 3_600) if kind < 0.3 else EVENING.window
        one = Visit(f"v{number}", f"v{number}", "post", f"V{number}", shapely.Point(x, y), (window,), 900, False, 0.0)
        required = kind > 0.96
        prize = 20.0 if required else float(rng.integers(3, 30))
        one = Visit(**{**one.__dict__, "required": required, "prize": prize})
        twice = 0.3 <= kind < 0.4
        for again in range(2 if twice else 1):
            repeat = Visit(**{**one.__dict__, "visit_id": f"v{number}#{again + 1}", "prize": prize * 0.7**again})
            wanted.append(WantedVisit(repeat, f"v{number}" if twice else "", 2_700 if twice else 0))
    modes = rng.choice([TravelMode.WALK, TravelMode.EBIKE, TravelMode.CAR], teams, p=[0.6, 0.3, 0.1])
    crews = [
        TeamOnShift(f"t{k}", f"T{k}", "", "", 4, TravelMode(mode), None, EVENING.window, 0, "", shapely.Point(x, y))
        for k, (mode, (x, y)) in enumerate(zip(modes, places(teams), strict=True))
    ]
    return wanted, crews


class PeakMemory(threading.Thread):
    """Watch the memory of this process and its children, every half second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0

    def run(self) -> None:
        """Add up the resident pages."""
        while True:
            kids = Path(f"/proc/self/task/{os.getpid()}/children")
            ids = [os.getpid(), *map(int, kids.read_text().split())] if kids.exists() else []
            pages = 0
            for one in ids:
                statm = Path(f"/proc/{one}/statm")
                pages += int(statm.read_text().split()[1]) if statm.exists() else 0
            self.peak_mb = max(self.peak_mb, pages * resource.getpagesize() / 1e6)
            time.sleep(0.5)


def main() -> None:
    """Plan the city and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--iterations", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part-teams", type=int, default=100)
    parser.add_argument("--restarts", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep-ways", action=argparse.BooleanOptionalAction, default=True)
    chosen = parser.parse_args()
    graph = build_graph(made_up_streets(round(EDGES * chosen.scale))).graph
    wanted, crews = made_up_demand(graph, round(TEAMS * chosen.scale), round(VISITS * chosen.scale), chosen.seed)
    memory = PeakMemory()
    memory.start()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) if chosen.keep_ways else None
        large = large_street_problem(graph, wanted, crews, longest_way_s=LONGEST_WAY_S, folder=kept)
        found = solve_large(
            large,
            LargeParams(chosen.part_teams, chosen.rounds, chosen.workers, chosen.restarts),
            seed=chosen.seed,
            stop=StopRule(chosen.iterations, None if chosen.iterations else chosen.seconds),
        )
        kept_mb = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
    took_s = time.perf_counter() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    plan = found.solution
    required = sum(visit.required for visit in large.visits)
    broken = verify_large(large, found)
    print(f"{len(crews)} teams, {len(wanted)} visits, {graph.edge_count} edges, {len(found.parts)} parts")
    print(f"prize {plan.prize:.0f} of {sum(v.prize for v in large.visits):.0f} in {took_s:.0f} s, ", end="")
    print(f"{plan.record.iterations} iterations; required unmet {plan.required_unmet} of {required}; ", end="")
    print(f"broken rules {len(broken)}; peak memory {memory.peak_mb:.0f} MB with its processes, ", end="")
    print(f"{kept_mb:.0f} MB of ways on disk; processor {children.ru_utime + children.ru_stime:.0f} s")


if __name__ == "__main__":
    main()
