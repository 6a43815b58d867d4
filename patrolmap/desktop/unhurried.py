"""What is not seen may follow some moments later: work on hidden panels, each in a turn of its own."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Unhurried", "can_wait", "put_off"]

_PAUSE_MS: Final = 2
_TURN_S: Final = 0.02


class Follower(Protocol):
    """Has fallen behind."""

    def catch_up(self) -> None:
        """Do what is still to do, if anything is."""


_waiting: Final[deque[Follower]] = deque()
_called: Final[list[bool]] = []
"""Not empty while the next turn is on its way, or under way."""


class Unhurried(QObject):
    """
    Refreshes a widget at once where it is seen; else some moments later, or when it is shown, and then only once.

    Parameters
    ----------
    widget : QWidget
        It owns this.
    act : Callable
        Brings the widget up to date.
    """

    def __init__(self, widget: QWidget, act: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget, self._act = widget, act
        self._is_due = False
        widget.installEventFilter(self)

    def __call__(self, *_words: object) -> None:
        """Ask for it, whatever an event or signal tells."""
        self._is_due = True
        if can_wait(self._widget):
            put_off(self)
        else:
            self.catch_up()

    def catch_up(self) -> None:
        """Do it now, if it is still to do."""
        if self._is_due:
            self._is_due = False
            self._act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Catch up when the widget is shown.

        Parameters
        ----------
        watched : QObject
            The widget.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() == QEvent.Type.Show:
            self.catch_up()
        return super().eventFilter(watched, event)


def can_wait(widget: QObject) -> bool:
    """
    Tell whether nobody sees a widget, while its window is seen.

    Parameters
    ----------
    widget : QObject
        The widget.

    Returns
    -------
    bool
        False in a window that is not shown: nothing is being waited for there.
    """
    if not isinstance(widget, QWidget) or widget.isWindow() or not widget.window().isVisible():
        return False
    # A dock behind another one counts as visible, but nothing of it is seen.
    return widget.visibleRegion().isEmpty()


def put_off(follower: Follower) -> None:
    """
    Let something catch up when what is seen has been painted.

    Parameters
    ----------
    follower : Follower
        May be gone by then, if Qt owns it.
    """
    if follower not in _waiting:
        _waiting.append(follower)
    _call_soon()


def _call_soon() -> None:
    if not _called:
        _called.append(True)
        QTimer.singleShot(_PAUSE_MS, _next)


def _next() -> None:
    end_s = time.monotonic() + _TURN_S
    try:
        while _waiting and time.monotonic() < end_s:
            follower = _waiting.popleft()
            if not isinstance(follower, QObject) or shiboken6.isValid(follower):
                follower.catch_up()
    finally:
        _called.clear()
        if _waiting:
            _call_soon()
