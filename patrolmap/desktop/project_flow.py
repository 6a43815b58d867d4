"""Opening, making and leaving projects: the dialogs and the background work behind the menu entries."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.name_dialog import ask_name
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.protection_flow import ProtectionFlow
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.protection import PROTECTED, protected_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.office_flow import OfficeFlow
    from patrolmap.progress import Cancel, Progress

__all__ = ["ProjectFlow"]

_NAME_BYTES: Final = 180


class ProjectFlow(QObject):
    """
    What happens between a menu entry and an open project.

    Parameters
    ----------
    core : Core
        Shared parts.
    window : QWidget
        Owner of the dialogs.
    """

    sample_opened = Signal()
    """The sample district is on the screen."""

    def __init__(self, core: Core, window: QWidget) -> None:
        super().__init__(window)
        self._core, self._window = core, window
        self.protection = ProtectionFlow(core, window, self.open)

    @cached_property
    def office(self) -> OfficeFlow:
        """The office store; its driver is loaded when it is first wanted."""
        from patrolmap.desktop.office_flow import OfficeFlow

        return OfficeFlow(self._core, self._window, self.open, projects_folder)

    def show_office(self) -> None:
        """Show the window on the office store."""
        self.office.show()

    def ask_export(self) -> None:
        """Let the user choose what to write for other programs."""
        from patrolmap.desktop.features.exporting.dialog import ExportDialog
        from patrolmap.desktop.features.exporting.presenter import ExportPresenter

        ExportDialog(ExportPresenter(self._core), self._window).exec()

    def ask_open(self) -> None:
        """Let the user choose a project."""
        kind = tr("patrolmap projects (*.gpkg)")
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Open project"), str(self._folder), kind)
        if name:
            self.open(Path(name))

    def ask_open_protected(self) -> None:
        """Let the user choose a protected project."""
        self.protection.ask_open(projects_folder())

    def ask_new(self) -> None:
        """Let the user name a new project and open it."""
        name = ask_name(tr("New project"), tr("Name of the district"), parent=self._window)
        if not name:
            return
        proposal = self._folder / f"{_file_name(name)}.gpkg"
        kind = tr("patrolmap projects (*.gpkg)")
        chosen, _ = QFileDialog.getSaveFileName(self._window, tr("Keep the project as"), str(proposal), kind)
        if chosen:
            path = Path(chosen).with_suffix(".gpkg")
            self._attempt(lambda: self._core.session.create(path, name))

    def open(self, path: Path) -> None:
        """
        Open a project, and say why if it cannot be. Where a container is in its place, its password is asked for.

        Parameters
        ----------
        path : Path
            Its file.
        """
        container = path if path.suffix == PROTECTED else protected_name(path)
        if container == path or (container.exists() and not path.exists()):
            self.protection.ask_password(container)
            return
        self._attempt(lambda: self._core.session.open(path))

    def close(self) -> None:
        """Leave the project; the first page is shown again."""
        if self._core.is_changing:
            self._core.notices.say(Message(N_("Wait until the work on this project is done, or cancel it.")))
            return
        self._core.session.close()

    def open_sample(self) -> None:
        """Open the sample district, made afresh if it is not there yet."""
        path = self._folder / "sample-district.gpkg"
        if path.exists():
            self.open(path)
            if self._core.session.is_open:
                self.sample_opened.emit()
            return
        self._core.jobs.start(
            Message(N_("Making the sample district")),
            lambda progress, cancel: _make_sample(path, progress=progress, cancel=cancel),
            on_done=lambda _made: self._sample_made(path),
            lane=PROJECT_LANE,
        )

    def _sample_made(self, path: Path) -> None:
        self.open(path)
        if self._core.session.is_open:
            words = Message(
                N_("This is the sample district. Go on with Rings, Hotspots, Plan and Sheets on the right.")
            )
            self._core.notices.say(words, NoticeLevel.DONE)
            self.sample_opened.emit()

    @property
    def _folder(self) -> Path:
        return projects_folder(self._core.session.preferences.projects_folder)

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except PatrolmapError as error:
            self._core.notices.report(error)


def projects_folder(wish: str = "") -> Path:
    """
    Find where projects are kept.

    Parameters
    ----------
    wish : str, default ""
        The folder that the user chose; empty for none.

    Returns
    -------
    Path
        The user's folder if it is there; else ``patrolmap`` in the documents, made if it was not there.
    """
    if wish and Path(wish).is_dir():
        return Path(wish)
    folder = Path(platformdirs.user_documents_dir()) / "patrolmap"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _make_sample(path: Path, *, progress: Progress, cancel: Cancel) -> None:
    # The readers are loaded by the worker that needs them, not when the window starts.
    from patrolmap.services.sample_project import make_sample_project

    make_sample_project(path, progress=progress, cancel=cancel)


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_ " else "-" for letter in name.strip())
    # Systems count the bytes of a name, and take 255; copies and locks add some of their own.
    return kept.encode()[:_NAME_BYTES].decode(errors="ignore").strip() or "project"
