"""``patrolmap week``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.roster import read_date
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

    from patrolmap.model.week import WeekNightPlan, WeekPlan, WeekUnmet
    from patrolmap.planner.fairness import CellService
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
    week.add_argument(
        "--rounds",
        metavar="LEVEL",
        help=tr("visit every grid cell of this level, or every place of the list, once in the week"),
    )
    week.add_argument(
        "--rounds-only", action="store_true", help=tr("plan visit rounds alone, without sites and hotspots")
    )
    week.add_argument("--round-minutes", type=float, metavar="M", help=tr("stay for a visit round, minutes"))
    week.add_argument("--rounds-a-night", type=int, metavar="N", help=tr("most visit rounds of a team on a night"))
    week.add_argument("--time-limit-s", type=float, metavar="S", help=tr("seconds of search for each night"))
    week.add_argument("--iterations", type=int, metavar="N", help=tr("iterations of search; gives the same plan again"))
    rounds = add("rounds", tr("keep a list of addresses that are visited once in a week or a longer period"), _rounds)
    rounds.add_argument("project", metavar="PROJECT", type=Path)
    rounds.add_argument(
        "--file", type=Path, metavar="F", required=True, help=tr("addresses as Excel, CSV, Word or text")
    )
    rounds.add_argument("--unsure", action="store_true", help=tr("take places too that somebody should look at"))
    rounds.add_argument("--encoding", default="auto", metavar="E", help=tr("encoding of texts, or auto"))


def _week(arguments: argparse.Namespace, console: Console) -> Answer:
    from dataclasses import replace

    from patrolmap.planner.week_settings import WeekSettings
    from patrolmap.services.projects import open_project
    from patrolmap.services.week import (
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
        "round_dwell_s": None if arguments.round_minutes is None else round(60 * arguments.round_minutes),
        "rounds_a_night": arguments.rounds_a_night,
        "rounds_only": arguments.rounds_only or None,
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


def _rounds(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import open_project
    from patrolmap.services.visit_rounds import read_visit_rounds

    with open_project(arguments.project) as project:
        found = read_visit_rounds(
            project,
            arguments.file,
            unsure=arguments.unsure,
            encoding=arguments.encoding,
            progress=console.progress,
            cancel=console.cancel,
        )
    left_out = [{"row": row, "text": text, "reason": tr(reason)} for row, text, reason in found.left_out]
    data = {
        "source": found.source,
        "places": [
            {
                "place_id": one.place_id,
                "name": one.name,
                "team_id": one.team_id or None,
                "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
            }
            for one in found.places
        ],
        "left_out": left_out,
    }
    head = tr("{count} places kept for visit rounds, {left} left out", count=len(found.places), left=len(left_out))
    lines = [tr("Row {row}, {text}: {reason}", **one) for one in left_out[:40]]
    return Answer(data, (head, *lines))


def _answer(week: WeekPlan, fairness: WeekFairness) -> Answer:
    return Answer(_week_json(week, fairness), (_head_line(week, fairness), *_fair_lines(fairness), *_week_lines(week)))


def _week_json(week: WeekPlan, fairness: WeekFairness) -> dict[str, Any]:
    return {
        "week_id": week.week_id,
        "nights": [_night_json(night) for night in week.nights],
        "unmet": [_unmet_json(one) for one in week.unmet],
        "fairness": _fairness_json(fairness),
        "stages": [
            {"aim": aim, "value": value, "bound": bound, "proved": value <= bound} for aim, value, bound in week.stages
        ],
        "seed": week.provenance.seed,
        "parameters": week.provenance.parameters,
    }


def _unmet_json(one: WeekUnmet) -> dict[str, Any]:
    return {
        "place_id": one.place_id,
        "name": one.name,
        "nights_wanted": one.wanted,
        "nights_met": one.met,
        "code": one.code,
        "reason": tr(one.reason),
        "remedy": tr(one.remedy) if one.remedy else None,
    }


def _fairness_json(fairness: WeekFairness) -> dict[str, Any]:
    return {
        "nights_by_team": fairness.nights,
        "work_s_by_team": fairness.work_s,
        "least_served_site": fairness.least_served,
        "least_served_share": fairness.least_share,
        "site_nights_wanted": fairness.wanted,
        "site_nights_met": fairness.met,
        "longest_team_id": fairness.longest_team,
        "longest_work_s": fairness.work_s.get(fairness.longest_team, 0.0),
        "cells_wanted": fairness.cells_wanted,
        "cells_served": fairness.cells_served,
        "least_served_cell": _cell_json(fairness.least_served_cell),
    }


def _head_line(week: WeekPlan, fairness: WeekFairness) -> str:
    nights = list(fairness.nights.values())
    return tr(
        "Week {week}: {nights} nights, {met} of {wanted} nights of sites planned; teams have {least} to {most} nights.",
        week=week.week_id,
        nights=len(week.nights),
        met=fairness.met,
        wanted=fairness.wanted,
        least=min(nights, default=0),
        most=max(nights, default=0),
    )


def _week_lines(week: WeekPlan) -> list[str]:
    lines = [
        tr(
            "{date}: plan {plan}, {teams} {teams:team|teams}, {sites} {sites:site|sites}, {rounds} visit {rounds:round|rounds}",
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
    return lines


def _fair_lines(fairness: WeekFairness) -> list[str]:
    lines = []
    if fairness.longest_team:
        hours = f"{fairness.work_s[fairness.longest_team] / 3600:.1f}"
        lines.append(tr("Longest-working team of the week: {team}, {hours} h", team=fairness.longest_team, hours=hours))
    cell = fairness.least_served_cell
    if cell is not None:
        lines.append(
            tr(
                "Least-served grid cell of the week: {cell}, {met} of {wanted} visits; {served} of {cells} cells have one",
                cell=cell.name or cell.cell_id,
                met=cell.met,
                wanted=cell.wanted,
                served=fairness.cells_served,
                cells=fairness.cells_wanted,
            )
        )
    return lines


def _cell_json(cell: CellService | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "cell_id": cell.cell_id,
        "name": cell.name,
        "visits_wanted": cell.wanted,
        "visits_met": cell.met,
        "share": cell.share,
        "dwell_s": cell.dwell_s,
    }


def _night_json(night: WeekNightPlan) -> dict[str, Any]:
    return {
        "date": night.shift.date.isoformat(),
        "shift": night.shift.name,
        "plan_id": night.plan_id,
        "teams": list(night.teams),
        "sites": list(night.served),
        "rounds": list(night.rounds),
    }
