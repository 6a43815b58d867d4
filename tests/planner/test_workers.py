"""Worker processes live no longer than the program that started them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from patrolmap.planner.workers import Crew

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import multiprocessing, time
from patrolmap.planner.workers import Crew

def wait(*, cancel, report):
    time.sleep(600)

if __name__ == "__main__":
    with Crew(2) as crew:
        crew.wait_until_ready()
        print(*(process.pid for process in multiprocessing.active_children()), flush=True)
        crew.run(wait, [()])
"""


def test_no_worker_outlives_a_killed_program(tmp_path: Path) -> None:
    """One worker is busy, one waits for work; both end when their program is killed."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM, encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    workers = [psutil.Process(int(pid)) for pid in program.stdout.readline().split()]
    assert len(workers) == 2
    program.kill()
    program.communicate()
    give_up = time.monotonic() + 60
    while any(worker.is_running() for worker in workers) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert not any(worker.is_running() for worker in workers)


def nap(seconds: float, _load: bytes, *, cancel: object, report: object) -> None:  # noqa: ARG001 - the signature of all work
    time.sleep(seconds)


def test_work_that_nobody_took_leaves_no_thread() -> None:
    """Twelve pieces of five megabytes, stopped at once: what hands them over has ended, so that the program can."""
    pieces = [(30.0, bytes(5_000_000)) for _ in range(12)]
    with Crew(2) as crew:
        crew.run(nap, pieces, cancel=lambda: True)
    deadline_s = time.monotonic() + 10
    while any("QueueFeeder" in one.name for one in threading.enumerate()) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert [one.name for one in threading.enumerate() if "QueueFeeder" in one.name] == []
