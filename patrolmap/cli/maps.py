"""``patrolmap webmap`` and ``background``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

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
    background = add(
        "background", tr("tell what a file of map tiles holds, and whether it can lie under the map"), _background
    )
    background.add_argument("file", metavar="FILE", type=Path)
    webmap = add("webmap", tr("write a web map in one file that needs no network"), _webmap)
    webmap.add_argument("project", metavar="PROJECT", type=Path)
    webmap.add_argument("--plan", metavar="P", help=tr("which plan; the newest without it"))
    webmap.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help=tr("the file to write, such as map.html")
    )
    webmap.add_argument(
        "--rings",
        action="store_true",
        help=tr("show crossings, ways in, places that would close the rings, blocks and isochrones too"),
    )
    webmap.add_argument(
        "--publish", action="store_true", help=tr("for readers outside: suppress small counts, leave routes out")
    )


def _webmap(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import open_project
    from patrolmap.services.webmap import write_webmap

    with open_project(arguments.project, read_only=True) as project:
        done = write_webmap(
            project,
            arguments.out,
            arguments.plan,
            publish=arguments.publish,
            rings=arguments.rings,
            progress=console.progress,
            cancel=console.cancel,
        )
    data = {
        "file": str(done.path),
        "size_bytes": done.size_bytes,
        "plan_id": done.plan_id,
        "published": done.published,
        "rows": done.rows,
    }
    line = tr("{path}: {size} MB, opens in any browser", path=done.path, size=f"{done.size_bytes / 1e6:.1f}")
    return Answer(data, (line,))


def _background(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - one signature for all
    from patrolmap.services.basemaps import open_basemap
    from patrolmap.services.workspace import BasemapChoice

    found = open_basemap(BasemapChoice(str(arguments.file)))
    info = found.archive.info
    found.archive.close()
    data = {
        "file": str(arguments.file),
        "name": info.name,
        "attribution": found.basemap.credit,
        "min_zoom": info.min_zoom,
        "max_zoom": info.max_zoom,
    }
    line = tr("{name}, zoom {low} to {high}", name=info.name, low=info.min_zoom, high=info.max_zoom)
    return Answer(data, (line, found.basemap.credit) if found.basemap.credit else (line,))
