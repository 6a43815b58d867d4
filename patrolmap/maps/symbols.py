"""Site symbols: the shape says the kind, the fill says the level, so that both survive a black-and-white print."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath

from patrolmap.maps.pens import halo_colour, line_pen, translucent
from patrolmap.model.kinds import SiteKind
from patrolmap.model.style import symbol_outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from patrolmap.maps.content import AreaLayer
    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import SiteStyle, SymbolShape

__all__ = ["paint_incidents", "paint_sites", "paint_symbol", "site_places", "symbol_path", "symbol_scale"]

_MARGIN_MM = 4.0


@cache
def symbol_path(shape: SymbolShape) -> QPainterPath:
    """
    Give a symbol's outline.

    Parameters
    ----------
    shape : SymbolShape
        Which one.

    Returns
    -------
    QPainterPath
        Centred on 0, 0 and about 1 across, y downwards; do not change it.
    """
    path = QPainterPath()
    if shape == "circle":
        path.addEllipse(QPointF(0, 0), 0.5, 0.5)
        return path
    for place, (x, y) in enumerate(symbol_outline(shape)):
        if place:
            path.lineTo(x, y)
        else:
            path.moveTo(x, y)
    path.closeSubpath()
    return path


def symbol_scale(view: MapView) -> float:
    """
    Shrink symbols on maps of large areas, where they would hide each other.

    Parameters
    ----------
    view : MapView
        The view.

    Returns
    -------
    float
        1 up to 1:20,000, then down to 0.45 beyond 1:100,000.
    """
    steps = math.log(max(view.denominator, 1.0) / 20_000) / math.log(5)
    return 1.0 - 0.55 * min(max(steps, 0.0), 1.0)


def paint_symbol(
    painter: QPainter, style: SiteStyle, level: float | None, centre: QPointF, view: MapView, *, factor: float = 1.0
) -> None:
    """
    Draw one symbol.

    Parameters
    ----------
    painter : QPainter
        Where.
    style : SiteStyle
        Kind of site.
    level : float or None
        1 to 3; None if unknown.
    centre : QPointF
        Device dots.
    view : MapView
        For sizes and the theme.
    factor : float, default 1.0
        Of the style's size.
    """
    index = style.level_index(level)
    size = view.dots(style.size_mm[index] * factor)
    path = symbol_path(style.shape)
    painter.save()
    painter.translate(centre)
    painter.scale(size, size)
    rim = view.dots(0.3) / size
    painter.strokePath(path, line_pen(halo_colour(view.style.panel, 0.9, view), 4 * rim))
    painter.fillPath(path, QColor(style.fills[index]))
    painter.strokePath(path, line_pen(style.colour, rim * max(factor, 0.7)))
    painter.restore()


def site_places(layer: AreaLayer, view: MapView) -> Iterator[tuple[int, QPointF, SiteStyle, float | None]]:
    """
    List the sites of a view, the least important first.

    Parameters
    ----------
    layer : AreaLayer
        Layer ``sites``.
    view : MapView
        The view.

    Yields
    ------
    tuple of (int, QPointF, SiteStyle, float or None)
        Position in the layer, place in device dots, style and level.
    """
    which = layer.within(view.grown(_MARGIN_MM))
    kinds, levels = layer.column("kind"), layer.column("level")
    rank = {kind: place for place, kind in enumerate(view.style.sites)}
    points = view.to_device(shapely.get_coordinates(shapely.centroid(layer.geometries[which])))
    order = sorted(
        range(len(which)),
        key=lambda i: (-float(levels[which[i]] or 2), rank.get(SiteKind(str(kinds[which[i]])), 0), int(which[i])),
    )
    for i in order:
        place = int(which[i])
        level = levels[place]
        yield (
            place,
            QPointF(points[i, 0], points[i, 1]),
            view.style.sites[SiteKind(str(kinds[place]))],
            None if level is None else float(level),
        )


def paint_sites(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw the symbols of all sites of a view, without names.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``sites``.
    view : MapView
        The view.
    """
    factor = symbol_scale(view)
    for _, centre, style, level in site_places(layer, view):
        paint_symbol(painter, style, level, centre, view, factor=factor)


def paint_incidents(painter: QPainter, layer: AreaLayer, view: MapView) -> None:
    """
    Draw incidents as small translucent dots, so that many in one place look darker.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Layer ``incidents``.
    view : MapView
        The view.
    """
    which = layer.within(view.grown(_MARGIN_MM))
    points: NDArray[np.float64] = view.to_device(shapely.get_coordinates(layer.geometries[which]))
    style = view.style.incident
    radius = view.dots(style.size_mm[0]) / 2 * symbol_scale(view)
    path = QPainterPath()
    for x, y in points:
        path.clear()
        path.addEllipse(QPointF(x, y), radius, radius)
        painter.fillPath(path, translucent(style.colour, 0.35))
