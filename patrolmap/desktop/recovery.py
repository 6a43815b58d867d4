"""After an end that nobody wished for: notes what is open, and offers it at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.tasks import TASKS
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.left_open import LeftOpen, OpenMark, take_left_open

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.desktop.window import MainWindow

__all__ = ["Recovery"]


class Recovery:
    """
    Keeps the mark of this program, and gives back what one before it had open.

    Parameters
    ----------
    window : MainWindow
        The window.

    Attributes
    ----------
    found : LeftOpen or None
        What the program had open when it ended; None once it is opened or turned down.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window, self._session = window, window.core.session
        self._mark = OpenMark()
        self.found: LeftOpen | None = self._look()
        if self.found is not None:
            window.welcome.offer(self.words(), self.go_on, self.turn_down)
        self._session.opened.connect(self._opened)
        self._session.closed.connect(self._closed)
        window.tasks.switched.connect(lambda _task: self._note())

    def words(self) -> str:
        """
        Say what was open.

        Returns
        -------
        str
            In the present language; empty if nothing was.
        """
        if self.found is None:
            return ""
        titles = {spec.id: spec.title for spec in TASKS}
        task = tr(titles[self.found.task]) if self.found.task in titles else ""
        return tr(
            "“{name}” was open, task: {task}. Every change that you saw is in its file, and can still be undone.",
            name=self.found.path.stem,
            task=task or "–",
        )

    def go_on(self) -> None:
        """Open what was open, at the task that was in hand."""
        if self.found is not None:
            self._window.project_flow.open(self.found.path)

    def turn_down(self) -> None:
        """Forget what was open; the project is still among the recent ones."""
        self.found = None
        self._window.welcome.offer("", self.go_on, self.turn_down)

    def redress(self) -> None:
        """Say it in the present language."""
        if self.found is not None:
            self._window.welcome.offer(self.words(), self.go_on, self.turn_down)

    def _look(self) -> LeftOpen | None:
        try:
            left = take_left_open()
        except OSError as error:
            self._tell(error)
            return None
        return left[0] if left else None

    def _opened(self) -> None:
        found = self.found
        self.turn_down()
        self._note()
        if found is not None and _same(found.path, self._session.project.path):
            if found.task in {spec.id for spec in TASKS}:
                self._window.show_task(found.task)
            said = N_(
                "Opened again after an end without closing. Every change that you saw is there, and can be undone."
            )
            self._window.core.notices.say(Message(said), NoticeLevel.DONE)

    def _note(self) -> None:
        if not self._session.is_open or self._session.project.read_only:
            return
        try:
            self._mark.note(self._session.project.path, self._window.tasks.task)
        except OSError as error:
            self._tell(error)

    def _closed(self) -> None:
        try:
            self._mark.forget()
        except OSError as error:
            self._tell(error)

    def _tell(self, error: OSError) -> None:
        words = N_("What is open cannot be noted for the case of a crash: {reason}")
        self._window.core.notices.say(Message(words, {"reason": str(error)}))


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
