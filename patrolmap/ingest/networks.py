"""A street network out of two tables: junctions with coordinates, and streets from junction to junction."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.checking import CheckedRows, check_rows_of, layer_rows
from patrolmap.ingest.column_names import EDGE_FIELDS, NODE_FIELDS
from patrolmap.ingest.columns import ColumnMap, field_called, map_columns
from patrolmap.ingest.edge_lengths import lengths_in_metres
from patrolmap.ingest.fields import field_values
from patrolmap.ingest.privacy import without_persons
from patrolmap.ingest.row_notes import RowNotes
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.ingest.placing import FrameChooser
    from patrolmap.ingest.source import Source
    from patrolmap.model.frame import SpatialFrame

__all__ = ["check_network", "told_for"]

_BOTH_WAYS_SHARE: Final = 0.5


@dataclass(frozen=True, eq=False)
class _Ends:
    """Which junctions an edge joins: places in the node table, -1 where there is none."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]


def check_network(
    nodes: Source, edges: Source, told: Mapping[str, str], crs: str, frame: SpatialFrame | FrameChooser
) -> tuple[CheckedRows, CheckedRows]:
    """
    Check a node table and an edge table against each other.

    Parameters
    ----------
    nodes : Source
        Table with id and coordinates; a column of demand; other columns are kept as they are.
    edges : Source
        Table with the ids of both ends; perhaps length, travel time, name, class, one-way, WKT.
    told : mapping of str to str
        The user's mapping for both tables; ``nodes.name`` and ``edges.name`` tell fields of the same name apart.
    crs : str
        Coordinate system of the nodes, or ``auto``.
    frame : SpatialFrame or FrameChooser
        The project's frame, or what chooses it.

    Returns
    -------
    junctions : CheckedRows
        Rows of the layer ``nodes``.
    streets : CheckedRows
        Rows of the layer ``streets``; an edge without geometry is a straight line.

    Raises
    ------
    InputError
        If a table lacks ids, coordinates or ends.
    """
    node_told = {
        key: value for key, value in told_for(told, "nodes", nodes).items() if key in {*NODE_FIELDS, "wkt", "xy"}
    }
    junctions = check_rows_of(nodes, "nodes", node_told, crs, frame)
    junctions = _with_attributes(nodes, junctions, node_told)
    columns = map_columns(edges, "streets", told_for(told, "edges", edges), fields=EDGE_FIELDS)
    for field in ("from_node", "to_node"):
        if field not in columns:
            raise InputError(
                N_("No column of “{name}” was recognised as {field}, which {layer} need."),
                remedy=N_("Name it with --map {field}=COLUMN. Columns: {columns}."),
                name=edges.name,
                field=field,
                layer=Message(LAYERS["streets"].title),
                columns=list(edges.columns[:40]),
            )
    return junctions, _streets(edges, columns, junctions)


def told_for(told: Mapping[str, str], table: str, source: Source) -> dict[str, str]:
    """
    Take out of the user's mapping what concerns one of the two tables.

    Parameters
    ----------
    told : mapping of str to str
        The user's mapping for both tables.
    table : str
        ``nodes`` or ``edges``.
    source : Source
        That table.

    Returns
    -------
    dict of str to str
        Field to column; an entry without prefix counts where its column exists.
    """
    fields = NODE_FIELDS if table == "nodes" else EDGE_FIELDS
    mine: dict[str, str] = {}
    for key, column in told.items():
        prefix, dot, plain = key.rpartition(".")
        field = field_called(plain)
        if dot and prefix == table:
            mine[field] = column
        elif not dot and field in fields and (column in source.columns or column.startswith("=")):
            mine.setdefault(field, column)
    return mine


def _with_attributes(source: Source, junctions: CheckedRows, told: Mapping[str, str]) -> CheckedRows:
    """Keep every column that is no field, as one JSON text a junction."""
    kept = map_columns(source, "nodes", told).left_over
    if not kept:
        return junctions
    table = source.table.set_axis(pd.Index(source.row_numbers)).loc[junctions.rows.index, list(kept)]
    texts = [
        json.dumps({key: without_persons(value) for key, value in row.items() if value}, ensure_ascii=False)
        for row in table.to_dict("records")
    ]
    rows = junctions.rows.assign(attributes=pd.Series(texts, index=junctions.rows.index, dtype="object"))
    said = Message(N_("Columns kept with the junctions as they are: {columns}."), {"columns": list(kept[:40])})
    return replace(junctions, rows=rows, mapped=(*junctions.mapped, "attributes"), choices=(*junctions.choices, said))


