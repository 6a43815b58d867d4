"""Streets: edges first, surfaces after, low levels before high ones, small classes before large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtGui import QColor

from patrolmap.maps.paths import Lines, path_from_arrays, paths_in_chunks
from patrolmap.maps.pens import between, line_pen
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter, QPainterPath

    from patrolmap.maps.content import StreetLayer, StreetLook
    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import StreetStyle

__all__ = ["paint_streets"]

_LINK_SHARE = 0.62
_CASING_FROM_MM = 0.3
_DETAIL_MM = 0.08
_MARGIN_MM = 3.0


def paint_streets(painter: QPainter, streets: StreetLayer, view: MapView) -> int:
    """
    Draw the streets of a view.

    Parameters
    ----------
    painter : QPainter
        Where; clipped by the caller if need be.
    streets : StreetLayer
        The streets.
    view : MapView
        The view.

    Returns
    -------
    int
        How many lines were drawn.
    """
    which = _visible(streets, view)
    if len(which) == 0:
        return 0
    detail = streets.detail(_DETAIL_MM / 1000 * view.denominator / view.ground_factor)
    if view.theme is Theme.PRINT:
        paths = _paper_paths(streets, which, detail, view)
    else:
        groups = _groups(streets, which).items()
        paths = {key: paths_in_chunks(*_on_device(detail, members, view)) for key, members in groups}
    for level in sorted({key[0] for key in paths}):
        of_level = sorted((item for item in paths.items() if item[0][0] == level), key=lambda item: item[0])
        for key, chunks in of_level:
            _paint_casing(painter, chunks, key, view)
        for key, chunks in of_level:
            _paint_surface(painter, chunks, key, view)
    return len(which)


def _on_device(
    detail: Lines, members: NDArray[np.int64], view: MapView
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    xy, first = detail.take(members)
    return view.to_device(xy), first


def _paper_paths(
    streets: StreetLayer, which: NDArray[np.int64], detail: Lines, view: MapView
) -> dict[StreetLook, list[QPainterPath]]:
    """Make a path a group: what lies off the paper would be in the file all the same, and each path sets its pen anew."""
    xy, first = detail.take(which)
    which = which[np.diff(detail.starts)[which] > 0]
    lines = shapely.linestrings(xy, indices=np.repeat(np.arange(len(first)), np.diff(np.append(first, len(xy)))))
    parts, source = shapely.get_parts(shapely.clip_by_rect(lines, *view.grown(_MARGIN_MM)), return_index=True)
    kept = shapely.get_num_coordinates(parts) > 1
    clipped, source = Lines.of(parts[kept]), source[kept]
    device = Lines(view.to_device(clipped.xy), clipped.starts)
    paths = {}
    for key, members in _groups(streets, which[source], np.arange(len(source))).items():
        paths[key] = [path_from_arrays(*device.take(members))]
    return paths


def _visible(streets: StreetLayer, view: MapView) -> NDArray[np.int64]:
    style = view.style
    shown = np.array([street.widths.width_mm(view.denominator) > 0 for street in style.streets])
    found = streets.tree.query(shapely.box(*view.grown(_MARGIN_MM)))
    return np.sort(found[shown[streets.street_class[found]]])


def _groups(
    streets: StreetLayer, which: NDArray[np.int64], names: NDArray[np.int64] | None = None
) -> dict[StreetLook, NDArray[np.int64]]:
    """Sort lines by what they look like; `names` is what stands for each, the line itself if it is None."""
    numbers, inverse = np.unique(streets.looks[which], return_inverse=True)
    names = which if names is None else names
    return {streets.look_of(number): names[inverse == place] for place, number in enumerate(numbers)}


def _width_mm(street: StreetStyle, key: StreetLook, view: MapView) -> float:
    width_mm = street.widths.width_mm(view.denominator)
    return width_mm if key[2] else width_mm * _LINK_SHARE


def _paint_casing(painter: QPainter, chunks: list[QPainterPath], key: StreetLook, view: MapView) -> None:
    street = view.style.streets[key[1]]
    width_mm = _width_mm(street, key, view)
    if street.dash or width_mm < _CASING_FROM_MM:
        return
    casing_mm = street.casing_mm * (1.5 if key[4] else 1.0)
    dash = (1.2, 0.8) if key[3] else ()
    pen = line_pen(street.casing, view.dots(width_mm + 2 * casing_mm), dash, flat=True)
    for path in chunks:
        painter.strokePath(path, pen)


def _paint_surface(painter: QPainter, chunks: list[QPainterPath], key: StreetLook, view: MapView) -> None:
    street = view.style.streets[key[1]]
    width_mm = _width_mm(street, key, view)
    colour = QColor(street.colour)
    if width_mm < _CASING_FROM_MM and not street.dash:
        # Too thin for an edge, a street in its own pale colour would vanish on the paper.
        colour = between(street.colour, street.casing, 0.75)
    if key[3]:
        colour = between(colour, view.style.background, 0.55)
    pen = line_pen(colour, view.dots(width_mm), street.dash, flat=key[3])
    for path in chunks:
        painter.strokePath(path, pen)
