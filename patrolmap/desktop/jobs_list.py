"""All background work in one list: what runs, how far it is, how long it still takes, and what ended lately."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import button, clear, label, row
from patrolmap.desktop.icons import icon, pixmap
from patrolmap.desktop.jobs import JobState
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from patrolmap.desktop.jobs import Job, JobRunner
    from patrolmap.messages import Message

__all__ = ["JobsList", "state_text"]

_WIDE_PX: Final = 420
_KEPT: Final = 6
_STATES: Final = {
    JobState.WAITING: N_("Waits for the work before it"),
    JobState.RUNNING: N_("Under way"),
    JobState.DONE: N_("Done"),
    JobState.FAILED: N_("Failed"),
    JobState.CANCELLED: N_("Cancelled"),
}
_ICONS: Final = {JobState.DONE: "done", JobState.FAILED: "error", JobState.CANCELLED: "stop"}


class JobsList(QFrame):
    """
    A card above the status bar; Escape closes it.

    Parameters
    ----------
    jobs : JobRunner
        The jobs.
    window : QWidget
        Over which it lies.
    """

    def __init__(self, jobs: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._jobs, self._window = jobs, window
        self._ended: deque[_Ended] = deque(maxlen=_KEPT)
        self._rows: dict[int, _JobRow] = {}
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title, self.empty = label("section", wrap=False), label("muted")
        self.close_button, self.all_button = QToolButton(autoRaise=True), button()
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._place)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 12)
        column.setSpacing(10)
        column.addLayout(row(self.title, None, self.close_button))
        column.addWidget(self.empty)
        column.addLayout(self._list)
        column.addLayout(row(None, self.all_button))
        dress = Dresser(self, self.rebuild)
        dress.text(self.title.setText, N_("Background work"))
        dress.text(self.setAccessibleName, N_("Background work"))
        dress.text(self.empty.setText, N_("No work is under way."))
        dress.text(self.all_button.setText, N_("Cancel all"))
        dress.text(self.close_button.setAccessibleName, N_("Close the list"))
        dress.text(self.close_button.setToolTip, N_("Close the list"))
        dress.icon(self.close_button.setIcon, "close")
        self.close_button.clicked.connect(self.hide)
        self.all_button.clicked.connect(jobs.cancel_all)
        jobs.started.connect(lambda _job: self._follow())
        jobs.changed.connect(self._refresh_row)
        jobs.ended.connect(self._note_end)
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Open the list, or close it."""
        if self.isVisible():
            self.hide()
            return
        self.rebuild()
        self.show()
        self.raise_()
        self._place()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def rebuild(self) -> None:
        """List the jobs anew: those that live, then those that ended, the last first."""
        clear(self._list)
        self._rows.clear()
        alive = list(self._jobs.alive)
        shown: list[Job[Any] | _Ended] = [*alive, *reversed(self._ended)]
        for job in shown:
            self._rows[job.number] = _JobRow(job)
            self._list.addWidget(self._rows[job.number])
            # Qt would show it only later, and the list would be measured without it.
            self._rows[job.number].show()
        self.empty.setVisible(not alive)
        self.all_button.setVisible(len(alive) > 1)
        if self.isVisible():
            self._place()
            # Rows that were just added are not seen yet, and have no height before they are.
            self._again.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Close by Escape.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Stay in the corner of the window.

        Parameters
        ----------
        watched : QObject
            The window.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _refresh_row(self, job: Job[Any]) -> None:
        if job.number in self._rows:
            self._rows[job.number].refresh()

    def _note_end(self, job: Job[Any]) -> None:
        # Its result may be large: only what the row shows is kept.
        self._ended.append(_Ended(job.number, job.title, job.state))
        self._follow()

    def _follow(self) -> None:
        # Whoever opens it gets all that is there then.
        if self.isVisible():
            self.rebuild()

    def _place(self) -> None:
        self._column.activate()
        wide = min(_WIDE_PX, self._window.width() - 24)
        high = max(self._column.totalHeightForWidth(wide), self.sizeHint().height())
        self.setGeometry(self._window.width() - wide - 12, self._window.height() - high - 44, wide, high)


@dataclass(frozen=True)
class _Ended:
    """What the list keeps of a job that is over."""

    number: int
    title: Message
    state: JobState


class _JobRow(QWidget):
    """One job: title, how it stands, a bar and a button that cancels it."""

    def __init__(self, job: Job[Any] | _Ended) -> None:
        super().__init__()
        self._job = job
        self.title, self.state, self.mark = label(), label("muted", wrap=job.state not in _ICONS), QLabel()
        self.bar = QProgressBar(textVisible=False, maximum=1000)
        self.cancel_button = QToolButton(autoRaise=True)
        self.cancel_button.setIcon(icon("close"))
        self.cancel_button.setIconSize(QSize(14, 14))
        if not isinstance(job, _Ended):
            self.cancel_button.clicked.connect(job.cancel)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.mark, 0, 0)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.cancel_button, 0, 3, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.bar, 1, 1)
        # What is over takes one line: it is read once, not followed.
        grid.addWidget(self.state, *((0, 2) if job.state in _ICONS else (2, 1)))
        self.title.setText(tr(job.title))
        self.bar.setAccessibleName(tr("Progress of: {title}", title=job.title))
        self.cancel_button.setAccessibleName(tr("Cancel: {title}", title=job.title))
        self.cancel_button.setToolTip(self.cancel_button.accessibleName())
        self.refresh()

    def refresh(self) -> None:
        """Show how it stands now."""
        job, tokens = self._job, current_tokens()
        is_over = job.state in _ICONS
        self.bar.setVisible(not is_over)
        self.cancel_button.setVisible(not is_over)
        self.mark.setVisible(is_over)
        if not isinstance(job, _Ended):
            self.bar.setValue(round(job.fraction * 1000))
            self.cancel_button.setEnabled(not job.is_cancelling)
        self.state.setText(tr(_STATES[job.state]) if isinstance(job, _Ended) else state_text(job))
        if is_over:
            colours = {JobState.DONE: tokens.good, JobState.FAILED: tokens.bad, JobState.CANCELLED: tokens.muted}
            self.mark.setPixmap(pixmap(_ICONS[job.state], 16, colours[job.state], self.devicePixelRatioF()))


def state_text(job: Job[Any]) -> str:
    """
    Say how a job stands.

    Parameters
    ----------
    job : Job
        The job.

    Returns
    -------
    str
        Its present step and the time that is left, or how it ended.
    """
    if job.is_over:
        return tr(_STATES[job.state])
    if job.is_cancelling:
        return tr("Stopping…")
    words = tr(job.text) if job.text is not None else tr(_STATES[job.state])
    left_s = job.remaining_s
    if left_s is None:
        return words
    if left_s >= 90:
        return tr("{work}, about {minutes} min left", work=words, minutes=round(left_s / 60))
    return tr("{work}, about {seconds} s left", work=words, seconds=max(round(left_s), 1))
