"""What the sheets panel knows: which teams have a sheet, how each looks, and where they were written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_, Message
from patrolmap.model.sheet_template import SheetTemplate
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.maps.content import MapContent
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.sheets import SheetsResult
    from patrolmap.sheets.flow import Page

__all__ = ["Preview", "SheetsPresenter"]


@dataclass(frozen=True, eq=False)
class Preview:
    """
    One page of one sheet as a picture.

    Parameters
    ----------
    team_id : str
        Whose sheet.
    page, pages : int
        From 1, and how many there are.
    picture : QImage
        White paper with the page on it.
    """

    team_id: str
    page: int
    pages: int
    picture: QImage


class SheetsPresenter:
    """
    Paints previews and writes sheets, both in the background.

    Parameters
    ----------
    core : Core
        Shared parts.
    write : Callable or None
        Takes project, plan id, folder, ``progress`` and ``cancel``; None for the service, another one in tests.

    Attributes
    ----------
    job_changed, plan_changed : Event
        The running work, or the plan, is another.
    previewed : Event
        Emitted with each `Preview` that is still wanted.
    """

    def __init__(self, core: Core, write: Callable[..., SheetsResult] | None = None) -> None:
        self._core, self._write = core, write or _write
        self.job: Job[SheetsResult] | None = None
        self.folder: Path | None = None
        self.job_changed: Event[[]] = Event()
        self.plan_changed: Event[[]] = Event()
        self.previewed: Event[[Preview]] = Event()
        self._wanted: tuple[str, int, float] | None = None
        core.desk.changed.connect(self.plan_changed.emit)
        self._shown, self._version, self._unfit = SheetTemplate(), -1, ""
        core.session.history_changed.connect(self._on_step)
        core.session.closed.connect(self._let_go)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Routes that have a sheet."""
        plan = self._core.desk.plan
        return () if plan is None else tuple(route for route in plan.routes if route.stops)

    @property
    def proposed_folder(self) -> Path:
        """Where sheets go if the user has no other wish."""
        kept = self._core.session.preferences.output_folder
        return Path(kept) if kept else self._core.session.project.path.parent

    @property
    def template(self) -> SheetTemplate:
        """How the district's sheets look; plain, and said once, if what the project keeps cannot be used."""
        from patrolmap.services.sheet_templates import sheet_template

        if not self._core.session.is_open:
            return SheetTemplate()
        try:
            return sheet_template(self._core.session.project)
        except InputError as error:
            if str(error) != self._unfit:
                self._unfit = str(error)
                self._core.notices.report(error)
            return SheetTemplate()

    def set_template(self, template: SheetTemplate) -> None:
        """
        Keep another template, as a step to undo.

        Parameters
        ----------
        template : SheetTemplate
            The template.
        """
        from patrolmap.services.sheet_templates import set_sheet_template

        try:
            set_sheet_template(self._core.session.project, template)
        except PatrolmapError as error:
            self._core.notices.report(error)
        self._core.session.refresh()

    def pages(self, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> list[Page]:
        """
        Lay out the sheets of all teams, for a printer.

        Parameters
        ----------
        progress : Progress, optional
            Where to report.
        cancel : Cancel, optional
            The user's wish to stop.

        Returns
        -------
        list of Page
            In the order of the plan; none without a plan.
        """
        from patrolmap.services.sheet_files import sheet_pages

        plan, template, made = self._core.desk.plan, self.template, []
        for number, route in enumerate(self.routes):
            raise_if_cancelled(cancel)
            progress(number / len(self.routes))
            if plan is not None:
                made += sheet_pages(plan, route, self._core.scene.content, dt.datetime.now(), template)
        return made

    def give_out(self) -> None:
        """Note that the plan goes to a printer, so that later edits leave it; what keeps the note off stops no printer."""
        plan = self._core.desk.plan
        if plan is None:
            return
        try:
            self._core.session.project.give_out(plan.plan_id)
        except PatrolmapError as error:
            self._core.notices.report(error)

    def _let_go(self) -> None:
        self._unfit = ""
        self._version = -1

    def _on_step(self) -> None:
        """Draw anew when a step, also one taken back, was a change of the template."""
        if (version := self._core.session.version("settings")) == self._version:
            return
        self._version = version
        if (now := self.template) != self._shown:
            self._shown = now
            self.plan_changed.emit()

    def preview(self, team_id: str, page: int, dots_per_mm: float) -> None:
        """
        Paint a page in the background; a later wish makes an earlier one void.

        Parameters
        ----------
        team_id : str
            Whose sheet.
        page : int
            From 1; too large a number gives the last page.
        dots_per_mm : float
            How large.
        """
        plan = self._core.desk.plan
        if plan is None:
            return
        self._wanted = (team_id, page, dots_per_mm)
        wanted, content, template = self._wanted, self._core.scene.content, self.template

        def deliver(made: Preview) -> None:
            if wanted == self._wanted:
                self.previewed.emit(made)

        self._core.jobs.quick(lambda: _paint(plan, content, template, wanted), deliver)

    def write(self, folder: Path) -> None:
        """
        Write all sheets in the background.

        Parameters
        ----------
        folder : Path
            Where to.
        """
        plan = self._core.desk.plan
        if plan is None:
            return
        project, plan_id = self._core.session.project, plan.plan_id
        self._core.session.prefer(output_folder=str(folder))
        self.folder = folder
        self.job = self._core.jobs.start(
            Message(N_("Writing patrol sheets")),
            lambda progress, cancel: self._write(project, plan_id, folder, progress=progress, cancel=cancel),
            on_done=self._written,
            on_failed=self._fail,
            on_cancelled=lambda: self._end(Message(N_("Stopped; the sheets written so far are in the folder."))),
            lane=PROJECT_LANE,
        )
        self.job_changed.emit()

    def _written(self, result: SheetsResult) -> None:
        values = {"count": len(result.sheets), "pages": result.pages, "folder": str(self.folder)}
        words = Message(N_("{count} {count:sheet|sheets} and the overview, {pages} pages, are in {folder}."), values)
        self._end(words, NoticeLevel.DONE)

    def _fail(self, error: BaseException) -> None:
        self.job = self.folder = None
        self.job_changed.emit()
        self._core.notices.report(error)

    def _end(self, words: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.say(words, level)


def _paint(plan: PatrolPlan, content: MapContent, template: SheetTemplate, wanted: tuple[str, int, float]) -> Preview:
    from patrolmap.services.sheet_files import sheet_pages

    team_id, page, dots_per_mm = wanted
    pages = sheet_pages(plan, plan.route(team_id), content, dt.datetime.now(), template)
    number = min(max(page, 1), len(pages))
    return Preview(team_id, number, len(pages), picture_of(pages[number - 1], dots_per_mm))


def picture_of(page: Page, dots_per_mm: float) -> QImage:
    """
    Paint a page on white paper.

    Parameters
    ----------
    page : Page
        The page.
    dots_per_mm : float
        How large.

    Returns
    -------
    QImage
        Of the size of its paper.
    """
    from PySide6.QtGui import QImage, QPainter

    from patrolmap.sheets.pdf import paint_page

    width, height = round(page.paper.width_mm * dots_per_mm), round(page.paper.height_mm * dots_per_mm)
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFFFF)
    painter = QPainter(picture)
    try:
        paint_page(painter, page, dots_per_mm)
    finally:
        painter.end()
    return picture


def _write(project: ProjectStore, plan_id: str, folder: Path, *, progress: Progress, cancel: Cancel) -> SheetsResult:
    # Loaded by the worker that needs it, not when the window starts.
    from patrolmap.services.sheets import write_sheets

    return write_sheets(project, plan_id, folder, progress=progress, cancel=cancel)
