"""``patrolmap plan``, ``patrolmap replan`` and ``patrolmap compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.naming import team_finder
from patrolmap.cli.plan_answers import plan_answer
from patrolmap.cli.roster import read_date
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.model.plan import Visit
    from patrolmap.model.schedule import Shift
    from patrolmap.planner.replan import Changes
    from patrolmap.project.store import ProjectStore

__all__ = ["add_commands"]


def add_commands(add: Any, group: Any) -> None:  # noqa: ARG001 - every room is called alike
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    _add_plan(add)
    _add_replan(add)
    _add_compare(add)


def _add_plan(add: Any) -> None:
    plan = add("plan", tr("plan the routes of a shift"), _plan)
    plan.add_argument("project", metavar="PROJECT", type=Path)
    plan.add_argument("--shift", metavar="NAME", help=tr("a shift of the project"))
    plan.add_argument("--date", metavar="DATE", help=tr("day on which the shift starts, such as 2026-11-20"))
    plan.add_argument("--start", metavar="TIME", help=tr("start of the shift, such as 20:00"))
    plan.add_argument("--end", metavar="TIME", help=tr("end of the shift; not after the start means the next day"))
    plan.add_argument("--mode", choices=("routine", "heightened"), help=tr("mode of the shift"))
    plan.add_argument("--time-limit-s", type=float, metavar="S", help=tr("seconds of search"))
    plan.add_argument("--iterations", type=int, metavar="N", help=tr("iterations of search; gives the same plan again"))
    plan.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help=tr("planning settings for this plan as JSON, before those of the project"),
    )
    plan.add_argument(
        "--variants",
        type=int,
        default=0,
        metavar="N",
        help=tr("also keep N other plans that lose little of the prize"),
    )
    plan.add_argument(
        "--loss",
        type=float,
        default=3.0,
        metavar="PERCENT",
        help=tr("most of the prize that such a plan may lose; 3 without it"),
    )


def _add_replan(add: Any) -> None:
    again = add("replan", tr("plan the rest of a shift again"), _replan)
    again.add_argument("project", metavar="PROJECT", type=Path)
    again.add_argument("--plan", metavar="P", help=tr("a plan of the project; without it the latest"))
    again.add_argument("--drop", nargs="+", action="extend", default=[], metavar="TEAM", help=tr("teams that drop out"))
    again.add_argument("--lock", nargs="+", action="extend", default=[], metavar="VISIT", help=tr("stops to keep"))
    again.add_argument(
        "--done", nargs="+", action="extend", default=[], metavar="VISIT", help=tr("stops that are done")
    )
    again.add_argument(
        "--join", nargs="+", action="extend", default=[], metavar="TEAM", help=tr("teams of the shift that join")
    )
    again.add_argument(
        "--overtime",
        nargs="+",
        action="extend",
        default=[],
        metavar="TEAM=MIN",
        help=tr("teams that stay so many minutes longer"),
    )
    again.add_argument("--remedy", metavar="VISIT", help=tr("an unmet visit: make the smallest change that meets it"))
    again.add_argument(
        "--incident", metavar="LON,LAT", help=tr("something that came in: where, in the planar units of such a project")
    )
    again.add_argument("--name", metavar="N", default="", help=tr("what came in; “incident” without it"))
    again.add_argument("--from", dest="first", metavar="TIME", help=tr("somebody is to be there from this time"))
    again.add_argument("--to", dest="last", metavar="TIME", help=tr("and arrives by this time; the shift's without it"))
    again.add_argument("--stay", type=float, default=15.0, metavar="MIN", help=tr("stay there, minutes; 15 without it"))
    again.add_argument("--optional", action="store_true", help=tr("it need not be met"))
    again.add_argument("--time-limit-s", type=float, metavar="S", help=tr("seconds of search"))
    again.add_argument(
        "--iterations", type=int, metavar="N", help=tr("iterations of search; gives the same plan again")
    )


def _add_compare(add: Any) -> None:
    beside = add("compare", tr("lay two plans beside each other"), _compare)
    beside.add_argument("project", metavar="PROJECT", type=Path)
    beside.add_argument("first", metavar="PLAN")
    beside.add_argument("second", metavar="PLAN")


def _plan(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.plan_quality import (
        plan_fairness,
        plan_predictability,
        plan_variants,
    )
    from patrolmap.services.plan_settings import (
        plan_settings,
        read_plan_settings,
    )
    from patrolmap.services.planning import plan_shift
    from patrolmap.services.projects import open_project

    loss = _share_of(arguments.loss)
    with open_project(arguments.project) as project:
        own = plan_settings(project)
        plan = plan_shift(
            project,
            _shift(project, arguments),
            settings=own if arguments.settings is None else read_plan_settings(arguments.settings, own),
            seed=console.seed,
            time_limit_s=arguments.time_limit_s,
            iterations=arguments.iterations,
            progress=console.progress,
            cancel=console.cancel,
            keep_best=False,
        )
        fairness, predictability = plan_fairness(project, plan), plan_predictability(project, plan)
        variants = (
            plan_variants(
                project,
                plan.plan_id,
                count=arguments.variants,
                loss=loss,
                seed=console.seed,
                time_limit_s=arguments.time_limit_s,
                iterations=arguments.iterations,
                progress=console.progress,
                cancel=console.cancel,
            )
            if arguments.variants > 0
            else ()
        )
    return plan_answer(plan, fairness, predictability, variants)


def _replan(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.plan_quality import plan_fairness
    from patrolmap.services.projects import open_project
    from patrolmap.services.replanning import replan_shift

    with open_project(arguments.project) as project:
        changes = _changes(project, arguments)
        plan = replan_shift(
            project,
            arguments.plan,
            changes=changes,
            seed=console.seed,
            time_limit_s=arguments.time_limit_s,
            iterations=arguments.iterations,
            progress=console.progress,
            cancel=console.cancel,
            keep_best=False,
        )
        fairness = plan_fairness(project, plan)
    return plan_answer(plan, fairness)


def _changes(project: ProjectStore, arguments: argparse.Namespace) -> Changes:
    from dataclasses import replace

    from patrolmap.planner.replan import Changes
    from patrolmap.services.plan_making import plan_of
    from patrolmap.services.plan_remedies import remedies_for, remedy_changes

    first = Changes()
    if arguments.remedy:
        plan = plan_of(project, arguments.plan)
        one = next((one for one in plan.unmet if one.visit.visit_id == arguments.remedy), None)
        remedies = () if one is None else remedies_for(plan, one)
        if not remedies:
            raise InputError(
                N_("There is nothing to be done at once about “{name}”."),
                remedy=N_("Name one of the unmet visits whose answer lists remedies."),
                name=arguments.remedy,
            )
        first = remedy_changes(plan, remedies[0])
    team = team_finder(project)
    overtime = (_overtime(text) for text in arguments.overtime)
    return replace(
        first,
        drop=frozenset(map(team, arguments.drop)),
        requests=_incident(project, arguments),
        lock=frozenset(arguments.lock),
        done=frozenset(arguments.done),
        join=first.join | frozenset(map(team, arguments.join)),
        overtime_s={**first.overtime_s, **{team(name): more_s for name, more_s in overtime}},
    )


def _incident(project: ProjectStore, arguments: argparse.Namespace) -> tuple[Visit, ...]:
    import shapely

    from patrolmap.model.schedule import parse_clock
    from patrolmap.services.plan_incidents import Incident, incident_visit
    from patrolmap.services.plan_making import plan_of

    if arguments.incident is None:
        return ()
    lon, _, lat = arguments.incident.replace("，", ",").partition(",")
    try:
        point, stay_s = shapely.Point(float(lon), float(lat)), round(60 * arguments.stay)
    except (ValueError, OverflowError) as error:
        raise InputError(
            N_("“{text}” is no place, or the stay is none."),
            remedy=N_("Write --incident 113.02,34.45 --stay 15."),
            text=arguments.incident,
        ) from error
    said = Incident(
        project.frame.wgs84_to_metric(point),
        arguments.name.strip() or tr("Incident"),
        None if arguments.first is None else parse_clock(arguments.first),
        None if arguments.last is None else parse_clock(arguments.last),
        stay_s,
        required=not arguments.optional,
    )
    return (incident_visit(plan_of(project, arguments.plan), said),)


def _overtime(text: str) -> tuple[str, int]:
    team, mark, minutes = text.rpartition("=")
    if not (mark and team and minutes.isdecimal()):
        raise InputError(N_("“{text}” is no overtime."), remedy=N_("Write TEAM=MINUTES, such as T5=30."), text=text)
    return team, 60 * int(minutes)


def _compare(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - every command is called alike
    from dataclasses import asdict

    from patrolmap.services.plan_compare import change_lines, compare_plans
    from patrolmap.services.projects import open_project

    with open_project(arguments.project) as project:
        first, second = project.plan(arguments.first), project.plan(arguments.second)
    found = compare_plans(first, second)
    data = {"first_plan_id": first.plan_id, "second_plan_id": second.plan_id, **asdict(found)}
    return Answer(data, tuple(tr(line) for line in change_lines(found)))


def _shift(project: ProjectStore, arguments: argparse.Namespace) -> Shift:
    from dataclasses import replace

    from patrolmap.model.kinds import ShiftMode
    from patrolmap.services.planning import find_shift, shift_at

    if arguments.shift:
        found = find_shift(project, arguments.shift)
        return replace(found, mode=ShiftMode(arguments.mode)) if arguments.mode else found
    if not (arguments.date and arguments.start and arguments.end):
        raise InputError(
            N_("It is not said which shift to plan."), remedy=N_("Give --shift, or --date with --start and --end.")
        )
    date = read_date(arguments.date)
    return shift_at(date, arguments.start, arguments.end, arguments.mode or "routine")


def _share_of(percent: float) -> float:
    """Turn the loss that variants may have into a share."""
    if not 0 <= percent <= 100:
        raise InputError(
            N_("A loss of {percent} % is not possible."),
            remedy=N_("Give a number from 0 to 100, such as 3."),
            percent=f"{percent:g}",
        )
    return percent / 100
