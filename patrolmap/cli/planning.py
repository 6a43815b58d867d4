"""``patrolmap plan`` and ``patrolmap replan``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.roster import read_date
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.plan_words import quality_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from patrolmap.model.plan import Leg, PatrolPlan, Route, UnmetVisit
    from patrolmap.model.schedule import Shift
    from patrolmap.planner.fairness import Fairness
    from patrolmap.planner.predictability import Predictability
    from patrolmap.planner.replan import Changes
    from patrolmap.project.store import ProjectStore

__all__ = ["add_commands", "plan_answer"]

_OFFSET: Final = dt.timezone(dt.timedelta(hours=8))
"""China Standard Time, which every shift is in."""


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
    again.add_argument("--time-limit-s", type=float, metavar="S", help=tr("seconds of search"))
    again.add_argument(
        "--iterations", type=int, metavar="N", help=tr("iterations of search; gives the same plan again")
    )

    beside = add("compare", tr("lay two plans beside each other"), _compare)
    beside.add_argument("project", metavar="PROJECT", type=Path)
    beside.add_argument("first", metavar="PLAN")
    beside.add_argument("second", metavar="PLAN")


def plan_answer(
    plan: PatrolPlan,
    fairness: Fairness | None = None,
    predictability: Predictability | None = None,
    variants: Sequence[PatrolPlan] = (),
) -> Answer:
    """
    Tell a plan on the command line.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    fairness : Fairness or None
        Its fairness; None to leave it out.
    predictability : Predictability or None
        Of the last plans; None to leave it out.
    variants : sequence of PatrolPlan, default ()
        Variants of it that were kept too.

    Returns
    -------
    Answer
        Its JSON document and its lines.
    """
    unmet_required = sum(one.visit.required for one in plan.unmet)
    totals = {
        "teams": len(plan.routes),
        "stops": sum(len(route.stops) for route in plan.routes),
        "prize": sum(route.prize for route in plan.routes),
        "unmet": len(plan.unmet),
        "unmet_required": unmet_required,
        "length_m": sum(route.length_m for route in plan.routes),
    }
    data = {
        "plan_id": plan.plan_id,
        "shift": {
            "shift_id": plan.shift.shift_id,
            "name": plan.shift.name,
            "mode": plan.shift.mode.value,
            "start": _iso(plan, plan.shift.window.start_s),
            "end": _iso(plan, plan.shift.window.end_s),
        },
        "complete": plan.complete,
        "notices": [tr(notice) for notice in plan.notices],
        "totals": totals,
        "routes": [_route_json(plan, route) for route in plan.routes],
        "unmet": [_unmet_json(plan, one) for one in plan.unmet],
        "seed": plan.provenance.seed,
        "parameters": plan.provenance.parameters,
    }
    lines = _lines(plan, totals)
    if fairness is not None:
        data["fairness"] = _fairness_json(fairness)
    if predictability is not None:
        data["predictability"] = _predictability_json(predictability)
    lines += [tr(line) for line in quality_lines(fairness, predictability)]
    if variants:
        data["variants"] = [_variant_json(plan, one) for one in variants]
        lines += [
            tr("Variant {plan_id}: prize {prize}.", plan_id=one.plan_id, prize=f"{_prize(one):g}") for one in variants
        ]
    return Answer(data, tuple(lines))


def _plan(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.plan_quality import (  # noqa: PLC0415 - keeps start-up light
        plan_fairness,
        plan_predictability,
        plan_variants,
    )
    from patrolmap.services.plan_settings import (  # noqa: PLC0415 - keeps start-up light
        plan_settings,
        read_plan_settings,
    )
    from patrolmap.services.planning import plan_shift  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.projects import open_project  # noqa: PLC0415 - keeps start-up light

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
    from patrolmap.services.plan_quality import plan_fairness  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.projects import open_project  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.replanning import replan_shift  # noqa: PLC0415 - keeps start-up light

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
    from dataclasses import replace  # noqa: PLC0415 - keeps start-up light

    from patrolmap.planner.replan import Changes  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.plan_remedies import remedies_for, remedy_changes  # noqa: PLC0415 - keeps start-up light

    first = Changes()
    if arguments.remedy:
        plan = project.latest_plan() if arguments.plan is None else project.plan(arguments.plan)
        unmet = () if plan is None else plan.unmet
        one = next((one for one in unmet if one.visit.visit_id == arguments.remedy), None)
        remedies = () if plan is None or one is None else remedies_for(plan, one)
        if plan is None or not remedies:
            raise InputError(
                N_("There is nothing to be done at once about “{name}”."),
                remedy=N_("Name one of the unmet visits whose answer lists remedies."),
                name=arguments.remedy,
            )
        first = remedy_changes(plan, remedies[0])
    return replace(
        first,
        drop=frozenset(arguments.drop),
        lock=frozenset(arguments.lock),
        done=frozenset(arguments.done),
        join=first.join | frozenset(arguments.join),
        overtime_s={**first.overtime_s, **dict(_overtime(text) for text in arguments.overtime)},
    )


def _overtime(text: str) -> tuple[str, int]:
    team, mark, minutes = text.rpartition("=")
    if not (mark and team and minutes.isdecimal()):
        raise InputError(N_("“{text}” is no overtime."), remedy=N_("Write TEAM=MINUTES, such as T5=30."), text=text)
    return team, 60 * int(minutes)


def _compare(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - every command is called alike
    from dataclasses import asdict  # noqa: PLC0415 - keeps start-up light

    from patrolmap.services.plan_compare import change_lines, compare_plans  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.projects import open_project  # noqa: PLC0415 - keeps start-up light

    with open_project(arguments.project) as project:
        first, second = project.plan(arguments.first), project.plan(arguments.second)
    found = compare_plans(first, second)
    data = {"first_plan_id": first.plan_id, "second_plan_id": second.plan_id, **asdict(found)}
    return Answer(data, tuple(tr(line) for line in change_lines(found)))


def _shift(project: ProjectStore, arguments: argparse.Namespace) -> Shift:
    from dataclasses import replace  # noqa: PLC0415 - keeps start-up light

    from patrolmap.model.kinds import ShiftMode  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.planning import find_shift, shift_at  # noqa: PLC0415 - keeps start-up light

    if arguments.shift:
        found = find_shift(project, arguments.shift)
        return replace(found, mode=ShiftMode(arguments.mode)) if arguments.mode else found
    if not (arguments.date and arguments.start and arguments.end):
        raise InputError(
            N_("It is not said which shift to plan."), remedy=N_("Give --shift, or --date with --start and --end.")
        )
    date = read_date(arguments.date)
    return shift_at(date, arguments.start, arguments.end, arguments.mode or "routine")


def _route_json(plan: PatrolPlan, route: Route) -> dict[str, Any]:
    return {
        "team_id": route.team_id,
        "team": route.team_name,
        "members": route.members,
        "mode": route.mode.value,
        "zone": route.zone,
        "depart": _iso(plan, route.depart_s),
        "end": _iso(plan, route.end_s),
        "break_s": route.break_s,
        "break_start": None if route.break_start_s is None else _iso(plan, route.break_start_s),
        "length_m": route.length_m,
        "prize": route.prize,
        "stops": [
            {
                "number": number,
                "visit_id": stop.visit.visit_id,
                "place_id": stop.visit.place_id,
                "kind": stop.visit.kind,
                "name": stop.visit.name,
                "required": stop.visit.required,
                "prize": stop.visit.prize,
                "arrive": _iso(plan, stop.arrive_s),
                "start": _iso(plan, stop.start_s),
                "leave": _iso(plan, stop.leave_s),
                "locked": stop.locked,
                "dwell_s": stop.visit.dwell_s,
                "leg": _leg_json(stop.leg),
            }
            for number, stop in enumerate(route.stops, start=1)
        ],
        "way_home": _leg_json(route.way_home) if route.way_home else None,
    }


def _fairness_json(fairness: Fairness) -> dict[str, Any]:
    least = fairness.least_served
    return {
        "longest_team_id": fairness.longest_team_id,
        "longest_team": fairness.longest_team,
        "longest_work_s": fairness.longest_work_s,
        "mean_work_s": fairness.mean_work_s,
        "idle_teams": fairness.idle_teams,
        "cells_wanted": fairness.cells_wanted,
        "cells_served": fairness.cells_served,
        "least_served_cell": None
        if least is None
        else {
            "cell_id": least.cell_id,
            "name": least.name,
            "visits_wanted": least.wanted,
            "visits_met": least.met,
            "share": least.share,
            "dwell_s": least.dwell_s,
        },
    }


def _predictability_json(meter: Predictability) -> dict[str, Any]:
    return {
        "plans": meter.plans,
        "visits_compared": meter.places,
        "entropy_who_and_when": meter.who_and_when,
        "entropy_who": meter.who,
        "entropy_when": meter.when,
        "warning": tr(meter.warning) if meter.warning is not None else None,
    }


def _share_of(percent: float) -> float:
    """Turn the loss that variants may have into a share."""
    if not 0 <= percent <= 100:
        raise InputError(
            N_("A loss of {percent} % is not possible."),
            remedy=N_("Give a number from 0 to 100, such as 3."),
            percent=f"{percent:g}",
        )
    return percent / 100


def _variant_json(plan: PatrolPlan, variant: PatrolPlan) -> dict[str, Any]:
    prize = _prize(variant)
    best = _prize(plan)
    return {"plan_id": variant.plan_id, "prize": prize, "loss_share": 1 - prize / best if best else 0.0}


def _prize(plan: PatrolPlan) -> float:
    return sum(route.prize for route in plan.routes)


def _leg_json(leg: Leg) -> dict[str, Any]:
    return {"length_m": leg.length_m, "travel_s": leg.travel_s}


def _unmet_json(plan: PatrolPlan, one: UnmetVisit) -> dict[str, Any]:
    from patrolmap.services.plan_remedies import remedies_for  # noqa: PLC0415 - keeps start-up light

    return {
        "visit_id": one.visit.visit_id,
        "place_id": one.visit.place_id,
        "kind": one.visit.kind,
        "name": one.visit.name,
        "required": one.visit.required,
        "prize": one.visit.prize,
        "code": one.code,
        "reason": tr(one.reason),
        "remedy": tr(one.remedy) if one.remedy else None,
        "remedies": [tr(remedy.label) for remedy in remedies_for(plan, one)],
        "missing_s": one.missing_s,
    }


def _lines(plan: PatrolPlan, totals: dict[str, Any]) -> list[str]:
    lines = [
        tr(
            "Plan {plan_id}: {teams} {teams:team|teams}, {stops} {stops:stop|stops}, prize {prize}, {kilometres} km; unmet: {unmet}, of them required: {required}.",
            plan_id=plan.plan_id,
            teams=totals["teams"],
            stops=totals["stops"],
            prize=f"{totals['prize']:g}",
            kilometres=f"{totals['length_m'] / 1000:.1f}",
            unmet=totals["unmet"],
            required=totals["unmet_required"],
        )
    ]
    lines += [tr(notice) for notice in plan.notices]
    if not plan.complete:
        lines.append(tr("The search was cancelled; this is the best plan so far."))
    for route in plan.routes:
        if route.stops:
            text = Message(
                N_("{team}: {depart} to {end}, {stops} {stops:stop|stops}, {kilometres} km"),
                {
                    "team": route.team_name,
                    "depart": f"{plan.moment(route.depart_s):%H:%M}",
                    "end": f"{plan.moment(route.end_s):%H:%M}",
                    "stops": len(route.stops),
                    "kilometres": f"{route.length_m / 1000:.1f}",
                },
            )
            lines.append(tr(text))
    for one in plan.unmet:
        if one.visit.required:
            remedy = tr(one.remedy) if one.remedy else ""
            lines.append(
                tr("Unmet: {name}. {reason} {remedy}", name=one.visit.name, reason=tr(one.reason), remedy=remedy)
            )
    return lines


def _iso(plan: PatrolPlan, seconds: float) -> str:
    return plan.moment(seconds).replace(tzinfo=_OFFSET).isoformat()
