"""How far a large change has come, and whether it should go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, raise_if_cancelled

if TYPE_CHECKING:
    from patrolmap.progress import Cancel, Progress

__all__ = ["AT_LEISURE", "PASSES", "Pace"]

PASSES: Final = 3
"""How often a change goes through its rows: to look at them, to keep them for undo, to write."""

_WRITTEN: Final = 0.95
"""Share of the work that is done when the disk has yet to take it."""


class Pace:
    """
    Counts rows and stops a change as soon as the user wants; its transaction then leaves nothing of it.

    Parameters
    ----------
    rows : int, default 0
        How many rows the change touches; each is counted `PASSES` times.
    progress : Progress
        Where to report.
    cancel : Cancel
        Asked after each slice.
    """

    def __init__(self, rows: int = 0, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> None:
        self._all, self._progress, self._cancel = max(rows * PASSES, 1), progress, cancel
        self._done = 0

    def step(self, rows: int) -> None:
        """
        Tell of rows that were gone through once.

        Parameters
        ----------
        rows : int
            How many.

        Raises
        ------
        CancelledError
            If the user wants to stop.
        """
        raise_if_cancelled(self._cancel)
        self._done += rows
        self._progress(min(self._done / self._all, 1.0) * _WRITTEN)


AT_LEISURE: Final = Pace()
"""For who neither reports nor stops."""
