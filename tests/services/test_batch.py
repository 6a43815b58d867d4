"""A batch on a cluster: killed workers and a killed scheduler cost nothing that was done."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.progress import CancelledError
from patrolmap.project.lock import ProjectLock
from patrolmap.services.batch import SUMMARY, BatchResult, _client, run_batch
from patrolmap.services.batch_file import Batch, BatchProject
from patrolmap.services.projects import create_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Stands in for patrolmap: notes its run, then may kill the worker that started it, or wait for a file to appear.
PROGRAM = """
import os, pathlib, signal, sys, time
project, word, log = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
first = f"{project} {word}" not in (log.read_text() if log.exists() else "")
with log.open("a") as runs:
    runs.write(f"{project} {word}\\n")
if word == "kill" and first and project.startswith("a"):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
while word == "wait" and project.startswith("b") and not log.with_suffix(".go").exists():
    time.sleep(0.05)
print("{}")
"""


class Bench:
    """Two projects and the stand-in for the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "runs.log"
        self.script = folder / "program.py"
        self.script.write_text(PROGRAM, encoding="utf-8")
        self.projects = tuple(BatchProject(name, folder / f"{name}.gpkg", folder / "out" / name) for name in "ab")
        for project in self.projects:
            create_project(project.path, project.name).close()

    def run(self, *steps: str, scheduler: str | None = None, cancel: Callable[[], bool] = lambda: False) -> BatchResult:
        batch = Batch(
            self.projects, tuple(("{name}", step, str(self.log)) for step in steps), self.folder / "out", 1, 60.0
        )
        program = (sys.executable, "-S", str(self.script))
        return run_batch(batch, workers=2, scheduler=scheduler, program=program, cancel=cancel)

    @property
    def runs(self) -> list[str]:
        return sorted(self.log.read_text(encoding="utf-8").splitlines()) if self.log.exists() else []


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_two_batches_at_once_do_not_share_their_answers(bench: Bench) -> None:
    (bench.folder / "out").mkdir()
    other = ProjectLock(bench.folder / "out" / SUMMARY)
    assert other.acquire()
    with pytest.raises(InputError, match="at work"):
        bench.run("one")
    assert not bench.runs
    other.release()
    assert all(project.is_done for project in bench.run("one").projects)
    assert not list((bench.folder / "out").glob("*.lock"))


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_the_projects_of_a_killed_worker_go_on_elsewhere_behind_what_was_done(bench: Bench) -> None:
    result = bench.run("one", "kill", "two")
    assert all(project.is_done for project in result.projects)
    assert bench.runs == sorted(["a one", "b one", "a kill", "a kill", "b kill", "a two", "b two"])


def test_the_summary_says_what_became_of_each_project(bench: Bench) -> None:
    bench.projects[1].path.unlink()
    result = bench.run("one")
    said = json.loads(result.summary.read_text(encoding="utf-8"))
    assert [(project["name"], project["done"]) for project in said["projects"]] == [("a", True), ("b", True)]
    assert said["projects_done"] == 2


def test_a_cancelled_batch_goes_on_where_it_was(bench: Bench) -> None:
    with pytest.raises(CancelledError):
        bench.run("one", "wait", cancel=lambda: "b wait" in bench.runs and "a wait" in bench.runs)
    bench.log.with_suffix(".go").touch()
    bench.run("one", "wait")
    assert bench.runs.count("a one") == bench.runs.count("b one") == 1


def test_a_scheduler_that_does_not_answer_is_named(bench: Bench) -> None:
    with pytest.raises(InputError, match="127\\.0\\.0\\.1:9"):
        bench.run("one", scheduler="tcp://127.0.0.1:9")


def test_a_killed_scheduler_costs_nothing_that_was_done(bench: Bench) -> None:
    with _cluster(bench.folder) as (scheduler, address):
        killer = threading.Thread(target=_kill_when, args=(scheduler, lambda: "b wait" in bench.runs), daemon=True)
        killer.start()
        with pytest.raises(PatrolmapError, match="scheduler was lost"):
            bench.run("one", "wait", scheduler=address)
        killer.join()
    bench.log.with_suffix(".go").touch()
    result = bench.run("one", "wait")
    assert all(project.is_done for project in result.projects)
    assert bench.runs.count("a one") == bench.runs.count("b one") == 1


def test_a_batch_on_this_machine_listens_on_the_loopback_device_alone() -> None:
    with _client(None, 1):
        programs = (psutil.Process(), *psutil.Process().children(recursive=True))
        ends = [
            end for program in programs for end in program.net_connections("inet") if end.status == psutil.CONN_LISTEN
        ]
    assert len(ends) >= 3
    assert {end.laddr.ip for end in ends} == {"127.0.0.1"}
    assert 8787 not in {end.laddr.port for end in ends}


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    said = folder / "scheduler.json"
    words = [
        "--scheduler-file",
        str(said),
        "--host",
        "127.0.0.1",
        "--no-dashboard",
        "--dashboard-address",
        "127.0.0.1:0",
    ]
    scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *words])
    worker = None
    try:
        while not said.exists() or not said.read_bytes():
            time.sleep(0.05)
        address = json.loads(said.read_text(encoding="utf-8"))["address"]
        options = ["--nthreads", "2", "--no-nanny", "--death-timeout", "1", "--local-directory", str(folder)]
        worker = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_worker", address, *options])
        yield scheduler, address
    finally:
        for process in (worker, scheduler):
            if process is not None:
                process.kill()
                process.wait()


def _kill_when(process: subprocess.Popen[bytes], happened: Callable[[], bool]) -> None:
    while not happened():
        time.sleep(0.05)
    process.kill()
