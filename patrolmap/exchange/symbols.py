"""How each layer looks, as rules that any GIS understands. All values come from the style table of the maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from patrolmap.i18n import tr
from patrolmap.model.layers import BLOCK_STATES, BLOCK_TITLES
from patrolmap.model.style import map_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.style_types import LabelStyle, LineStyle, SiteStyle, StreetStyle, SymbolShape, WidthTable

__all__ = ["Area", "Label", "LayerSymbols", "Marker", "Rule", "Stroke", "Test", "layer_symbols"]

_HALO_MM: Final = 0.35
_HALO_OPACITY: Final = 0.75
_OUTLINE_MM: Final = 0.3

GeometryKind = Literal["line", "fill", "marker"]


@dataclass(frozen=True)
class Stroke:
    """
    A line.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    width_mm : float
        Width; of a line with `widths` what is added to it.
    dash_mm : tuple of float, default ()
        Dash and gap in turn; empty for a solid line.
    opacity : float, default 1.0
        0 to 1.
    widths : WidthTable or None
        Width by scale; None for the same at every scale.
    level : int, default 0
        Lower ones of all rows are drawn first.
    by_team : bool, default False
        Whether the colour is that of the row's team instead.
    """

    colour: str
    width_mm: float
    dash_mm: tuple[float, ...] = ()
    opacity: float = 1.0
    widths: WidthTable | None = None
    level: int = 0
    by_team: bool = False


@dataclass(frozen=True)
class Area:
    """
    The inside of an area.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    opacity : float
        0 to 1.
    """

    colour: str
    opacity: float


@dataclass(frozen=True)
class Marker:
    """
    A point.

    Parameters
    ----------
    shape : SymbolShape
        Its outline.
    fill, colour : str
        ``#rrggbb`` inside and of the edge.
    size_mm, outline_mm : float
        Size across and width of the edge.
    by_team : bool, default False
        Whether the inside has the colour of the row's team instead.
    """

    shape: SymbolShape
    fill: str
    colour: str
    size_mm: float
    outline_mm: float
    by_team: bool = False


@dataclass(frozen=True)
class Test:
    """
    A condition on one field.

    Parameters
    ----------
    field : str
        Its name.
    values : tuple of str or tuple of int
        Values.
    kind : str, default "in"
        ``in``: one of them; ``not_in``: none of them, or nothing at all; ``between``: from the first to the second.
    """

    field: str
    values: tuple[str, ...] | tuple[int, ...]
    kind: Literal["in", "not_in", "between"] = "in"


@dataclass(frozen=True)
class Rule:
    """
    Rows that look alike.

    Parameters
    ----------
    title : str
        What the legend calls them, in the current language.
    tests : tuple of Test
        All must hold; none for every row.
    parts : tuple of Stroke, Area or Marker
        From below to above.
    max_denominator : float, default 0.0
        The farthest scale at which they are drawn; 0 for all.
    """

    title: str
    tests: tuple[Test, ...]
    parts: tuple[Stroke | Area | Marker, ...]
    max_denominator: float = 0.0


@dataclass(frozen=True)
class Label:
    """
    What is written at each row.

    Parameters
    ----------
    field : str
        Whose value.
    style : LabelStyle
        How.
    max_denominator : float
        The farthest scale at which it is written; 0 for all.
    place : str
        ``over`` the point, ``beside`` it, ``along`` the line or ``inside`` the area.
    """

    field: str
    style: LabelStyle
    max_denominator: float
    place: Literal["over", "beside", "along", "inside"]


@dataclass(frozen=True)
class LayerSymbols:
    """
    How one layer looks.

    Parameters
    ----------
    geometry : GeometryKind
        What its symbols are for.
    rules : tuple of Rule
        In the order of the legend.
    label : Label or None
        What is written; None for nothing.
    """

    geometry: GeometryKind
    rules: tuple[Rule, ...]
    label: Label | None = None


def layer_symbols(hotspot_count: int = 0) -> dict[str, LayerSymbols]:
    """
    Give the look of every layer that has one.

    Parameters
    ----------
    hotspot_count : int, default 0
        Hotspots in the layer, whose ranks are spread over the ramp.

    Returns
    -------
    dict of str to LayerSymbols
        By the name of the layer, legends in the current language.
    """
    style = map_style()
    return {
        "streets": _streets(style.streets),
        "boundary": LayerSymbols("fill", (Rule(tr("District boundary"), (), _line(style.boundary)),)),
        "rings": LayerSymbols(
            "fill",
            tuple(
                Rule(tr(ring.title), (Test("kind", (str(ring.kind),)),), _line(ring.line))
                for ring in style.rings.values()
            ),
        ),
        "grid_cells": LayerSymbols("fill", (Rule(tr("Grid cells"), (), _line(style.grid_cell.outline)),)),
        "blocks": _blocks(),
        "hotspots": _hotspots(hotspot_count),
        "sites": _sites(tuple(style.sites.values())),
        "routes": _routes(),
        "stops": _stops(),
    }


def _line(line: LineStyle | None) -> tuple[Stroke, ...]:
    if line is None:
        return ()
    below = (Stroke(line.halo, line.width_mm + 2 * _HALO_MM, opacity=_HALO_OPACITY),) if line.halo else ()
    return (*below, Stroke(line.colour, line.width_mm, tuple(part * line.width_mm for part in line.dash), line.opacity))


def _streets(classes: Sequence[StreetStyle]) -> LayerSymbols:
    known = tuple(value for street in classes if street.key != "minor" for value in street.highways)
    rules = []
    for level, street in enumerate(classes):
        test = Test("highway", known, "not_in") if street.key == "minor" else Test("highway", street.highways)
        dash = tuple(part * street.widths.steps[0][1] for part in street.dash)
        casing = Stroke(street.casing, 2 * street.casing_mm, widths=street.widths, level=level)
        surface = Stroke(street.colour, 0.0, dash, widths=street.widths, level=len(classes) + level)
        parts = (surface,) if dash else (casing, surface)
        rules.append(Rule(tr(street.title), (test,), parts, street.widths.max_denominator))
    label = classes[-1].label
    return LayerSymbols("line", tuple(rules), Label("name", label, 11_000, "along"))


def _blocks() -> LayerSymbols:
    style, rules = map_style(), []
    for held, title, colour in zip(BLOCK_STATES, BLOCK_TITLES, style.share_ramp, strict=True):
        parts = (Area(colour, style.hotspot.fill_opacity), Stroke(colour, 0.35))
        rules.append(Rule(tr(title), (Test("held", (held,)),), parts))
    return LayerSymbols("fill", tuple(rules), Label("block_id", style.area_label, 30_000, "inside"))


def _hotspots(count: int) -> LayerSymbols:
    style = map_style()
    steps = len(style.hotspot_ramp)
    outline = style.hotspot.outline
    edge = (Stroke(outline.colour, outline.width_mm),) if outline else ()
    rules = []
    for colour in reversed(style.hotspot_ramp):
        ranks = [rank for rank in range(1, count + 1) if style.hotspot_colour(1.0 - (rank - 1) / count) == colour]
        if ranks:
            title = tr("Hotspots ranked {first} to {last}", first=ranks[0], last=ranks[-1])
            test = Test("rank", (ranks[0], ranks[-1]), "between")
            rules.append(Rule(title, (test,), (Area(colour, style.hotspot.fill_opacity), *edge)))
    if not steps or not rules:
        rules = [Rule(tr("Hotspots"), (), (Area(style.hotspot_colour(1.0), style.hotspot.fill_opacity), *edge))]
    return LayerSymbols("fill", tuple(rules), Label("name", style.area_label, 50_000, "inside"))


def _sites(kinds: Sequence[SiteStyle]) -> LayerSymbols:
    levels: tuple[tuple[int, Test], ...] = (
        (1, Test("level", (1,))),
        (2, Test("level", (1, 3), "not_in")),
        (3, Test("level", (3,))),
    )
    rules = [
        Rule(
            tr("{kind}, level {level}", kind=tr(site.title), level=level),
            (Test("kind", (str(site.kind),)), test),
            (Marker(site.shape, site.fills[level - 1], site.colour, site.size_mm[level - 1], _OUTLINE_MM),),
        )
        for site in kinds
        for level, test in levels
    ]
    farthest = min(site.label_max_denominator for site in kinds)
    return LayerSymbols("marker", tuple(rules), Label("name", map_style().site_label, farthest, "beside"))


def _routes() -> LayerSymbols:
    style = map_style()
    halo = Stroke(style.route.halo, style.route.width_mm + 0.6, opacity=0.85)
    line = Stroke(style.route_colour(0), style.route.width_mm, by_team=True)
    return LayerSymbols("line", (Rule(tr("Routes"), (), (halo, line)),))


def _stops() -> LayerSymbols:
    style = map_style()
    marker = Marker("circle", style.route_colour(0), style.route.halo, style.stop_mm, 0.4, by_team=True)
    label = Label("number", style.stop_label, 0, "over")
    return LayerSymbols("marker", (Rule(tr("Stops"), (), (marker,)),), label)
