"""Protected projects in the window: the questions for a password, and the work of closing up and opening."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import label
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.protection import PROTECTED, SHORTEST_PASSWORD, protect_project, unprotect_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.services.protection import Protection

__all__ = ["PasswordDialog", "ProtectionFlow"]

_LANE: Final = "protection"
_WIDTH_PX: Final = 460


class PasswordDialog(Dialog):
    """
    Asks for a password.

    Parameters
    ----------
    title : str
        What it is for.
    name : str
        The file.
    parent : QWidget or None
        Owner.
    new : bool
        Whether it is chosen now, and so asked for twice.
    """

    guide = ("project", "password")

    def __init__(self, title: str, name: str, parent: QWidget | None, *, new: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH_PX)
        self._new = new
        self.first, self.second = QLineEdit(), QLineEdit()
        self.first.setPlaceholderText(tr("Password"))
        self.second.setPlaceholderText(tr("The same password again"))
        for field in (self.first, self.second):
            field.setAccessibleName(field.placeholderText())
        self.shown = QCheckBox(tr("Show the password"))
        self.fault = label("muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("OK"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        self._lay_out(name)
        for field in (self.first, self.second):
            field.textChanged.connect(self._look)
        self.shown.toggled.connect(self._look)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._look()

    @property
    def password(self) -> str:
        """What was typed."""
        return self.first.text()

    def _lay_out(self, name: str) -> None:
        heading, hint = label("section"), label("muted")
        heading.setText(name)
        hint.setText(
            tr(
                "The project's file is replaced by an encrypted one. Without the password nobody can read it again: keep it in a safe place."
            )
            if self._new
            else tr(
                "While the project is open, a readable copy lies beside its file. It is encrypted again when you close it."
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        self.second.setVisible(self._new)
        for part in (heading, hint, self.first, self.second, self.shown, self.fault, self.buttons):
            column.addWidget(part)

    def _look(self) -> None:
        mode = QLineEdit.EchoMode.Normal if self.shown.isChecked() else QLineEdit.EchoMode.Password
        for field in (self.first, self.second):
            field.setEchoMode(mode)
        fault = self._fault() if self._new else ""
        self.fault.setText(fault)
        self.fault.setVisible(self._new)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.password) and not fault)

    def _fault(self) -> str:
        if len(self.password) < SHORTEST_PASSWORD:
            return tr("At least {count} characters; several words are better than odd signs.", count=SHORTEST_PASSWORD)
        return "" if self.second.text() == self.password else tr("The two passwords differ.")


class ProtectionFlow(QObject):
    """
    Puts projects under a password, and opens protected ones.

    Parameters
    ----------
    core : Core
        Shared parts.
    window : QWidget
        Owner of the dialogs.
    open_project : Callable
        Opens the project file that it gets.
    """

    def __init__(self, core: Core, window: QWidget, open_project: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._core, self._window, self._open_project = core, window, open_project
        self._kept: tuple[Path, str] | None = None
        core.session.closed.connect(self._closing)

    @property
    def is_due(self) -> bool:
        """Whether the open project must be protected again before the program ends."""
        session = self._core.session
        return self._kept is not None and session.is_open and session.project.path == self._kept[0]

    def ask_protect(self) -> None:
        """Let the user choose a password for the open project, which is closed for that."""
        if self._core.is_changing:
            self._core.notices.say(Message(N_("Wait until the work on this project is done, or cancel it.")))
            return
        path = self._core.session.project.path
        dialog = PasswordDialog(tr("Protect with password"), path.name, self._window, new=True)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.protect(path, dialog.password)

    def ask_open(self, folder: Path) -> None:
        """
        Let the user choose a protected project.

        Parameters
        ----------
        folder : Path
            Where to look first.
        """
        kind = tr("Protected projects (*{ending})", ending=PROTECTED)
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Open protected project"), str(folder), kind)
        if name:
            self.ask_password(Path(name))

    def ask_password(self, container: Path) -> None:
        """
        Ask for the password of a protected project and open it.

        Parameters
        ----------
        container : Path
            Its file.
        """
        dialog = PasswordDialog(tr("Open protected project"), container.name, self._window, new=False)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.open(container, dialog.password)

    def open(self, container: Path, password: str) -> None:
        """
        Decrypt a protected project beside its container, open it, and remember to protect it again.

        Parameters
        ----------
        container : Path
            Its file.
        password : str
            Its password.
        """

        def opened(path: Path) -> None:
            self._open_project(path)
            session = self._core.session
            if session.is_open and session.project.path == path and not session.project.read_only:
                self._kept = path, password

        self._core.jobs.start(
            Message(N_("Opening {name}"), {"name": container.name}),
            lambda progress, cancel: unprotect_project(
                container, password, keep=True, progress=progress, cancel=cancel
            ),
            on_done=opened,
            lane=_LANE,
        )

    def protect(self, path: Path, password: str, *, then: Callable[[bool], object] | None = None) -> None:
        """
        Close a project, if it is open, and put it under a password.

        Parameters
        ----------
        path : Path
            The project file.
        password : str
            Its password.
        then : Callable or None
            Told at the end whether it is protected now.
        """
        self._kept = None
        session = self._core.session
        if session.is_open and session.project.path == path:
            session.close()

        def done(made: Protection) -> None:
            words = N_("{name} is protected.")
            if made.open_copies:
                words = N_("{name} is protected; still readable without a password: {copies}")
            copies = [copy.name for copy in made.open_copies]
            self._core.notices.say(
                Message(words, {"name": made.container.name, "copies": copies}),
                NoticeLevel.WARNING if made.open_copies else NoticeLevel.DONE,
            )
            if then is not None:
                then(True)

        def failed(error: BaseException | None = None) -> None:
            if error is None:
                words = N_("{name} was not protected; its file is readable.")
                self._core.notices.say(Message(words, {"name": path.name}), NoticeLevel.WARNING)
            else:
                self._core.notices.report(error)
            if then is not None:
                then(False)

        self._core.jobs.start(
            Message(N_("Protecting {name}"), {"name": path.name}),
            # Leaving the program cancels all work; this one is then waited for, or the file would stay readable.
            lambda progress, _cancel: protect_project(path, password, progress=progress),
            on_done=done,
            on_failed=failed,
            on_cancelled=failed,
            lane=_LANE,
        )

    def protect_and_leave(self) -> None:
        """Protect the open project again, then close the window; if that fails it stays, so that the user reads why."""
        if self._kept is not None:
            self._window.setEnabled(False)
            self.protect(*self._kept, then=self._leave)

    def _leave(self, is_protected: bool) -> None:  # noqa: FBT001 - the answer of a job
        self._window.setEnabled(True)
        if is_protected:
            QTimer.singleShot(0, self, self._window.close)

    def _closing(self) -> None:
        # The session still holds the file now; it is free when the event loop comes round.
        if self.is_due and self._kept is not None:
            path, password = self._kept
            self._kept = None
            QTimer.singleShot(0, self, lambda: self.protect(path, password))
