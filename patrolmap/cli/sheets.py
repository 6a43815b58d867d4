"""``patrolmap sheets``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

__all__ = ["add_commands"]


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
    sheets = add("sheets", tr("write the patrol sheets of a plan"), _sheets)
    sheets.add_argument("project", metavar="PROJECT", type=Path)
    sheets.add_argument("--plan", metavar="P", help=tr("which plan; the newest without it"))
    sheets.add_argument("--out", metavar="DIR", type=Path, required=True, help=tr("folder for the files"))


def _sheets(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import open_project  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.sheets import write_sheets  # noqa: PLC0415 - keeps start-up light

    with open_project(arguments.project, read_only=True) as project:
        done = write_sheets(project, arguments.plan, arguments.out, progress=console.progress, cancel=console.cancel)
    data = {
        "plan_id": done.plan_id,
        "overview": str(done.overview),
        "roster": str(done.roster) if done.roster else None,
        "sheets": [str(path) for path in done.sheets],
        "pages": done.pages,
    }
    line = tr(
        "{count} sheets, {pages} pages, in {folder}", count=len(done.sheets), pages=done.pages, folder=arguments.out
    )
    return Answer(data, (line,))
