"""The tool in hand: every click, drag and key of both kinds of map comes here while something is drawn or placed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.desktop.events import Event
from patrolmap.desktop.map.tools import PointTool
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.map.scene import MapScene
    from patrolmap.desktop.map.tools import MapTool
    from patrolmap.desktop.session import Session

__all__ = ["ToolBox"]

_OWNER: Final = "tool"


class ToolBox:
    """
    The tool in hand, if there is one.

    Parameters
    ----------
    session : Session
        Whose closing puts the tool away.
    scene : MapScene
        Where it draws.

    Attributes
    ----------
    changed : Event
        The tool, or what it draws, is another.
    steps_changed : Event
        Whether there is a step to take back is another.
    taken : Event
        A tool was taken in hand: its keys are the map's.
    """

    def __init__(self, session: Session, scene: MapScene) -> None:
        self._scene, self._notices = scene, session.notices
        self.tool: MapTool | None = None
        self._held: int | None = None
        self._had_steps = False
        self.steps_changed: Event[[]] = Event()
        self.changed: Event[[]] = Event()
        self.taken: Event[[]] = Event()
        session.closed.connect(self.drop)

    def take(self, tool: MapTool) -> None:
        """
        Take a tool in hand in place of the one before.

        Parameters
        ----------
        tool : MapTool
            The tool.
        """
        if self.tool is not None:
            self.tool.changed.disconnect(self._redraw)
        self.tool, self._held = tool, None
        tool.changed.connect(self._redraw)
        self._redraw()
        self.taken.emit()

    @property
    def hint(self) -> Message | None:
        """What to do now; None without a tool."""
        if self.tool is None or self._held is None:
            return None if self.tool is None else self.tool.hint
        return Message(
            N_("Move the map with the arrow keys: Space puts the corner down in the middle, Esc lets it be.")
        )

    @property
    def has_steps(self) -> bool:
        """Whether what is being drawn has a step that can be taken back."""
        return self.tool is not None and self.tool.has_steps

    @property
    def takes_drag(self) -> bool:
        """Whether a drag on the map is the tool's."""
        return self.tool is not None and self.tool.takes_drag

    def drop(self) -> None:
        """Put the tool away without keeping what was drawn."""
        if self.tool is not None:
            self.tool.changed.disconnect(self._redraw)
            self.tool = self._held = None
            self._redraw()

    def press(self, x: float, y: float, tolerance_m: float) -> bool:
        """
        Do by a key what the mouse does by a click or a drag: a handle here is taken hold of, and put down by the next press.

        Parameters
        ----------
        x, y : float
            The place, metres: the middle of the map.
        tolerance_m : float
            How far off it may be.

        Returns
        -------
        bool
            Whether a tool took it.
        """
        if self.tool is None:
            return False
        held, self._held = self._held, None
        if held is not None:
            self.move(held, x, y, tolerance_m)
        elif (here := self.handle_at(x, y, tolerance_m)) is not None:
            self._held = here
            self._redraw()
        else:
            self.click(x, y, tolerance_m)
        return True

    def click(self, x: float, y: float, tolerance_m: float) -> bool:
        """
        Offer a click.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far off it may be.

        Returns
        -------
        bool
            Whether a tool took it.
        """
        if self.tool is None:
            return False
        self._done_after(self.tool, lambda tool: tool.click(x, y, tolerance_m))
        return True

    def move(self, place: int, x: float, y: float, tolerance_m: float) -> None:
        """
        Offer a handle that was dragged.

        Parameters
        ----------
        place : int
            Which of the tool's handles.
        x, y : float
            Where to, metres.
        tolerance_m : float
            How far off it may be.
        """
        if self.tool is not None:
            self._done_after(self.tool, lambda tool: tool.move(place, x, y, tolerance_m))

    def hover(self, x: float, y: float, tolerance_m: float = 0.0) -> None:
        """
        Tell the tool where the pointer is.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far off it may be.
        """
        if self.tool is not None:
            self.tool.hover(x, y, tolerance_m)

    def remove(self, place: int) -> None:
        """
        Offer a handle that should go.

        Parameters
        ----------
        place : int
            Which of the tool's handles.
        """
        if self.tool is not None:
            self.tool.remove(place)

    def handle_at(self, x: float, y: float, tolerance_m: float) -> int | None:
        """
        Find the handle at a place.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far off it may be.

        Returns
        -------
        int or None
            Which of the tool's handles; None if there is none.
        """
        handles = () if self.tool is None else self.tool.handles
        if not handles:
            return None
        away_m = np.hypot(*(np.array(handles) - (x, y)).T)
        best = int(np.argmin(away_m))
        return best if away_m[best] <= tolerance_m else None

    def key(self, name: str) -> bool:
        """
        Offer a key.

        Parameters
        ----------
        name : str
            ``Enter``, ``Escape`` or ``Backspace``.

        Returns
        -------
        bool
            Whether a tool took it.
        """
        if self.tool is None:
            return False
        if name == "Escape" and self._held is not None:
            self._held = None
            self._redraw()
        elif name == "Escape":
            self.drop()
        elif name == "Backspace":
            self.tool.back()
        elif name == "Enter":
            self.finish()
        else:
            return False
        return True

    def finish(self) -> None:
        """Keep what was drawn; what cannot be kept yet stays in hand, and the user is told what it lacks."""
        tool = self.tool
        if tool is None:
            return
        if tool.can_finish:
            # Put away first: what is kept may take another tool in hand.
            self.drop()
            if not tool.finish() and self.tool is None:
                self.take(tool)
        else:
            self._notices.say(tool.missing)

    def _done_after(self, tool: MapTool, step: Callable[[MapTool], object]) -> None:
        """Do a step; a tool that waits for one place is put away after it, one that has all it needs is ended."""
        if isinstance(tool, PointTool):
            self.drop()
        step(tool)
        if tool.is_complete:
            self.finish()

    def _redraw(self) -> None:
        self._scene.set_overlays(_OWNER, [] if self.tool is None else self.tool.overlays())
        self.changed.emit()
        if self.has_steps != self._had_steps:
            self._had_steps = self.has_steps
            self.steps_changed.emit()
