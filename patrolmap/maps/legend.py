"""The legend: what stands in the style table, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainterPath

from patrolmap.i18n import tr
from patrolmap.maps.pens import line_pen, stroke, translucent
from patrolmap.maps.symbols import paint_symbol
from patrolmap.maps.text import paint_label, text_size
from patrolmap.messages import N_
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, BarrierKind, SiteKind
from patrolmap.model.style_types import LineStyle, MapStyle, SiteStyle

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from PySide6.QtGui import QPainter

    from patrolmap.maps.view import MapView

__all__ = ["LegendEntry", "legend_entries", "legend_size", "paint_legend"]

_NAMED_STREETS: Final = ("motorway", "trunk", "primary", "secondary", "minor")
_ROW_MM: Final = 4.4
_SWATCH_MM: Final = 9.5
_GAP_MM: Final = 1.6


@dataclass(frozen=True)
class LegendEntry:
    """
    One line of a legend.

    Parameters
    ----------
    layer : str
        The layer it explains.
    key : str
        Kind or class within the layer; empty if there is one only.
    title : str
        English title, the key of its translation.
    form : str
        ``line``, ``street``, ``area``, ``ramp`` or ``symbol``.
    line : LineStyle or None
        Of a line, and the edge of an area or a street.
    fills : tuple of str
        ``#rrggbb`` of an area (one), a street's surface (one) or a ramp (several).
    fill_opacity : float, default 1.0
        Of the fills.
    site : SiteStyle or None
        Of a symbol.
    """

    layer: str
    key: str
    title: str
    form: Literal["line", "street", "area", "ramp", "symbol"]
    line: LineStyle | None = None
    fills: tuple[str, ...] = ()
    fill_opacity: float = 1.0
    site: SiteStyle | None = None


def legend_entries(style: MapStyle, layers: Collection[str]) -> tuple[LegendEntry, ...]:
    """
    List what a legend must explain.

    Parameters
    ----------
    style : MapStyle
        The look of the map.
    layers : collection of str
        Names of the layers shown.

    Returns
    -------
    tuple of LegendEntry
        In reading order: the office's layers first, the ground last.
    """
    makers = {
        "sites": _sites,
        "routes": _routes,
        "rings": _rings,
        "hotspots": _hotspots,
        "boundary": _boundary,
        "grid_cells": _cells,
        "streets": _streets,
        "barriers": _barriers,
    }
    return tuple(entry for name, make in makers.items() if name in layers for entry in make(style))


def paint_legend(
    painter: QPainter, entries: Sequence[LegendEntry], view: MapView, left: float, top: float, *, columns: int = 1
) -> QRectF:
    """
    Draw a legend.

    Parameters
    ----------
    painter : QPainter
        Where.
    entries : sequence of LegendEntry
        From `legend_entries`.
    view : MapView
        For the size of a millimetre and the theme.
    left, top : float
        Upper left corner, device dots.
    columns : int, default 1
        Entries run down the columns.

    Returns
    -------
    QRectF
        What it covers.
    """
    places, covered = _laid_out(entries, view, columns)
    for entry, (x, middle) in zip(entries, places, strict=True):
        _paint_row(painter, entry, view, left + x, top + middle)
    return QRectF(left, top, covered.width(), covered.height())


def legend_size(entries: Sequence[LegendEntry], view: MapView, *, columns: int = 1) -> QSizeF:
    """
    Tell how much room `paint_legend` takes.

    Parameters
    ----------
    entries : sequence of LegendEntry
        From `legend_entries`.
    view : MapView
        For the size of a millimetre and the theme.
    columns : int, default 1
        As for `paint_legend`.

    Returns
    -------
    QSizeF
        Width and height, device dots.
    """
    return _laid_out(entries, view, columns)[1]


def _laid_out(entries: Sequence[LegendEntry], view: MapView, columns: int) -> tuple[list[tuple[float, float]], QSizeF]:
    """Left edge and middle of each row, from the legend's corner, and its size."""
    rows = -(-len(entries) // max(columns, 1)) if entries else 0
    row_height, right, x = view.dots(_ROW_MM), 0.0, 0.0
    places = []
    for place, entry in enumerate(entries):
        if place and place % rows == 0:
            x = right + view.dots(4.0)
        places.append((x, (place % rows + 0.5) * row_height))
        width, _, _ = text_size(tr(entry.title), view.style.site_label, view)
        right = max(right, x + view.dots(_SWATCH_MM + _GAP_MM) + width)
    return places, QSizeF(right, rows * row_height)


def _paint_row(painter: QPainter, entry: LegendEntry, view: MapView, x: float, middle: float) -> None:
    label, height, swatch = view.style.site_label, view.dots(_ROW_MM), view.dots(_SWATCH_MM)
    _paint_swatch(painter, entry, QRectF(x, middle - height * 0.36, swatch, height * 0.72), view)
    words = tr(entry.title)
    _, ascent, descent = text_size(words, label, view)
    paint_label(
        painter, words, label, view, QPointF(x + swatch + view.dots(_GAP_MM), middle + (ascent - descent) * 0.43)
    )


def _sites(style: MapStyle) -> list[LegendEntry]:
    order = (SiteKind.CHECKPOINT, SiteKind.INTERSECTION, SiteKind.KEY_SITE, SiteKind.POST)
    return [
        LegendEntry("sites", str(kind), style.sites[kind].title, "symbol", site=style.sites[kind]) for kind in order
    ]


def _routes(style: MapStyle) -> list[LegendEntry]:
    line = LineStyle(style.route_colour(0), style.route.width_mm, (), style.route.halo)
    return [LegendEntry("routes", "", N_("Patrol route"), "line", line)]


def _rings(style: MapStyle) -> list[LegendEntry]:
    return [
        LegendEntry("rings", str(kind), style.rings[kind].title, "line", style.rings[kind].line)
        for kind in RINGS_OUTSIDE_IN
    ]


def _hotspots(style: MapStyle) -> list[LegendEntry]:
    opacity = style.hotspot.fill_opacity
    return [
        LegendEntry(
            "hotspots", "", N_("Hotspot, weak to strong"), "ramp", style.hotspot.outline, style.hotspot_ramp, opacity
        )
    ]


def _boundary(style: MapStyle) -> list[LegendEntry]:
    return [LegendEntry("boundary", "", N_("District boundary"), "line", style.boundary)]


def _cells(style: MapStyle) -> list[LegendEntry]:
    return [LegendEntry("grid_cells", "", N_("Grid cell"), "line", style.grid_cell.outline)]


def _streets(style: MapStyle) -> list[LegendEntry]:
    return [
        LegendEntry(
            "streets", street.key, street.title, "street", LineStyle(street.casing, street.casing_mm), (street.colour,)
        )
        for street in reversed(style.streets)
        if street.key in _NAMED_STREETS
    ]


def _barriers(style: MapStyle) -> list[LegendEntry]:
    made = []
    for kind in (BarrierKind.WATER, BarrierKind.GREEN, BarrierKind.RAILWAY):
        barrier = style.barriers[kind]
        if kind is BarrierKind.RAILWAY:
            made.append(LegendEntry("barriers", str(kind), barrier.title, "line", barrier.line))
        else:
            made.append(
                LegendEntry("barriers", str(kind), barrier.title, "area", barrier.area.outline, (barrier.area.fill,))
            )
    return made


def _paint_swatch(painter: QPainter, entry: LegendEntry, box: QRectF, view: MapView) -> None:
    centre = box.center()
    along = QPainterPath(QPointF(box.left(), centre.y()))
    along.lineTo(box.right(), centre.y())
    if entry.site is not None:
        for level, share in ((1, 0.17), (2, 0.5), (3, 0.83)):
            place = QPointF(box.left() + share * box.width(), centre.y())
            paint_symbol(painter, entry.site, level, place, view, factor=0.72)
    elif entry.form == "street" and entry.line is not None:
        width = view.dots(1.3)
        edge = view.dots(max(entry.line.width_mm, 0.18))
        painter.strokePath(along, line_pen(entry.line.colour, width + 2 * edge, flat=True))
        painter.strokePath(along, line_pen(entry.fills[0], width, flat=True))
    elif entry.fills:
        _paint_fills(painter, entry, box, view)
    elif entry.line is not None and entry.key == BarrierKind.RAILWAY:
        painter.strokePath(along, line_pen(entry.line.colour, view.dots(0.7), flat=True))
        painter.strokePath(along, line_pen(entry.line.halo, view.dots(0.42), (4.0, 4.0)))
    elif entry.line is not None:
        stroke(painter, along, entry.line, view)


def _paint_fills(painter: QPainter, entry: LegendEntry, box: QRectF, view: MapView) -> None:
    step = box.width() / len(entry.fills)
    for place, colour in enumerate(entry.fills):
        part = QRectF(box.left() + place * step, box.top(), step, box.height())
        painter.fillRect(part, QColor(view.style.background))
        painter.fillRect(part, translucent(colour, entry.fill_opacity))
    if entry.line is not None:
        edge = QPainterPath()
        edge.addRect(box)
        painter.strokePath(edge, line_pen(entry.line.colour, view.dots(entry.line.width_mm), flat=True))
