"""Print the sheets of a cordon drill: one for each post, all in one file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title
from patrolmap.model.plan import Route, Stop, Visit
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.services.map_content import map_content
from patrolmap.services.ring_views import clock_after, junction_names, minutes_text
from patrolmap.services.rings_drills import BlockadeDrill
from patrolmap.services.sheet_templates import sheet_template
from patrolmap.services.streets import street_graph
from patrolmap.sheets.content import way_block
from patrolmap.sheets.drill_sheet import DrillSheet, drill_sheet_pages
from patrolmap.sheets.flow import paper_of
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.route_map import draw_route_map

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_orders import DrillOrder
    from patrolmap.services.rings_demand import Travel
    from patrolmap.services.rings_drills import PursuitDrill
    from patrolmap.sheets.flow import Page

__all__ = ["DrillSheetsResult", "drill_pages", "write_drill_sheets"]


@dataclass(frozen=True)
class DrillSheetsResult:
    """
    What was written.

    Parameters
    ----------
    path : Path
        The file.
    sheets, pages : int
        Posts, and pages in all.
    """

    path: Path
    sheets: int
    pages: int


def drill_pages(
    project: ProjectStore,
    drill: BlockadeDrill | PursuitDrill,
    orders: Sequence[DrillOrder],
    travel: Travel,
    *,
    alarm_at: dt.datetime | None = None,
    printed_at: dt.datetime | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> list[Page]:
    """
    Lay out the sheets as the district's template says, for a file or a preview.

    Parameters
    ----------
    project : ProjectStore
        The project of the drill.
    drill : BlockadeDrill or PursuitDrill
        Its answer.
    orders : sequence of DrillOrder
        From `patrolmap.services.ring_orders.drill_orders`.
    travel : Travel
        How teams travel.
    alarm_at : datetime.datetime or None
        Local time of the alarm: times are then told by the clock too; None tells minutes after it alone.
    printed_at : datetime.datetime or None
        Local time of printing; None for now.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    list of Page
        At least one for each order.

    Raises
    ------
    InputError
        If nobody goes anywhere.
    """
    if not orders:
        raise InputError(
            N_("Nobody goes anywhere in this drill: there is nothing to print."),
            remedy=N_("Give more posts or other exits, and run the drill again."),
        )
    content, measure, template = map_content(project), measuring_canvas(), sheet_template(project)
    printed = (printed_at or dt.datetime.now()).strftime("%Y-%m-%d %H:%M")
    told, pages = _told(project, drill), []
    for number, order in enumerate(orders, 1):
        raise_if_cancelled(cancel)
        progress((number - 1) / len(orders), Message(N_("Drill sheet of {post}"), {"post": order.post}))
        sheet = DrillSheet(
            district=template.office or project.name,
            drill=told,
            post=order.post,
            place=order.place,
            times=_times(order, alarm_at),
            tasks=_tasks(drill),
            way=way_block(tr("To {place}", place=order.place), order.leg),
            printed=printed,
            number=number,
            count=len(orders),
            mark=template.mark,
            phones=tr("Duty office: {phones}", phones=template.phones) if template.phones else "",
            logo=template.logo,
        )
        draw_map = partial(draw_route_map, content=content, route=_route(order, travel))
        pages += drill_sheet_pages(sheet, draw_map, measure, paper_of(template))
    return pages


def write_drill_sheets(
    project: ProjectStore,
    drill: BlockadeDrill | PursuitDrill,
    orders: Sequence[DrillOrder],
    travel: Travel,
    out_path: Path,
    *,
    alarm_at: dt.datetime | None = None,
    printed_at: dt.datetime | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> DrillSheetsResult:
    """
    Write one PDF with a sheet for each post. A `QGuiApplication` is made if there is none.

    Parameters
    ----------
    project : ProjectStore
        The project of the drill.
    drill : BlockadeDrill or PursuitDrill
        Its answer.
    orders : sequence of DrillOrder
        From `patrolmap.services.ring_orders.drill_orders`.
    travel : Travel
        How teams travel.
    out_path : Path
        The file; replaced only when the new one is complete.
    alarm_at : datetime.datetime or None
        Local time of the alarm: times are then told by the clock too; None tells minutes after it alone.
    printed_at : datetime.datetime or None
        Local time of printing; None for now.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    DrillSheetsResult
        What was written.

    Raises
    ------
    InputError
        If nobody goes anywhere.
    PatrolmapError
        If the file cannot be written.
    """
    pages = drill_pages(
        project, drill, orders, travel, alarm_at=alarm_at, printed_at=printed_at, progress=progress, cancel=cancel
    )
    write_pdf(out_path, pages, title=f"{project.name} {tr('Drill sheet')}")
    progress(1.0)
    return DrillSheetsResult(out_path, len(orders), len(pages))


def _told(project: ProjectStore, drill: BlockadeDrill | PursuitDrill) -> str:
    if isinstance(drill, BlockadeDrill):
        return tr("Blockade of {count} {count:exit|exits}", count=len(drill.exits))
    where = junction_names(street_graph(project), np.array([drill.start]))[0]
    if drill.ring:
        return tr("Pursuit from {place}, closed inside {ring}", place=where, ring=ring_title(drill.ring))
    return tr("Pursuit from {place}", place=where)


def _times(order: DrillOrder, alarm_at: dt.datetime | None) -> tuple[tuple[str, str], ...]:
    if alarm_at is None:
        found = [(tr("Set out at"), tr("the alarm")), (tr("There after (min:s)"), minutes_text(order.arrival_s))]
    else:
        found = [(tr("Set out at"), f"{alarm_at:%H:%M:%S}"), (tr("There at"), clock_after(alarm_at, order.arrival_s))]
    if order.deadline_s is None or order.margin_s is None:
        return (*found, (tr("Way, m"), f"{order.leg.length_m:,.0f}"))
    if alarm_at is None:
        found.append((tr("Closed at the latest (min:s)"), minutes_text(order.deadline_s)))
    else:
        found.append((tr("Closed at the latest at"), clock_after(alarm_at, order.deadline_s, late=False)))
    return (*found, (tr("Margin (min:s)"), minutes_text(order.margin_s)))


def _tasks(drill: BlockadeDrill | PursuitDrill) -> tuple[str, ...]:
    first = (
        tr("Close the exit: stop every vehicle that wants to leave, and look at it.")
        if isinstance(drill, BlockadeDrill)
        else tr("Close the junction in all directions: let nobody out unseen.")
    )
    return (
        first,
        tr("Report your arrival to the duty officer at once, and whatever you find."),
        tr("Stand where you are seen and safe; keep one lane free for ambulances and fire engines."),
        tr("Stay until the duty officer relieves you."),
    )


def _route(order: DrillOrder, travel: Travel) -> Route:
    """Write the order as a route of one stop, which the map of a route can draw."""
    point, arrive_s = shapely.get_point(order.leg.geometry, -1), round(order.arrival_s)
    visit = Visit(str(order.node), str(order.node), "request", order.place, point, (), 0, True, 0.0)
    stop = Stop(visit, arrive_s, arrive_s, arrive_s, order.leg)
    return Route(order.post_id, order.post, "", "", 1, travel.mode, order.start, point, 0, arrive_s, (stop,), None)
