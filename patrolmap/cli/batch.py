"""``patrolmap batch``: the same commands on many projects."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.cli.console import Console
    from patrolmap.services.batch import BatchResult
    from patrolmap.services.batch_file import Batch

__all__ = ["add_commands"]


def add_commands(add: Any, group: Any) -> None:  # noqa: ARG001 - every room is called alike
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    batch = add("batch", tr("run the same commands on many projects"), _batch)
    batch.add_argument("file", type=Path, metavar="FILE", help=tr("TOML or JSON file with projects and steps"))
    batch.add_argument("--out", type=Path, metavar="DIR", help=tr("folder for the answers"))
    batch.add_argument("--workers", type=int, metavar="N", help=tr("projects at once; without it one for each core"))
    batch.add_argument("--scheduler", metavar="ADDRESS", help=tr("a Dask scheduler, such as tcp://10.1.2.3:8786"))
    batch.add_argument("--again", action="store_true", help=tr("run every step, even those that are done"))


def _batch(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.batch import run_batch
    from patrolmap.services.batch_file import read_batch

    if arguments.workers is not None and arguments.workers < 1:
        raise InputError(N_("--workers must be at least 1."))
    batch = read_batch(arguments.file, out=arguments.out)
    _check_steps(batch)
    result = run_batch(
        batch,
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        options=("--lang", current_language(), "--seed", str(console.seed)),
        again=arguments.again,
        progress=console.progress,
        cancel=console.cancel,
    )
    answer = _answer(batch, result)
    failed = [done for done in result.projects if not done.is_done]
    if not failed:
        return answer
    console.give(answer)
    raise InputError(
        N_("{failed} of {count} projects were not finished."),
        remedy=N_("Mend what the summary says, and run the same command again: what is done is not done twice."),
        failed=len(failed),
        count=len(result.projects),
    )


def _check_steps(batch: Batch) -> None:
    """Find out before anything runs whether the command line understands every step."""
    from patrolmap.cli.app import build_parser

    for step, said in enumerate(batch.steps):
        words = io.StringIO()
        try:
            with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
                build_parser().parse_args(list(batch.words(step, batch.projects[0])))
        except SystemExit as refused:
            raise InputError(
                N_("The step “{step}” is not a command of patrolmap."),
                why=N_("It says: {words}"),
                step=" ".join(said),
                words=(words.getvalue().strip().splitlines() or ["-"])[-1],
            ) from refused


def _answer(batch: Batch, result: BatchResult) -> Answer:
    data = {
        "summary": str(result.summary),
        "out": str(batch.out),
        "projects_done": sum(done.is_done for done in result.projects),
        "projects_failed": sum(not done.is_done for done in result.projects),
        "projects": [
            {
                "name": done.project.name,
                "done": done.is_done,
                "steps_done": sum(record.status == "done" for record in done.run.records) if done.run else 0,
                "steps_resumed": done.run.resumed if done.run else 0,
                "complaint": done.complaint,
            }
            for done in result.projects
        ],
    }
    lines = [
        tr("{name}: {complaint}", name=done.project.name, complaint=done.complaint)
        for done in result.projects
        if not done.is_done
    ]
    resumed = sum(done.run.resumed for done in result.projects if done.run)
    values = {"done": data["projects_done"], "count": len(result.projects), "resumed": resumed}
    lines.append(tr("{done} of {count} projects done; {resumed} steps were taken over from an earlier run.", **values))
    lines.append(tr("Summary: {file}", file=result.summary))
    return Answer(data, tuple(lines))
