"""What the search box does. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from patrolmap.desktop.events import Event
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.session import Selection
from patrolmap.progress import CancelledError
from patrolmap.services.place_search import PlaceFinder

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.services.place_search import FoundPlace

__all__ = ["SearchPresenter"]

_OWNER = "search"


class SearchPresenter:
    """
    Searches in the background, the last question only, and goes to an answer.

    Parameters
    ----------
    core : Core
        Shared parts.

    Attributes
    ----------
    found : Event
        `answers` are others; while `is_searching` there may come more.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._finder: PlaceFinder | None = None
        self._question = 0
        self.text = ""
        self.answers: tuple[FoundPlace, ...] = ()
        self.is_searching = False
        self.found: Event[[]] = Event()
        core.session.opened.connect(self._open)
        core.session.closed.connect(self._close)

    def ask(self, text: str) -> None:
        """
        Search; an earlier question that is still under way is dropped.

        Parameters
        ----------
        text : str
            What was typed; empty clears the answers.
        """
        self._question += 1
        self.text = text.strip()
        session = self._core.session
        if self._finder is None or not self.text or not session.project.has_frame:
            self.is_searching = False
            self._take(())
            return
        self.is_searching = True
        for by_name_only in (True, False):
            # Names are there at once; descriptions wait for the graph of the streets.
            self._core.jobs.quick(
                self._work(self._finder, self.text, self._question, by_name_only=by_name_only),
                self._taker(self._question, is_last=not by_name_only),
            )

    def go(self, place: FoundPlace) -> None:
        """
        Move the map to an answer and mark it.

        Parameters
        ----------
        place : FoundPlace
            One of `answers`.
        """
        if place.layer:
            self._core.session.select(Selection(place.layer, place.fids))
        is_drawn = bool(place.layer) and place.layer in self._core.board.visible
        mark = [] if is_drawn else [Overlay("found", place.geometry, "", place.title)]
        self._core.scene.set_overlays(_OWNER, mark)
        self._core.scene.show([place.geometry], margin_m=300.0 if shapely.get_dimensions(place.geometry) < 1 else 150.0)

    def clear(self) -> None:
        """Take the mark away."""
        self._core.scene.set_overlays(_OWNER, [])

    def _work(
        self, finder: PlaceFinder, text: str, question: int, *, by_name_only: bool
    ) -> Callable[[], tuple[FoundPlace, ...]]:
        system = self._core.session.preferences.coordinates

        def work() -> tuple[FoundPlace, ...]:
            try:
                return finder.find(
                    text, system=system, by_name_only=by_name_only, cancel=lambda: question != self._question
                )
            except CancelledError:
                return ()

        return work

    def _taker(self, question: int, *, is_last: bool) -> Callable[[tuple[FoundPlace, ...]], None]:
        def take(answers: tuple[FoundPlace, ...]) -> None:
            # Two threads work: the last answers may be there first.
            if question == self._question and self.is_searching and (is_last or answers):
                self.is_searching = not is_last
                self._take(answers)

        return take

    def _take(self, answers: tuple[FoundPlace, ...]) -> None:
        self.answers = answers
        self.found.emit()

    def _open(self) -> None:
        cache = self._core.cache
        self._finder = PlaceFinder(self._core.session.project, lambda name: cache[name])

    def _close(self) -> None:
        self._finder = None
        self._question += 1
        self.text, self.is_searching = "", False
        self._take(())
