"""Write a plan's sheets and overview."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.i18n import current_language
from patrolmap.messages import N_
from patrolmap.model.roster import rosters_on
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, SheetTemplate
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.folders import make_folder
from patrolmap.services.map_content import map_content
from patrolmap.services.sheet_files import SheetJob
from patrolmap.services.sheet_painters import sheet_painters, workers_for
from patrolmap.services.sheet_templates import sheet_template
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.overview import overview_pages
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.roster_page import RosterSheet, roster_pages

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore

__all__ = ["SheetsResult", "chosen_plan", "roster_of", "write_sheets"]


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
            plans=list(ids[-10:]),
        )
    return project.plan(plan_id or ids[-1])


def write_sheets(
    project: ProjectStore,
    plan_id: str | None,
    out_dir: Path,
    *,
    template: SheetTemplate | None = None,
    printed_at: dt.datetime | None = None,
    workers: int | None = None,
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
    workers : int or None, default None
        How many processes paint; 1 paints in this one. None for as many as the machine has processors for and the
        sheets are worth. What is written is the same.
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
    project.give_out(plan.plan_id)
    job = SheetJob(plan.plan_id, template, printed_at or dt.datetime.now(), out_dir, current_language())
    with sheet_painters(workers_for(len(job.routes_of(plan))) if workers is None else workers) as painters:
        painters.begin(job, plan, map_content(project))
        overview, roster, count = _write_around(project, plan, job)
        written, more = painters.finish(progress, cancel)
    progress(1.0)
    return SheetsResult(plan.plan_id, overview, written, count + more, roster)


def _write_around(project: ProjectStore, plan: PatrolPlan, job: SheetJob) -> tuple[Path, Path | None, int]:
    """Write the overview, and the roster if there is one."""
    title = f"{plan.district} {plan.plan_id}"
    overview = job.path("00-overview")
    pages = overview_pages(plan, job.printed_at, measuring_canvas(), job.template)
    write_pdf(overview, pages, title=title)
    signed = roster_of(project, plan, job.template)
    if signed is None:
        return overview, None, len(pages)
    roster = job.path("01-roster")
    to_sign = roster_pages(signed, job.printed_at, job.template)
    write_pdf(roster, to_sign, title=title)
    return overview, roster, len(pages) + len(to_sign)


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
    from patrolmap.planner.crews import base_team

    names: dict[str, str] = {}
    for route in plan.routes:
        names.setdefault(base_team(route.team_id), route.team_name)
    known = rosters_on(plan.shift.date, project.roster(), project.attendance())
    teams = tuple((name, known[team]) for team, name in names.items() if team in known)
    return RosterSheet(template.office or plan.district, plan.shift, teams, plan.plan_id) if teams else None
