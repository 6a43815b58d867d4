"""Paints overlays and the selection over a plain map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from patrolmap.maps.pens import line_pen, stroke, translucent
from patrolmap.model.kinds import RingKind

if TYPE_CHECKING:
    from patrolmap.desktop.map.scene import MapScene, Overlay
    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import LineStyle

__all__ = ["paint_overlays"]

_RADIUS_MM = 1.5


def paint_overlays(painter: QPainter, view: MapView, scene: MapScene) -> None:
    """
    Paint what lies over the layers.

    Parameters
    ----------
    painter : QPainter
        On the widget.
    view : MapView
        What is seen.
    scene : MapScene
        Overlays and the selection.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    style = view.style
    looks = {
        "controlled": style.rings[RingKind.TOWN].line,
        "gap": style.leak,
        "leak": style.leak,
        "closure": style.closure,
    }
    for overlay in scene.overlays:
        _paint(painter, overlay.geometry, looks.get(overlay.kind, style.selection), view, overlay)
    for geometry in scene.selected_geometries():
        _paint(painter, geometry, style.selection, view, None)


def _paint(
    painter: QPainter, geometry: shapely.Geometry, look: LineStyle, view: MapView, overlay: Overlay | None
) -> None:
    if shapely.get_dimensions(geometry) == 0:
        for x, y in view.to_device(shapely.get_coordinates(geometry)):
            _paint_point(painter, QPointF(x, y), look, view, overlay)
        return
    lines = shapely.boundary(geometry) if shapely.get_dimensions(geometry) == 2 else geometry
    for line in shapely.get_parts(lines):
        path = QPainterPath()
        for place, (x, y) in enumerate(view.to_device(shapely.get_coordinates(line))):
            (path.lineTo if place else path.moveTo)(QPointF(x, y))
        stroke(painter, path, look, view)


def _paint_point(painter: QPainter, centre: QPointF, look: LineStyle, view: MapView, overlay: Overlay | None) -> None:
    radius = view.dots(_RADIUS_MM)
    painter.setPen(line_pen(translucent(look.halo or "#ffffff", 0.9), view.dots(0.9)))
    painter.setBrush(QColor(0, 0, 0, 0))
    painter.drawEllipse(centre, radius, radius)
    painter.setPen(line_pen(look.colour, view.dots(0.5)))
    filled = overlay is not None and overlay.kind in {"gap", "closure"}
    painter.setBrush(QColor(look.colour) if filled else QColor(0, 0, 0, 0))
    painter.drawEllipse(centre, radius, radius)
