"""How long work reports where it is and learns that it should stop.

Work of more than half a second takes ``progress`` and ``cancel`` as keyword arguments. Both have a do-nothing
default, so that a caller in a notebook or a test need not care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from patrolmap.messages import Message

__all__ = ["NO_CANCEL", "NO_PROGRESS", "Cancel", "CancelledError", "Progress", "SubProgress", "raise_if_cancelled"]


class CancelledError(Exception):
    """The user cancelled; nothing was changed. Not a `PatrolmapError`: nothing failed."""


class Progress(Protocol):
    """Receives how far a piece of work has come."""

    def __call__(self, fraction: float, text: Message | None = None) -> None:
        """
        Report.

        Parameters
        ----------
        fraction : float
            Done share of the work, 0 to 1.
        text : Message or None
            What is being done now; None keeps the last text.
        """


class Cancel(Protocol):
    """Tells whether the user wants the work to stop."""

    def __call__(self) -> bool:
        """Return True as soon as the work should stop."""


def NO_PROGRESS(fraction: float, text: Message | None = None) -> None:  # noqa: N802 - a constant in use
    """Ignore every report."""


def NO_CANCEL() -> bool:  # noqa: N802 - a constant in use
    """Never ask to stop."""
    return False


def raise_if_cancelled(cancel: Cancel) -> None:
    """
    Stop here if the user asked for it.

    Parameters
    ----------
    cancel : Cancel
        The user's wish.

    Raises
    ------
    CancelledError
        If `cancel` says so.
    """
    if cancel():
        raise CancelledError


class SubProgress:
    """
    Maps the 0 to 1 of a part onto a stretch of the whole.

    Parameters
    ----------
    whole : Progress
        Where to report.
    start, end : float
        The stretch of the whole that the part stands for, 0 to 1.
    """

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole = whole
        self._start = start
        self._end = end

    def __call__(self, fraction: float, text: Message | None = None) -> None:
        """Report `fraction` of the part."""
        bounded = min(max(fraction, 0.0), 1.0)
        self._whole(self._start + (self._end - self._start) * bounded, text)
