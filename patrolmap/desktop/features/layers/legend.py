"""Entries of the legend, from the style table: what is drawn how, by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.messages import N_
from patrolmap.model.class_breaks import class_breaks
from patrolmap.model.kinds import SiteKind
from patrolmap.model.palettes import ramp_colours
from patrolmap.model.style_types import LineStyle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.map_looks import ClassLook
    from patrolmap.model.style_types import MapStyle, SiteStyle

__all__ = ["LegendEntry", "class_entries", "legend_of"]


@dataclass(frozen=True)
class LegendEntry:
    """
    One line of the legend.

    Parameters
    ----------
    title : str
        English title, the key of its translation.
    line : LineStyle or None
        Drawn as a line, or as the edge of `fill`.
    casing : str, default ""
        Colour of the edges of a street's line, ``#rrggbb``; empty for none.
    fill : str, default ""
        Ground colour, ``#rrggbb``; empty for none.
    fill_opacity : float, default 1.0
        0 to 1.
    symbol : SiteStyle or None
        Drawn as a symbol of level 1.
    ramp : tuple of str, default ()
        Colours from weak to strong, drawn side by side.
    of_levels : bool, default False
        Whether `symbol` is drawn at each of its levels.
    marker : str, default ""
        What stands in a stop's dot; its ground is `fill`, and its ink `casing`.
    """

    title: str
    line: LineStyle | None = None
    casing: str = ""
    fill: str = ""
    fill_opacity: float = 1.0
    symbol: SiteStyle | None = None
    ramp: tuple[str, ...] = ()
    of_levels: bool = False
    marker: str = ""


def legend_of(layer: str, style: MapStyle) -> tuple[LegendEntry, ...]:
    """
    List what a layer's drawing means.

    Parameters
    ----------
    layer : str
        Name of the layer.
    style : MapStyle
        The look in use.

    Returns
    -------
    tuple of LegendEntry
        Empty for a layer that needs no explanation.
    """
    makers = {
        "streets": _streets,
        "barriers": _barriers,
        "rings": _rings,
        "sites": _sites,
        "hotspots": _hotspots,
        "incidents": _incidents,
        "boundary": _boundary,
        "grid_cells": _grid_cells,
        "routes": _routes,
        "stops": _stops,
    }
    maker = makers.get(layer)
    return () if maker is None else maker(style)


def class_entries(look: ClassLook, numbers: NDArray[np.float64]) -> tuple[LegendEntry, ...]:
    """
    List the classes of a number.

    Parameters
    ----------
    look : ClassLook
        How the user wants them.
    numbers : ndarray of float64, shape (n,)
        Of all rows.

    Returns
    -------
    tuple of LegendEntry
        From weak to strong, such as ``12 – 30``; empty without a number.
    """
    breaks = class_breaks(numbers, look.method, look.count)
    if not len(breaks):
        return ()
    lows = [float(np.nanmin(numbers)), *(float(value) for value in breaks[:-1])]
    ramp = ramp_colours(look.ramp, len(breaks))
    return tuple(
        LegendEntry(f"{_number(low)} – {_number(float(high))}", ramp=(colour,))
        for low, high, colour in zip(lows, breaks, ramp, strict=True)
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _streets(style: MapStyle) -> tuple[LegendEntry, ...]:
    return tuple(
        LegendEntry(
            street.title, LineStyle(street.colour, street.widths.width_mm(12_000) or 0.3, street.dash), street.casing
        )
        for street in reversed(style.streets)
    )


def _barriers(style: MapStyle) -> tuple[LegendEntry, ...]:
    return tuple(
        LegendEntry(barrier.title, barrier.line, fill="" if barrier.line.dash else barrier.area.fill)
        for barrier in style.barriers.values()
    )


def _rings(style: MapStyle) -> tuple[LegendEntry, ...]:
    return tuple(LegendEntry(ring.title, ring.line) for ring in style.rings.values())


def _sites(style: MapStyle) -> tuple[LegendEntry, ...]:
    kinds = tuple(LegendEntry(site.title, symbol=site) for site in reversed(tuple(style.sites.values())))
    levels = LegendEntry(N_("Level 1, 2, 3"), symbol=style.sites[SiteKind.CHECKPOINT], of_levels=True)
    return (*kinds, levels)


def _hotspots(style: MapStyle) -> tuple[LegendEntry, ...]:
    return (LegendEntry(N_("Weak to strong"), ramp=style.hotspot_ramp),)


def _incidents(style: MapStyle) -> tuple[LegendEntry, ...]:
    return (LegendEntry(style.incident.title, symbol=style.incident),)


def _boundary(style: MapStyle) -> tuple[LegendEntry, ...]:
    return (LegendEntry(N_("Edge of the district"), style.boundary),)


def _grid_cells(style: MapStyle) -> tuple[LegendEntry, ...]:
    return (LegendEntry(N_("Edge of a cell"), style.grid_cell.outline),)


def _routes(style: MapStyle) -> tuple[LegendEntry, ...]:
    return (LegendEntry(N_("A colour for each team"), ramp=style.routes[:5]),)


def _stops(style: MapStyle) -> tuple[LegendEntry, ...]:
    dot = LegendEntry(
        N_("Stop with its number, in the team's colour"),
        fill=style.routes[0],
        casing=style.stop_label.colour,
        marker="1",
    )
    return (dot,)
