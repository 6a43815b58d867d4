"""Where on the device a piece of the world is drawn, and how large a millimetre is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.model.restyle import restyled
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.map_looks import MapLooks
    from patrolmap.model.style_types import MapStyle

__all__ = ["SCREEN_DOTS_PER_MM", "MapView"]

SCREEN_DOTS_PER_MM = 96 / 25.4
"""A screen pixel as CSS defines it: 96 to the inch."""

_POINT_MM = 25.4 / 72

_FINE_DOTS_PER_MM = 15.0


@dataclass(frozen=True)
class MapView:
    """
    A rectangle of the world on a rectangle of the device.

    Both have the same shape; use `fit` or `at_scale` to make one from what is wanted.

    Parameters
    ----------
    world : tuple of float
        ``(min_x, min_y, max_x, max_y)`` in the units of the layers, metres as a rule.
    device : tuple of float
        ``(left, top, width, height)`` in device dots, y downwards.
    dots_per_mm : float
        Device dots in one millimetre: 3.78 on a screen at 96 dpi, ``resolution / 25.4`` for `QPdfWriter`.
    theme : Theme, default LIGHT
        Look of the map.
    ground_factor : float, default 1.0
        True metres in one unit of the layers; for Web Mercator the cosine of the latitude.
    looks : MapLooks or None
        What the user chose for the layers; None for the style table as it is.
    """

    world: tuple[float, float, float, float]
    device: tuple[float, float, float, float]
    dots_per_mm: float = SCREEN_DOTS_PER_MM
    theme: Theme = Theme.LIGHT
    ground_factor: float = 1.0
    looks: MapLooks | None = None

    @classmethod
    def fit(
        cls,
        bounds: tuple[float, float, float, float],
        device: tuple[float, float, float, float],
        *,
        dots_per_mm: float = SCREEN_DOTS_PER_MM,
        theme: Theme = Theme.LIGHT,
        margin_mm: float = 0.0,
    ) -> MapView:
        """
        Show at least the given bounds, centred.

        Parameters
        ----------
        bounds : tuple of float
            ``(min_x, min_y, max_x, max_y)`` that must be seen, metres. May be a single point.
        device : tuple of float
            ``(left, top, width, height)`` in device dots.
        dots_per_mm : float, default 3.78
            Device dots in one millimetre.
        theme : Theme, default LIGHT
            Look of the map.
        margin_mm : float, default 0.0
            Room kept free on each side.

        Returns
        -------
        MapView
            At the largest scale that shows `bounds`; not closer than 1:500.
        """
        usable_width = max(device[2] - 2 * margin_mm * dots_per_mm, 1.0)
        usable_height = max(device[3] - 2 * margin_mm * dots_per_mm, 1.0)
        metres_per_dot = max(
            (bounds[2] - bounds[0]) / usable_width, (bounds[3] - bounds[1]) / usable_height, 0.5 / dots_per_mm
        )
        centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
        return cls.at_scale(centre, metres_per_dot * dots_per_mm * 1000, device, dots_per_mm=dots_per_mm, theme=theme)

    @classmethod
    def at_scale(
        cls,
        centre: tuple[float, float],
        denominator: float,
        device: tuple[float, float, float, float],
        *,
        dots_per_mm: float = SCREEN_DOTS_PER_MM,
        theme: Theme = Theme.LIGHT,
    ) -> MapView:
        """
        Show the surroundings of a point at a fixed scale.

        Parameters
        ----------
        centre : tuple of float
            What lies in the middle, metres.
        denominator : float
            The N of 1:N.
        device : tuple of float
            ``(left, top, width, height)`` in device dots.
        dots_per_mm : float, default 3.78
            Device dots in one millimetre.
        theme : Theme, default LIGHT
            Look of the map.

        Returns
        -------
        MapView
            The view.
        """
        metres_per_dot = denominator / 1000 / dots_per_mm
        half_x, half_y = device[2] * metres_per_dot / 2, device[3] * metres_per_dot / 2
        world = (centre[0] - half_x, centre[1] - half_y, centre[0] + half_x, centre[1] + half_y)
        return cls(world, device, dots_per_mm, theme)

    @property
    def style(self) -> MapStyle:
        """Values of the theme, with what the user chose."""
        return self._style

    @cached_property
    def _style(self) -> MapStyle:
        table = map_style(self.theme)
        return table if self.looks is None else restyled(table, self.looks)

    def with_looks(self, looks: MapLooks) -> MapView:
        """
        Draw as the user chose.

        Parameters
        ----------
        looks : MapLooks
            Choices.

        Returns
        -------
        MapView
            A copy; this view if nothing is chosen.
        """
        return replace(self, looks=looks) if looks.layers else self

    @property
    def dots_per_unit(self) -> float:
        """Device dots in one unit of the layers."""
        return self.device[2] / (self.world[2] - self.world[0])

    @property
    def denominator(self) -> float:
        """The N of 1:N, on the ground."""
        return 1000 * self.dots_per_mm * self.ground_factor / self.dots_per_unit

    def to_device(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Turn places of the world into places on the device.

        Parameters
        ----------
        xy : ndarray of float64, shape (n, 2)
            In the units of the layers.

        Returns
        -------
        ndarray of float64, shape (n, 2)
            In device dots, y downwards; whole dots where they are finer than 0.07 mm, which halves the size of a PDF.
        """
        factor = self.dots_per_unit
        left, top = self.device[0], self.device[1]
        dots = np.column_stack(((xy[:, 0] - self.world[0]) * factor + left, (self.world[3] - xy[:, 1]) * factor + top))
        return np.rint(dots) if self.dots_per_mm > _FINE_DOTS_PER_MM else dots

    def dots(self, length_mm: float) -> float:
        """
        Turn millimetres into device dots.

        Parameters
        ----------
        length_mm : float
            Length on the device.

        Returns
        -------
        float
            Device dots.
        """
        return length_mm * self.dots_per_mm

    def type_dots(self, size_pt: float) -> int:
        """
        Turn a type size into whole device dots, as fonts want them.

        Parameters
        ----------
        size_pt : float
            Points of 1/72 inch.

        Returns
        -------
        int
            Device dots, at least 1.
        """
        return max(round(size_pt * _POINT_MM * self.dots_per_mm), 1)

    def grown(self, margin_mm: float) -> tuple[float, float, float, float]:
        """
        Give the world rectangle with room for wide lines and symbols that reach in from outside.

        Parameters
        ----------
        margin_mm : float
            Room on each side, on the device.

        Returns
        -------
        tuple of float
            ``(min_x, min_y, max_x, max_y)`` in the units of the layers.
        """
        extra = self.dots(margin_mm) / self.dots_per_unit
        return self.world[0] - extra, self.world[1] - extra, self.world[2] + extra, self.world[3] + extra
