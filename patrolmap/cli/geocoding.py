"""The command `geocode`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console

__all__ = ["add_commands"]


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `geocode`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("geocode", tr("find places that are named by their streets"), _geocode)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("--text", metavar="T", help=tr("a description, such as “A路与B街交叉口东100米”"))
    parser.add_argument(
        "--file", type=Path, metavar="F", help=tr("a notice: text with one place a line, Word, CSV or Excel")
    )
    parser.add_argument("--encoding", default="auto", metavar="E", help=tr("encoding of texts, or auto"))


def _geocode(args: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.geocoding import geocode_document, geocode_file, geocode_lines, geocode_texts
    from patrolmap.services.projects import open_project

    if (args.text is None) == (args.file is None):
        raise InputError(
            N_("There is no place to look for, or one too many."), remedy=N_("Give either --text or --file.")
        )
    with open_project(args.project, read_only=True) as project:
        if args.file is not None:
            result = geocode_file(
                project, args.file, encoding=args.encoding, progress=console.progress, cancel=console.cancel
            )
        else:
            result = geocode_texts(project, args.text.splitlines(), progress=console.progress, cancel=console.cancel)
        return Answer(geocode_document(project, result), geocode_lines(project, result))
