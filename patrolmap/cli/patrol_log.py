"""``patrolmap log``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.naming import team_finder
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.model.patrol_log import LogNumbers
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.patrol_log import LogResult

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
    log = add("log", tr("record what was done, and compare it with the plan"), _log)
    log.add_argument("project", metavar="PROJECT", type=Path)
    log.add_argument("--plan", metavar="P", help=tr("which plan; the newest without it"))
    how = log.add_mutually_exclusive_group()
    how.add_argument("--team", metavar="TEAM", help=tr("record stops of this team"))
    how.add_argument("--code", metavar="TEXT", help=tr("record stops of the sheet with this code"))
    how.add_argument("--form", metavar="FILE", type=Path, help=tr("record what a filled form says"))
    log.add_argument("--gpx", metavar="FILE", type=Path, help=tr("record the stops that the team's track visited"))
    log.add_argument(
        "--stops", nargs="+", action="extend", default=[], metavar="N", help=tr("numbers on the sheet; all without it")
    )
    log.add_argument("--skipped", metavar="WHY", help=tr("the stops were skipped, and why; without it they were done"))
    log.add_argument("--arrived", metavar="TIME", default="", help=tr("when the team arrived, such as 21:30"))
    log.add_argument("--left", metavar="TIME", default="", help=tr("when the team left"))
    log.add_argument("--event", metavar="TYPE", default="", help=tr("type of what was found"))
    log.add_argument("--note", metavar="TEXT", default="", help=tr("a remark, without persons"))


def _log(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import open_project

    records = bool(arguments.team or arguments.code or arguments.form)
    if not records and (
        arguments.gpx or arguments.stops or arguments.skipped is not None or arguments.arrived or arguments.left
    ):
        raise InputError(N_("Nothing says whose stops these are."), remedy=N_("Give --team, --code or --form."))
    with open_project(arguments.project, read_only=not records) as project:
        done = _recorded(project, arguments, console) if records else None
        plan = _plan(project, done.plan_ids[-1] if done and done.plan_ids else arguments.plan)
        return _answer(project, plan, done)


def _recorded(project: ProjectStore, arguments: argparse.Namespace, console: Console) -> LogResult:
    from patrolmap.model.patrol_log import LogState
    from patrolmap.services.log_form import record_form
    from patrolmap.services.patrol_log import SaidOfStop, record_code, record_stops

    if arguments.form:
        return record_form(project, arguments.form, cancel=console.cancel)
    said = SaidOfStop(
        LogState.DONE if arguments.skipped is None else LogState.SKIPPED,
        arguments.arrived,
        arguments.left,
        arguments.skipped or "",
        arguments.event,
        arguments.note,
    )
    if arguments.code:
        return record_code(project, arguments.code, arguments.stops, said)
    plan, team = _plan(project, arguments.plan), team_finder(project)(arguments.team)
    if arguments.gpx:
        from patrolmap.services.log_track import record_track

        return record_track(project, plan, team, arguments.gpx)
    return record_stops(project, plan, team, arguments.stops, said)


def _plan(project: ProjectStore, plan_id: str | None) -> PatrolPlan:
    plan = project.latest_plan() if plan_id is None else project.plan(plan_id)
    if plan is None:
        raise InputError(N_("The project has no plan yet."), remedy=N_("Make a plan first."))
    return plan


def _answer(project: ProjectStore, plan: PatrolPlan, done: LogResult | None) -> Answer:
    from patrolmap.model.patrol_log import log_numbers

    entries = project.log_entries(plan.plan_id)
    totals = log_numbers(plan, entries)
    teams = [
        {"team_id": route.team_id, "team": route.team_name, **_json(log_numbers(plan, entries, route.team_id))}
        for route in plan.routes
        if route.stops
    ]
    refused = [{"row": row, "why": tr(why)} for row, why in (done.refused if done else ())]
    data = {
        "plan_id": plan.plan_id,
        "recorded": len(done.entries) if done else 0,
        "refused": refused,
        "totals": _json(totals),
        "teams": teams,
    }
    lines = [tr("Not recorded, row {row}: {why}", row=one["row"], why=one["why"]) for one in refused[:20]]
    if done:
        lines.append(tr("{count} stops recorded", count=len(done.entries)))
    lines.append(
        tr(
            "{plan}: {done} of {planned} stops done, {skipped} skipped, {open} without a record",
            plan=plan.plan_id,
            done=totals.done,
            planned=totals.planned,
            skipped=totals.skipped,
            open=totals.open,
        )
    )
    if totals.arrivals:
        lines.append(tr("{count} of {all} known arrivals punctual", count=totals.punctual, all=totals.arrivals))
    if totals.stays:
        lines.append(
            tr("{count} of {all} known stays as long as planned", count=totals.stays_reached, all=totals.stays)
        )
    return Answer(data, tuple(lines))


def _json(numbers: LogNumbers) -> dict[str, Any]:
    return {
        "planned": numbers.planned,
        "done": numbers.done,
        "skipped": numbers.skipped,
        "open": numbers.open,
        "coverage": numbers.coverage,
        "required_planned": numbers.required_planned,
        "required_done": numbers.required_done,
        "required_coverage": numbers.required_coverage,
        "stays": numbers.stays,
        "stays_reached": numbers.stays_reached,
        "stay_planned_s": numbers.stay_planned_s,
        "stay_done_s": numbers.stay_done_s,
        "arrivals": numbers.arrivals,
        "punctual": numbers.punctual,
        "median_off_s": numbers.median_off_s,
        "events": numbers.events,
    }
