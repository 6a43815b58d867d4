"""``patrolmap self-test``, also ``patrolmap --self-test``: whether this installation works."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.cli.console import Console

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
    add("self-test", tr("check that this installation works"), _self_test)


def _self_test(_arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.self_test import run_self_test

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        outcomes = run_self_test(Path(folder), progress=console.progress, cancel=console.cancel)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    data = {
        "passed": not failed,
        "checks": [{**asdict(outcome), "title": tr(outcome.title)} for outcome in outcomes],
    }
    marks = {True: tr("works"), False: tr("FAILS")}
    lines = tuple(
        tr("{mark}  {title}: {detail}", mark=marks[outcome.passed], title=tr(outcome.title), detail=outcome.detail)
        for outcome in outcomes
    )
    answer = Answer(data, lines)
    if not failed:
        return answer
    console.give(answer)
    raise PatrolmapError(
        N_("{failed} of {count} checks failed."),
        remedy=N_("Install patrolmap again; if that does not help, send this text to those who maintain it."),
        failed=len(failed),
        count=len(outcomes),
    )
