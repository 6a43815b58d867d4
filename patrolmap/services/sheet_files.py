"""The files of a plan's sheets: one for each team, or one for all; a part of the teams at a time."""

from __future__ import annotations

import gc
import pickle
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import set_language
from patrolmap.messages import N_, Message
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, SheetTemplate
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.flow import paper_of
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.patrol_sheet import patrol_sheet_pages
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.route_map import route_maps

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from patrolmap.maps.content import MapContent
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.sheets.flow import Page

__all__ = ["Share", "SheetJob", "Written", "packed_material", "paint_share", "sheet_pages", "write_share"]

_MADE_BETWEEN_LOOKS: Final = 100_000
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
Written = tuple[tuple["Path", ...], int]
"""Files in the order of their teams, and their pages."""


@dataclass(frozen=True)
class SheetJob:
    """
    What the sheets of all teams share; can be sent to another process.

    Parameters
    ----------
    plan_id : str
        The plan.
    template : SheetTemplate
        How they look, and whether all teams go into one file.
    printed_at : datetime.datetime
        Local time of printing.
    out_dir : Path
        Folder of the files.
    language : str
        Language of the sheets.
    """

    plan_id: str
    template: SheetTemplate
    printed_at: dt.datetime
    out_dir: Path
    language: str

    @staticmethod
    def routes_of(plan: PatrolPlan) -> list[Route]:
        """
        Choose the routes that have a sheet.

        Parameters
        ----------
        plan : PatrolPlan
            The plan.

        Returns
        -------
        list of Route
            Those with stops.
        """
        return [route for route in plan.routes if route.stops]

    def path(self, name: str) -> Path:
        """
        Name a file after the plan.

        Parameters
        ----------
        name : str
            What comes behind the plan's id.

        Returns
        -------
        Path
            In the folder of the files.
        """
        return self.out_dir / f"{_safe(self.plan_id)}-{name}.pdf"


@dataclass(frozen=True)
class Share:
    """
    Which of the routes with a sheet.

    Parameters
    ----------
    first, last : int
        Positions of the first, and one behind the last.
    one_file : Path or None, default None
        Where they stand together; None for a file each.
    """

    first: int
    last: int
    one_file: Path | None = None


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


def write_share(
    job: SheetJob,
    plan: PatrolPlan,
    content: MapContent,
    share: Share,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Written:
    """
    Write the sheets of some teams.

    Parameters
    ----------
    job : SheetJob
        What they share.
    plan : PatrolPlan
        The plan.
    content : MapContent
        The layers of the map, metric CRS.
    share : Share
        Which teams.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; whole files stay.

    Returns
    -------
    tuple of (tuple of Path, int)
        The files, in the order of the teams, and their pages.

    Raises
    ------
    PatrolmapError
        If a file cannot be written.
    CancelledError
        If the user cancelled.
    """
    routes = job.routes_of(plan)[share.first : share.last]
    pages_of = partial(sheet_pages, plan, content=content, printed_at=job.printed_at, template=job.template)
    if share.one_file is None:
        return _write_each(job, routes, pages_of, progress, cancel)
    pages = _laid_out(routes, pages_of, cancel)
    if not pages:
        return (), 0
    path = share.one_file

    def painted(done: float) -> None:
        raise_if_cancelled(cancel)
        progress(done, Message(N_("Writing {name}"), {"name": path.name}))

    write_pdf(path, pages, title=f"{plan.district} {plan.plan_id}", painted=painted)
    return (path,), len(pages)


def paint_share(
    job: SheetJob, packed: bytes, share: Share, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> Written:
    """
    Write the sheets of some teams in a process that has no project: it would take longer to load than to paint.

    Parameters
    ----------
    job : SheetJob
        What the sheets share.
    packed : bytes
        Plan and content of the map, from `packed_material`.
    share : Share
        Which teams.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; whole files stay.

    Returns
    -------
    tuple of (tuple of Path, int)
        As `write_share`, which see for what is raised too.
    """
    set_language(job.language)
    plan, content = pickle.loads(packed)  # noqa: S301 - packed by the program that started this process
    usual = gc.get_threshold()
    gc.freeze()  # what stays to the end was looked through for garbage again and again, a seventh of the time
    gc.set_threshold(_MADE_BETWEEN_LOOKS)
    try:
        return write_share(job, plan, content, share, progress=progress, cancel=cancel)
    finally:
        gc.set_threshold(*usual)


def packed_material(plan: PatrolPlan, content: MapContent) -> bytes:
    """
    Pack what sheets are painted from, once for several processes.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    content : MapContent
        The layers of the map, metric CRS.

    Returns
    -------
    bytes
        For `paint_share`.
    """
    return pickle.dumps((plan, content), protocol=pickle.HIGHEST_PROTOCOL)


def _write_each(
    job: SheetJob, routes: list[Route], pages_of: partial[list[Page]], progress: Progress, cancel: Cancel
) -> Written:
    written: list[Path] = []
    count = 0
    for number, route in enumerate(routes):
        raise_if_cancelled(cancel)
        progress(number / len(routes), Message(N_("Writing the sheet of {team}"), {"team": route.team_name}))
        pages = pages_of(route)
        path = job.path(f"{_safe(route.team_id)}-{_safe(route.team_name)}")
        write_pdf(path, pages, title=f"{route.team_name} {job.plan_id}")
        written.append(path)
        count += len(pages)
    return tuple(written), count


def _laid_out(routes: list[Route], pages_of: partial[list[Page]], cancel: Cancel) -> list[Page]:
    pages: list[Page] = []
    for route in routes:
        raise_if_cancelled(cancel)
        pages += pages_of(route)
    return pages


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip(" .")[:60] or "_"
