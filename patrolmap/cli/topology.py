"""The command `topology`: look at the street lines, and mend them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console

__all__ = ["add_commands", "add_tolerances"]

_ROWS_IN_JSON = 200


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `topology`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("topology", tr("find and mend what is wrong with street lines"), _topology)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("--repair", action="store_true", help=tr("mend what was found, as one step of undo"))
    add_tolerances(parser)


def add_tolerances(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of the tolerances.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of a command.
    """
    parser.add_argument("--snap-m", type=float, metavar="M", help=tr("ends this near are joined, metres"))
    parser.add_argument(
        "--dangle-m", type=float, metavar="M", help=tr("loose ends shorter than this are cut off, metres")
    )
    parser.add_argument(
        "--component-m", type=float, metavar="M", help=tr("groups of streets shorter than this are listed, metres")
    )


def _topology(args: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services import topology as service
    from patrolmap.services import topology_views as views
    from patrolmap.services.projects import open_project

    with open_project(args.project) as project:
        settings = service.topology_settings(
            project, snap_m=args.snap_m, dangle_m=args.dangle_m, component_m=args.component_m
        )
        work = service.mend_topology if args.repair else service.examine_topology
        report = work(project, settings, progress=console.progress, cancel=console.cancel)
    return Answer(views.topology_document(report, _ROWS_IN_JSON), views.topology_lines(report))
