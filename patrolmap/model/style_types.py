"""What a map style is made of: immutable values without a drawing library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.model.kinds import BarrierKind, RingKind, SiteKind

__all__ = [
    "AreaStyle",
    "BarrierStyle",
    "LabelStyle",
    "LineStyle",
    "MapStyle",
    "RingStyle",
    "SiteStyle",
    "StreetStyle",
    "SymbolShape",
    "Theme",
    "WidthTable",
]

SymbolShape = Literal["square", "circle", "star", "triangle", "diamond"]


class Theme(StrEnum):
    """The three looks of one map."""

    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"


@dataclass(frozen=True)
class WidthTable:
    """
    A line's width by map scale.

    Parameters
    ----------
    steps : tuple of tuple of (float, float)
        Scale denominator and width in mm, from close to far. Between steps the width runs evenly on
        logarithmic axes; nearer than the first step it stays; beyond the last the line is not drawn.
    """

    steps: tuple[tuple[float, float], ...]

    def width_mm(self, denominator: float) -> float:
        """
        Find the width at a scale.

        Parameters
        ----------
        denominator : float
            The N of a map at 1:N.

        Returns
        -------
        float
            Width in mm; 0 where the line is not drawn.
        """
        first, last = self.steps[0], self.steps[-1]
        if denominator > last[0]:
            return 0.0
        if denominator <= first[0]:
            return first[1]
        for (near, near_mm), (far, far_mm) in zip(self.steps, self.steps[1:], strict=False):
            if denominator <= far:
                share = math.log(denominator / near) / math.log(far / near)
                return near_mm * math.pow(far_mm / near_mm, share)
        return last[1]

    @property
    def max_denominator(self) -> float:
        """The farthest scale at which the line is drawn."""
        return self.steps[-1][0]


@dataclass(frozen=True)
class LineStyle:
    """
    A plain line.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    width_mm : float
        Width.
    dash : tuple of float, default ()
        Lengths of dash and gap in line widths, in turn; empty for a solid line.
    halo : str, default ""
        Colour of a wider line below, ``#rrggbb``; empty for none.
    opacity : float, default 1.0
        0 to 1.
    """

    colour: str
    width_mm: float
    dash: tuple[float, ...] = ()
    halo: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class AreaStyle:
    """
    A filled area.

    Parameters
    ----------
    fill : str
        ``#rrggbb``; empty for none.
    fill_opacity : float
        0 to 1.
    outline : LineStyle or None
        Its edge; None for none.
    """

    fill: str
    fill_opacity: float
    outline: LineStyle | None


@dataclass(frozen=True)
class StreetStyle:
    """
    One class of streets.

    Parameters
    ----------
    key : str
        Name of the class.
    title : str
        English title, the key of its translation.
    highways : tuple of str
        Values of the field ``highway`` that belong to it.
    colour, casing : str
        ``#rrggbb`` of the surface and of the edge.
    widths : WidthTable
        Width of the surface.
    casing_mm : float
        Width of the edge on each side.
    label : LabelStyle
        How its name is written.
    label_max_denominator : float
        The farthest scale at which it is written.
    dash : tuple of float, default ()
        For footpaths and streets under construction.
    """

    key: str
    title: str
    highways: tuple[str, ...]
    colour: str
    casing: str
    widths: WidthTable
    casing_mm: float
    label: LabelStyle
    label_max_denominator: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class BarrierStyle:
    """
    Water, railway or green.

    Parameters
    ----------
    kind : BarrierKind
        What it is.
    title : str
        English title, the key of its translation.
    area : AreaStyle
        For areas.
    line : LineStyle
        For lines.
    widths : WidthTable
        Width of the line by scale.
    label : LabelStyle
        How its name is written.
    """

    kind: BarrierKind
    title: str
    area: AreaStyle
    line: LineStyle
    widths: WidthTable
    label: LabelStyle


@dataclass(frozen=True)
class RingStyle:
    """
    One defence ring.

    Parameters
    ----------
    kind : RingKind
        Which ring.
    title : str
        English title, the key of its translation.
    line : LineStyle
        Its boundary.
    fill_opacity : float
        How strongly its inside is tinted, 0 to 1.
    """

    kind: RingKind
    title: str
    line: LineStyle
    fill_opacity: float


@dataclass(frozen=True)
class SiteStyle:
    """
    One kind of site.

    Parameters
    ----------
    kind : SiteKind
        Which kind.
    title : str
        English title, the key of its translation.
    shape : SymbolShape
        Its outline, different for each kind so that black-and-white prints tell them apart.
    colour : str
        ``#rrggbb`` of the outline and of a full fill.
    fills : tuple of str
        Fill of level 1, 2 and 3: full, half and empty, so that the level shows without colour.
    size_mm : tuple of float
        Size across at level 1, 2 and 3.
    label_max_denominator : float
        The farthest scale at which its name is written.
    """

    kind: SiteKind
    title: str
    shape: SymbolShape
    colour: str
    fills: tuple[str, str, str]
    size_mm: tuple[float, float, float]
    label_max_denominator: float

    def level_index(self, level: float | None) -> int:
        """
        Place a level in the lists of this style.

        Parameters
        ----------
        level : float or None
            1 (24 h), 2 (key hours) or 3 (on call); None or NaN if unknown, which is drawn as 2.

        Returns
        -------
        int
            0 to 2.
        """
        if level is None or level != level:  # noqa: PLR0124 - NaN is the one value unlike itself
            return 1
        return min(max(int(level) - 1, 0), 2)


@dataclass(frozen=True)
class LabelStyle:
    """
    How a name is written.

    Parameters
    ----------
    size_pt : float
        Height of the type.
    colour, halo : str
        ``#rrggbb`` of the letters and of the rim around them.
    halo_mm : float
        Width of the rim.
    bold : bool, default False
        Whether in bold.
    """

    size_pt: float
    colour: str
    halo: str
    halo_mm: float
    bold: bool = False


@dataclass(frozen=True)
class MapStyle:
    """
    One look of everything that a map shows.

    Parameters
    ----------
    theme : Theme
        Which look.
    background, ink, muted_ink, panel : str
        ``#rrggbb`` of the paper, of texts, of secondary texts, and of boxes laid over the map.
    streets : tuple of StreetStyle
        From the least class to the highest, the order of drawing.
    barriers : mapping of BarrierKind to BarrierStyle
        Water, railways, green.
    boundary : LineStyle
        The district's edge.
    outside : AreaStyle
        The veil over what is not the district.
    rings : mapping of RingKind to RingStyle
        The three rings.
    grid_cell : AreaStyle
        Neighbourhood cells.
    hotspot_ramp : tuple of str
        From weak to strong.
    hotspot : AreaStyle
        Opacity and edge of a hotspot; its fill comes from the ramp.
    sites : mapping of SiteKind to SiteStyle
        The four kinds.
    incident : SiteStyle
        Incidents as dots; its kind has no meaning.
    routes : tuple of str
        Colours of routes, in turn.
    route : LineStyle
        Width and halo of a route; its colour comes from `routes`.
    stop_mm : float
        Size across of a numbered stop.
    leak, selection, closure : LineStyle
        A leak's path, what is selected, and the places where posts would close a ring.
    reach_ramp, share_ramp : tuple of str
        Isochrones from the shortest time to the longest; shares from none over some to all.
    way : str
        ``#rrggbb`` of the way that a team takes in a drill.
    site_label, area_label, stop_label : LabelStyle
        Names of sites, of areas, and numbers in stops.
    """

    theme: Theme
    background: str
    ink: str
    muted_ink: str
    panel: str
    streets: tuple[StreetStyle, ...]
    barriers: Mapping[BarrierKind, BarrierStyle]
    boundary: LineStyle
    outside: AreaStyle
    rings: Mapping[RingKind, RingStyle]
    grid_cell: AreaStyle
    hotspot_ramp: tuple[str, ...]
    hotspot: AreaStyle
    sites: Mapping[SiteKind, SiteStyle]
    incident: SiteStyle
    routes: tuple[str, ...]
    route: LineStyle
    stop_mm: float
    leak: LineStyle
    selection: LineStyle
    closure: LineStyle
    reach_ramp: tuple[str, str, str]
    share_ramp: tuple[str, str, str]
    way: str
    site_label: LabelStyle
    area_label: LabelStyle
    stop_label: LabelStyle

    def street(self, highway: str | None) -> int:
        """
        Find the class of a street.

        Parameters
        ----------
        highway : str or None
            Value of the field ``highway``; None or an unknown value counts as a minor street.

        Returns
        -------
        int
            Position in `streets`.
        """
        for place, style in enumerate(self.streets):
            if highway in style.highways:
                return place
        return next(place for place, style in enumerate(self.streets) if style.key == "minor")

    def route_colour(self, number: int) -> str:
        """
        Give a route its colour.

        Parameters
        ----------
        number : int
            Position of the route in the plan, from 0.

        Returns
        -------
        str
            ``#rrggbb``.
        """
        return self.routes[number % len(self.routes)]

    def hotspot_colour(self, strength: float) -> str:
        """
        Give a hotspot its colour.

        Parameters
        ----------
        strength : float
            0 weakest to 1 strongest.

        Returns
        -------
        str
            ``#rrggbb`` of the ramp.
        """
        bounded = min(max(strength, 0.0), 1.0)
        return self.hotspot_ramp[min(int(bounded * len(self.hotspot_ramp)), len(self.hotspot_ramp) - 1)]
