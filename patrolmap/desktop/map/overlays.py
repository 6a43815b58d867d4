"""Paints overlays and the selection over a plain map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from patrolmap.maps.overlay_looks import OverlayLook, overlay_look
from patrolmap.maps.pens import line_pen, stroke, translucent

if TYPE_CHECKING:
    from patrolmap.desktop.map.scene import MapScene
    from patrolmap.maps.view import MapView

__all__ = ["paint_overlays"]


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
    for overlay in scene.overlays:
        _paint(painter, overlay.geometry, overlay_look(view.style, overlay.kind, overlay.rank), view)
    for geometry in scene.selected_geometries():
        _paint(painter, geometry, OverlayLook(view.style.selection), view)


def _paint(painter: QPainter, geometry: shapely.Geometry, look: OverlayLook, view: MapView) -> None:
    for part in shapely.get_parts(geometry):
        dimension = int(shapely.get_dimensions(part))
        if dimension == 0:
            for x, y in view.to_device(shapely.get_coordinates(part)):
                _paint_point(painter, QPointF(x, y), look, view)
            continue
        path = QPainterPath()
        for line in shapely.get_parts(shapely.boundary(part) if dimension == 2 else part):
            for place, (x, y) in enumerate(view.to_device(shapely.get_coordinates(line))):
                (path.lineTo if place else path.moveTo)(QPointF(x, y))
        if dimension == 2 and look.fill:
            painter.fillPath(path, translucent(look.fill, look.fill_opacity))
        stroke(painter, path, look.line, view)


def _paint_point(painter: QPainter, centre: QPointF, look: OverlayLook, view: MapView) -> None:
    radius = view.dots(look.radius_mm)
    painter.setPen(line_pen(translucent(look.line.halo or "#ffffff", 0.9), view.dots(0.9)))
    painter.setBrush(QColor(0, 0, 0, 0))
    painter.drawEllipse(centre, radius, radius)
    painter.setPen(line_pen(look.line.colour, view.dots(min(look.line.width_mm, 0.6))))
    painter.setBrush(translucent(look.fill, look.fill_opacity) if look.fill else QColor(0, 0, 0, 0))
    painter.drawEllipse(centre, radius, radius)
