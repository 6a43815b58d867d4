"""Write a plan's sheets and overview."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.roster import rosters_on
from patrolmap.planner.crews import base_team
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.services.folders import make_folder
from patrolmap.services.map_content import map_content
from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.overview import overview_pages
from patrolmap.sheets.patrol_sheet import patrol_sheet_pages
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.roster_page import RosterSheet, roster_pages
from patrolmap.sheets.route_map import draw_route_map

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolmap.maps.content import MapContent
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.project.store import ProjectStore
    from patrolmap.sheets.canvas import Box, Canvas
    from patrolmap.sheets.flow import Page

__all__ = ["SheetsResult", "chosen_plan", "roster_of", "sheet_pages", "write_sheets"]

_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')


@dataclass(frozen=True)
class SheetsResult:
    """
    What was written.

    Parameters
    ----------
    plan_id : str
        The plan.
    overview : Path
        The overview.
    sheets : tuple of Path
        A file for each team with stops.
    pages : int
        Pages of all files.
    roster : Path or None, default None
        The roster to sign; None if no team of the plan has one.
    """

    plan_id: str
    overview: Path
    sheets: tuple[Path, ...]
    pages: int
    roster: Path | None = None


def chosen_plan(project: ProjectStore, plan_id: str | None) -> PatrolPlan:
    """
    Find the plan to work with.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan_id : str or None
        Which; None for the newest.

    Returns
    -------
    PatrolPlan
        The plan.

    Raises
    ------
    InputError
        If there is no such plan.
    """
    ids = project.plan_ids()
    if not ids:
        raise InputError(N_("The project has no plan yet."), remedy=N_("Make a plan first."))
    if plan_id is not None and plan_id not in ids:
        raise InputError(
            N_("The project has no plan {plan}."),
            remedy=N_("Choose one of: {plans}."),
            plan=plan_id,
            plans=", ".join(ids[-10:]),
        )
    return project.plan(plan_id or ids[-1])


def sheet_pages(plan: PatrolPlan, route: Route, content: MapContent, printed_at: dt.datetime) -> list[Page]:
    """
    Lay out one team's sheet, for a file or a preview.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    route : Route
        One of its routes.
    content : MapContent
        The layers of the map, metric CRS.
    printed_at : datetime.datetime
        Local time of printing.

    Returns
    -------
    list of Page
        The pages.
    """
    words = sheet_content(plan, route, printed_at)
    return patrol_sheet_pages(words, _map_of(content, route), measuring_canvas())


def write_sheets(
    project: ProjectStore,
    plan_id: str | None,
    out_dir: Path,
    *,
    printed_at: dt.datetime | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> SheetsResult:
    """
    Write a PDF for each team with stops, the overview, and the roster to sign if there is one. A `QGuiApplication` is made if there is none.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan_id : str or None
        Which plan; None for the newest.
    out_dir : Path
        Folder; made if it is missing. Files of the same name are replaced, each whole or not at all.
    printed_at : datetime.datetime or None
        Local time of printing; None for now.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop; sheets written so far stay.

    Returns
    -------
    SheetsResult
        What was written.

    Raises
    ------
    InputError
        If there is no such plan, or the folder is a file.
    PatrolmapError
        If a file cannot be written.
    CancelledError
        If the user cancelled.
    """
    plan = chosen_plan(project, plan_id)
    make_folder(out_dir)
    printed_at = printed_at or dt.datetime.now()
    content = map_content(project)
    busy = [route for route in plan.routes if route.stops]
    overview = out_dir / f"{_safe(plan.plan_id)}-00-overview.pdf"
    pages = overview_pages(plan, printed_at, measuring_canvas())
    write_pdf(overview, pages, title=f"{plan.district} {plan.plan_id}")
    written, count = [], len(pages)
    roster = out_dir / f"{_safe(plan.plan_id)}-01-roster.pdf"
    signed = roster_of(project, plan)
    if signed is not None:
        pages = roster_pages(signed, printed_at)
        write_pdf(roster, pages, title=f"{plan.district} {plan.plan_id}")
        count += len(pages)
    for number, route in enumerate(busy):
        raise_if_cancelled(cancel)
        progress(number / len(busy), Message(N_("Writing the sheet of {team}"), {"team": route.team_name}))
        pages = sheet_pages(plan, route, content, printed_at)
        path = out_dir / f"{_safe(plan.plan_id)}-{_safe(route.team_id)}-{_safe(route.team_name)}.pdf"
        write_pdf(path, pages, title=f"{route.team_name} {plan.plan_id}")
        written.append(path)
        count += len(pages)
    progress(1.0)
    return SheetsResult(plan.plan_id, overview, tuple(written), count, roster if signed is not None else None)


def roster_of(project: ProjectStore, plan: PatrolPlan) -> RosterSheet | None:
    """
    Gather the rosters of a plan's teams.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan : PatrolPlan
        One of its plans.

    Returns
    -------
    RosterSheet or None
        As they are for the plan's date now; None if no team of the plan has a roster.
    """
    if not project.count("roster"):
        return None
    names: dict[str, str] = {}
    for route in plan.routes:
        names.setdefault(base_team(route.team_id), route.team_name)
    known = rosters_on(plan.shift.date, project.roster(), project.attendance())
    teams = tuple((name, known[team]) for team, name in names.items() if team in known)
    return RosterSheet(plan.district, plan.shift, teams, plan.plan_id) if teams else None


def _map_of(content: MapContent, route: Route) -> Callable[[Canvas, Box], None]:
    return lambda canvas, box: draw_route_map(canvas, box, content, route)


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip(" .")[:60] or "_"
