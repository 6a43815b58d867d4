"""Which places of a picture are taken by symbols and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Box", "Occupancy"]

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in device dots."""


class Occupancy:
    """
    Boxes on a coarse grid: asking and taking cost as much as a box is large, not as many boxes there are.

    Parameters
    ----------
    frame : Box
        Nothing is placed beyond it.
    cell : float
        Size of a grid cell, device dots; about the height of a name is good.
    """

    def __init__(self, frame: Box, cell: float) -> None:
        self._frame = frame
        self._per_dot = 1.0 / max(cell, 1.0)
        self._taken: dict[tuple[int, int], list[Box]] = {}
        self._avoided: dict[tuple[int, int], list[Box]] = {}

    def inside(self, box: Box) -> bool:
        """
        Tell whether a box is wholly in the frame.

        Parameters
        ----------
        box : Box
            The box.

        Returns
        -------
        bool
            Whether it is.
        """
        frame = self._frame
        return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]

    def free(self, box: Box) -> bool:
        """
        Tell whether a box overlaps nothing taken.

        Parameters
        ----------
        box : Box
            The box.

        Returns
        -------
        bool
            Whether it is free.
        """
        return not self._meets(self._taken, box)

    def clear(self, box: Box) -> bool:
        """
        Tell whether a box overlaps nothing taken and nothing that is to be seen.

        Parameters
        ----------
        box : Box
            The box.

        Returns
        -------
        bool
            Whether it is clear.
        """
        return self.free(box) and not self.avoided(box)

    def avoided(self, box: Box) -> bool:
        """
        Tell whether a box overlaps what is to be seen.

        Parameters
        ----------
        box : Box
            The box.

        Returns
        -------
        bool
            Whether it does.
        """
        return bool(self._avoided) and self._meets(self._avoided, box)

    def take(self, boxes: Iterable[Box]) -> None:
        """
        Mark boxes as taken.

        Parameters
        ----------
        boxes : iterable of Box
            The boxes.
        """
        self._enter(self._taken, boxes)

    def avoid(self, boxes: Iterable[Box]) -> None:
        """
        Mark boxes as what is to be seen: names keep off where they have room elsewhere.

        Parameters
        ----------
        boxes : iterable of Box
            The boxes, such as those along a route.
        """
        self._enter(self._avoided, boxes)

    def _enter(self, table: dict[tuple[int, int], list[Box]], boxes: Iterable[Box]) -> None:
        scale = self._per_dot
        for box in boxes:
            left, right = int(box[0] * scale), int(box[2] * scale)
            top, bottom = int(box[1] * scale), int(box[3] * scale)
            for x in range(left, right + 1):
                for y in range(top, bottom + 1):
                    others = table.get((x, y))
                    if others is None:
                        table[x, y] = [box]
                    else:
                        others.append(box)

    def _meets(self, table: dict[tuple[int, int], list[Box]], box: Box) -> bool:
        # Asked a thousand times a map, mostly for a box in one cell: the cells are walked through here, not listed.
        left, top, right, bottom = box
        scale = self._per_dot
        x, last_x = int(left * scale), int(right * scale)
        first, last = int(top * scale), int(bottom * scale)
        while x <= last_x:
            y = first
            while y <= last:
                others = table.get((x, y))
                if others is not None:
                    for other in others:
                        if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom:
                            return True
                y += 1
            x += 1
        return False
