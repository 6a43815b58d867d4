"""What a click on the map does while something is being drawn or placed. Plain Python; both kinds of map ask it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.desktop.events import Event
from patrolmap.desktop.map.scene import Overlay
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


__all__ = ["MapTool", "PointTool", "RingTool"]

_SNAP_PX: Final = 1.5
"""Times the tolerance of a click: how near a junction must be to draw a vertex to it."""
_DRAW: Final = N_("Click the corners of the ring. Enter or a double click ends, Backspace takes one back, Esc cancels.")
_RESHAPE: Final = N_(
    "Drag corners; click an edge to add one, right-click a corner to delete it. Enter saves, Esc cancels."
)


class MapTool:
    """
    A tool in the user's hand.

    Parameters
    ----------
    hint : Message
        What to do with it.

    Attributes
    ----------
    changed : Event
        What it draws is another.
    """

    def __init__(self, hint: Message) -> None:
        self.hint = hint
        self.changed: Event[[]] = Event()

    @property
    def can_finish(self) -> bool:
        """Whether what was drawn can be kept."""
        return False

    @property
    def is_complete(self) -> bool:
        """Whether it has all it needs, and ends by itself."""
        return False

    @property
    def is_box(self) -> bool:
        """Whether two corners are all it takes."""
        return False

    @property
    def has_steps(self) -> bool:
        """Whether there is a step that can be taken back."""
        return False

    @property
    def takes_drag(self) -> bool:
        """Whether a drag from here to there is two clicks, and does not move the map."""
        return False

    @property
    def missing(self) -> Message:
        """What to do before it can be ended."""
        return self.hint

    @property
    def handles(self) -> tuple[tuple[float, float], ...]:
        """Places that can be dragged, metres."""
        return ()

    def click(self, x: float, y: float, tolerance_m: float) -> None:
        """
        Take a click.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far off it may be.
        """

    def hover(self, x: float, y: float, tolerance_m: float = 0.0) -> None:
        """
        Follow the pointer.

        Parameters
        ----------
        x, y : float
            Where it is, metres.
        tolerance_m : float
            As for `click`.
        """

    def move(self, place: int, x: float, y: float, tolerance_m: float) -> None:
        """
        Move a handle.

        Parameters
        ----------
        place : int
            Which of `handles`.
        x, y : float
            Where to, metres.
        tolerance_m : float
            As for `click`.
        """

    def remove(self, place: int) -> None:
        """
        Take a handle away.

        Parameters
        ----------
        place : int
            Which of `handles`.
        """

    def back(self) -> None:
        """Take back the last step."""

    def finish(self) -> bool:
        """
        Keep what was drawn.

        Returns
        -------
        bool
            Whether the tool has done its work.
        """
        return False

    def overlays(self) -> list[Overlay]:
        """
        Draw.

        Returns
        -------
        list of Overlay
            What is being drawn; none can be picked.
        """
        return []


class PointTool(MapTool):
    """
    Waits for one place.

    Parameters
    ----------
    hint : Message
        What to click.
    deliver : Callable
        Gets x and y in metres.
    at : tuple of (float, float) or None
        Where it is now, to be dragged from there; None for something new.
    snap : Callable or None
        Draws x, y within a tolerance to where it should stand; None to take the place as it is.
    """

    def __init__(
        self,
        hint: Message,
        deliver: Callable[[float, float], object],
        at: tuple[float, float] | None = None,
        snap: Callable[[float, float, float], tuple[float, float]] | None = None,
    ) -> None:
        super().__init__(hint)
        self._deliver, self._at, self._snap = deliver, at, snap
        self._is_done = False

    @property
    def handles(self) -> tuple[tuple[float, float], ...]:
        """Where it is now."""
        return () if self._at is None else (self._at,)

    def move(self, place: int, x: float, y: float, tolerance_m: float) -> None:  # noqa: ARG002 - there is one handle
        """
        Take the place to which it was dragged.

        Parameters
        ----------
        place : int
            Not used.
        x, y : float
            Where to, metres.
        tolerance_m : float
            Not used.
        """
        self.click(x, y, tolerance_m)

    def overlays(self) -> list[Overlay]:
        """
        Draw where it is now.

        Returns
        -------
        list of Overlay
            One point; none for something new.
        """
        return [Overlay("vertex", shapely.Point(spot), "") for spot in self.handles]

    @property
    def can_finish(self) -> bool:
        """Whether the place is known."""
        return self._is_done

    def click(self, x: float, y: float, tolerance_m: float) -> None:
        """
        Take the place.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far it may be drawn to a street.
        """
        self._is_done = True
        self._deliver(*((x, y) if self._snap is None else self._snap(x, y, tolerance_m)))

    def finish(self) -> bool:
        """
        End.

        Returns
        -------
        bool
            Whether there was a click.
        """
        return self._is_done


class RingTool(MapTool):
    """
    Draws a new ring, or reshapes one.

    Parameters
    ----------
    deliver : Callable
        Gets the corners, metres, without the first repeated; returns False if they cannot be kept.
    corners : sequence of (float, float), default ()
        Of the ring to reshape; none to draw a new one.
    hint : Message or None
        What to do to draw a new one; None for a ring.
    snap : Callable or None
        Draws x, y within a tolerance to a street where no junction is near; None to draw to junctions only.
    """

    def __init__(
        self,
        deliver: Callable[[tuple[tuple[float, float], ...]], object],
        corners: Sequence[tuple[float, float]] = (),
        hint: Message | None = None,
        snap: Callable[[float, float, float], tuple[float, float]] | None = None,
    ) -> None:
        words = _RESHAPE if corners else _DRAW
        super().__init__(hint if hint is not None and not corners else Message(words))
        self._deliver = deliver
        self.corners = list(corners)
        self.is_reshaping = bool(corners)
        self._before: list[list[tuple[float, float]]] = []
        self._junctions: shapely.STRtree | None = None
        self._snap = snap
        self._pointer: tuple[float, float] | None = None

    @property
    def can_finish(self) -> bool:
        """Whether there are three corners."""
        return len(set(self.corners)) >= 3

    @property
    def has_steps(self) -> bool:
        """Whether a corner, a move or a deletion can be taken back."""
        return bool(self._before)

    @property
    def missing(self) -> Message:
        """How many corners there must be."""
        return Message(N_("An outline has three corners or more: click the next one first."))

    @property
    def handles(self) -> tuple[tuple[float, float], ...]:
        """The corners."""
        return tuple(self.corners)

    def snap_to(self, junctions: np.ndarray) -> None:
        """
        Draw corners to street junctions from now on.

        Parameters
        ----------
        junctions : numpy.ndarray of float64, shape (n, 2)
            Their places, metres.
        """
        self._junctions = shapely.STRtree(shapely.points(junctions)) if len(junctions) else None

    def click(self, x: float, y: float, tolerance_m: float) -> None:
        """
        Add a corner: at the end of a new ring, in an edge of one that is reshaped.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How near a junction draws it, and how near an edge must be.
        """
        corner = self._snapped(x, y, tolerance_m)
        if not self.is_reshaping:
            self._step([*self.corners, corner])
            return
        place = self._edge_at(x, y, tolerance_m)
        # A click on a corner that is there already adds none: it may have been meant to take hold of it.
        if place is not None and corner not in self.corners and self._near_m(x, y) > tolerance_m:
            self._step([*self.corners[: place + 1], corner, *self.corners[place + 1 :]])

    def hover(self, x: float, y: float, tolerance_m: float = 0.0) -> None:
        """
        Draw the edges that a click here would make.

        Parameters
        ----------
        x, y : float
            Where the pointer is, metres.
        tolerance_m : float
            How near a junction or a street draws it.
        """
        if not self.is_reshaping and self.corners:
            self._pointer = self._snapped(x, y, tolerance_m)
            self.changed.emit()

    def move(self, place: int, x: float, y: float, tolerance_m: float) -> None:
        """
        Move a corner.

        Parameters
        ----------
        place : int
            Which.
        x, y : float
            Where to, metres.
        tolerance_m : float
            How near a junction draws it.
        """
        if 0 <= place < len(self.corners):
            moved = list(self.corners)
            moved[place] = self._snapped(x, y, tolerance_m)
            self._step(moved)

    def remove(self, place: int) -> None:
        """
        Delete a corner, if three are left.

        Parameters
        ----------
        place : int
            Which.
        """
        if 0 <= place < len(self.corners) and len(self.corners) > 3:
            self._step([*self.corners[:place], *self.corners[place + 1 :]])

    def back(self) -> None:
        """Take back the last corner, move or deletion."""
        if self._before:
            self.corners, self._pointer = self._before.pop(), None
            self.changed.emit()

    def finish(self) -> bool:
        """
        Hand the corners over.

        Returns
        -------
        bool
            Whether there were enough and they were taken; what was not taken can be reshaped.
        """
        if not self.can_finish:
            return False
        if self._deliver(tuple(self.corners)) is False:
            self.is_reshaping, self.hint = True, Message(_RESHAPE)
            return False
        return True

    def overlays(self) -> list[Overlay]:
        """
        Draw edges and corners.

        Returns
        -------
        list of Overlay
            An area from three corners on.
        """
        drawn = []
        shown = [*self.corners, self._pointer] if self._pointer is not None and self.corners else self.corners
        if len(set(shown)) >= 3:
            drawn.append(Overlay("sketch", shapely.Polygon(shown), ""))
        elif len(set(shown)) == 2:
            drawn.append(Overlay("sketch", shapely.LineString(shown), ""))
        return drawn + [Overlay("vertex", shapely.Point(corner), "") for corner in self.corners]

    def _step(self, corners: list[tuple[float, float]]) -> None:
        if len(corners) > 1 and len(corners) > len(self.corners) and corners[-1] == corners[-2]:
            return  # the second click of a double click
        self._before.append(self.corners)
        self.corners, self._pointer = corners, None
        self.changed.emit()

    def _near_m(self, x: float, y: float) -> float:
        """Measure how far the nearest corner is."""
        return float(np.hypot(*(np.array(self.corners) - (x, y)).T).min())

    def _snapped(self, x: float, y: float, tolerance_m: float) -> tuple[float, float]:
        near = np.array([], dtype=np.intp)
        if self._junctions is not None and tolerance_m > 0.0:
            near = self._junctions.query_nearest(
                shapely.Point(x, y), max_distance=tolerance_m * _SNAP_PX, all_matches=False
            )
        if self._junctions is None or not len(near):
            return (x, y) if self._snap is None or tolerance_m <= 0.0 else self._snap(x, y, tolerance_m)
        spot = self._junctions.geometries[near[0]]
        return float(spot.x), float(spot.y)

    def _edge_at(self, x: float, y: float, tolerance_m: float) -> int | None:
        ends = [*self.corners, self.corners[0]]
        edges = [shapely.LineString(pair) for pair in itertools.pairwise(ends)]
        away_m = shapely.distance(np.array(edges, dtype=object), shapely.Point(x, y))
        best = int(np.argmin(away_m))
        return best if away_m[best] <= tolerance_m else None
