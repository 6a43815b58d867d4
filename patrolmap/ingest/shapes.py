"""Geometry made fit for a layer: right type, valid, not empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from patrolmap.ingest.row_notes import RowNotes

__all__ = ["fit_shapes"]

_LINES: Final = frozenset({"LineString", "MultiLineString"})
_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_TYPE_NAMES: Final = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)


def fit_shapes(geometry: NDArray[np.object_], layer: str, notes: RowNotes) -> NDArray[np.object_]:
    """
    Make geometry fit a layer, or reject its row.

    Parameters
    ----------
    geometry : (n,) object array
        shapely geometries with finite coordinates; None where a row has none.
    layer : str
        Name of the layer.
    notes : RowNotes
        Receives what was rejected and what was repaired.

    Returns
    -------
    (n,) object array
        Geometries of the layer's types: invalid areas repaired, closed lines made areas where the layer wants areas,
        single members of a collection or multi-point taken out.
    """
    allowed = frozenset(LAYERS[layer].geometry)
    notes.reject(shapely.is_missing(geometry), N_("The row has no geometry."))
    empty = shapely.is_empty(geometry) & ~shapely.is_missing(geometry)
    notes.reject(empty, N_("The geometry is empty or damaged."))
    fitted = geometry.copy()
    fitted[~notes.alive] = None
    single = np.isin(_types(fitted), ["MultiLineString", "MultiPolygon"]) & (shapely.get_num_geometries(fitted) == 1)
    fitted[single] = shapely.get_geometry(fitted[single], 0)
    _unpack_single(fitted, allowed, notes)
    if allowed & _AREAS and not allowed & _LINES:
        _close_lines(fitted, notes)
    if allowed & _AREAS:
        _repair_areas(fitted, notes)
    wrong = notes.alive & ~np.isin(_types(fitted), list(allowed))
    names = [f"{name}" for name in _types(fitted)]
    notes.reject(wrong, N_("The geometry is a {value}, which this layer does not take."), values=names)
    if allowed & _LINES:
        short = notes.alive & np.isin(_types(fitted), list(_LINES)) & (shapely.length(fitted) == 0)
        notes.reject(short, N_("The line has no length."))
    return fitted


def _types(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    names: NDArray[np.object_] = np.array(["", *_TYPE_NAMES], dtype=object)[shapely.get_type_id(geometry) + 1]
    return names


def _change(
    geometry: NDArray[np.object_],
    mask: NDArray[np.bool_],
    change: Callable[[shapely.Geometry], shapely.Geometry | None],
) -> NDArray[np.bool_]:
    """Change geometries in place where `change` gives one; tell which changed."""
    changed = np.zeros(len(geometry), dtype=bool)
    for place in np.flatnonzero(mask):
        made = change(geometry[place])
        if made is not None:
            geometry[place], changed[place] = made, True
    return changed


def _unpack_single(geometry: NDArray[np.object_], allowed: frozenset[str], notes: RowNotes) -> None:
    packed = np.isin(_types(geometry), ["MultiPoint", "GeometryCollection"])

    def only_member(parent: shapely.Geometry) -> shapely.Geometry | None:
        members = [part for part in _members(parent) if part.geom_type in allowed and not part.is_empty]
        return members[0] if len(members) == 1 else None

    changed = _change(geometry, packed, only_member)
    notes.repair(changed, N_("The only fitting member of a collection was taken."))


def _members(parent: shapely.Geometry) -> list[shapely.Geometry]:
    """List what is in a collection, and in collections within it."""
    left, members = [parent], []
    while left:
        shape = left.pop()
        if shape.geom_type in {"MultiPoint", "GeometryCollection"}:
            left.extend(reversed(shape.geoms))
        else:
            members.append(shape)
    return members


def _close_lines(geometry: NDArray[np.object_], notes: RowNotes) -> None:
    closed = np.isin(_types(geometry), list(_LINES))

    def area(line: shapely.Geometry) -> shapely.Geometry | None:
        parts = list(line.geoms) if line.geom_type == "MultiLineString" else [line]
        if all(part.is_closed and len(part.coords) >= 4 for part in parts):
            areas = [shapely.Polygon(part.coords) for part in parts]
            return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
        return None

    changed = _change(geometry, closed, area)
    notes.repair(changed, N_("A closed line was made an area."))


def _repair_areas(geometry: NDArray[np.object_], notes: RowNotes) -> None:
    invalid = np.isin(_types(geometry), list(_AREAS)) & ~shapely.is_valid(geometry)
    reasons = np.full(len(geometry), "", dtype=object)
    reasons[invalid] = shapely.is_valid_reason(geometry[invalid])

    def repaired(area: shapely.Geometry) -> shapely.Geometry | None:
        valid = shapely.make_valid(area, method="structure", keep_collapsed=False)
        parts = [part for part in shapely.get_parts(valid) if part.geom_type == "Polygon" and part.area > 0]
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)

    changed = _change(geometry, invalid, repaired)
    notes.repair(changed, N_("The outline was not valid ({value}) and was repaired."), values=list(reasons))
    flat = np.isin(_types(geometry), list(_AREAS)) & (shapely.area(geometry) == 0)
    notes.reject(flat | (invalid & ~changed), N_("The area is empty: its outline encloses nothing."))
