"""Run the steps of one project, each in a process of its own, and keep a record of each that a later run can trust.

A step that breaks down, runs too long or is killed cannot harm the others. The record says what was run, on which
state of the project, and what came out. A later run takes over the steps whose records still fit, and goes on behind them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from patrolmap import __version__
from patrolmap.errors import PatrolmapError
from patrolmap.services.parent_watch import EXIT_WITH_PARENT
from patrolmap.services.projects import verify_journal

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.services.batch_file import Batch, BatchProject

__all__ = ["ProjectRun", "StepRecord", "run_steps"]

_WRONG_INPUT: Final = 2
_CANCELLED: Final = 3
_LAST_WORDS: Final = 2000

StepStatus = Literal["started", "done", "failed"]


@dataclass(frozen=True)
class StepRecord:
    """
    What became of a step.

    Parameters
    ----------
    words : tuple of str
        The command line that was run, without the program's name.
    program_version : str
        The program that ran it.
    before, after : str
        State of the project before and after: the last hash of its journal; empty if unknown.
    status : StepStatus
        ``started`` until it is known; then ``done`` or ``failed``.
    exit_status : int or None
        That of the command; negative for a signal; None if it ran too long or has not ended.
    attempts : int
        How often it was run.
    seconds : float
        Time of the last attempt.
    answer : Any
        The command's JSON document; None if it gave none.
    complaint : str
        What it said on standard error when it failed, the end of it.
    """

    words: tuple[str, ...]
    program_version: str
    before: str
    after: str = ""
    status: StepStatus = "started"
    exit_status: int | None = None
    attempts: int = 0
    seconds: float = 0.0
    answer: Any = None
    complaint: str = ""


@dataclass(frozen=True)
class ProjectRun:
    """
    What became of a project.

    Parameters
    ----------
    name : str
        As in `BatchProject.name`.
    records : tuple of StepRecord
        One for each step that was reached.
    resumed : int
        How many of them were taken over from an earlier run.
    """

    name: str
    records: tuple[StepRecord, ...]
    resumed: int


def run_steps(
    batch: Batch, project: BatchProject, options: tuple[str, ...], *, again: bool = False, program: tuple[str, ...] = ()
) -> ProjectRun:
    """
    Bring a project through the steps of a batch, from where an earlier run left it.

    Parameters
    ----------
    batch : Batch
        What to do.
    project : BatchProject
        On which project.
    options : tuple of str
        Words that every command gets besides, such as ``--lang zh``.
    again : bool, default False
        Whether to run all steps, whatever is on record.
    program : tuple of str, default ()
        Words that start patrolmap; none for the one that runs here.

    Returns
    -------
    ProjectRun
        Its records. The steps after a failed one are not run.
    """
    project.out.mkdir(parents=True, exist_ok=True)
    wanted = [(*batch.words(step, project), *options) for step in range(len(batch.steps))]
    files = [project.out / f"step-{step + 1:02d}.json" for step in range(len(wanted))]
    records = [] if again else _taken_over(project, wanted, files)
    resumed = len(records)
    for words, file in zip(wanted[resumed:], files[resumed:], strict=True):
        record = _run_step(batch, project, words, file, program or _this_program())
        records.append(record)
        if record.status == "failed":
            break
    return ProjectRun(project.name, tuple(records), resumed)


def _taken_over(project: BatchProject, wanted: list[tuple[str, ...]], files: list[Path]) -> list[StepRecord]:
    """Take over the longest run of done steps, if the project is still as the last of them, or one cut off, left it."""
    records: list[StepRecord] = []
    left_as = None
    for words, file in zip(wanted, files, strict=True):
        record = _read(file)
        if record is None or record.words != words or record.program_version != __version__:
            break
        if records and record.before != records[-1].after:
            break
        if record.status == "started":  # it was cut off, and may have written its part or not
            return records
        left_as = record.after
        if record.status == "failed":
            break
        records.append(record)
    return records if left_as == _state(project.path) else []


def _run_step(
    batch: Batch, project: BatchProject, words: tuple[str, ...], file: Path, program: tuple[str, ...]
) -> StepRecord:
    record = StepRecord(words, __version__, before=_state(project.path))
    for attempt in range(1, batch.retries + 2):
        record = replace(record, status="started", attempts=attempt)
        _write(file, record)
        record = _attempt(record, program, batch.timeout_s)
        if record.exit_status in {0, _WRONG_INPUT, _CANCELLED}:
            break
    record = replace(record, after=_state(project.path))
    _write(file, record)
    return record


def _this_program() -> tuple[str, ...]:
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "patrolmap")


def _attempt(record: StepRecord, program: tuple[str, ...], timeout_s: float) -> StepRecord:
    start_s = time.perf_counter()
    process = subprocess.Popen(
        [*program, *record.words, "--json", "--quiet"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, EXIT_WITH_PARENT: "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    with process:
        try:
            out, err = _talk(process, timeout_s)
            exit_status: int | None = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            exit_status = None
    return replace(
        record,
        status="done" if exit_status == 0 else "failed",
        exit_status=exit_status,
        seconds=round(time.perf_counter() - start_s, 3),
        answer=_document(out),
        complaint="" if exit_status == 0 else err.decode(errors="replace").strip()[-_LAST_WORDS:],
    )


def _talk(process: subprocess.Popen[bytes], timeout_s: float) -> tuple[bytes, bytes]:
    """Read both streams to their ends while standard input stays open: to the child its end means the parent's."""
    keep_open, process.stdin = process.stdin, None
    try:
        return process.communicate(timeout=timeout_s)
    finally:
        if keep_open is not None:
            keep_open.close()


def _document(out: bytes) -> Any:
    try:
        return json.loads(out)
    except ValueError:  # a command that failed has said nothing, or half
        return None


def _state(project: Path) -> str:
    try:
        return verify_journal(project)[1]
    except PatrolmapError:  # the step itself will say what is wrong with the file
        return ""


def _read(file: Path) -> StepRecord | None:
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        return StepRecord(**{**fields, "words": tuple(fields["words"])})
    except (OSError, ValueError, TypeError, KeyError):  # none yet, or not one of ours: the step runs
        return None


def _write(file: Path, record: StepRecord) -> None:
    draft = file.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(asdict(record), stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
