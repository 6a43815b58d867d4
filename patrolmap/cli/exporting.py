"""``patrolmap export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer, Console
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

__all__ = ["add_commands"]

_FORMATS: Final = ("gpx", "kml", "geojson", "gpkg", "xlsx", "ics")


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
    export = add("export", tr("write a plan or the map for other programs"), _export)
    export.add_argument("project", metavar="PROJECT", type=Path)
    export.add_argument("--plan", metavar="P", help=tr("which plan; the newest without it"))
    export.add_argument(
        "--format", choices=_FORMATS, required=True, help=tr("what to write; kml to a file .kmz is packed")
    )
    export.add_argument(
        "--publish", action="store_true", help=tr("for readers outside: suppress small counts, leave routes out")
    )
    export.add_argument(
        "--small-count", type=int, metavar="N", help=tr("keep N as what counts must reach to be published")
    )
    export.add_argument(
        "--out",
        metavar="FILE_OR_DIR",
        type=Path,
        required=True,
        help=tr("a file, or a folder for a file for each team or layer"),
    )


def _export(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.exporting import export
    from patrolmap.services.projects import open_project
    from patrolmap.services.publishing import set_publish_threshold

    with open_project(arguments.project, read_only=arguments.small_count is None) as project:
        if arguments.small_count is not None:
            set_publish_threshold(project, arguments.small_count)
        done = export(
            project,
            arguments.out,
            arguments.format,
            arguments.plan,
            publish=arguments.publish,
            progress=console.progress,
            cancel=console.cancel,
        )
    data = {"format": done.format, "plan_id": done.plan_id, "files": [str(path) for path in done.files]}
    lines = [tr("{count} files written", count=len(done.files)), *(str(path) for path in done.files[:20])]
    return Answer(data, tuple(lines))
