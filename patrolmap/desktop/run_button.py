"""A button that starts work and, while it runs, shows how far it is and stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QProgressBar, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import as_tip, button, label, row
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.jobs import Job, JobRunner

__all__ = ["RunButton"]

_HEIGHT_PX: Final = 42
_LOW_PX: Final = 33
_LEAST_TEXT_PX: Final = 150


class RunButton(QStackedWidget):
    """
    Shows either the button or the progress of the job that it started.

    Parameters
    ----------
    jobs : JobRunner
        Tells when the job reports.
    parent : QWidget or None
        Owner.
    low : bool, default False
        Whether it stands in one line with other buttons or fields, and is as high as they are.
    """

    wanted = Signal()
    """The user pressed the button."""
    begun = Signal()
    """A job is followed."""
    failed = Signal(object)
    """The job that was followed ended with this `PatrolmapError`."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None, *, low: bool = False) -> None:
        self.button = button(primary=True)
        self._least_px = _LOW_PX if low else _HEIGHT_PX
        super().__init__(parent)
        self._job: Job[Any] | None = None
        self.text = label("muted", wrap=False)
        # A long text must not make the panel wider than its place.
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(1000)
        self.stop_button = button()
        working = QWidget()
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        line = row()
        line.addLayout(column, 1)
        line.addWidget(self.stop_button)
        working.setLayout(line)
        self.addWidget(self.button)
        self.addWidget(working)
        self._set_height()
        self.button.clicked.connect(self.wanted)
        self.stop_button.clicked.connect(self._stop)
        jobs.changed.connect(self._on_report)
        dress = Dresser(self, self._refresh)
        dress.text(self.stop_button.setText, N_("Stop"))
        dress.text(self.bar.setAccessibleName, N_("Progress"))

    def changeEvent(self, event: QEvent) -> None:
        """
        Be as high as the letters need.

        Parameters
        ----------
        event : QEvent
            Any change; that of the font counts.
        """
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._set_height()

    def _set_height(self) -> None:
        self.setFixedHeight(max(self._least_px, self.button.sizeHint().height()))

    def set_text(self, words: str) -> None:
        """
        Name the work.

        Parameters
        ----------
        words : str
            Text of the button, translated.
        """
        self.button.setText(words)

    def follow(self, job: Job[Any] | None) -> None:
        """
        Show the progress of a job, or the button again.

        Parameters
        ----------
        job : Job or None
            The job; None when it is over.
        """
        before, self._job = self._job, job
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self.setCurrentIndex(0 if job is None else 1)
        self._refresh()
        if had_focus:  # what is hidden loses it, to whatever comes next
            (self.button if job is None else self.stop_button).setFocus()
        if job is not None and job is not before:
            self.begun.emit()
        elif job is None and before is not None and isinstance(before.error, PatrolmapError):
            self.failed.emit(before.error)

    def _on_report(self, job: Job[Any]) -> None:
        if job is self._job:
            self._refresh()

    def _refresh(self) -> None:
        if self._job is None:
            return
        self.bar.setValue(round(self._job.fraction * 1000))
        words = self._job.text or self._job.title
        shown = tr("Stopping…") if self._job.is_cancelling else tr(words)
        room = max(self.text.width(), _LEAST_TEXT_PX)
        self.text.setText(self.text.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room))
        self.text.setToolTip(as_tip(shown))
        self.stop_button.setEnabled(not self._job.is_cancelling)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
