"""One map into any paint device: a picture, a tile, a PDF page, a printer or a widget.

Sheets and the window draw through this module alone: make a `MapContent` once, a `MapView` for each picture, and
call `paint_map`. Everything stays vectors on vector devices. Drawing is safe from any thread as long as each
thread has its own painter and device.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from patrolmap.maps.areas import (
    paint_barriers,
    paint_boundary,
    paint_grid_cells,
    paint_hotspots,
    paint_railways,
    paint_rings,
)
from patrolmap.maps.content import MapContent
from patrolmap.maps.feature_looks import paint_classes, place_area_names
from patrolmap.maps.furniture import paint_north_arrow, paint_scale_bar
from patrolmap.maps.occupancy import Occupancy
from patrolmap.maps.point_names import paint_point_names, place_site_names, reserve_symbols
from patrolmap.maps.routes import (
    StopMark,
    marker_places,
    paint_plan_routes,
    paint_plan_stops,
    paint_route,
    paint_stops,
    route_colours,
    route_places,
)
from patrolmap.maps.street_names import paint_street_names, place_street_names
from patrolmap.maps.streets_painter import paint_streets
from patrolmap.maps.symbols import paint_incidents, paint_sites
from patrolmap.maps.text import map_font_family
from patrolmap.maps.view import MapView

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from PySide6.QtCore import QPointF

    from patrolmap.maps.content import AreaLayer
    from patrolmap.model.style_types import LabelStyle

__all__ = [
    "ALL_PARTS",
    "MapContent",
    "MapView",
    "Occupancy",
    "StopMark",
    "map_font_family",
    "map_occupancy",
    "marker_places",
    "paint_map",
    "paint_names",
    "paint_north_arrow",
    "paint_route",
    "paint_scale_bar",
    "paint_stops",
    "prepare_painter",
    "route_places",
]

ALL_PARTS: Final = frozenset(
    {
        "background", "barriers", "streets", "railways", "boundary", "grid_cells", "hotspots", "rings", "routes", "incidents",
        "sites", "stops", "street_names", "site_names",
    }
)  # fmt: skip
"""The parts of a map that `paint_map` can be asked for. ``railways`` come with ``barriers`` and ``streets`` too."""


def paint_map(
    painter: QPainter,
    content: MapContent,
    view: MapView,
    *,
    parts: Collection[str] = ALL_PARTS,
    occupancy: Occupancy | None = None,
) -> Occupancy:
    """
    Draw a map, clipped to the view's device rectangle.

    To lay a route of its own over the map and still have names keep clear of it: draw without the two parts
    of names, then `paint_route` and `paint_stops` with the occupancy that came back, then `paint_names`.

    Parameters
    ----------
    painter : QPainter
        Active on any device; its state is restored.
    content : MapContent
        What to draw.
    view : MapView
        Which piece of the world, where, and in which look.
    parts : collection of str, default all
        Which of `ALL_PARTS`.
    occupancy : Occupancy or None
        Places that names must keep free; None starts afresh.

    Returns
    -------
    Occupancy
        What is taken now by symbols and names.
    """
    taken = map_occupancy(view) if occupancy is None else occupancy
    view = view.with_looks(content.looks)
    painter.save()
    prepare_painter(painter, view)
    if "background" in parts:
        painter.fillRect(QRectF(*view.device), QColor(view.style.background))
    _paint_layers(painter, content, view, parts)
    if "sites" in parts and (sites := content.area_layers.get("sites")):
        reserve_symbols(sites, view, taken)
    paint_names(painter, content, view, taken, parts=parts)
    painter.restore()
    return taken


def paint_names(
    painter: QPainter, content: MapContent, view: MapView, occupancy: Occupancy, *, parts: Collection[str] = ALL_PARTS
) -> None:
    """
    Write names of sites, then of streets, where there is room.

    Parameters
    ----------
    painter : QPainter
        Active on any device; its state is restored.
    content : MapContent
        What to name.
    view : MapView
        The view.
    occupancy : Occupancy
        What is taken already; the names are added.
    parts : collection of str, default all
        ``site_names`` and ``street_names`` matter here.
    """
    view = view.with_looks(content.looks)
    painter.save()
    prepare_painter(painter, view)
    sites = content.area_layers.get("sites") if "site_names" in parts else None
    field = content.looks.of("sites").label_field or "name"
    site_names = place_site_names(sites, view, occupancy, field) if sites else []
    site_names += _area_names(content, view, occupancy, parts)
    painter.setOpacity(content.looks.of("streets").opacity)
    if "street_names" in parts and content.street_layer is not None:
        paint_street_names(painter, place_street_names(content.street_layer, view, occupancy), view)
    painter.setOpacity(1.0)
    paint_point_names(painter, site_names, view)
    painter.restore()


def map_occupancy(view: MapView) -> Occupancy:
    """
    Make an empty record of taken places for a view.

    Parameters
    ----------
    view : MapView
        The view.

    Returns
    -------
    Occupancy
        Its frame is the device rectangle less half a millimetre.
    """
    left, top, width, height = view.device
    inset = view.dots(0.5)
    return Occupancy((left + inset, top + inset, left + width - inset, top + height - inset), view.dots(3.0))


def prepare_painter(painter: QPainter, view: MapView) -> None:
    """
    Set antialiasing and clip to the view.

    Parameters
    ----------
    painter : QPainter
        Active.
    view : MapView
        The view.
    """
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setClipRect(QRectF(*view.device))


def _paint_layers(painter: QPainter, content: MapContent, view: MapView, parts: Collection[str]) -> None:
    layers, looks = content.area_layers, content.looks
    for name in reversed(looks.order):
        look = looks.of(name)
        painter.setOpacity(look.opacity)
        if name == "streets":
            _paint_streets(painter, content, view, parts)
        elif name not in parts or name not in layers:
            continue
        elif look.classes is not None:
            paint_classes(painter, layers[name], view, look)
        elif name == "stops":
            colours = route_colours(layers["routes"], view) if "routes" in layers else None
            paint_plan_stops(painter, layers["stops"], view, colours)
        else:
            _PAINTERS[name](painter, layers[name], view)
    painter.setOpacity(1.0)


def _paint_streets(painter: QPainter, content: MapContent, view: MapView, parts: Collection[str]) -> None:
    """Streets, and railways above them, which come with the layer of barriers."""
    layers = content.area_layers
    if "streets" in parts and content.street_layer is not None:
        paint_streets(painter, content.street_layer, view)
    if "barriers" in layers and ("railways" in parts or {"barriers", "streets"} <= set(parts)):
        paint_railways(painter, layers["barriers"], view)


def _area_names(
    content: MapContent, view: MapView, occupancy: Occupancy, parts: Collection[str]
) -> list[tuple[str, QPointF, LabelStyle]]:
    """Names that the user wants from a field; those of sites are placed with their symbols."""
    placed = []
    for name in content.looks.order:
        look, layer = content.looks.of(name), content.area_layers.get(name)
        if look.label_field and layer is not None and name in parts and name != "sites":
            label = replace(view.style.site_label, size_pt=look.label_pt)
            placed += place_area_names(layer, view, occupancy, look.label_field, label, on_edge=name == "rings")
    return placed


_PAINTERS: Final[Mapping[str, Callable[[QPainter, AreaLayer, MapView], None]]] = {
    "barriers": paint_barriers,
    "grid_cells": paint_grid_cells,
    "boundary": paint_boundary,
    "hotspots": paint_hotspots,
    "rings": paint_rings,
    "incidents": paint_incidents,
    "routes": paint_plan_routes,
    "sites": paint_sites,
}
