"""Areas and lines merged and split by hand, one step of undo each; what was computed from them is out of date by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
import shapely.ops

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows, UpdateRows
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from patrolmap.model.edits import Edit
    from patrolmap.project.store import ProjectStore

__all__ = ["SHAPED_LAYERS", "merge_rows", "split_rows"]

SHAPED_LAYERS: Final = frozenset({"hotspots", "rings", "grid_cells", "streets"})
"""Layers whose rows can be merged and split; of rings a side can only be cut off."""

_IDS: Final = {"hotspots": "hotspot_id", "grid_cells": "cell_id"}
_COUNTS: Final = {"hotspots": "incidents", "grid_cells": "households"}


def merge_rows(project: ProjectStore, layer: str, fids: Sequence[int]) -> int:
    """
    Make one row of several.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    layer : str
        One of `SHAPED_LAYERS`.
    fids : sequence of int
        Two or more of its rows.

    Returns
    -------
    int
        The row that is left: the largest, with its fields. Counts of areas that do not overlap are added up; of others they
        are emptied.

    Raises
    ------
    InputError
        If there are less than two rows, streets that do not touch or are of different names or classes, or rings: each of
        the three is one row.
    """
    import pandas as pd

    rows = _rows(project, layer, fids)
    if layer == "rings":
        raise InputError(
            N_("Rings are not merged: each of the three is one row."),
            remedy=N_("Reshape one of them so that it covers both areas."),
        )
    if len(rows) < 2:
        raise InputError(
            N_("Merging needs two rows or more."), remedy=N_("Select them on the map or in the attribute table first.")
        )
    shapes = rows.geometry.to_numpy()
    size = shapely.length(shapes) if layer == "streets" else shapely.area(shapes)
    kept = int(rows.index[np.argmax(size)])
    whole = shapely.union_all(shapes)
    changes: dict[str, Any] = {}
    if layer == "streets":
        whole = _joined_street(rows, whole)
    else:
        counts = pd.to_numeric(rows[_COUNTS[layer]], errors="coerce")
        is_apart = float(size.sum()) - whole.area < 1.0
        changes[_COUNTS[layer]] = int(counts.sum()) if is_apart and counts.notna().all() else None
    edits: tuple[Edit, ...] = (
        UpdateRows(layer, _row(project, rows.loc[[kept]], whole, changes)),
        DeleteRows(layer, tuple(int(fid) for fid in rows.index if fid != kept)),
    )
    values = {"layer": Message(LAYERS[layer].title), "count": len(rows)}
    project.apply(Compound(edits), Message(N_("{layer}: {count} merged"), values))
    return kept


def split_rows(project: ProjectStore, layer: str, fids: Sequence[int], line: shapely.LineString) -> tuple[int, ...]:
    """
    Cut rows along a line.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    layer : str
        One of `SHAPED_LAYERS`.
    fids : sequence of int
        Rows that may be cut.
    line : shapely.LineString
        Metric; it must cross from side to side what it should cut.

    Returns
    -------
    tuple of int
        Rows that were cut: each keeps its largest part; the others are new rows with the same fields, an id with a number
        behind it, and no counts. Of a ring, which is one row, only the larger side stays.

    Raises
    ------
    InputError
        If the line cuts none of the rows.
    """
    rows = _rows(project, layer, fids)
    used = set(project.layer(layer)[_IDS[layer]].astype(str)) if layer in _IDS else set()
    edits: list[Edit] = []
    cut = []
    for fid in rows.index:
        if layer == "rings":
            left = _cut_off(rows.geometry.loc[fid], line)
            if left is not None:
                edits.append(UpdateRows(layer, _row(project, rows.loc[[fid]], left, {})))
                cut.append(int(fid))
            continue
        parts = [part for part in _parts(rows.geometry.loc[fid], line) if not part.is_empty]
        if len(parts) < 2:
            continue
        parts.sort(key=lambda part: part.length if layer == "streets" else part.area, reverse=True)
        emptied = {_COUNTS[layer]: None} if layer in _COUNTS else {}
        edits.append(UpdateRows(layer, _row(project, rows.loc[[fid]], parts[0], emptied)))
        for part in parts[1:]:
            named = {_IDS[layer]: _free_id(used, str(rows[_IDS[layer]].loc[fid]))} if layer in _IDS else {}
            made = _row(project, rows.loc[[fid]], part, {**emptied, **named})
            edits.append(InsertRows(layer, made.reset_index(drop=True)))
        cut.append(int(fid))
    if not cut:
        raise InputError(
            N_("The line cuts none of the selected rows."),
            remedy=N_("Draw it from outside, across the row, to outside on the other side."),
        )
    values = {"layer": Message(LAYERS[layer].title), "count": len(cut)}
    project.apply(Compound(tuple(edits)), Message(N_("{layer}: {count} split"), values))
    return tuple(cut)


def _rows(project: ProjectStore, layer: str, fids: Sequence[int]) -> gpd.GeoDataFrame:
    if layer not in SHAPED_LAYERS:
        raise InputError(
            N_("Rows of this layer are not merged or split."),
            remedy=N_("Hotspots, grid cells and streets can be; of rings a side can be cut off."),
        )
    if layer == "streets" and project.count("nodes"):
        raise InputError(
            N_(
                "The streets of this project are edges between junctions of a table; they are not merged or split here."
            ),
            remedy=N_("Change the tables and import them again."),
        )
    rows = project.metric_layer(layer)
    return rows.loc[[fid for fid in dict.fromkeys(fids) if fid in rows.index]]


def _cut_off(ring: shapely.Geometry, line: shapely.LineString) -> shapely.Geometry | None:
    """Take the smaller sides away from each part of a ring that the line crosses; None if it crosses none."""
    kept, is_cut = [], False
    for part in shapely.get_parts(ring):
        sides = [side for side in _parts(part, line) if not side.is_empty]
        is_cut = is_cut or len(sides) > 1
        kept.append(max(sides, key=lambda side: side.area))
    return shapely.union_all(kept) if is_cut else None


def _free_id(used: set[str], stem: str) -> str:
    number = 2
    while f"{stem}-{number}" in used:
        number += 1
    used.add(f"{stem}-{number}")
    return f"{stem}-{number}"


def _joined_street(rows: gpd.GeoDataFrame, whole: shapely.Geometry) -> shapely.Geometry:
    joined = shapely.line_merge(whole)
    fields = [name for name in ("name", "highway", "oneway", "level", "bridge", "tunnel") if name in rows]
    is_same = all(len(set(rows[name].astype(str))) == 1 for name in fields)
    if joined.geom_type != "LineString" or not is_same:
        raise InputError(
            N_("These streets do not make one street."),
            remedy=N_(
                "Merge streets that follow each other end to end, with the same name, class, direction and level."
            ),
        )
    return joined


def _parts(shape: shapely.Geometry, line: shapely.LineString) -> list[shapely.Geometry]:
    found: list[shapely.Geometry] = []
    for one in shapely.get_parts(shape):
        found += shapely.get_parts(shapely.ops.split(one, line)).tolist()
    return found if len(found) > shapely.get_num_geometries(shape) else [shape]


def _row(
    project: ProjectStore, row: gpd.GeoDataFrame, shape: shapely.Geometry, changes: dict[str, Any]
) -> gpd.GeoDataFrame:
    """Make a row of another shape; what was measured along the old one is measured anew or emptied."""
    import pandas as pd

    made = row.copy()
    for name, value in {**changes, "length_m": None, "travel_s": None}.items():
        if name in row:
            made[name] = pd.Series([value], index=made.index, dtype=row[name].dtype)
    if "area_m2" in row:
        made["area_m2"] = float(shape.area)
    return project.frame.to_stored(made.set_geometry([shape], crs=row.crs))
