"""From the rows of a file to the rows of a layer, checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolmap.errors import InputError
from patrolmap.ingest.column_names import COORDINATE_FIELDS
from patrolmap.ingest.columns import ColumnMap, left_out_for, map_columns
from patrolmap.ingest.fields import field_values, typed
from patrolmap.ingest.layer_rules import apply_rules
from patrolmap.ingest.placing import FrameChooser, place, shifted_by_name
from patrolmap.ingest.points import geometry_from_columns
from patrolmap.ingest.row_notes import RowNotes
from patrolmap.ingest.shapes import fit_shapes
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.ingest.source import Source
    from patrolmap.model.frame import SpatialFrame

__all__ = ["CheckedRows", "check_rows_of", "layer_rows"]

_CHECKING: Final = N_("Checking {count} {count:row|rows}")


@dataclass(frozen=True, eq=False)
class CheckedRows:
    """
    Rows that are fit for a layer.

    Parameters
    ----------
    layer : str
        Name of the layer.
    rows : geopandas.GeoDataFrame
        All fields of the layer in their types, geometry in the stored system; indexed by the number of the row in its file.
    mapped : tuple of str
        The fields that the file has something to say about.
    frame : SpatialFrame
        The project's frame, or the one chosen for these rows.
    notes : RowNotes
        What was rejected and repaired.
    choices : tuple of Message
        Every automatic choice, from the reading on.
    mapping : dict of str to str, default {}
        Field to column, or to ``=value``; empty for a network given as two tables.
    """

    layer: str
    rows: gpd.GeoDataFrame
    mapped: tuple[str, ...]
    frame: SpatialFrame
    notes: RowNotes
    choices: tuple[Message, ...]
    mapping: dict[str, str] = field(default_factory=dict)


def check_rows_of(
    source: Source,
    layer: str,
    told: Mapping[str, str],
    crs: str,
    frame: SpatialFrame | FrameChooser,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> CheckedRows:
    """
    Check the rows of a file against a layer.

    Parameters
    ----------
    source : Source
        The rows.
    layer : str
        Name of the layer.
    told : mapping of str to str
        The user's mapping: field to column, or to ``=value``.
    crs : str
        The user's coordinate system, or ``auto``.
    frame : SpatialFrame or FrameChooser
        The project's frame, or what chooses it.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    CheckedRows
        The rows that can be taken, and what happened to the others.

    Raises
    ------
    InputError
        If the file as a whole cannot become this layer.
    """
    if len(source.table) == 0 and not source.refused:
        raise InputError(
            N_("“{name}” has no rows."), remedy=N_("Check that the export was complete."), name=source.name
        )
    progress(0.0, Message(_CHECKING, {"count": len(source.table)}))
    columns = map_columns(source, layer, told)
    notes = RowNotes(source.row_numbers)
    for number, text in source.refused:  # which cell of such a row is the person's cannot be told
        shown = "" if columns.personal else text
        notes.reject_number(number, N_("The row has more cells than the head of the table."), shown)
    for number, reason in source.mended:
        notes.repair_number(number, reason)
    geometry = _geometry(source, layer, columns, notes)
    raise_if_cancelled(cancel)
    wish, hint = _system_by_names(columns, crs)
    placed = place(geometry, source.crs, wish, frame, notes)
    shapes = fit_shapes(placed.geometry, layer, notes)
    progress(0.5)
    raise_if_cancelled(cancel)
    values = field_values(source, layer, columns, notes)
    ruled = apply_rules(source, layer, columns, values, geometry=shapes, notes=notes)
    _reject_incomplete(source, layer, columns, values, notes)
    rows = layer_rows(layer, values, shapes, notes, placed.frame)
    progress(1.0)
    choices = (*source.choices, *columns.choices, *hint, *placed.choices, *ruled)
    return CheckedRows(layer, rows, tuple(values), placed.frame, notes, choices, columns.mapping)


def layer_rows(
    layer: str,
    values: Mapping[str, NDArray[np.object_]],
    geometry: NDArray[np.object_],
    notes: RowNotes,
    frame: SpatialFrame,
) -> gpd.GeoDataFrame:
    """
    Put values and geometry together as rows of a layer.

    Parameters
    ----------
    layer : str
        Name of the layer.
    values : mapping of str to (n,) object array
        Field to values.
    geometry : (n,) object array
        Geometry in the stored system.
    notes : RowNotes
        Knows which rows are left.
    frame : SpatialFrame
        The frame of the project.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows that are left, with all fields of the layer; indexed by their number in the file.
    """
    alive = notes.alive
    nothing = np.full(int(alive.sum()), None, dtype=object)
    data = {
        spec.name: typed(values[spec.name][alive] if spec.name in values else nothing, spec.type)
        for spec in LAYERS[layer].fields
    }
    rows = gpd.GeoDataFrame(pd.DataFrame(data), geometry=gpd.GeoSeries(list(geometry[alive]), crs=frame.stored_crs))
    return rows.set_axis(pd.Index(notes.row_numbers[alive], name="row"))


def _geometry(source: Source, layer: str, columns: ColumnMap, notes: RowNotes) -> NDArray[np.object_]:
    if source.geometry is not None:
        return source.geometry
    geometry = geometry_from_columns(source, columns, notes)
    if geometry is not None:
        return geometry
    wants_points = LAYERS[layer].geometry == ("Point",)
    raise InputError(
        N_("No column of “{name}” holds coordinates."),
        remedy=(
            N_("Name them with --map x=… y=… (longitude, latitude) or --map wkt=…. Columns: {columns}.")
            if wants_points
            else N_(
                "This layer needs lines or areas: a column of WKT, named with --map wkt=…, or a map file. Columns: {columns}."
            )
        ),
        name=source.name,
        columns=list(source.columns[:40]),
    )


def _system_by_names(columns: ColumnMap, crs: str) -> tuple[str, tuple[Message, ...]]:
    if crs.strip().lower() != "auto":
        return crs, ()
    used = tuple(columns.columns[name] for name in COORDINATE_FIELDS if name in columns.columns)
    hint = shifted_by_name(used)
    if hint is None:
        return crs, ()
    return hint, (Message(N_("The names of the coordinate columns say {crs}."), {"crs": hint.upper()}),)


def _reject_incomplete(
    source: Source, layer: str, columns: ColumnMap, values: dict[str, NDArray[np.object_]], notes: RowNotes
) -> None:
    key = LAYERS[layer].key
    for spec in sorted(LAYERS[layer].fields, key=lambda spec: spec.name == key):  # ids can be made, names cannot
        if not spec.required:
            continue
        if spec.name not in values:
            left_out = left_out_for(columns, layer, (spec.name,))
            raise InputError(
                N_("No column of “{name}” was recognised as {field}, which {layer} need."),
                why=(
                    N_("Column “{column}” would be it, but was left out: it looks like {content}.") if left_out else ""
                ),
                remedy=(
                    N_("Name it with --map {field}=COLUMN. Columns: {columns}.")
                    if spec.name in {"name", key}
                    else N_(
                        "Name it with --map {field}=COLUMN, or give one value for all with --map {field}==VALUE. Columns: {columns}."
                    )
                ),
                name=source.name,
                field=spec.name,
                layer=Message(LAYERS[layer].title),
                columns=list(source.columns[:40]),
                column="" if left_out is None else left_out[0],
                content="" if left_out is None else left_out[1],
            )
        missing = np.array([value is None or value == "" for value in values[spec.name]], dtype=bool)
        notes.reject(missing, N_("A required value is missing."), column=columns.title(spec.name))
