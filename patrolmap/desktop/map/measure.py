"""Measuring on the map: a way along clicks, or an area between them, on the earth's ellipsoid."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import shapely

from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.map.tools import MapTool
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyproj

    from patrolmap.model.frame import SpatialFrame

__all__ = ["MeasureTool", "area_text", "length_text"]


class MeasureTool(MapTool):
    """
    Measures what is clicked.

    Parameters
    ----------
    frame : SpatialFrame
        Of the project. Geodesics of WGS 84 after Karney (2013), doi:10.1007/s00190-012-0578-z; of a plane, its metres.
    tell : Callable
        Gets the figures when measuring ends.
    of_area : bool, default False
        Whether the area between the corners is wanted too.
    """

    def __init__(self, frame: SpatialFrame, tell: Callable[[Message], object], *, of_area: bool = False) -> None:
        super().__init__(Message(""))
        self._frame, self._tell, self._of_area = frame, tell, of_area
        self.corners: list[tuple[float, float]] = []
        self._describe()

    @property
    def can_finish(self) -> bool:
        """Whether there is something to tell."""
        return len(self.corners) > (2 if self._of_area else 1)

    @property
    def has_steps(self) -> bool:
        """Whether there is a place to take back."""
        return bool(self.corners)

    @property
    def length_m(self) -> float:
        """Length of the way along the clicks; around the area if one is measured."""
        if len(self.corners) < 2:
            return 0.0
        shape = self._shape()
        line = shape.exterior if isinstance(shape, shapely.Polygon) else shape
        if self._frame.is_planar:
            return float(line.length)
        return float(_ellipsoid().geometry_length(self._frame.metric_to_wgs84(line)))

    @property
    def area_m2(self) -> float:
        """Area between the corners; 0 with fewer than three."""
        shape = self._shape() if len(self.corners) > 2 else None
        if not isinstance(shape, shapely.Polygon):
            return 0.0
        if self._frame.is_planar:
            return float(shape.area)
        return abs(float(_ellipsoid().geometry_area_perimeter(self._frame.metric_to_wgs84(shape))[0]))

    def click(self, x: float, y: float, tolerance_m: float) -> None:  # noqa: ARG002 - what is measured is not drawn to anything
        """
        Go on to a place.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            Not used.
        """
        if not self.corners or self.corners[-1] != (x, y):
            self.corners.append((x, y))
            self._describe()
            self.changed.emit()

    def back(self) -> None:
        """Take the last place back."""
        if self.corners:
            self.corners.pop()
            self._describe()
            self.changed.emit()

    def finish(self) -> bool:
        """
        Tell the figures.

        Returns
        -------
        bool
            Whether there were enough clicks.
        """
        if self.can_finish:
            self._tell(self._figures())
        return self.can_finish

    def overlays(self) -> list[Overlay]:
        """
        Draw what is measured.

        Returns
        -------
        list of Overlay
            The way or the area, and its places.
        """
        drawn = [Overlay("sketch", self._shape(), "")] if len(self.corners) > 1 else []
        return drawn + [Overlay("vertex", shapely.Point(corner), "") for corner in self.corners]

    def _shape(self) -> shapely.Geometry:
        return (
            shapely.Polygon(self.corners)
            if self._of_area and len(self.corners) > 2
            else shapely.LineString(self.corners)
        )

    def _figures(self) -> Message:
        if not self._of_area:
            return Message(N_("Distance: {length}"), {"length": length_text(self.length_m)})
        values = {"area": area_text(self.area_m2), "length": length_text(self.length_m)}
        return Message(N_("Area: {area}, around it: {length}"), values)

    def _describe(self) -> None:
        if self.can_finish:
            words = N_("{figures}. Click to go on, Backspace takes one back, Enter ends, Esc puts it away.")
            self.hint = Message(words, {"figures": self._figures()})
        else:
            self.hint = Message(N_("Click the places to measure between; Esc puts the tool away."))


def length_text(length_m: float) -> Message:
    """
    Write a length.

    Parameters
    ----------
    length_m : float
        Metres.

    Returns
    -------
    Message
        Metres up to one kilometre, then kilometres with two decimals.
    """
    if length_m < 1000:
        return Message(N_("{count} m"), {"count": f"{length_m:.0f}"})
    return Message(N_("{count} km"), {"count": f"{length_m / 1000:.2f}"})


def area_text(area_m2: float) -> Message:
    """
    Write an area.

    Parameters
    ----------
    area_m2 : float
        Square metres.

    Returns
    -------
    Message
        Square metres up to a tenth of a square kilometre, then square kilometres.
    """
    if area_m2 < 100_000:
        return Message(N_("{count} m²"), {"count": f"{area_m2:.0f}"})
    return Message(N_("{count} km²"), {"count": f"{area_m2 / 1e6:.2f}"})


@cache
def _ellipsoid() -> pyproj.Geod:
    import pyproj

    return pyproj.Geod(ellps="WGS84")
