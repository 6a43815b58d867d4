"""A team drops out of the sample's evening: seconds until the rest is planned again, drawn, explained and kept.

python -m benchmarks.planner.replanning [--times 5]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from patrolmap.planner.replan import Changes
from patrolmap.services.hotspots import HotspotParams, find_hotspots
from patrolmap.services.planning import plan_shift
from patrolmap.services.projects import open_project
from patrolmap.services.replanning import replan_shift
from patrolmap.services.sample import sample_shift
from patrolmap.services.sample_project import make_sample_project


def main() -> None:
    """Plan, let one team after another drop out with the first stops done, and print the times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.gpkg"
        make_sample_project(path)
        with open_project(path) as project:
            find_hotspots(project, HotspotParams(method="kde"))
            plan = plan_shift(project, sample_shift(), time_limit_s=5.0)
            done = frozenset(route.stops[0].visit.visit_id for route in plan.routes if route.stops)
            clock_s, busy_s, lost = [], [], []
            for number in range(chosen.times):
                gone = frozenset([plan.routes[5 + number].team_id])
                began, busy = time.perf_counter(), time.process_time()
                again = replan_shift(project, plan.plan_id, changes=Changes(drop=gone, done=done))
                clock_s.append(time.perf_counter() - began)
                busy_s.append(time.process_time() - busy)
                lost.append(sum(route.prize for route in plan.routes) - sum(route.prize for route in again.routes))
    print(f"{len(plan.routes)} teams, {sum(len(route.stops) for route in plan.routes)} stops; one team drops out:")
    print(f"planned again in {statistics.median(clock_s):.2f} s, longest {max(clock_s):.2f} s; ", end="")
    print(f"processor {statistics.median(busy_s):.2f} s; prize lost {statistics.mean(lost):.1f} on average")


if __name__ == "__main__":
    main()
