"""How what is computed about rings looks on every map: one table for the window, the web map and the legend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.messages import N_
from patrolmap.model.kinds import SiteKind
from patrolmap.model.layers import BLOCK_TITLES
from patrolmap.model.style_types import LineStyle

if TYPE_CHECKING:
    from patrolmap.model.style_types import MapStyle

__all__ = ["OVERLAY_TITLES", "OverlayLook", "look_json", "overlay_look"]

_AREA_OPACITY = 0.28
_RATE_OPACITIES = (0.62, 0.46, 0.31, 0.17, 0.05)

OVERLAY_TITLES: Final = {
    "controlled": (N_("Controlled crossing"),),
    "gap": (N_("Crossing that nobody controls"),),
    "leak": (N_("Way in"),),
    "event": (N_("Event in work"),),
    "event_overdue": (N_("Overdue event"),),
    "log_done": (N_("Stop done"),),
    "log_skipped": (N_("Stop skipped"),),
    "log_open": (N_("Stop not recorded yet"),),
    "pass": (N_("Way from ring to ring"),),
    "closure": (N_("New post that would close it"),),
    "place": (N_("New post"),),
    "district": (N_("Streets of one post"),),
    "post": (N_("Post of a district"),),
    "reach": (N_("Reached in the shortest time"), N_("in the middle time"), N_("in the longest time")),
    "late": (N_("Site not reached in time"),),
    "block": BLOCK_TITLES,
    "rate": (
        N_("Highest fifth of cells by rate"),
        N_("Second fifth"),
        N_("Middle fifth"),
        N_("Fourth fifth"),
        N_("Lowest fifth"),
    ),
    "exit": (N_("Exit with its post"), N_("Exit that stays open")),
    "cordon": (N_("Junction of the cordon"),),
    "way": (N_("Way of a post"),),
    "before": (N_("Way in the first plan"),),
    "after": (N_("Way in the second plan"),),
    "start": (N_("Where it began"),),
    "flight": (N_("Streets that the pursued can be on"),),
}
"""English titles for the legend, one for each rank."""


@dataclass(frozen=True)
class OverlayLook:
    """
    The look of an overlay.

    Parameters
    ----------
    line : LineStyle
        Of lines, and the edge of areas and points.
    fill : str, default ""
        ``#rrggbb`` of areas and points; empty for none.
    fill_opacity : float, default 1.0
        Of the fill.
    radius_mm : float, default 1.5
        Of points.
    """

    line: LineStyle
    fill: str = ""
    fill_opacity: float = 1.0
    radius_mm: float = 1.5


def overlay_look(style: MapStyle, kind: str, rank: int = 0) -> OverlayLook:
    """
    Find the look of an overlay.

    Parameters
    ----------
    style : MapStyle
        The look of the map.
    kind : str
        ``controlled``, ``gap``, ``leak``, ``pass``, ``closure``, ``place``, ``reach``, ``late``, ``district``, ``post``, ``block``,
        ``rate``, ``exit``, ``way``, ``cordon``, ``start``, ``flight``, ``sketch`` or ``vertex``; others look like the selection.
    rank : int, default 0
        Place in the colours of the kind; it wraps round.

    Returns
    -------
    OverlayLook
        Widths in millimetres.
    """
    if kind in {"reach", "block"}:
        ramp = style.reach_ramp if kind == "reach" else style.share_ramp
        colour = ramp[rank % len(ramp)]
        return OverlayLook(LineStyle(colour, 0.15, opacity=0.5), colour, _AREA_OPACITY)
    if kind == "rate":
        colour = style.share_ramp[0]
        return OverlayLook(LineStyle(colour, 0.25), colour, _RATE_OPACITIES[rank % len(_RATE_OPACITIES)])
    if kind in {"district", "post"}:
        colour = style.routes[rank % len(style.routes)]
        if kind == "district":
            return OverlayLook(LineStyle(colour, 0.75, (), style.route.halo, 0.9))
        return OverlayLook(LineStyle(style.panel, 0.3), colour, radius_mm=1.1)
    return _line_look(style, kind, rank)


def _line_look(style: MapStyle, kind: str, rank: int) -> OverlayLook:
    way, start = LineStyle(style.way, 0.8, (), style.leak.halo), style.sites[SiteKind.KEY_SITE].colour
    checkpoint = style.sites[SiteKind.CHECKPOINT].colour
    looks = {
        "controlled": OverlayLook(LineStyle(checkpoint, 0.5), style.panel),
        "gap": OverlayLook(replace(style.leak, width_mm=0.5, dash=()), style.leak.colour),
        "leak": OverlayLook(style.leak),
        "pass": OverlayLook(replace(style.leak, dash=(0.6, 1.4))),
        "event": OverlayLook(LineStyle(style.way, 0.8), style.panel, radius_mm=3.0),
        "event_overdue": OverlayLook(LineStyle(style.leak.colour, 1.1), style.panel, radius_mm=3.4),
        "log_done": OverlayLook(LineStyle(style.panel, 0.5), style.way, radius_mm=2.2),
        "log_skipped": OverlayLook(LineStyle(style.leak.colour, 0.9), style.panel, radius_mm=2.2),
        "log_open": OverlayLook(LineStyle(style.way, 0.5), style.panel, radius_mm=1.5),
        "closure": OverlayLook(style.closure, style.panel),
        "place": OverlayLook(LineStyle(style.panel, 0.5), style.closure.colour, radius_mm=2.0),
        "late": OverlayLook(LineStyle(style.leak.colour, 0.6), style.panel),
        "way": OverlayLook(way),
        "before": OverlayLook(replace(way, colour=style.leak.colour, dash=(2.0, 1.4))),
        "after": OverlayLook(way),
        "exit": OverlayLook(LineStyle(style.panel, 0.5), style.leak.colour if rank else style.way, radius_mm=2.0),
        "cordon": OverlayLook(LineStyle(style.panel, 0.5), style.way, radius_mm=2.0),
        "start": OverlayLook(LineStyle(style.panel, 0.6), start, radius_mm=2.5),
        "flight": OverlayLook(LineStyle(start, 0.5, (), "", 0.55)),
        "sketch": OverlayLook(replace(style.selection, width_mm=0.6), style.selection.colour, 0.12),
        "vertex": OverlayLook(replace(style.selection, width_mm=0.45), style.panel, radius_mm=1.3),
    }
    return looks.get(kind, OverlayLook(style.selection, radius_mm=2.2))


def look_json(look: OverlayLook) -> dict[str, Any]:
    """
    Write a look for the page's scripts.

    Parameters
    ----------
    look : OverlayLook
        The look.

    Returns
    -------
    dict of str to Any
        Colours, and lengths in millimetres.
    """
    line = look.line
    return {
        "color": line.colour,
        "width_mm": line.width_mm,
        "dash": list(line.dash),
        "halo": line.halo,
        "opacity": line.opacity,
        "fill": look.fill,
        "fill_opacity": look.fill_opacity,
        "radius_mm": look.radius_mm,
    }
