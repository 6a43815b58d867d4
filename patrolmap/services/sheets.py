"""Write a plan's sheets and overview."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.roster import rosters_on
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, SheetTemplate
from patrolmap.planner.crews import base_team
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.services.folders import make_folder
from patrolmap.services.map_content import map_content
from patrolmap.services.sheet_templates import sheet_template
from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.flow import paper_of
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.overview import overview_pages
from patrolmap.sheets.patrol_sheet import patrol_sheet_pages
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.roster_page import RosterSheet, roster_pages
from patrolmap.sheets.route_map import route_maps

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.maps.content import MapContent
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.project.store import ProjectStore
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
        A file for each team with stops, or one for all.
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


def sheet_pages(
    plan: PatrolPlan,
    route: Route,
    content: MapContent,
    printed_at: dt.datetime,
    template: SheetTemplate = PLAIN_TEMPLATE,
) -> list[Page]:
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
    template : SheetTemplate, optional
        How it looks.

    Returns
    -------
    list of Page
        The pages.
    """
    words = sheet_content(plan, route, printed_at, template)
    maps = partial(route_maps, content, route)
    return patrol_sheet_pages(words, maps, measuring_canvas(), paper_of(template))


def write_sheets(
    project: ProjectStore,
    plan_id: str | None,
    out_dir: Path,
    *,
    template: SheetTemplate | None = None,
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
    template : SheetTemplate or None
        How they look, and whether all teams go into one file; None for the project's.
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
    template = template or sheet_template(project)
    make_folder(out_dir)
    printed_at = printed_at or dt.datetime.now()
    work = _Work(plan, map_content(project), printed_at, template, out_dir)
    overview = work.path("00-overview")
    pages = overview_pages(plan, printed_at, measuring_canvas(), template)
    write_pdf(overview, pages, title=f"{plan.district} {plan.plan_id}")
    count = len(pages)
    roster = work.path("01-roster")
    signed = roster_of(project, plan, template)
    if signed is not None:
        pages = roster_pages(signed, printed_at, template)
        write_pdf(roster, pages, title=f"{plan.district} {plan.plan_id}")
        count += len(pages)
    write = _write_one if template.one_file else _write_each
    written, more = write(work, progress, cancel)
    progress(1.0)
    return SheetsResult(plan.plan_id, overview, written, count + more, roster if signed is not None else None)


@dataclass(frozen=True)
class _Work:
    """What the sheets of all teams share."""

    plan: PatrolPlan
    content: MapContent
    printed_at: dt.datetime
    template: SheetTemplate
    out_dir: Path

    @property
    def busy(self) -> list[Route]:
        """Routes that have a sheet."""
        return [route for route in self.plan.routes if route.stops]

    def path(self, name: str) -> Path:
        """Name a file after the plan."""
        return self.out_dir / f"{_safe(self.plan.plan_id)}-{name}.pdf"

    def pages(self, route: Route) -> list[Page]:
        """Lay out one sheet."""
        return sheet_pages(self.plan, route, self.content, self.printed_at, self.template)


def _write_each(work: _Work, progress: Progress, cancel: Cancel) -> tuple[tuple[Path, ...], int]:
    written: list[Path] = []
    count, busy = 0, work.busy
    for number, route in enumerate(busy):
        raise_if_cancelled(cancel)
        progress(number / len(busy), Message(N_("Writing the sheet of {team}"), {"team": route.team_name}))
        pages = work.pages(route)
        path = work.path(f"{_safe(route.team_id)}-{_safe(route.team_name)}")
        write_pdf(path, pages, title=f"{route.team_name} {work.plan.plan_id}")
        written.append(path)
        count += len(pages)
    return tuple(written), count


def _write_one(work: _Work, progress: Progress, cancel: Cancel) -> tuple[tuple[Path, ...], int]:
    busy = work.busy
    if not busy:
        return (), 0
    pages: list[Page] = []
    for route in busy:
        raise_if_cancelled(cancel)
        pages += work.pages(route)
    path = work.path("02-sheets")

    def painted(share: float) -> None:
        raise_if_cancelled(cancel)
        progress(share, Message(N_("Writing {name}"), {"name": path.name}))

    write_pdf(path, pages, title=f"{work.plan.district} {work.plan.plan_id}", painted=painted)
    return (path,), len(pages)


def roster_of(project: ProjectStore, plan: PatrolPlan, template: SheetTemplate = PLAIN_TEMPLATE) -> RosterSheet | None:
    """
    Gather the rosters of a plan's teams.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan : PatrolPlan
        One of its plans.
    template : SheetTemplate, optional
        Whose head line stands over it.

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
    return RosterSheet(template.office or plan.district, plan.shift, teams, plan.plan_id) if teams else None


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip(" .")[:60] or "_"
