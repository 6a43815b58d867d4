"""The command `edit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.kinds import RingKind
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from patrolmap.cli.console import Console
    from patrolmap.project.store import ProjectStore

__all__ = ["add_commands"]

_WAYS: Final = ("set", "delete", "merge", "split", "outline", "move")
_OUTLINED: Final = ("hotspots", "rings")


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
    parser = add("edit", tr("change, delete, merge, split, draw or move rows of a layer"), _edit)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("layer", choices=list(LAYERS), metavar="LAYER", help=tr("the layer, such as sites"))
    parser.add_argument("--rows", metavar="FIDS", help=tr("numbers of the rows, such as 3,5,8-12"))
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=tr("the new value of a field; may be repeated"),
    )
    parser.add_argument("--delete", action="store_true", help=tr("delete the rows"))
    parser.add_argument("--merge", action="store_true", help=tr("make one row of them"))
    places = "“LON,LAT LON,LAT …”"
    parser.add_argument("--split", metavar=places, help=tr("cut the rows along this line"))
    parser.add_argument(
        "--outline", metavar=places, help=tr("draw a hotspot or a ring by its corners, or reshape the one of --rows")
    )
    parser.add_argument("--move", metavar="LON,LAT", help=tr("move the site of --rows"))


def _edit(args: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - the signature of all commands
    from patrolmap.services.projects import open_project

    wanted = [way for way in _WAYS if getattr(args, way)]
    if len(wanted) != 1 and wanted != ["set", "outline"]:
        raise InputError(
            N_("There is nothing to do, or too much."),
            remedy=N_("Give one of --set, --delete, --merge, --split, --outline and --move."),
        )
    fids = _fids(args.rows) if args.rows is not None else []
    if not fids and "outline" not in wanted:
        raise InputError(N_("It is not said which rows."), remedy=N_("Give their numbers with --rows."))
    values = dict(_pair(args.layer, text) for text in args.set)
    with open_project(args.project) as project:
        left = _done(project, args, fids, values)
    done = {
        "layer": args.layer,
        "rows": len(fids) or 1,
        "deleted": args.delete,
        "fields": sorted(values),
        "done": wanted[-1],
        "fids": left,
    }
    return Answer(done, (tr("{count} {count:row|rows}", count=len(fids) or 1),))


def _done(project: ProjectStore, args: argparse.Namespace, fids: list[int], values: dict[str, str]) -> list[int]:
    """Do it, and give the rows that hold the result."""
    from patrolmap.cli.geometry import metric_places
    from patrolmap.services.row_editing import change_cells, delete_rows
    from patrolmap.services.shape_editing import merge_rows, split_rows

    if args.delete:
        delete_rows(project, args.layer, fids)
        return []
    if args.merge:
        return [merge_rows(project, args.layer, fids)]
    if args.split:
        places = metric_places(args.split, project.frame)
        if len(places) < 2:
            raise InputError(N_("A line needs two places or more."), remedy=N_("Give them with spaces between them."))
        import shapely

        return list(split_rows(project, args.layer, fids, shapely.LineString(places)))
    if args.outline:
        return _outlined(project, args.layer, fids, metric_places(args.outline, project.frame), values)
    if args.move:
        return _moved(project, args.layer, fids, metric_places(args.move, project.frame))
    change_cells(project, args.layer, fids, {field: [value] * len(fids) for field, value in values.items()})
    return fids


def _outlined(
    project: ProjectStore,
    layer: str,
    fids: list[int],
    corners: Sequence[tuple[float, float]],
    values: dict[str, str],
) -> list[int]:
    from patrolmap.services.hotspot_editing import save_hotspot
    from patrolmap.services.ring_editing import save_ring

    if layer not in _OUTLINED:
        raise InputError(
            N_("Rows of this layer are not drawn by their corners."),
            remedy=N_("Hotspots and rings can be; import the others from a file."),
        )
    fid = _only(fids) if fids else None
    if fid is not None and values:
        raise InputError(N_("There is nothing to do, or too much."), remedy=N_("Reshape first, then use --set."))
    if layer == "hotspots":
        if set(values) - {"name"}:
            raise InputError(N_("Of a drawn hotspot only the name is given."), remedy=N_("Write --set name=…"))
        return [save_hotspot(project, corners, fid, values.get("name", ""))]
    kind = _ring_kind(project, fid, values)
    save_ring(project, kind, corners, fid)
    return [fid if fid is not None else int(project.layer("rings").index.max())]


def _ring_kind(project: ProjectStore, fid: int | None, values: dict[str, str]) -> RingKind:
    """Take the kind of the row, or the one that is given for a new ring."""
    rings = project.layer("rings")
    word = str(rings["kind"].loc[fid]) if fid is not None and fid in rings.index else values.get("kind", "")
    if word not in list(RingKind) or set(values) - {"kind"}:
        raise InputError(
            N_("It is not said which ring is drawn."),
            remedy=N_("Write --set kind= with one of: {kinds}."),
            kinds=list(RingKind),
        )
    return RingKind(word)


def _moved(project: ProjectStore, layer: str, fids: list[int], places: Sequence[tuple[float, float]]) -> list[int]:
    from patrolmap.services.ring_editing import move_site

    if layer != "sites" or len(places) != 1:
        raise InputError(
            N_("One site is moved to one place."), remedy=N_("Write: edit PROJECT sites --rows N --move LON,LAT")
        )
    fid = _only(fids)
    move_site(project, fid, *places[0])
    return [fid]


def _only(fids: list[int]) -> int:
    if len(fids) != 1:
        raise InputError(N_("This is done to one row at a time."), remedy=N_("Give one number with --rows."))
    return fids[0]


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
            fields=list(known),
        )
    return field, value
