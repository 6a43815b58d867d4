"""A week of the sample district: 7 nights, 60 teams, some 400 sites. ``python -m benchmarks.planner.week``."""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections import Counter
from pathlib import Path

from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.week_settings import WeekSettings
from patrolmap.planner.week_solve import solve_week
from patrolmap.project.store import ProjectStore
from patrolmap.services.sample_project import make_sample_project
from patrolmap.services.week import NightSearch, plan_week, week_fairness, week_shifts
from patrolmap.services.week_inputs import week_inputs


def main() -> None:
    """Print the seconds of the assignment alone and of the whole week, with what was reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds-a-night", type=float, default=5.0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = make_sample_project(Path(folder) / "sample.gpkg")
        with ProjectStore.open(path) as project:
            shifts = week_shifts(dt.date(2026, 11, 23), 7, "19:00", "23:00")
            inputs = week_inputs(project, shifts, PlanSettings(), WeekSettings())
            problem = inputs.problem
            print(f"{len(problem.teams)} teams, {len(problem.sites)} sites, {len(problem.nights)} nights")
            start = time.perf_counter()
            found = solve_week(problem)
            print(f"nights of teams and sites: {time.perf_counter() - start:.1f} s")
            for stage in found.stages:
                print(f"  {stage.aim}: {stage.value}, bound {stage.bound}{', proved' if stage.proved else ''}")
            start = time.perf_counter()
            week = plan_week(project, shifts, search=NightSearch(time_limit_s=told.seconds_a_night))
            print(f"whole week, {told.seconds_a_night:g} s of search a night: {time.perf_counter() - start:.1f} s")
            fairness = week_fairness(project, week)
            print(f"{fairness.met} of {fairness.wanted} nights of sites, {len(week.unmet)} sites short of some")
            print(f"nights of a team: {min(fairness.nights.values())} to {max(fairness.nights.values())}")
            print(f"unmet by reason: {dict(Counter(one.code for one in week.unmet))}")


if __name__ == "__main__":
    main()
