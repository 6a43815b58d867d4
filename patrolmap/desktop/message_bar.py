"""The bar over the upper edge of the map that tells what happened, and the strip in the status bar that tells what is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.icons import pixmap
from patrolmap.desktop.notices import Notice, NoticeLevel
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.window_words import in_window
from patrolmap.i18n import tr, tr_error
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.jobs import Job, JobRunner
    from patrolmap.desktop.notices import Notices

__all__ = ["JobStrip", "MessageBar"]

_SHOWN_MS: Final = 7_000
_NEW_MS: Final = 1_500


class MessageBar(QFrame):
    """
    Shows the last notice: information leaves by itself, warnings and errors stay until they are closed or work goes on.

    Parameters
    ----------
    notices : Notices
        What to show.
    is_told : Callable or None
        Tells of a notice whether the user reads it elsewhere already; it is not shown then. None shows all.
    parent : QWidget or None
        Owner.
    """

    def __init__(
        self, notices: Notices, is_told: Callable[[Notice], bool] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._is_told = is_told
        self._notice: Notice | None = None
        self._icon = QLabel()
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton(autoRaise=True)
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 6, 7)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self._age = QElapsedTimer()
        dress = Dresser(self, self._redraw)
        dress.icon(self.close_button.setIcon, "close")
        dress.text(self.close_button.setToolTip, N_("Close this message"))
        dress.text(self.close_button.setAccessibleName, N_("Close this message"))
        notices.said.connect(self.show_notice)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """
        Show a notice instead of the one before.

        Parameters
        ----------
        notice : Notice
            What to tell.
        """
        if self._is_told is not None and self._is_told(notice):
            self.hide()
            return
        self._notice = notice
        self._age.start()
        self._redraw()
        self.show()
        if notice.level in {NoticeLevel.INFO, NoticeLevel.DONE}:
            self._timer.start()
        else:
            self._timer.stop()

    def work_goes_on(self) -> None:
        """Put away what was told before the change that has just been made; what that change itself told stays."""
        if self._age.isValid() and self._age.elapsed() > _NEW_MS:
            self.hide()

    def _redraw(self) -> None:
        if self._notice is None:
            return
        tokens, level = current_tokens(), self._notice.level
        colour = {"info": tokens.accent, "done": tokens.good, "warning": tokens.warning, "error": tokens.bad}
        self._icon.setPixmap(pixmap(level.value, 20, colour[level.value], self.devicePixelRatioF()))
        self.text.setText(tr_error(tuple(map(in_window, self._notice.parts))))
        self.setAccessibleName(self.text.text())
        if self.property("level") != level.value:
            self.setProperty("level", level.value)
            self.style().unpolish(self)
            self.style().polish(self)


_WIDEST_PX: Final = 460


class JobStrip(QWidget):
    """
    Shows the oldest living job with progress and a button that cancels it.

    Parameters
    ----------
    jobs : JobRunner
        The jobs.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(textVisible=False, maximum=1000)
        self.bar.setFixedWidth(150)
        self.list_button = QToolButton(autoRaise=True)
        self.list_button.setIconSize(QSize(14, 14))
        self.cancel_button = QToolButton(autoRaise=True)
        self.cancel_button.setIconSize(QSize(14, 14))
        self.cancel_button.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self.text)
        row.addWidget(self.bar)
        row.addWidget(self.list_button)
        row.addWidget(self.cancel_button)
        dress = Dresser(self, self.refresh)
        dress.icon(self.list_button.setIcon, "arrow-up")
        dress.text(self.list_button.setToolTip, N_("All background work"))
        dress.text(self.list_button.setAccessibleName, N_("All background work"))
        dress.icon(self.cancel_button.setIcon, "close")
        dress.text(self.cancel_button.setToolTip, N_("Cancel this work"))
        dress.text(self.cancel_button.setAccessibleName, N_("Cancel this work"))
        dress.text(self.bar.setAccessibleName, N_("Progress"))
        for signal in (jobs.started, jobs.changed, jobs.ended):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, _job: Job[Any] | None = None) -> None:
        """Show how things stand now."""
        alive = self._jobs.alive
        self.setVisible(bool(alive))
        if not alive:
            return
        job = alive[0]
        words, metrics = _line(job, len(alive) - 1), self.text.fontMetrics()
        self.text.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, _WIDEST_PX))
        # Words that become longer must not be cut where the status bar has the room, also while the window is busy.
        for holder in (self, self.parentWidget()):
            layout = None if holder is None else holder.layout()
            if layout is not None:
                layout.activate()
        self.bar.setValue(round(job.fraction * 1000))
        self.cancel_button.setEnabled(not job.is_cancelling)

    def _cancel(self) -> None:
        if self._jobs.alive:
            self._jobs.alive[0].cancel()


def _line(job: Job[Any], others: int) -> str:
    if job.is_cancelling:
        return tr("Stopping: {title}", title=job.title)
    words = tr(job.text) if job.text is not None else tr(job.title)
    left_s = job.remaining_s
    if left_s is not None:
        words = tr("{work}, about {seconds} s left", work=words, seconds=max(round(left_s), 1))
    return tr("{work} (+{count} more)", work=words, count=others) if others else words
