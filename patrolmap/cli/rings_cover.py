"""``patrolmap rings coverage``, ``place``, ``district`` and ``drill``."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.errors import InputError
from patrolmap.exchange.local_time import iso_local
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.kinds import TravelMode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from patrolmap.cli.console import Answer, Console
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_views import Mark
    from patrolmap.services.rings_demand import Travel
    from patrolmap.services.rings_drills import BlockadeDrill, PursuitDrill
    from patrolmap.streets.network import StreetGraph

__all__ = ["add_cover_commands", "add_drill_commands"]

_NODES: dict[str, Any] = {"nargs": "+", "action": "extend", "metavar": "node:ID"}


def add_cover_commands(add: Any, rings: Any) -> None:
    """
    Add what is about posts and times.

    Parameters
    ----------
    add : callable
        Makes a command.
    rings : Any
        The group ``rings``.
    """
    coverage = add("coverage", tr("what posts reach in so many minutes"), _coverage, under=rings)
    _add_travel(coverage)
    coverage.add_argument("--minutes", default="1,3,5", metavar="M,...", help=tr("times, minutes"))
    coverage.add_argument("--without-areas", action="store_true", help=tr("leave out the isochrones"))
    place = add("place", tr("where new posts go"), _place, under=rings)
    _add_travel(place)
    place.add_argument(
        "--minutes", default="3", metavar="M", help=tr("time in which demand should be reached, minutes")
    )
    place.add_argument("--add", type=int, metavar="N", help=tr("number of new posts; left out: the fewest for all"))
    place.add_argument("--keep-existing", action="store_true", help=tr("today's posts stay and count"))
    _add_demand(place)
    place.add_argument("--webmap", type=Path, metavar="HTML", help=tr("write a web map that shows the new posts"))
    district = add("district", tr("which post answers for which junction"), _district, under=rings)
    _add_travel(district)
    district.add_argument(
        "--minutes", default="3", metavar="M", help=tr("time in which a post should be there, minutes")
    )
    district.add_argument("--time-limit-s", type=float, default=20.0, metavar="S", help=tr("seconds of search"))
    _add_demand(district)
    district.add_argument("--webmap", type=Path, metavar="HTML", help=tr("write a web map that shows the districts"))


def add_drill_commands(add: Any, rings: Any) -> None:
    """
    Add the drills.

    Parameters
    ----------
    add : callable
        Makes a command.
    rings : Any
        The group ``rings``.
    """
    parser = rings.add_parser("drill", help=tr("cordon drills"), description=tr("cordon drills"))
    drill = parser.add_subparsers(metavar=tr("COMMAND"), required=True, parser_class=type(parser))
    blockade = add("blockade", tr("one team to each exit, the worst arrival first"), _blockade, under=drill)
    _add_travel(blockade)
    _add_outputs(blockade)
    blockade.add_argument("--exits", required=True, help=tr("junctions to close"), **_NODES)
    pursuit = add("pursuit", tr("shut in somebody who left a junction some time ago"), _pursuit, under=drill)
    _add_travel(pursuit)
    _add_outputs(pursuit)
    pursuit.add_argument("--from", dest="start", required=True, metavar="node:ID", help=tr("where it began"))
    pursuit.add_argument("--head-start-s", type=float, required=True, metavar="T", help=tr("seconds before the alarm"))
    pursuit.add_argument("--exits", help=tr("ways out; left out: the rings, or the rim of the streets"), **_NODES)
    pursuit.add_argument("--pursued-kph", type=float, metavar="V", help=tr("speed of the pursued, km/h"))
    pursuit.add_argument(
        "--aim",
        choices=["margin", "area"],
        default="margin",
        help=tr("the greatest margin, or the smallest area with a margin in time"),
    )
    pursuit.add_argument(
        "--least-margin-s", type=float, default=0.0, metavar="S", help=tr("seconds each team must be ahead at least")
    )
    pursuit.add_argument("--time-limit-s", type=float, default=10.0, metavar="S", help=tr("seconds of search"))


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sheets", type=Path, metavar="PDF", help=tr("write a drill sheet for each post into one file")
    )
    parser.add_argument("--webmap", type=Path, metavar="HTML", help=tr("write a web map that shows the drill"))
    parser.add_argument(
        "--at", metavar="T", help=tr("time of the alarm, such as “2026-11-21 22:00”: times are told by the clock too")
    )


def _alarm(arguments: argparse.Namespace) -> dt.datetime | None:
    """Read the time of the alarm; a time of day alone is of today."""
    if arguments.at is None:
        return None
    from patrolmap.model.duty import alarm_moment

    return alarm_moment(arguments.at)


def _clocked(answer: Answer, alarm_at: dt.datetime | None) -> Answer:
    """Add to each row when the team and the pursued are there, by the clock."""
    if alarm_at is None:
        return answer
    rows = answer.data.get("assignment") or answer.data.get("cordon") or ()
    for row in rows:
        for name in ("arrival", "pursued"):
            seconds = row.get(f"{name}_s")
            if seconds is not None and math.isfinite(seconds):
                row[f"{name}_at"] = iso_local(alarm_at + dt.timedelta(seconds=round(seconds)))
    return replace(answer, data={"alarm_at": iso_local(alarm_at), **answer.data})


def _write_drill(
    arguments: argparse.Namespace, console: Console, project: ProjectStore, found: BlockadeDrill | PursuitDrill
) -> dict[str, Any]:
    """Write what was asked for beside the answer, and tell what was written."""
    from patrolmap.services.ring_drill_views import blockade_view, pursuit_view
    from patrolmap.services.ring_orders import drill_orders
    from patrolmap.services.rings_drills import BlockadeDrill

    if arguments.sheets is None and arguments.webmap is None:
        return {}
    travel, progress, cancel = _travel(arguments), console.progress, console.cancel
    orders, written = drill_orders(project, found, travel, progress=progress, cancel=cancel), dict[str, Any]()
    if arguments.sheets is not None and not orders:
        # The answer that nobody can close it is still an answer.
        written["sheets"] = None
    elif arguments.sheets is not None:
        from patrolmap.services.drill_sheets import write_drill_sheets

        done = write_drill_sheets(
            project,
            found,
            orders,
            travel,
            arguments.sheets,
            alarm_at=_alarm(arguments),
            progress=progress,
            cancel=cancel,
        )
        written["sheets"] = {"file": str(done.path), "sheets": done.sheets, "pages": done.pages}
    if arguments.webmap is not None:
        if isinstance(found, BlockadeDrill):
            view = blockade_view(project, found, orders)
        else:
            view = pursuit_view(project, found, orders)
        written["webmap"] = _write_webmap(arguments.webmap, console, project, {"ring_drill": view.marks})
    return written


def _write_webmap(
    path: Path, console: Console, project: ProjectStore, marks: Mapping[str, Sequence[Mark]]
) -> dict[str, Any]:
    from patrolmap.services.webmap import write_webmap

    made = write_webmap(project, path, answers=marks, progress=console.progress, cancel=console.cancel)
    return {"file": str(made.path), "size_bytes": made.size_bytes}


def _add_travel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=Path)
    modes = [mode.value for mode in TravelMode]
    parser.add_argument("--mode", choices=modes, default="car", help=tr("how teams move"))
    parser.add_argument("--speed-kph", type=float, metavar="V", help=tr("one speed for all streets, km/h"))
    parser.add_argument("--posts", help=tr("junctions where posts stand, instead of the project's posts"), **_NODES)


def _add_demand(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--demand", metavar="FIELD", help=tr("incidents, households, sites, junctions, or a column of the node table")
    )


def _with(answer: Answer, written: dict[str, Any]) -> Answer:
    lines = tuple(
        tr("No drill sheets were written: nobody goes anywhere.")
        if one is None
        else tr("Written: {path}", path=one["file"])
        for one in written.values()
    )
    return replace(answer, data=answer.data | written, lines=(*answer.lines, *lines)) if written else answer


def _travel(arguments: argparse.Namespace) -> Travel:
    from patrolmap.services.rings_demand import Travel

    return Travel(TravelMode(arguments.mode), arguments.speed_kph)


def _minutes(text: str) -> list[float]:
    try:
        return [float(word) for word in text.replace("，", ",").split(",") if word.strip()] or [float("nan")]
    except ValueError:
        raise InputError(
            N_("“{text}” is no list of minutes."), remedy=N_("Write numbers with commas, such as 1,3,5."), text=text
        ) from None


def _one_time(text: str) -> float:
    times = _minutes(text)
    if len(times) != 1:
        raise InputError(N_("One time is wanted, not several."), remedy=N_("Write a number of minutes, such as 3."))
    return times[0]


def _posts(arguments: argparse.Namespace, graph: StreetGraph) -> list[int] | None:
    from patrolmap.services.streets import parse_nodes

    return None if arguments.posts is None else parse_nodes(arguments.posts, graph).tolist()


def _coverage(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_cover_answers import coverage_answer
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_cover import cover
    from patrolmap.services.streets import street_graph

    minutes = _minutes(arguments.minutes)
    with open_project(arguments.project, read_only=True) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        found = cover(
            project,
            minutes,
            _travel(arguments),
            _posts(arguments, graph),
            areas=not arguments.without_areas,
            progress=console.progress,
            cancel=console.cancel,
        )
        return coverage_answer(found, graph, project.frame)


def _place(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_cover_answers import place_answer
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_cover import place_posts
    from patrolmap.services.streets import street_graph

    with open_project(arguments.project, read_only=True) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        found = place_posts(
            project,
            _one_time(arguments.minutes),
            _travel(arguments),
            add=arguments.add,
            keep_existing=arguments.keep_existing or arguments.posts is not None,
            posts=_posts(arguments, graph),
            demand=arguments.demand,
            seed=console.seed,
            progress=console.progress,
            cancel=console.cancel,
        )
        answer = place_answer(found, graph, project.frame)
        if arguments.webmap is None:
            return answer
        from patrolmap.services.ring_cover_views import placement_view

        marks = {"ring_places": placement_view(project, found).marks}
        return _with(answer, {"webmap": _write_webmap(arguments.webmap, console, project, marks)})


def _district(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_cover_answers import district_answer
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_cover import district
    from patrolmap.services.streets import street_graph

    with open_project(arguments.project, read_only=True) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        found = district(
            project,
            _one_time(arguments.minutes),
            _travel(arguments),
            _posts(arguments, graph),
            demand=arguments.demand,
            time_limit_s=arguments.time_limit_s,
            seed=console.seed,
            progress=console.progress,
            cancel=console.cancel,
        )
        answer = district_answer(found, graph)
        if arguments.webmap is None:
            return answer
        from patrolmap.services.ring_cover_views import districts_view

        marks = {"ring_districts": districts_view(project, found).marks}
        return _with(answer, {"webmap": _write_webmap(arguments.webmap, console, project, marks)})


def _blockade(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_cover_answers import blockade_answer
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_drills import drill_blockade
    from patrolmap.services.streets import parse_nodes, street_graph

    alarm_at = _alarm(arguments)
    with open_project(arguments.project, read_only=True) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        exits = parse_nodes(arguments.exits, graph).tolist()
        found = drill_blockade(project, exits, _posts(arguments, graph), _travel(arguments))
        answer = _clocked(blockade_answer(found, graph), alarm_at)
        return _with(answer, _write_drill(arguments, console, project, found))


def _pursuit(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_cover_answers import pursuit_answer
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_drills import drill_pursuit
    from patrolmap.services.streets import parse_nodes, street_graph

    alarm_at = _alarm(arguments)
    with open_project(arguments.project, read_only=True) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        exits = None if arguments.exits is None else parse_nodes(arguments.exits, graph).tolist()
        found = drill_pursuit(
            project,
            int(parse_nodes(arguments.start, graph)[0]),
            arguments.head_start_s,
            _posts(arguments, graph),
            _travel(arguments),
            exits=exits,
            pursued_kph=arguments.pursued_kph,
            aim=arguments.aim,
            least_margin_s=arguments.least_margin_s,
            time_limit_s=arguments.time_limit_s,
            seed=console.seed,
            progress=console.progress,
            cancel=console.cancel,
        )
        answer = _clocked(pursuit_answer(found, graph), alarm_at)
        return _with(answer, _write_drill(arguments, console, project, found))
