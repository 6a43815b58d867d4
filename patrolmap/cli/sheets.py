"""``patrolmap sheets``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

    from patrolmap.model.sheet_template import SheetTemplate
    from patrolmap.project.store import ProjectStore

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
    sheets.add_argument("--paper", choices=("A4", "A3"), help=tr("size of the paper; the project's without it"))
    sheets.add_argument(
        "--orientation", choices=("portrait", "landscape"), help=tr("how it is held; the project's without it")
    )
    sheets.add_argument(
        "--template", metavar="FILE", type=Path, help=tr("JSON with office, mark, phones, logo, paper, orientation")
    )
    sheets.add_argument("--one-file", action="store_true", help=tr("all teams in one file instead of one each"))
    sheets.add_argument("--keep", action="store_true", help=tr("keep these choices in the project"))


def _sheets(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import open_project
    from patrolmap.services.sheet_templates import set_sheet_template
    from patrolmap.services.sheets import write_sheets

    with open_project(arguments.project, read_only=not arguments.keep) as project:
        template = _template(arguments, project)
        if arguments.keep:
            set_sheet_template(project, template)
        done = write_sheets(
            project,
            arguments.plan,
            arguments.out,
            template=template,
            progress=console.progress,
            cancel=console.cancel,
        )
    data = {
        "plan_id": done.plan_id,
        "overview": str(done.overview),
        "roster": str(done.roster) if done.roster else None,
        "sheets": [str(path) for path in done.sheets],
        "pages": done.pages,
        "paper": template.paper.value,
        "orientation": template.orientation.value,
    }
    line = tr(
        "{count} {count:file|files} of sheets, {pages} {pages:page|pages}, in {folder}",
        count=len(done.sheets),
        pages=done.pages,
        folder=arguments.out,
    )
    return Answer(data, (line,))


def _template(arguments: argparse.Namespace, project: ProjectStore) -> SheetTemplate:
    from patrolmap.model.sheet_template import Orientation, PaperSize
    from patrolmap.services.sheet_templates import read_template, sheet_template

    template = read_template(arguments.template) if arguments.template else sheet_template(project)
    return replace(
        template,
        paper=PaperSize(arguments.paper) if arguments.paper else template.paper,
        orientation=Orientation(arguments.orientation) if arguments.orientation else template.orientation,
        one_file=arguments.one_file or template.one_file,
    )
