"""``patrolmap hotspots change``, ``displacement``, ``grid`` and ``times``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.incident_words import add_filter, filter_of
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.hotspots.change import Change
    from patrolmap.hotspots.grid_view import GridView

__all__ = ["add_view_commands"]

_MOST_NAMES: Final = 12


def add_view_commands(add: Any, under: Any) -> None:
    """
    Add the commands about change, cells and hours.

    Parameters
    ----------
    add : callable
        Makes a command.
    under : object
        The group of the hotspot commands.
    """
    change = add("change", tr("a period against the one before and the year before"), _change, under=under)
    add_filter(change)
    change.add_argument("--by", default="all", metavar="WHAT", help="all, category, ring, street, community, basic")
    moved = add("displacement", tr("whether patrols took incidents away or moved them"), _displacement, under=under)
    add_filter(moved)
    moved.add_argument("--patrolled", nargs="+", action="extend", required=True, metavar="CELL", help=tr("grid cells"))
    moved.add_argument("--control", nargs="+", action="extend", required=True, metavar="CELL", help=tr("grid cells"))
    moved.add_argument("--around-m", type=float, default=200.0, help=tr("width of the surroundings, metres"))
    grid = add("grid", tr("counts and rates by grid cell"), _grid, under=under)
    add_filter(grid)
    grid.add_argument("--level", default="community", metavar="L", help="district, street, community, basic, subcell")
    grid.add_argument("--goal", type=float, metavar="SHARE", help=tr("share of cells that should have none, 0 to 1"))
    times = add("times", tr("incidents by hour, weekday and month"), _times, under=under)
    add_filter(times)


def _change(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.incident_views import change_notices, change_of, change_period
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        chosen = filter_of(arguments)
        first, last = change_period(project, chosen)
        notices = [tr(notice) for notice in change_notices(project, chosen)]
        rows = change_of(project, chosen, arguments.by)
    lines = [
        tr(
            "{first} to {last} against the equally long period before, and the same days a year before",
            first=first,
            last=last,
        )
    ]
    lines += notices
    lines += [
        tr(
            "{part}: {after} {after:incident|incidents}; before {previous}; a year ago {year}",
            part=row.part or tr("all"),
            after=row.previous.after,
            previous=_words(row.previous),
            year=_words(row.year),
        )
        for row in rows
    ]
    return Answer(
        {
            "by": arguments.by,
            "period": [str(first), str(last)],
            "notices": notices,
            "rows": [asdict(row) for row in rows],
        },
        tuple(lines),
    )


def _words(change: Change) -> str:
    if change.ratio is None:
        return str(change.before)
    high = "∞" if change.ratio_high is None else f"{change.ratio_high:.2f}"
    return f"{change.before} (×{change.ratio:.2f}, {change.ratio_low:.2f}-{high}, p {change.p:.3f})"


def _displacement(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.incident_views import displacement_of
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        found = displacement_of(
            project,
            filter_of(arguments),
            tuple(arguments.patrolled),
            tuple(arguments.control),
            around_m=arguments.around_m,
        )
    line = tr(
        "Weighted displacement difference {wdd} incidents ({low} to {high}), p {p}",
        wdd=f"{found.wdd:+.0f}",
        low=f"{found.low:.1f}",
        high=f"{found.high:.1f}",
        p=f"{found.p:.3f}",
    )
    return Answer(asdict(found), (line,))


def _grid(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.incident_views import grid_rates
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        view = grid_rates(project, filter_of(arguments), arguments.level)
    lines = [
        tr(
            "{share} of {count} {count:cell|cells} had no incident",
            share=f"{view.free_share:.1%}",
            count=len(view.cells),
        ),
        *_against_goal(view, arguments.goal),
        *(
            tr(
                "{name}: {count} incidents, {rate} per 1,000 households ({shrunken} steadied)",
                name=cell.name or cell.cell_id,
                count=f"{cell.incidents:g}",
                rate="-" if cell.per_1000 is None else f"{cell.per_1000:.1f}",
                shrunken="-" if cell.shrunken_per_1000 is None else f"{cell.shrunken_per_1000:.1f}",
            )
            for cell in sorted(view.cells, key=lambda one: (-(one.shrunken_per_1000 or 0.0), -one.incidents))
        ),
    ]
    figures = {
        "goal_share": arguments.goal,
        "free_cells": view.free,
        "missing_for_goal": None if arguments.goal is None else view.missing(arguments.goal),
        "single_incident_cells": [cell.cell_id for cell in view.single],
    }
    return Answer({**asdict(view), **figures}, tuple(lines))


def _against_goal(view: GridView, goal: float | None) -> list[str]:
    """Tell whether enough cells had none, and which ones a single incident keeps from it."""
    lines = []
    if goal is not None:
        missing = view.missing(goal)
        text = (
            N_("The goal of {goal} is met.")
            if missing == 0
            else N_("The goal of {goal} lacks {missing} {missing:cell|cells}.")
        )
        lines.append(tr(text, goal=f"{goal:.0%}", missing=missing))
    if view.single:
        names = [cell.name or cell.cell_id for cell in view.single]
        shown = names[:_MOST_NAMES] + (["…"] if len(names) > _MOST_NAMES else [])
        lines.append(
            tr(
                "A single incident keeps {count} {count:cell|cells} from having none: {names}",
                count=len(names),
                names=shown,
            )
        )
    return lines


def _times(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.incident_views import time_charts
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        charts = time_charts(project, filter_of(arguments))
    data = {
        "weekday_by_hour": [[float(value) for value in row] for row in charts.hours],
        "months": [asdict(month) for month in charts.months],
        "categories": [{"category": name, "incidents": weight} for name, weight in charts.categories],
        "left_out": [{"why": tr(why), "incidents": count} for why, count in charts.left_out],
    }
    lines = [
        tr(
            "{month}: {count} {count:incident|incidents} ({low} to {high})",
            month=one.month,
            count=one.count,
            low=f"{one.low:.0f}",
            high=f"{one.high:.0f}",
        )
        for one in charts.months
    ]
    return Answer(data, tuple(lines))
