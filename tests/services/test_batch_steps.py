"""The steps of one project: what is done is taken over, what broke down is tried again, what changed is done anew."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.services.batch_file import Batch, BatchProject
from patrolmap.services.batch_steps import ProjectRun, run_steps
from patrolmap.services.projects import create_project, open_project

if TYPE_CHECKING:
    from pathlib import Path

# Stands in for patrolmap: notes each run, and does what its first word says.
PROGRAM = """
import json, pathlib, sys, time
word, log = sys.argv[1], pathlib.Path(sys.argv[2])
with log.open("a") as runs:
    runs.write(word + "\\n")
if word == "slow":
    time.sleep(60)
if word == "crash-once" and log.read_text().count(word) == 1:
    sys.exit(1)
print(json.dumps({"word": word}))
print("words", file=sys.stderr)
sys.exit({"wrong": 2, "crash": 1}.get(word, 0))
"""


class Bench:
    """A project, the stand-in for the program, and what it noted."""

    def __init__(self, folder: Path) -> None:
        self.project = BatchProject("north", folder / "north.gpkg", folder / "out" / "north")
        create_project(self.project.path, "North").close()
        self.log = folder / "runs.log"
        script = folder / "program.py"
        script.write_text(PROGRAM, encoding="utf-8")
        self.program = (sys.executable, "-S", str(script))

    def run(self, *steps: str, retries: int = 1, timeout_s: float = 30.0, again: bool = False) -> ProjectRun:
        batch = Batch(
            (self.project,), tuple((step, str(self.log)) for step in steps), self.project.out, retries, timeout_s
        )
        return run_steps(batch, self.project, (), again=again, program=self.program)

    def edit(self) -> None:
        with open_project(self.project.path) as project:
            project.apply(SetSetting("note", "edited"), Message("Edited"))

    @property
    def runs(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").split()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_every_step_is_run_in_turn_and_its_answer_kept(bench: Bench) -> None:
    done = bench.run("one", "two")
    assert [record.status for record in done.records] == ["done", "done"]
    assert [record.answer for record in done.records] == [{"word": "one"}, {"word": "two"}]
    assert bench.runs == ["one", "two"]


def test_what_is_done_is_not_run_again(bench: Bench) -> None:
    bench.run("one", "two")
    done = bench.run("one", "two", "three")
    assert done.resumed == 2
    assert bench.runs == ["one", "two", "three"]


def test_all_is_run_again_on_demand(bench: Bench) -> None:
    bench.run("one")
    bench.run("one", again=True)
    assert bench.runs == ["one", "one"]


def test_a_project_that_was_edited_since_is_done_anew(bench: Bench) -> None:
    bench.run("one", "two")
    bench.edit()
    assert bench.run("one", "two").resumed == 0
    assert bench.runs == ["one", "two", "one", "two"]


def test_a_step_that_was_cut_off_is_run_again_even_if_it_had_written_its_part(bench: Bench) -> None:
    bench.run("one", "two")
    file = bench.project.out / "step-02.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "status": "started", "after": ""}))
    bench.edit()
    assert bench.run("one", "two").resumed == 1
    assert bench.runs == ["one", "two", "two"]


def test_a_breakdown_is_tried_again(bench: Bench) -> None:
    record = bench.run("crash-once").records[0]
    assert (record.status, record.attempts) == ("done", 2)


def test_after_the_last_try_the_step_has_failed_and_the_rest_waits(bench: Bench) -> None:
    done = bench.run("crash", "two", retries=2)
    assert [record.status for record in done.records] == ["failed"]
    assert bench.runs == ["crash"] * 3
    assert done.records[0].complaint == "words"


def test_input_at_fault_is_not_tried_again(bench: Bench) -> None:
    bench.run("wrong", retries=5)
    assert bench.runs == ["wrong"]


def test_a_failed_step_is_tried_by_the_next_run_behind_what_is_done(bench: Bench) -> None:
    bench.run("one", "wrong")
    bench.run("one", "wrong")
    assert bench.runs == ["one", "wrong", "wrong"]


def test_a_step_that_runs_too_long_is_ended(bench: Bench) -> None:
    record = bench.run("slow", retries=0, timeout_s=1.0).records[0]
    assert (record.status, record.exit_status) == ("failed", None)


def test_a_record_that_is_not_one_counts_as_none(bench: Bench) -> None:
    bench.run("one")
    (bench.project.out / "step-01.json").write_text("{", encoding="utf-8")
    assert bench.run("one").resumed == 0
