"""Keeps the looks of the map with the project, and follows undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.errors import PatrolmapError
from patrolmap.model.map_looks import MapLooks
from patrolmap.services.map_looks import map_looks, save_map_looks

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.messages import Message

__all__ = ["LooksKeeper"]


class LooksKeeper:
    """
    Between the layer list and the project.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._version = -1
        self._waiting: Message | None = None
        session = core.session
        session.opened.connect(self._take)
        session.history_changed.connect(self._follow)
        session.closed.connect(self._let_go)
        core.board.chosen.connect(self._keep)
        core.jobs.ended.connect(lambda _job: self._flush())

    def _take(self) -> None:
        project = self._core.session.project
        self._version = project.layer_version("settings")
        self._core.board.take(map_looks(project))

    def _follow(self) -> None:
        """Another state of the project after undo, redo or a change of settings."""
        session = self._core.session
        if session.is_open and self._waiting is None and session.version("settings") != self._version:
            self._take()

    def _keep(self, label: Message) -> None:
        if self._core.session.is_open:
            self._waiting = label
            self._flush()

    def _flush(self) -> None:
        """Write what waits, unless a job has the project in hand: it is written when that job ends."""
        core, label = self._core, self._waiting
        if label is None or not core.session.is_open or core.is_changing:
            return
        self._waiting = None
        project = core.session.project
        if project.read_only:
            return
        try:
            save_map_looks(project, core.board.looks, label)
        except PatrolmapError as error:
            core.notices.report(error)
        self._version = project.layer_version("settings")
        core.session.refresh()

    def _let_go(self) -> None:
        self._flush()
        self._waiting, self._version = None, -1
        self._core.board.take(MapLooks())
