"""The style table with the user's choices put in, so that tiles, vectors and legend follow them alike."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from patrolmap.model.palettes import ramp_colours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolmap.model.map_looks import LayerLook, MapLooks
    from patrolmap.model.style_types import LineStyle, MapStyle, SiteStyle, WidthTable

__all__ = ["restyled"]


def restyled(style: MapStyle, looks: MapLooks) -> MapStyle:
    """
    Put the user's choices into a look.

    Parameters
    ----------
    style : MapStyle
        The style table.
    looks : MapLooks
        Choices; opacity, order, classes and label fields are no part of the table and not looked at.

    Returns
    -------
    MapStyle
        A copy; `style` itself where nothing is chosen.
    """
    made = style
    for name, look in looks.layers:
        if look.is_styled and name in _CHANGES:
            made = replace(made, **_CHANGES[name](made, look))
    return made


def _streets(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    changed = tuple(
        replace(
            street,
            colour=look.colour or street.colour,
            widths=_wider(street.widths, look.size),
            casing_mm=street.casing_mm * min(look.size, 1.5),
        )
        for street in style.streets
    )
    return {"streets": changed}


def _barriers(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    kinds = {
        kind: replace(
            barrier,
            widths=_wider(barrier.widths, look.size),
            line=_line(barrier.line, look, keep_width=True),
            area=replace(barrier.area, fill=look.colour or barrier.area.fill),
        )
        for kind, barrier in style.barriers.items()
    }
    return {"barriers": MappingProxyType(kinds)}


def _rings(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    kinds = {kind: replace(ring, line=_line(ring.line, look)) for kind, ring in style.rings.items()}
    return {"rings": MappingProxyType(kinds)}


def _hotspots(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    outline = style.hotspot.outline
    changed: dict[str, Any] = {
        "hotspot": replace(style.hotspot, outline=None if outline is None else _line(outline, look))
    }
    if look.colour:
        count = len(style.hotspot_ramp)
        # One hue from nearly paper to the chosen colour keeps weak and strong apart.
        shares = [(place + 2) / (count + 1) for place in range(count)]
        changed["hotspot_ramp"] = tuple(_mixed(style.background, look.colour, share) for share in shares)
    if look.classes is not None:
        changed["hotspot_ramp"] = ramp_colours(look.classes.ramp, look.classes.count)
    return changed


def _sites(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    kinds = {kind: _symbol(site, look, style.panel) for kind, site in style.sites.items()}
    return {"sites": MappingProxyType(kinds), "site_label": replace(style.site_label, size_pt=look.label_pt)}


def _incidents(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    incident = _symbol(style.incident, look, style.panel)
    return {"incident": replace(incident, fills=(incident.colour,) * 3)}


def _symbol(site: SiteStyle, look: LayerLook, paper: str) -> SiteStyle:
    colour = look.colour or site.colour
    fills = (colour, _mixed(paper, colour, 0.35), site.fills[2]) if look.colour else site.fills
    low, middle, high = (size * look.size for size in site.size_mm)
    return replace(site, shape=look.symbol or site.shape, colour=colour, fills=fills, size_mm=(low, middle, high))


def _routes(style: MapStyle, look: LayerLook) -> dict[str, Any]:
    colours = (look.colour,) if look.colour else style.routes
    return {"route": replace(style.route, width_mm=style.route.width_mm * look.size), "routes": colours}


def _line(line: LineStyle, look: LayerLook, *, keep_width: bool = False) -> LineStyle:
    width_mm = line.width_mm if keep_width else line.width_mm * look.size
    return replace(line, colour=look.colour or line.colour, width_mm=width_mm)


def _wider(widths: WidthTable, factor: float) -> WidthTable:
    return replace(widths, steps=tuple((far, width_mm * factor) for far, width_mm in widths.steps))


def _mixed(low: str, high: str, share: float) -> str:
    pairs = ((int(low[at : at + 2], 16), int(high[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


_CHANGES: Mapping[str, Callable[[MapStyle, LayerLook], dict[str, Any]]] = {
    "streets": _streets,
    "barriers": _barriers,
    "rings": _rings,
    "boundary": lambda style, look: {"boundary": _line(style.boundary, look)},
    "grid_cells": lambda style, look: {
        "grid_cell": replace(
            style.grid_cell, outline=None if style.grid_cell.outline is None else _line(style.grid_cell.outline, look)
        )
    },
    "hotspots": _hotspots,
    "sites": _sites,
    "incidents": _incidents,
    "routes": _routes,
    "stops": lambda style, look: {"stop_mm": style.stop_mm * look.size},
}
