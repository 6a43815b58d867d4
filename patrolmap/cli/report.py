"""``patrolmap report``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.errors import InputError
from patrolmap.i18n import LANGUAGES, current_language, speaking, tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

__all__ = ["add_commands"]

_WEEK = re.compile(r"(\d{4})-W(\d{1,2})")


def add_commands(add: Any, group: Any) -> None:  # noqa: ARG001 - every room has the same two
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    report = add("report", tr("write the situation report of a day, a week or a month"), _report)
    report.add_argument("project", metavar="PROJECT", type=Path)
    report.add_argument(
        "--period", choices=("day", "week", "month"), default="week", help=tr("how long; a week without it")
    )
    when = report.add_mutually_exclusive_group()
    when.add_argument("--end", metavar="DATE", help=tr("its last day, such as 2026-11-22; yesterday without it"))
    when.add_argument("--week", metavar="WEEK", help=tr("the week from Monday to Sunday, such as 2026-W47"))
    report.add_argument("--out", metavar="FILE", type=Path, required=True, help=tr("the Word file"))
    report.add_argument("--pdf", action="store_true", help=tr("write a PDF beside it"))
    report.add_argument(
        "--publish",
        action="store_true",
        help=tr("for readers outside: suppress small counts, leave out rings, plans and places of events"),
    )
    report.add_argument(
        "--language", choices=LANGUAGES, help=tr("language of the report; that of the program without it")
    )


def _report(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import open_project
    from patrolmap.services.report import make_report, write_report

    if arguments.out.suffix.lower() != ".docx":
        raise InputError(
            N_("{path} is no Word file."), remedy=N_("Give a name that ends in .docx."), path=str(arguments.out)
        )
    kind, end = _period(arguments)
    with speaking(arguments.language or current_language()):
        with open_project(arguments.project, read_only=True) as project:
            report = make_report(
                project, kind, end, publish=arguments.publish, progress=console.progress, cancel=console.cancel
            )
        written = write_report(report, arguments.out, pdf=arguments.out.with_suffix(".pdf") if arguments.pdf else None)
    lines = [tr("Written: {path}", path=path) for path in written]
    lines += [f"{part}: {why}" for part, why in report.facts.missing.items()]
    return Answer({"files": [str(path) for path in written], **asdict(report.facts)}, tuple(lines))


def _period(arguments: argparse.Namespace) -> tuple[str, dt.date]:
    if arguments.week is not None:
        match = _WEEK.fullmatch(arguments.week)
        try:
            if match:
                return "week", dt.date.fromisocalendar(int(match[1]), int(match[2]), 7)
        except ValueError:
            match = None
        raise InputError(N_("“{text}” is no week."), remedy=N_("Write it as 2026-W47."), text=arguments.week)
    if arguments.end is None:
        return arguments.period, dt.date.today() - dt.timedelta(days=1)
    try:
        return arguments.period, dt.date.fromisoformat(arguments.end)
    except ValueError:
        raise InputError(N_("“{text}” is no date."), remedy=N_("Write it as 2026-11-22."), text=arguments.end) from None
