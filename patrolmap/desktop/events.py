"""Observers in plain Python: what presenters use to speak to widgets without knowing Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Event"]

P = ParamSpec("P")


class Event(Generic[P]):
    """
    Something that happens, and those who want to know.

    Listeners are called in the order in which they were connected, on the thread that emits: presenters emit on the
    GUI thread only.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def connect(self, listener: Callable[P, object]) -> None:
        """
        Call a listener at each emission from now on.

        Parameters
        ----------
        listener : Callable
            Takes the arguments of the event.
        """
        self._listeners.append(listener)

    def disconnect(self, listener: Callable[P, object]) -> None:
        """
        Call a listener no more.

        Parameters
        ----------
        listener : Callable
            As it was connected; unknown ones are ignored.
        """
        if listener in self._listeners:
            self._listeners.remove(listener)

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """
        Call all listeners.

        Parameters
        ----------
        *args, **kwargs : Any
            Handed to each listener.
        """
        for listener in tuple(self._listeners):
            listener(*args, **kwargs)
