"""A province of small districts: one worker against two, then the same cut off twice and taken up again.

Run ``python -m benchmarks.batch [--districts 150] [--timed N]``; N of them are enough for the speed-up. Each district is a copy of the sample; its step is the closure of its
rings. In the last run a worker is killed after a third of the projects and the whole command after two thirds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from patrolmap.services.sample_project import make_sample_project

STEP = "rings closure {project}"


def main() -> None:
    """Make the districts, run them three times, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=150)
    parser.add_argument("--timed", type=int, help="districts of the runs with one worker and with two; else all")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_districts(folder, options.districts)
        timed = options.timed or options.districts
        _write_batch(folder, timed)
        seconds = {workers: _timed(folder, f"out{workers}", workers) for workers in (1, 2)}
        for workers, taken_s in seconds.items():
            print(f"{workers} workers: {timed} districts in {taken_s:.0f} s", flush=True)
        print(f"speed-up with 2 workers: {seconds[1] / seconds[2]:.2f}", flush=True)
        _write_batch(folder, options.districts)
        _cut_off(folder, options.districts)


def _make_districts(folder: Path, count: int) -> None:
    first = make_sample_project(folder / "district-001.gpkg")
    for number in range(2, count + 1):
        shutil.copy(first, folder / f"district-{number:03d}.gpkg")


def _write_batch(folder: Path, count: int) -> None:
    projects = [f"district-{number:03d}.gpkg" for number in range(1, count + 1)]
    (folder / "batch.json").write_text(json.dumps({"projects": projects, "steps": [STEP]}), encoding="utf-8")


def _start(folder: Path, out: str, workers: int) -> psutil.Popen:
    words = [
        "batch",
        str(folder / "batch.json"),
        "--out",
        str(folder / out),
        "--workers",
        str(workers),
        "--quiet",
        "--json",
    ]
    return psutil.Popen([sys.executable, "-m", "patrolmap", *words], stdout=subprocess.DEVNULL)


def _timed(folder: Path, out: str, workers: int) -> float:
    start_s = time.perf_counter()
    if _start(folder, out, workers).wait() != 0:
        sys.exit("the batch failed")
    return time.perf_counter() - start_s


def _cut_off(folder: Path, count: int) -> None:
    out = folder / "cut"
    command = _start(folder, "cut", 2)
    _wait_for(out, count // 3)
    workers = [child for child in command.children(recursive=True) if "--multiprocessing-fork" in child.cmdline()]
    workers = workers or [
        child for child in command.children(recursive=True) if "spawn_main" in " ".join(child.cmdline())
    ]
    workers[-1].kill()
    _wait_for(out, 2 * count // 3)
    command.kill()
    command.wait()
    time.sleep(2)
    done = _done(out)
    if _start(folder, "cut", 2).wait() != 0:
        sys.exit("the batch failed after it was cut off")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    kept = {project["name"] for project in summary["projects"] if project["steps_resumed"]}
    print(f"cut off: {len(done)} were done when the command was killed, {len(kept)} of them not done again")
    print(f"finished: {summary['projects_done']} of {count}")
    if not done <= kept:
        sys.exit("what was done was done again")


def _done(out: Path) -> set[str]:
    records = {file.parent.name: file for file in out.glob("*/step-01.json")}
    return {name for name, file in records.items() if json.loads(file.read_text(encoding="utf-8"))["status"] == "done"}


def _wait_for(out: Path, count: int) -> None:
    while len(_done(out)) < count:
        time.sleep(0.5)


if __name__ == "__main__":
    main()
