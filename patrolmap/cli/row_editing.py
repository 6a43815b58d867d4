"""The command `edit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console

__all__ = ["add_commands"]


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `edit`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("edit", tr("change or delete rows of a layer"), _edit)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("layer", choices=list(LAYERS), metavar="LAYER", help=tr("the layer, such as sites"))
    parser.add_argument("--rows", required=True, metavar="FIDS", help=tr("numbers of the rows, such as 3,5,8-12"))
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=tr("the new value of a field; may be repeated"),
    )
    parser.add_argument("--delete", action="store_true", help=tr("delete the rows"))


def _edit(args: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - the signature of all commands
    from patrolmap.services.projects import open_project  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.row_editing import change_cells, delete_rows  # noqa: PLC0415 - keeps start-up light

    fids, values = _fids(args.rows), dict(_pair(args.layer, text) for text in args.set)
    if bool(values) == args.delete:
        raise InputError(N_("There is nothing to do, or too much."), remedy=N_("Give either --set or --delete."))
    with open_project(args.project) as project:
        if args.delete:
            delete_rows(project, args.layer, fids)
        else:
            change_cells(project, args.layer, fids, {field: [value] * len(fids) for field, value in values.items()})
        done = {"layer": args.layer, "rows": len(fids), "deleted": args.delete, "fields": sorted(values)}
        return Answer(done, (tr("{count} {count:row|rows}", count=len(fids)),))


def _fids(text: str) -> list[int]:
    found: list[int] = []
    try:
        for part in text.split(","):
            low, _, high = part.strip().partition("-")
            found += range(int(low), int(high or low) + 1)
    except ValueError:
        found = []
    if not found:
        raise InputError(
            N_("“{text}” does not name rows."), remedy=N_("Give numbers such as 3,5,8-12; find lists them."), text=text
        )
    return list(dict.fromkeys(found))


def _pair(layer: str, text: str) -> tuple[str, str]:
    field, mark, value = text.partition("=")
    known = [spec.name for spec in LAYERS[layer].fields]
    if not mark or field not in known:
        raise InputError(
            N_("“{text}” does not set a field of this layer."),
            remedy=N_("Write FIELD=VALUE with one of: {fields}."),
            text=text,
            fields=", ".join(known),
        )
    return field, value
