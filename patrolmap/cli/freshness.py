"""The command `outdated`."""

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
    Add `outdated`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("outdated", tr("tell what was computed before its data changed"), _outdated)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))


def _outdated(args: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - the signature of all commands
    from patrolmap.services.freshness import (
        outdated_document,
        outdated_hotspots,
        outdated_lines,
        outdated_plan,
    )
    from patrolmap.services.projects import open_project

    with open_project(args.project, read_only=True) as project:
        plan = project.latest_plan()
        checked = (outdated_hotspots(project), None if plan is None else outdated_plan(project, plan))
        found = tuple(one for one in checked if one is not None)
        return Answer(outdated_document(found), outdated_lines(found))
