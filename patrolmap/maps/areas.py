"""Water, green, railways, cells, the district's edge, rings and hotspots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from patrolmap.maps.paths import Lines, path_of, paths_in_chunks
from patrolmap.maps.pens import line_pen, stroke, translucent
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, BarrierKind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from patrolmap.maps.content import AreaLayer
    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import BarrierStyle

__all__ = [
    "hotspot_strengths",
    "paint_barriers",
    "paint_boundary",
    "paint_grid_cells",
    "paint_hotspots",
    "paint_railways",
    "paint_rings",
]

_MARGIN_MM = 3.0
_HOTSPOT_EDGES_MM = (0.6, 1.3)
_CELLS_MAX_DENOMINATOR = 120_000
_CLOSE_DENOMINATOR = 14_000


def paint_barriers(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw green first and water above it.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``barriers``.
    view : MapView
        The view.
    """
    for kind in (BarrierKind.GREEN, BarrierKind.WATER, BarrierKind.RIVER):
        style = view.style.barriers[kind]
        for geometry in _of_kind(layer, view, kind):
            path = path_of(geometry, view)
            if geometry.geom_type.endswith("Polygon"):
                painter.fillPath(path, translucent(style.area.fill, style.area.fill_opacity))
                if style.area.outline is not None:
                    stroke(painter, path, style.area.outline, view)
            else:
                _paint_water_line(painter, path, style, view)


def paint_railways(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw railways as a dark line with light dashes inside.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``barriers``.
    view : MapView
        The view.
    """
    style = view.style.barriers[BarrierKind.RAILWAY]
    width_mm = style.widths.width_mm(view.denominator)
    for geometry in _of_kind(layer, view, BarrierKind.RAILWAY):
        path = path_of(geometry, view)
        if geometry.geom_type.endswith("Polygon"):
            painter.fillPath(path, translucent(style.line.colour, 0.12))
        elif width_mm > 0:
            width = view.dots(width_mm)
            painter.strokePath(path, line_pen(style.line.colour, width))
            painter.strokePath(path, line_pen(style.line.halo, width * 0.6, (11.0, 11.0)))


def paint_grid_cells(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw the edges of neighbourhood cells, at scales where they can be told apart.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``grid_cells``.
    view : MapView
        The view.
    """
    outline = view.style.grid_cell.outline
    if view.denominator > _CELLS_MAX_DENOMINATOR or outline is None:
        return
    found = layer.geometries[layer.within(view.grown(_MARGIN_MM))]
    rings = Lines.of(shapely.get_rings(found))
    xy, first = rings.take(np.arange(len(rings.starts) - 1))
    pen = line_pen(outline.colour, view.dots(outline.width_mm), outline.dash)
    for path in paths_in_chunks(view.to_device(xy), first):
        painter.strokePath(path, pen)


def paint_boundary(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw the district's edge and lay a veil over what is outside.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``boundary``.
    view : MapView
        The view.
    """
    inside = path_of(shapely.geometrycollections(shapely.get_parts(layer.geometries)), view)
    veil = QPainterPath()
    margin = view.dots(_MARGIN_MM)
    veil.addRect(QRectF(*view.device).adjusted(-margin, -margin, margin, margin))
    veil.addPath(inside)
    outside = view.style.outside
    painter.fillPath(veil, translucent(outside.fill, outside.fill_opacity))
    stroke(painter, inside, view.style.boundary, view)


def paint_rings(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw the defence rings, the core last.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``rings``.
    view : MapView
        The view.
    """
    kinds = layer.column("kind")
    for kind in RINGS_OUTSIDE_IN:
        style = view.style.rings[kind]
        for geometry in layer.geometries[kinds == kind]:
            path = path_of(geometry, view)
            if style.fill_opacity:
                painter.fillPath(path, translucent(style.line.colour, style.fill_opacity))
            stroke(painter, path, style.line, view)


def paint_hotspots(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw hotspots with soft edges, the weakest first.

    The edge is three steps of translucent colour, which stay vectors on paper.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``hotspots``.
    view : MapView
        The view.
    """
    strengths = hotspot_strengths(layer)
    which = layer.within(view.grown(_MARGIN_MM))
    metres = view.dots(1.0) / view.dots_per_unit
    style = view.style.hotspot
    # Close by, the streets inside must stay readable.
    opacity = style.fill_opacity * (0.6 if view.denominator < _CLOSE_DENOMINATOR else 1.0)
    step_opacity = 1 - (1 - opacity) ** (1 / (1 + len(_HOTSPOT_EDGES_MM)))
    for place in which[np.argsort(strengths[which], kind="stable")]:
        colour = translucent(view.style.hotspot_colour(strengths[place]), step_opacity)
        whole = path_of(layer.geometries[place], view)
        painter.fillPath(whole, colour)
        for edge_mm in _HOTSPOT_EDGES_MM:
            painter.fillPath(path_of(layer.shrunk(int(place), edge_mm * metres), view), colour)
        if style.outline is not None:
            stroke(painter, whole, style.outline, view)


def hotspot_strengths(layer: AreaLayer) -> NDArray[np.float64]:
    """
    Rate hotspots for the colour ramp.

    Parameters
    ----------
    layer : AreaLayer
        Layer ``hotspots``; by ``rank``, else by ``score``, else all the strongest.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 for the first in rank, evenly down to above 0.
    """
    count = len(layer.geometries)
    for column, direction in (("rank", 1.0), ("score", -1.0)):
        values = np.array([np.nan if value is None else float(value) for value in layer.column(column)])
        if count and not np.isnan(values).all():
            order = np.argsort(np.argsort(direction * np.nan_to_num(values, nan=np.inf), kind="stable"))
            return np.asarray(1.0 - order / count, dtype=np.float64)
    return np.ones(count)


def _of_kind(layer: AreaLayer, view: MapView, kind: BarrierKind) -> NDArray[np.object_]:
    which = layer.within(view.grown(_MARGIN_MM))
    found: NDArray[np.object_] = layer.geometries[which[layer.column("kind")[which] == kind]]
    return found


def _paint_water_line(painter: QPainter, path: QPainterPath, style: BarrierStyle, view: MapView) -> None:
    width_mm = style.widths.width_mm(view.denominator)
    if width_mm <= 0:
        return
    width = view.dots(width_mm)
    if style.area.outline is not None and width_mm >= 0.5:
        edge = view.dots(style.area.outline.width_mm)
        painter.strokePath(path, line_pen(style.area.outline.colour, width + 2 * edge))
    painter.strokePath(path, line_pen(style.line.colour, width))
