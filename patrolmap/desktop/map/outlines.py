"""Rings and hotspots drawn and reshaped: takes the tool in hand, and keeps what it made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import shapely

from patrolmap.desktop.map.snapping import StreetSnap
from patrolmap.desktop.map.tools import RingTool
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.model.kinds import RingKind

__all__ = ["OutlineHand"]

_Corners = tuple[tuple[float, float], ...]


class OutlineHand:
    """
    Draws outlines on the map. What cannot be kept stays in hand, to be mended.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    def draw_ring(self, kind: RingKind) -> None:
        """
        Take the tool that draws a ring.

        Parameters
        ----------
        kind : RingKind
            Which ring.
        """
        self._take(partial(self._save_ring, kind, None))

    def reshape_ring(self, kind: RingKind) -> None:
        """
        Take the tool that reshapes a ring and show all of it; if there is none, the user is told.

        Parameters
        ----------
        kind : RingKind
            Which ring.
        """
        from patrolmap.services.ring_editing import ring_corners

        try:
            fid, corners = ring_corners(self._core.session.project, kind)
        except InputError as error:
            self._core.notices.report(error)
            return
        self._take(partial(self._save_ring, kind, fid), corners)
        self._core.scene.show([shapely.MultiPoint(corners)])

    def draw_hotspot(self) -> None:
        """Take the tool that draws a hotspot."""
        words = N_(
            "Click the corners of the hotspot. Enter or a double click ends, Backspace takes one back, Esc cancels."
        )
        self._take(partial(self._save_hotspot, None), hint=Message(words))

    def reshape_hotspot(self, fid: int) -> None:
        """
        Take the tool that reshapes a hotspot.

        Parameters
        ----------
        fid : int
            Its row.
        """
        from patrolmap.services.hotspot_editing import hotspot_corners

        try:
            corners = hotspot_corners(self._core.session.project, fid)
        except PatrolmapError as error:
            self._core.notices.report(error)
            return
        self._take(partial(self._save_hotspot, fid), corners)

    def _take(self, keep: Callable[[_Corners], bool], corners: _Corners = (), hint: Message | None = None) -> None:
        from patrolmap.services.ring_editing import junction_places

        core, project = self._core, self._core.session.project
        tool = RingTool(keep, corners, hint, StreetSnap(core.cache))
        core.tools.take(tool)
        if project.count("streets"):
            core.jobs.quick(lambda: junction_places(project), tool.snap_to)

    def _save_ring(self, kind: RingKind, fid: int | None, corners: _Corners) -> bool:
        from patrolmap.services.ring_editing import save_ring
        from patrolmap.services.rings import ring_nesting

        project = self._core.session.project
        if not self._kept(lambda: save_ring(project, kind, corners, fid)):
            return False
        if broken := ring_nesting(project):
            titles = {"inner": ring_title(broken[0].inner), "outer": ring_title(broken[0].outer)}
            words = Message(N_("{inner} is not all within {outer}."), titles)
            self._core.notices.say(words, NoticeLevel.WARNING)
        return True

    def _save_hotspot(self, fid: int | None, corners: _Corners) -> bool:
        from patrolmap.services.hotspot_editing import save_hotspot

        return self._kept(lambda: save_hotspot(self._core.session.project, corners, fid))

    def _kept(self, edit: Callable[[], object]) -> bool:
        try:
            edit()
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        self._core.session.refresh()
        return True
