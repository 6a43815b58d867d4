"""``patrolmap licences``: what is shipped of others, and under which licences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

    from patrolmap.cli.console import Console

__all__ = ["add_commands"]


def add_commands(add: Any, _group: Any) -> None:
    """
    Add this room's command.

    Parameters
    ----------
    add : function
        Adds a command, as in `patrolmap.cli.app`.
    _group : function
        Adds a group of commands.
    """
    licences = add("licences", tr("What is shipped of others, and under which licences"), _licences)
    licences.add_argument("--texts", action="store_true", help=tr("all licences in full"))


def _licences(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.licences import components, licence_texts

    found = components()
    data: dict[str, Any] = {"components": [vars(part) for part in found]}
    lines = [f"{part.name} {part.version}: {part.licence}" for part in found]
    if arguments.texts:
        data["texts"] = licence_texts()
        lines.append(data["texts"])
    return Answer(data, tuple(lines))
