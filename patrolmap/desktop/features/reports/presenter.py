"""What the report panel knows: the report that was made, its pages, and where it was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.features.sheets.presenter import Preview
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.i18n import speaking
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.report import SituationReport
    from patrolmap.sheets.report_pages import ReportPages

__all__ = ["ReportPresenter"]

_Made = tuple["SituationReport", "ReportPages"]


class ReportPresenter:
    """
    Makes reports in the background, paints their pages and saves them.

    Parameters
    ----------
    core : Core
        Shared parts.
    make : Callable or None
        Takes project, kind, last day, language, ``publish``, ``progress`` and ``cancel``; None for the service, another
        one in tests.

    Attributes
    ----------
    job_changed, made_changed : Event
        The running work, or the report, is another.
    previewed : Event
        Emitted with each `Preview`.
    """

    def __init__(self, core: Core, make: Callable[..., _Made] | None = None) -> None:
        self._core, self._make = core, make or _make
        self.job: Job[_Made] | None = None
        self.made: _Made | None = None
        self.job_changed: Event[[]] = Event()
        self.made_changed: Event[[]] = Event()
        self.previewed: Event[[Preview]] = Event()
        core.session.closed.connect(self._forget)

    @property
    def can_make(self) -> bool:
        """Whether a project is open and nothing runs."""
        return self._core.session.is_open and self.job is None

    def proposed_path(self) -> Path:
        """
        Propose a file.

        Returns
        -------
        Path
            Beside the project, named by title and last day.
        """
        folder = self._core.session.project.path.parent
        if self.made is None:
            return folder / "report.docx"
        return folder / f"{self.made[0].document.title}-{self.made[0].facts.last}.docx"

    def make(self, kind: str, end: dt.date, language: str, *, publish: bool = False) -> None:
        """
        Make a report in the background.

        Parameters
        ----------
        kind : str
            ``day``, ``week`` or ``month``.
        end : datetime.date
            Its last day.
        language : str
            ``zh`` or ``en``.
        publish : bool, default False
            Whether it is for readers outside the office.
        """
        project = self._core.session.project
        self.job = self._core.jobs.start(
            Message(N_("Writing the report")),
            lambda progress, cancel: self._make(
                project, kind, end, language, publish=publish, progress=progress, cancel=cancel
            ),
            on_done=self._take,
            on_failed=self._fail,
            on_cancelled=self._stop,
            lane=PROJECT_LANE,
        )
        self.job_changed.emit()

    def preview(self, page: int, dots_per_mm: float) -> None:
        """
        Paint a page in the background.

        Parameters
        ----------
        page : int
            From 1; too large a number gives the last page.
        dots_per_mm : float
            How large.
        """
        made = self.made
        if made is not None:
            self._core.jobs.quick(lambda: _paint(made, page, dots_per_mm), self.previewed.emit)

    def save(self, path: Path) -> None:
        """
        Save the report as Word, and as PDF beside it.

        Parameters
        ----------
        path : Path
            The Word file.
        """
        made = self.made
        if made is None:
            return

        def write(_progress: Progress, _cancel: Cancel) -> tuple[Path, ...]:
            from patrolmap.services.report import write_report

            with speaking(made[0].document.language):
                return write_report(made[0], path, pdf=path.with_suffix(".pdf"))

        self._core.jobs.start(
            Message(N_("Writing the report")), write, on_done=self._saved, on_failed=self._core.notices.report
        )

    def _saved(self, paths: tuple[Path, ...]) -> None:
        words = Message(N_("The report is in {path}, and as PDF beside it."), {"path": str(paths[0])})
        self._core.notices.say(words, NoticeLevel.DONE)

    def _take(self, made: _Made) -> None:
        self.job, self.made = None, made
        self.job_changed.emit()
        self.made_changed.emit()

    def _fail(self, error: BaseException) -> None:
        self._stop()
        self._core.notices.report(error)

    def _stop(self) -> None:
        self.job = None
        self.job_changed.emit()

    def _forget(self) -> None:
        self.made = None
        self.made_changed.emit()


def _make(
    project: ProjectStore, kind: str, end: dt.date, language: str, *, publish: bool, progress: Progress, cancel: Cancel
) -> _Made:
    # Loaded by the worker that needs it, not when the window starts.
    from patrolmap.services.report import make_report, report_layout

    with speaking(language):
        report = make_report(project, kind, end, publish=publish, progress=progress, cancel=cancel)
        return report, report_layout(report)


def _paint(made: _Made, page: int, dots_per_mm: float) -> Preview:
    from PySide6.QtGui import QImage, QPainter

    from patrolmap.sheets.pdf import paint_page

    report, layout = made
    number = min(max(page, 1), len(layout.pages))
    chosen = layout.pages[number - 1]
    width, height = round(chosen.paper.width_mm * dots_per_mm), round(chosen.paper.height_mm * dots_per_mm)
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFFFF)
    painter = QPainter(picture)
    try:
        with speaking(report.document.language):
            paint_page(painter, chosen, dots_per_mm)
    finally:
        painter.end()
    return Preview("", number, len(layout.pages), picture)
