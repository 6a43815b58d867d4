"""Names of sites, beside their symbols, without touching each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF

from patrolmap.maps.symbols import site_places, symbol_scale
from patrolmap.maps.text import paint_labels, text_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QPainter

    from patrolmap.maps.content import AreaLayer
    from patrolmap.maps.occupancy import Box, Occupancy
    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import LabelStyle

__all__ = ["paint_point_names", "place_name_beside", "place_site_names", "reserve_symbols"]

_SIDES: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
"""Right, left, above, below, then the corners."""


def reserve_symbols(layer: AreaLayer, view: MapView, occupancy: Occupancy) -> None:
    """
    Keep names off the symbols.

    Parameters
    ----------
    layer : AreaLayer
        Layer ``sites``.
    view : MapView
        The view.
    occupancy : Occupancy
        Gets a box for each symbol.
    """
    factor = symbol_scale(view) * 0.42
    for _, centre, style, level in site_places(layer, view):
        half = view.dots(style.size_mm[style.level_index(level)]) * factor
        occupancy.take([(centre.x() - half, centre.y() - half, centre.x() + half, centre.y() + half)])


def place_site_names(
    layer: AreaLayer, view: MapView, occupancy: Occupancy, field: str = "name"
) -> list[tuple[str, QPointF, LabelStyle]]:
    """
    Choose where the names of sites go, the most important first.

    Parameters
    ----------
    layer : AreaLayer
        Layer ``sites``.
    view : MapView
        The view.
    occupancy : Occupancy
        What is taken already; the names' places are added.
    field : str, default "name"
        Column that is written.

    Returns
    -------
    list of tuple of (str, QPointF, LabelStyle)
        Name, left end of its base line in device dots, and how it is written. Names without room are left out.
    """
    names = layer.column(field)
    factor = symbol_scale(view)
    label = view.style.site_label
    placed = []
    for place, centre, style, level in reversed(list(site_places(layer, view))):
        name = names[place]
        if not name or view.denominator > style.label_max_denominator:
            continue
        reach = view.dots(style.size_mm[style.level_index(level)] * factor / 2 + 0.4)
        base = place_name_beside(str(name), centre, reach, view, occupancy)
        if base is not None:
            placed.append((str(name), base, label))
    return placed


def place_name_beside(name: str, centre: QPointF, reach: float, view: MapView, occupancy: Occupancy) -> QPointF | None:
    """
    Find room for a name around a symbol.

    Parameters
    ----------
    name : str
        The name, written as `MapStyle.site_label` says.
    centre : QPointF
        Middle of the symbol, device dots.
    reach : float
        From the middle to the nearest edge of the name, device dots.
    view : MapView
        The view.
    occupancy : Occupancy
        What is taken already; the name's place is added.

    Returns
    -------
    QPointF or None
        Left end of the base line; None if there is no room.
    """
    width, ascent, descent = text_size(name, view.style.site_label, view)
    top, bottom = ascent * 0.86, descent * 0.5
    for (side_x, side_y), is_room in _tries(occupancy):
        left = centre.x() + (reach if side_x > 0 else -reach - width if side_x < 0 else -width / 2)
        vertical = reach if side_x == 0 else reach * 0.7
        base = centre.y() + (-vertical - bottom if side_y < 0 else vertical + top if side_y > 0 else (top - bottom) / 2)
        box: Box = (left, base - top, left + width, base + bottom)
        if occupancy.inside(box) and is_room(box):
            occupancy.take([box])
            return QPointF(left, base)
    return None


def _tries(occupancy: Occupancy) -> Iterator[tuple[tuple[int, int], Callable[[Box], bool]]]:
    """Give the sides where nothing at all is covered before those where a name covers what is to be seen."""
    for is_room in (occupancy.clear, occupancy.free):
        for side in _SIDES:
            yield side, is_room


def paint_point_names(painter: QPainter, placed: list[tuple[str, QPointF, LabelStyle]], view: MapView) -> None:
    """
    Write names at their places.

    Parameters
    ----------
    painter : QPainter
        Where.
    placed : list of tuple of (str, QPointF, LabelStyle)
        From `place_site_names`.
    view : MapView
        The view.
    """
    paint_labels(painter, [(name, label, (base.x(), base.y()), 0.0) for name, base, label in placed], view)
