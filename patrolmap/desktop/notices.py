"""What the program tells its user in passing: one bridge from every presenter to the message bar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from patrolmap.desktop.events import Event
from patrolmap.errors import PatrolmapError

if TYPE_CHECKING:
    from patrolmap.messages import Message

__all__ = ["Notice", "NoticeLevel", "Notices"]


class NoticeLevel(Enum):
    """How much a notice matters."""

    INFO = "info"
    DONE = "done"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """
    One thing to tell.

    Parameters
    ----------
    level : NoticeLevel
        How much it matters.
    parts : tuple of Message
        What it says; of an error what, why and remedy.
    """

    level: NoticeLevel
    parts: tuple[Message, ...]


class Notices:
    """
    Carries notices to the message bar and defects to the crash dialog.

    Attributes
    ----------
    said : Event
        Emitted with each `Notice`.
    crashed : Event
        Emitted with each unexpected exception.
    """

    def __init__(self) -> None:
        self.said: Event[[Notice]] = Event()
        self.crashed: Event[[BaseException]] = Event()

    def say(self, text: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        """
        Tell the user something.

        Parameters
        ----------
        text : Message
            What.
        level : NoticeLevel, default INFO
            How much it matters.
        """
        self.said.emit(Notice(level, (text,)))

    def report(self, error: BaseException) -> None:
        """
        Tell of an error: an expected one in the bar, any other as a defect of the program.

        Parameters
        ----------
        error : BaseException
            What was raised.
        """
        if isinstance(error, PatrolmapError):
            self.said.emit(Notice(NoticeLevel.ERROR, error.parts))
        else:
            self.crashed.emit(error)
