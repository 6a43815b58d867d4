"""Selecting rows of a layer by a box or by an area drawn on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.map.tools import MapTool
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CutTool", "SelectTool"]


class SelectTool(MapTool):
    """
    Collects corners of what should be searched.

    Parameters
    ----------
    layer : str
        English title of the layer, the key of its translation.
    deliver : Callable
        Gets the area, metres, when it is complete.
    by_box : bool, default True
        Two opposite corners; else all corners of an area, ended by Enter or a double click.
    """

    def __init__(self, layer: str, deliver: Callable[[shapely.Geometry], object], *, by_box: bool = True) -> None:
        words = (
            N_("{layer}: drag a box, or click two opposite corners; Esc puts the tool away.")
            if by_box
            else N_(
                "{layer}: click the corners of an area, Backspace takes one back, Enter selects, Esc puts the tool away."
            )
        )
        super().__init__(Message(words, {"layer": Message(layer)}))
        self._deliver, self._by_box = deliver, by_box
        self._corners: list[tuple[float, float]] = []
        self._pointer: tuple[float, float] | None = None

    @property
    def can_finish(self) -> bool:
        """Whether there is an area."""
        return len(self._corners) > (1 if self._by_box else 2)

    @property
    def is_complete(self) -> bool:
        """Whether no further click is wanted."""
        return self._by_box and len(self._corners) == 2

    @property
    def is_box(self) -> bool:
        """Whether two opposite corners are all it takes."""
        return self._by_box

    @property
    def has_steps(self) -> bool:
        """Whether there is a corner to take back."""
        return bool(self._corners)

    @property
    def takes_drag(self) -> bool:
        """Whether the box is drawn by a drag: not after its first corner was clicked."""
        return self._by_box and not self._corners

    def click(self, x: float, y: float, tolerance_m: float) -> None:  # noqa: ARG002 - corners are free
        """
        Take a corner.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            Not used.
        """
        if not self._corners or self._corners[-1] != (x, y):
            self._corners.append((x, y))
            self.changed.emit()

    def hover(self, x: float, y: float, tolerance_m: float = 0.0) -> None:  # noqa: ARG002 - corners are free
        """
        Draw the band up to the pointer.

        Parameters
        ----------
        x, y : float
            Where it is, metres.
        tolerance_m : float
            Not used.
        """
        if self._corners and not self.is_complete:
            self._pointer = (x, y)
            self.changed.emit()

    def back(self) -> None:
        """Take the last corner back."""
        if self._corners:
            self._corners.pop()
            self.changed.emit()

    def finish(self) -> bool:
        """
        Select.

        Returns
        -------
        bool
            Whether there was an area.
        """
        if self.can_finish:
            self._deliver(self._shape_of(self._corners))
        return self.can_finish

    def overlays(self) -> list[Overlay]:
        """
        Draw what is drawn so far.

        Returns
        -------
        list of Overlay
            The area, or the way so far, and its corners.
        """
        drawn = [Overlay("vertex", shapely.Point(corner), "") for corner in self._corners]
        shown = list(self._corners)
        if shown and self._pointer is not None and self._pointer != shown[-1] and not self.is_complete:
            shown.append(self._pointer)
        if len(shown) > (1 if self._by_box else 2):
            drawn.insert(0, Overlay("sketch", self._shape_of(shown), ""))
        elif len(shown) > 1:
            drawn.insert(0, Overlay("sketch", shapely.LineString(shown), ""))
        return drawn

    def _shape_of(self, corners: list[tuple[float, float]]) -> shapely.Geometry:
        if not self._by_box:
            drawn = shapely.Polygon(corners)
            return drawn if drawn.is_valid else shapely.convex_hull(drawn)
        (a_x, a_y), (b_x, b_y) = corners
        return shapely.box(min(a_x, b_x), min(a_y, b_y), max(a_x, b_x), max(a_y, b_y))


class CutTool(SelectTool):
    """
    Collects the corners of a line along which rows are cut.

    Parameters
    ----------
    layer : str
        English title of the layer, the key of its translation.
    deliver : Callable
        Gets the line, metres.
    """

    def __init__(self, layer: str, deliver: Callable[[shapely.LineString], object]) -> None:
        super().__init__(layer, lambda _area: deliver(shapely.LineString(self._corners)), by_box=False)
        words = N_(
            "{layer}: click along the line that should cut, from outside to outside; Enter cuts, Esc puts the tool away."
        )
        self.hint = Message(words, {"layer": Message(layer)})

    @property
    def can_finish(self) -> bool:
        """Whether there is a line."""
        return len(self._corners) > 1

    def _shape_of(self, corners: list[tuple[float, float]]) -> shapely.Geometry:
        return shapely.LineString(corners)
