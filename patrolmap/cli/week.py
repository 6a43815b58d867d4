"""``patrolmap week``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.roster import read_date
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

    from patrolmap.model.week import WeekNightPlan, WeekPlan
    from patrolmap.services.week import WeekFairness

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
    week = add("week", tr("plan the shifts of a week together"), _week)
    week.add_argument("project", metavar="PROJECT", type=Path)
    week.add_argument("--from", dest="first", metavar="DATE", required=True, help=tr("day of the first shift"))
    week.add_argument("--nights", type=int, default=7, metavar="N", help=tr("how many days running; 7 without it"))
    week.add_argument("--start", metavar="TIME", required=True, help=tr("start of the shift, such as 20:00"))
    end = tr("end of the shift; not after the start means the next day")
    week.add_argument("--end", metavar="TIME", required=True, help=end)
    week.add_argument("--mode", choices=("routine", "heightened"), default="routine", help=tr("mode of the shift"))
    week.add_argument("--max-nights", type=int, metavar="N", help=tr("most nights of a team"))
    week.add_argument("--teams-a-night", type=int, metavar="N", help=tr("teams wanted on duty each night"))
    week.add_argument("--rounds", metavar="LEVEL", help=tr("visit every grid cell of this level once in the week"))
    week.add_argument("--time-limit-s", type=float, metavar="S", help=tr("seconds of search for each night"))
    week.add_argument("--iterations", type=int, metavar="N", help=tr("iterations of search; gives the same plan again"))


def _week(arguments: argparse.Namespace, console: Console) -> Answer:
    from dataclasses import replace  # noqa: PLC0415 - keeps start-up light

    from patrolmap.planner.week_settings import WeekSettings  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.projects import open_project  # noqa: PLC0415 - keeps start-up light
    from patrolmap.services.week import (  # noqa: PLC0415 - keeps start-up light
        WEEK_SETTINGS_KEY,
        NightSearch,
        plan_week,
        week_fairness,
        week_shifts,
    )

    first = read_date(arguments.first)
    shifts = week_shifts(first, arguments.nights, arguments.start, arguments.end, arguments.mode)
    told = {
        "max_nights": arguments.max_nights,
        "teams_a_night": arguments.teams_a_night,
        "round_level": arguments.rounds,
    }
    with open_project(arguments.project) as project:
        rules = WeekSettings.from_json(project.setting(WEEK_SETTINGS_KEY))
        week = plan_week(
            project,
            shifts,
            rules=replace(rules, **{name: value for name, value in told.items() if value is not None}),
            search=NightSearch(arguments.time_limit_s, arguments.iterations),
            seed=console.seed,
            progress=console.progress,
            cancel=console.cancel,
        )
        fairness = week_fairness(project, week)
    return _answer(week, fairness)


def _answer(week: WeekPlan, fairness: WeekFairness) -> Answer:
    nights = list(fairness.nights.values())
    data = {
        "week_id": week.week_id,
        "nights": [_night_json(night) for night in week.nights],
        "unmet": [
            {
                "place_id": one.place_id,
                "name": one.name,
                "nights_wanted": one.wanted,
                "nights_met": one.met,
                "code": one.code,
                "reason": tr(one.reason),
                "remedy": tr(one.remedy) if one.remedy else None,
            }
            for one in week.unmet
        ],
        "fairness": {
            "nights_by_team": fairness.nights,
            "work_s_by_team": fairness.work_s,
            "least_served_site": fairness.least_served,
            "least_served_share": fairness.least_share,
            "site_nights_wanted": fairness.wanted,
            "site_nights_met": fairness.met,
        },
        "stages": [
            {"aim": aim, "value": value, "bound": bound, "proved": value <= bound} for aim, value, bound in week.stages
        ],
        "seed": week.provenance.seed,
        "parameters": week.provenance.parameters,
    }
    lines = [
        tr(
            "Week {week}: {nights} nights, {met} of {wanted} nights of sites planned; teams have {least} to {most} nights.",
            week=week.week_id,
            nights=len(week.nights),
            met=fairness.met,
            wanted=fairness.wanted,
            least=min(nights, default=0),
            most=max(nights, default=0),
        )
    ]
    lines += [
        tr(
            "{date}: plan {plan}, {teams} teams, {sites} sites, {rounds} visit rounds",
            date=night.shift.date.isoformat(),
            plan=night.plan_id or "-",
            teams=len(night.teams),
            sites=len(night.served),
            rounds=len(night.rounds),
        )
        for night in week.nights
    ]
    for one in week.unmet[:40]:
        remedy = tr(one.remedy) if one.remedy else ""
        counts = {"name": one.name, "met": one.met, "wanted": one.wanted}
        lines.append(
            tr("{name}: {met} of {wanted} nights. {reason} {remedy}", **counts, reason=tr(one.reason), remedy=remedy)
        )
    return Answer(data, tuple(lines))


def _night_json(night: WeekNightPlan) -> dict[str, Any]:
    return {
        "date": night.shift.date.isoformat(),
        "shift": night.shift.name,
        "plan_id": night.plan_id,
        "teams": list(night.teams),
        "sites": list(night.served),
        "rounds": list(night.rounds),
    }
