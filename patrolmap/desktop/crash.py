"""What happens when the program has a defect: a report that the user can read before keeping it, and a way on."""

from __future__ import annotations

import datetime as dt
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QPlainTextEdit, QVBoxLayout

from patrolmap import __version__
from patrolmap.desktop.dialog import Dialog
from patrolmap.errors import InputError, trace_without_data
from patrolmap.i18n import tr, tr_error
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

__all__ = ["CrashDialog", "crash_report"]


def crash_report(error: BaseException) -> str:
    """
    Write what a developer needs, and nothing about the project's contents.

    Parameters
    ----------
    error : BaseException
        What was raised.

    Returns
    -------
    str
        Versions, time and the trace, with the user's folder left out.
    """
    trace = trace_without_data(error).replace(str(Path.home()), "~")
    head = (
        f"patrolmap {__version__}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}\n"
        f"{platform.platform()}\n"
        f"{dt.datetime.now().astimezone().isoformat(timespec='seconds')}\n"
    )
    return f"{head}\n{trace}"


class CrashDialog(Dialog):
    """
    Shows a crash report; the program goes on after it.

    Parameters
    ----------
    error : BaseException
        What was raised.
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "missing")

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Something went wrong"))
        self.resize(680, 440)
        heading = QLabel(tr("patrolmap has a defect"))
        heading.setObjectName("heading")
        words = tr(
            "Your project is safe: every change that you saw is in its file. You can go on, or save this report and "
            "send it to whoever looks after the program. Read it first: nothing is sent by itself."
        )
        self.report = QPlainTextEdit(crash_report(error))
        self.report.setReadOnly(True)
        self.report.setAccessibleName(tr("Defect report"))
        self.state = QLabel(wordWrap=True)
        self.state.hide()
        buttons = QDialogButtonBox()
        self.save_button = buttons.addButton(tr("Save report…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.go_on_button = buttons.addButton(tr("Go on"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go_on_button.setProperty("primary", True)
        self.save_button.clicked.connect(self._save)
        buttons.accepted.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(QLabel(words, wordWrap=True))
        column.addWidget(self.report, 1)
        column.addWidget(self.state)
        column.addWidget(buttons)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save report"), "patrolmap-report.txt", "*.txt")
        if name:
            try:
                write_files({Path(name): self.report.toPlainText().encode()})
            except InputError as error:
                self.state.setText(tr_error(error.parts))
                self.state.show()
