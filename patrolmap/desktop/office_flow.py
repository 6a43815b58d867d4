"""The office store in the window: the work behind the buttons of its dialog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.features.board.pick import PickDialog
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.office_dialog import OfficeDialog
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr, tr_error
from patrolmap.messages import N_, Message
from patrolmap.services.office import (
    OfficeAddress,
    SyncResult,
    SyncWishes,
    check_out,
    offered_projects,
    publish,
    synchronise,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.progress import Cancel, Progress

__all__ = ["OfficeFlow"]


class OfficeFlow(QObject):
    """
    Connects the dialog with the services; connects to a server only when the user presses a button.

    Parameters
    ----------
    core : Core
        Shared parts.
    window : QWidget
        Owner of the dialog.
    open_project : Callable
        Opens the project file that it gets.
    folder : Callable
        Tells where projects are kept.
    """

    def __init__(
        self, core: Core, window: QWidget, open_project: Callable[[Path], None], folder: Callable[[], Path]
    ) -> None:
        super().__init__(window)
        self._core, self._window, self._open, self._folder = core, window, open_project, folder
        self._job: Job[Any] | None = None
        self.dialog: OfficeDialog | None = None
        # What it shows is about the project that was open.
        core.session.closed.connect(self._close)

    def show(self) -> None:
        """Open the dialog, made anew in the present language."""
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
        dialog = self.dialog = OfficeDialog(self._window)
        dialog.compare_wanted.connect(lambda: self.synchronise(preview=True))
        dialog.sync_wanted.connect(lambda: self.synchronise(preview=False))
        dialog.publish_wanted.connect(self.publish)
        dialog.get_wanted.connect(self.ask_get)
        dialog.cancel_wanted.connect(self._stop)
        self._show_link()
        dialog.show()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def synchronise(self, *, preview: bool) -> None:
        """
        Compare with the office, or synchronise with what was decided on conflicts.

        Parameters
        ----------
        preview : bool
            Whether only to compare.
        """
        dialog = self.dialog
        if dialog is None:
            return
        project, wishes = self._core.session.project, SyncWishes(dialog.choices, preview=preview)

        def done(result: SyncResult) -> None:
            dialog.show_result(None if result.done else result)
            self._core.session.refresh()
            if result.done:
                taken, sent = (
                    sum(one.added + one.changed + one.deleted for one in side)
                    for side in (result.incoming, result.outgoing)
                )
                words = Message(
                    N_("Synchronised with the office: {taken} rows taken in, {sent} sent"),
                    {"taken": taken, "sent": sent},
                )
                self._core.notices.say(words, NoticeLevel.DONE)
            self._show_link()

        self._start(
            N_("Comparing with the office") if preview else N_("Synchronising with the office"),
            lambda place, progress, cancel: synchronise(project, place, wishes, progress=progress, cancel=cancel),
            done,
        )

    def publish(self) -> None:
        """Make the open project a project of the office."""
        project = self._core.session.project

        def done(result: SyncResult) -> None:
            self._core.session.refresh()
            words = N_("The project is in the office store as “{name}”.")
            self._core.notices.say(Message(words, {"name": result.project.name}), NoticeLevel.DONE)
            self._show_link()

        self._start(
            N_("Publishing in the office store"),
            lambda place, progress, cancel: publish(project, place, progress=progress, cancel=cancel),
            done,
        )

    def ask_get(self) -> None:
        """Let the user choose among the projects of the office."""

        def offered(found: tuple[Any, ...]) -> None:
            names = [project.name for project in found]
            if not names or self.dialog is None:
                self._fail(Message(N_("The office store has no project yet.")))
                return
            title, words = tr("Check out of the office store"), tr("Project")
            made = PickDialog(title, words, [(name, name) for name in names], self.dialog)
            made.picked.connect(self._ask_file)
            made.exec()

        self._start(
            N_("Listing the projects of the office"),
            lambda place, _progress, _cancel: offered_projects(place),
            offered,
        )

    def get(self, name: str, path: Path) -> None:
        """
        Check a project out and open it.

        Parameters
        ----------
        name : str
            Its name in the office.
        path : Path
            The file to make.
        """

        def work(place: OfficeAddress, progress: Progress, cancel: Cancel) -> SyncResult:
            return check_out(place.of_project(name), path, progress=progress, cancel=cancel)

        def done(_result: SyncResult) -> None:
            self._open(path)
            self._show_link()

        self._start(N_("Checking a project out of the office store"), work, done)

    def _ask_file(self, name: str) -> None:
        kind = tr("patrolmap projects (*.gpkg)")
        proposal = str(self._folder() / f"{name}.gpkg")
        chosen, _ = QFileDialog.getSaveFileName(self._window, tr("Keep the project as"), proposal, kind)
        if chosen:
            self.get(name, Path(chosen).with_suffix(".gpkg"))

    def _start(
        self, title: str, work: Callable[[OfficeAddress, Progress, Cancel], Any], done: Callable[[Any], None]
    ) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        dialog.show_fault("")
        try:
            place = dialog.place
        except PatrolmapError as error:
            dialog.show_fault(tr_error(error.parts))
            return

        def ended(result: Any) -> None:
            dialog.show_work(None)
            done(result)

        def failed(error: BaseException) -> None:
            dialog.show_work(None)
            if isinstance(error, PatrolmapError):
                dialog.show_fault(tr_error(error.parts))
            else:
                self._core.notices.report(error)

        job = self._job = self._core.jobs.start(
            Message(title),
            lambda progress, cancel: work(place, progress, cancel),
            on_done=ended,
            on_failed=failed,
            on_cancelled=lambda: dialog.show_work(None),
            lane=PROJECT_LANE,
        )
        dialog.show_work(0.0)
        job.changed.connect(lambda: None if job.is_over else dialog.show_work(job.fraction))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _fail(self, words: Message) -> None:
        if self.dialog is not None:
            self.dialog.show_fault(tr(words))

    def _show_link(self) -> None:
        session = self._core.session
        if self.dialog is not None:
            self.dialog.show_link(session.project.office_link if session.is_open else None, is_open=session.is_open)
