"""The command `coordinates`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.cli.ingest import read_mapping
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console

__all__ = ["add_commands"]


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `coordinates`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("coordinates", tr("tell which coordinate system a file is in, by the streets"), _coordinates)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("file", type=Path, metavar="FILE", help=tr("the file to examine; nothing is imported"))
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN", help=tr("columns of x and y")
    )
    parser.add_argument("--encoding", default="auto", metavar="E", help=tr("encoding of texts, or auto"))
    parser.add_argument(
        "--sheet", metavar="S", help=tr("sheet of a workbook, layer of a GeoPackage, member of an archive")
    )


def _coordinates(args: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.coordinates import coordinate_document, coordinate_lines, examine_coordinates
    from patrolmap.services.projects import open_project

    with open_project(args.project, read_only=True) as project:
        report = examine_coordinates(
            project,
            args.file,
            mapping=read_mapping(args.map),
            encoding=args.encoding,
            sheet=args.sheet,
            progress=console.progress,
            cancel=console.cancel,
        )
    return Answer(coordinate_document(report), coordinate_lines(report))
