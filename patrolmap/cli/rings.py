"""``patrolmap rings ...``: crossings, closure, depth of defence; coverage and drills stand in ``rings_cover``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.rings_cover import add_cover_commands, add_drill_commands
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.duty import moment_on_duty
from patrolmap.model.kinds import ShiftMode

if TYPE_CHECKING:
    import argparse

    from patrolmap.cli.console import Answer, Console
    from patrolmap.model.schedule import Shift
    from patrolmap.project.store import ProjectStore
    from patrolmap.rings.closure import ClosureParams

__all__ = ["add_commands"]


def add_commands(add: Any, group: Any) -> None:
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    rings = group("rings", tr("defence rings: crossings, closure, coverage, drills"))
    crossings = add("crossings", tr("where streets pass a ring, and who controls them"), _crossings, under=rings)
    _add_closure_options(crossings)
    closure = add("closure", tr("is a ring closed, and where does it leak"), _closure, under=rings)
    _add_closure_options(closure)
    nodes = {"nargs": "+", "action": "extend", "metavar": "node:ID"}
    closure.add_argument("--inside", help=tr("junctions to protect, instead of a ring"), **nodes)
    closure.add_argument("--outside", help=tr("junctions to protect against"), **nodes)
    closure.add_argument("--controlled", help=tr("junctions that are controlled"), **nodes)
    closure.add_argument(
        "--posts-on-ends", action="store_true", help=tr("new posts may stand on the named junctions themselves")
    )
    depth = add("depth", tr("how many controls every way to a key site passes"), _depth, under=rings)
    _add_closure_options(depth)
    blocks = add(
        "blocks", tr("blocks between arterials, rivers and railways, with their entrances"), _blocks, under=rings
    )
    _add_closure_options(blocks)
    blocks.add_argument(
        "--save", action="store_true", help=tr("keep them in the project as the layer blocks, in one step of undo")
    )
    add_cover_commands(add, rings)
    add_drill_commands(add, rings)


def _add_closure_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--ring", metavar="R", help=tr("city, town or core; all if left out"))
    parser.add_argument(
        "--tolerance-m", type=float, metavar="M", help=tr("how far from its crossing a checkpoint may stand, metres")
    )
    parser.add_argument(
        "--carriageway-m",
        type=float,
        default=40.0,
        metavar="M",
        help=tr("how far apart the carriageways of one street may be that a checkpoint controls together, metres"),
    )
    parser.add_argument(
        "--at", metavar="T", help=tr("only who is on duty at this time counts, such as “2026-11-21 22:00” or “22:00”")
    )
    parser.add_argument("--shift", metavar="NAME", help=tr("only who is on duty during all of this shift counts"))
    parser.add_argument("--mode", choices=[mode.value for mode in ShiftMode], help=tr("routine or heightened duty"))
    parser.add_argument("--respect-oneway", action="store_true", help=tr("only ways that keep to one-way rules"))


def _params(arguments: argparse.Namespace, project: ProjectStore) -> ClosureParams:
    from patrolmap.rings.closure import ClosureParams
    from patrolmap.rings.guards import TOLERANCE_M

    tolerance_m = TOLERANCE_M if arguments.tolerance_m is None else arguments.tolerance_m
    for metres in (tolerance_m, arguments.carriageway_m):
        if not 0 <= metres < float("inf"):
            raise InputError(
                N_("A tolerance of {tolerance} m cannot be used."),
                remedy=N_("Give a number from 0 up."),
                tolerance=metres,
            )
    return ClosureParams(
        tolerance_m, arguments.respect_oneway, duty=_duty(arguments, project), carriageway_m=arguments.carriageway_m
    )


def _duty(arguments: argparse.Namespace, project: ProjectStore) -> Shift | None:
    from patrolmap.services.planning import find_shift

    if arguments.at and arguments.shift:
        raise InputError(N_("A time and a shift were both given."), remedy=N_("Give --at or --shift."))
    if arguments.shift:
        found = find_shift(project, arguments.shift)
        return replace(found, mode=ShiftMode(arguments.mode)) if arguments.mode else found
    if arguments.at:
        return moment_on_duty(arguments.at, arguments.mode or "routine")
    if arguments.mode:
        raise InputError(N_("A mode needs a time or a shift."), remedy=N_("Give --at or --shift with --mode."))
    return None


def _crossings(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_answers import Telling
    from patrolmap.services import rings
    from patrolmap.services.projects import open_project
    from patrolmap.services.streets import street_graph

    with open_project(arguments.project, read_only=True) as project:
        found = rings.ring_crossings(
            project, arguments.ring, _params(arguments, project), progress=console.progress, cancel=console.cancel
        )
        telling = Telling(project.frame, street_graph(project))
        return telling.crossings(found, rings.ring_nesting(project))


def _closure(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_answers import Telling
    from patrolmap.services import rings, rings_between
    from patrolmap.services.projects import open_project
    from patrolmap.services.streets import parse_nodes, street_graph

    if (arguments.inside is None) != (arguments.outside is None):
        raise InputError(N_("One side of the closure is missing."), remedy=N_("Give --inside and --outside together."))
    with open_project(arguments.project, read_only=True) as project:
        params = _params(arguments, project)
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        telling = Telling(project.frame, graph)
        if arguments.inside is not None:
            inside, outside = parse_nodes(arguments.inside, graph), parse_nodes(arguments.outside, graph)
            held = None if arguments.controlled is None else parse_nodes(arguments.controlled, graph).tolist()
            return telling.closure(
                rings_between.closure_between(
                    project,
                    inside.tolist(),
                    outside.tolist(),
                    held,
                    params,
                    end_posts=arguments.posts_on_ends,
                    cancel=console.cancel,
                )
            )
        heard = console.progress, console.cancel
        answers = rings.ring_closure(project, arguments.ring, params, progress=heard[0], cancel=heard[1])
        gaps = () if arguments.ring else rings_between.ring_to_ring(project, params, progress=heard[0], cancel=heard[1])
        return telling.closures(answers, gaps, rings.ring_nesting(project))


def _depth(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_answers import Telling
    from patrolmap.services import rings
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_reading import off_duty_sites
    from patrolmap.services.streets import street_graph

    with open_project(arguments.project, read_only=True) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        params = _params(arguments, project)
        found = rings.ring_depth(project, arguments.ring, params)
        return Telling(project.frame, graph).depths(found, off_duty_sites(project, params.duty))


def _blocks(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.ring_answers import Telling
    from patrolmap.services.block_layer import save_blocks
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings_blocks import ring_blocks
    from patrolmap.services.rings_reading import off_duty_sites
    from patrolmap.services.streets import street_graph

    with open_project(arguments.project, read_only=not arguments.save) as project:
        graph = street_graph(project, progress=console.progress, cancel=console.cancel)
        params = _params(arguments, project)
        found = ring_blocks(
            project,
            arguments.ring,
            tolerance_m=params.tolerance_m,
            duty=params.duty,
            progress=console.progress,
            cancel=console.cancel,
        )
        told = Telling(project.frame, graph).blocks(found, off_duty_sites(project, params.duty))
        if not arguments.save:
            return told
        asked = {"tolerance_m": params.tolerance_m, "duty": [arguments.at, arguments.shift, arguments.mode]}
        kept = save_blocks(project, found, ring=arguments.ring, asked=asked)
        words = tr("{count} blocks kept in the project.", count=kept)
        return replace(told, data=told.data | {"saved": kept}, lines=(*told.lines, words))
