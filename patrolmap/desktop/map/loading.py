"""Has the map page up before a project is opened: starting the engine and reading its scripts takes longer than all tiles."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from patrolmap.desktop.haste import Haste

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.jobs import JobRunner

__all__ = ["PageLoader"]


class PageLoader:
    """
    Loads the page, again after each project, and knows whether it waits for the next one.

    Parameters
    ----------
    jobs : JobRunner
        Makes the page.
    load : Callable
        Takes its HTML and the query of its address, by which the page names itself when it is up.
    """

    def __init__(self, jobs: JobRunner, load: Callable[[str, str], object]) -> None:
        self._jobs, self._load = jobs, load
        self._number, self._is_plane = 0, False
        self.is_up = False

    def start(self, *, is_plane: bool = False) -> None:
        """
        Load a page that shows nothing yet.

        Parameters
        ----------
        is_plane : bool, default False
            Whether coordinates are metres of a plane.
        """
        self.drop()
        self._is_plane = is_plane
        number = self._number

        def take(html: str) -> None:
            if number == self._number:
                self._load(html, str(number))

        self._jobs.quick(lambda: _page_html(is_plane=is_plane), take, Haste.NOW)

    def fit(self, *, is_plane: bool) -> None:
        """
        Load another page if the one that waits is of the other kind.

        Parameters
        ----------
        is_plane : bool
            As in `start`.
        """
        if is_plane != self._is_plane:
            self.start(is_plane=is_plane)

    def drop(self) -> None:
        """Care no more for the page that is there or on its way."""
        self._number += 1
        self.is_up = False

    def hear(self, page: str) -> None:
        """
        Take note that a page is up.

        Parameters
        ----------
        page : str
            The query of its address.
        """
        self.is_up = page == str(self._number)


@functools.cache
def _page_html(*, is_plane: bool) -> str:
    """Make the page; called in the background, where loading the library that makes it holds up nobody."""
    from patrolmap.maps.page import page_html

    return page_html(planar=is_plane)
