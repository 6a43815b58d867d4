"""The command `find`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console

__all__ = ["add_commands"]


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `find`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("find", tr("find sites, teams, streets and junctions by name"), _find)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("text", metavar="TEXT", help=tr("a name, a part of one, a description or coordinates"))
    parser.add_argument(
        "--coordinates",
        choices=("wgs84", "cgcs2000", "gcj02", "bd09", "gk3"),
        default="",
        metavar="SYSTEM",
        help=tr("system of typed coordinates: wgs84, cgcs2000, gcj02, bd09 or gk3"),
    )
    parser.add_argument("--limit", type=int, default=30, metavar="N", help=tr("the most answers to give"))


def _find(args: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.place_search import PlaceFinder, find_document, find_lines
    from patrolmap.services.projects import open_project

    with open_project(args.project, read_only=True) as project:
        found = PlaceFinder(project).find(
            args.text,
            limit=max(args.limit, 1),
            system=args.coordinates,
            progress=console.progress,
            cancel=console.cancel,
        )
        return Answer(find_document(project, found), find_lines(project, found))