def _streets(source: Source, columns: ColumnMap, junctions: CheckedRows) -> CheckedRows:
    notes = RowNotes(source.row_numbers)
    for number, text in source.refused:
        notes.reject_number(
            number, N_("The row has more cells than the head of the table."), "" if columns.personal else text
        )
    values = field_values(source, "streets", columns, notes)
    ends = _ends(values, columns, junctions, notes)
    said = _merge_directions(values, ends, notes, has_oneway="oneway" in values)
    geometry = _lines(source, columns, ends, junctions, notes)
    choices = [*source.choices, *columns.choices, *said]
    if "length_m" in values:
        straight_m = _straight_m(geometry, junctions.frame)
        values["length_m"], chosen = lengths_in_metres(
            values["length_m"], columns.title("length_m"), straight_m, junctions.frame
        )
        choices.append(chosen)
    rows = layer_rows("streets", values, geometry, notes, junctions.frame)
    return CheckedRows("streets", rows, tuple(values), junctions.frame, notes, tuple(choices))


def _ends(values: dict[str, NDArray[np.object_]], columns: ColumnMap, junctions: CheckedRows, notes: RowNotes) -> _Ends:
    places = {node: place for place, node in enumerate(junctions.rows["node_id"])}
    found = []
    for field in ("from_node", "to_node"):
        ids = values[field]
        known = np.array([places.get(_same_form(node, places), -1) for node in ids], dtype=np.int64)
        missing = np.array([node is None for node in ids], dtype=bool)
        notes.reject(missing, N_("A required value is missing."), column=columns.title(field))
        notes.reject(known < 0, N_("There is no junction “{value}”."), column=columns.title(field), values=list(ids))
        found.append(known)
    notes.reject(found[0] == found[1], N_("The street starts and ends at the same junction."))
    return _Ends(found[0], found[1])


def _same_form(node: str | None, places: dict[str, int]) -> str:
    """Match 007 and 7.0 with 7, and 7 with 7.0, but only where the exact form is unknown."""
    if node is None or node in places:
        return node or ""
    plain = node.removesuffix(".0").lstrip("0") or "0"
    return next((form for form in (plain, f"{plain}.0") if form in places), node)


def _merge_directions(
    values: dict[str, NDArray[np.object_]], ends: _Ends, notes: RowNotes, *, has_oneway: bool
) -> tuple[Message, ...]:
    """Make one street of two rows that are each other's reverse, in a table that has no column for one-way."""
    if has_oneway or not notes.alive.any():
        return ()
    pairs: dict[tuple[int, int], int] = {}
    twin = np.full(len(ends.start), -1, dtype=np.int64)
    for place in np.flatnonzero(notes.alive):
        start, end = int(ends.start[place]), int(ends.end[place])
        other = pairs.pop((end, start), None)
        if other is None:
            pairs[start, end] = int(place)
        else:
            twin[place] = other
    second = twin >= 0
    if not second.any():
        return (Message(N_("No column says one-way: every street goes both ways.")),)
    notes.alive &= ~second
    share = 2 * second.sum() / (notes.alive.sum() + second.sum())
    if share <= _BOTH_WAYS_SHARE:
        return (
            Message(
                N_(
                    "{count} {count:row repeats|rows repeat} a street in the other direction and {count:was|were} joined with it."
                ),
                {"count": int(second.sum())},
            ),
        )
    alone = notes.alive.copy()
    alone[twin[second]] = False
    values["oneway"] = np.where(alone, "yes", "no").astype(object)
    counts = {"both": int(second.sum()), "one": int(alone.sum())}
    return (
        Message(
            N_(
                "The table lists each direction: {both} {both:street goes|streets go} both ways, {one} only as listed (one-way)."
            ),
            counts,
        ),
    )


def _lines(
    source: Source, columns: ColumnMap, ends: _Ends, junctions: CheckedRows, notes: RowNotes
) -> NDArray[np.object_]:
    xy = shapely.get_coordinates(junctions.rows.geometry.to_numpy())
    geometry = np.full(len(ends.start), None, dtype=object)
    alive = np.flatnonzero(notes.alive)
    if len(alive):
        both = np.stack([xy[ends.start[alive]], xy[ends.end[alive]]], axis=1)
        geometry[alive] = shapely.linestrings(both)
    drawn = columns.texts(source, "wkt")
    if drawn is not None:
        shapes = shapely.force_2d(shapely.from_wkt(drawn, on_invalid="ignore"))
        usable = notes.alive & (shapely.get_type_id(shapes) == 1)
        geometry[usable] = shapes[usable]
    notes.reject(shapely.length(geometry) == 0, N_("The line has no length."))
    return geometry


def _straight_m(geometry: NDArray[np.object_], frame: SpatialFrame) -> NDArray[np.float64]:
    metric = frame.to_metric(gpd.GeoDataFrame(geometry=gpd.GeoSeries(list(geometry), crs=frame.stored_crs)))
    lengths: NDArray[np.float64] = metric.geometry.length.to_numpy()
    return lengths
