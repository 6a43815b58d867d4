"""What checked rows change in a layer that may have rows already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from patrolmap.ingest.source_ids import SOURCE_IDS, same_ids
from patrolmap.messages import N_, Message
from patrolmap.model.edits import InsertRows, UpdateRows
from patrolmap.model.layers import LAYERS
from patrolmap.model.report import RowNote

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from patrolmap.ingest.checking import CheckedRows
    from patrolmap.model.edits import Edit

__all__ = ["Merge", "merge"]


@dataclass(frozen=True, eq=False)
class Merge:
    """
    The difference that an import makes.

    Parameters
    ----------
    edits : tuple of Edit
        Insertions and updates; empty if nothing changes.
    accepted, updated, unchanged : int
        Rows added, rows changed by key, rows that are there already.
    rejected : tuple of RowNote
        Rows whose key stands twice in the file with different values.
    choices : tuple of Message
        What was decided.
    """

    edits: tuple[Edit, ...]
    accepted: int
    updated: int
    unchanged: int
    rejected: tuple[RowNote, ...] = ()
    choices: tuple[Message, ...] = ()


def merge(existing: gpd.GeoDataFrame, checked: CheckedRows) -> Merge:
    """
    Compare checked rows with those of the project.

    Parameters
    ----------
    existing : geopandas.GeoDataFrame
        The layer as it is, indexed by fid.
    checked : CheckedRows
        The rows of the file.

    Returns
    -------
    Merge
        Rows with a key update the row of the same key, in the fields that the file has and where it is not blank; so do
        streets by the id of their source. Other rows are added as often as the file has them more often than the
        project, so that the same file twice adds nothing. Expected O(n + m).
    """
    key = LAYERS[checked.layer].key
    rows = checked.rows
    if key is None:
        return _merge_by_source(existing, rows, checked)
    has_key = rows[key].notna().to_numpy()
    keyed = _merge_keyed(existing[existing[key].notna()], rows[has_key], checked, key)
    if has_key.all():
        return keyed
    return _joined(keyed, _merge_unkeyed(existing[existing[key].isna()], rows[~has_key], checked))


def _joined(keyed: Merge, loose: Merge) -> Merge:
    return Merge(
        (*keyed.edits, *loose.edits),
        keyed.accepted + loose.accepted,
        keyed.updated,
        keyed.unchanged + loose.unchanged,
        keyed.rejected,
        keyed.choices,
    )


def _merge_by_source(existing: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, checked: CheckedRows) -> Merge:
    name = SOURCE_IDS.get(checked.layer)
    if name is None or name not in checked.mapped or existing.empty:
        return _merge_unkeyed(existing, rows, checked)
    same = same_ids(existing, rows, name)
    keyed = _merge_keyed(existing[same.theirs], rows[same.known], checked, name)
    loose = _merge_unkeyed(existing[~same.theirs], rows[~(same.known | same.split)], checked)
    joined = _joined(keyed, loose)
    return replace(joined, unchanged=joined.unchanged + int(same.split.sum()), choices=(*joined.choices, *same.choices))


def _merge_unkeyed(existing: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, checked: CheckedRows) -> Merge:
    if existing.empty:
        return Merge(_inserted(checked.layer, rows), len(rows), 0, 0)
    there = _fingerprints(existing, checked.mapped)
    here = _fingerprints(rows, checked.mapped)
    counted = pd.Series(there).value_counts()
    times_there = pd.Series(here).map(counted).fillna(0).to_numpy()
    which_here = pd.Series(here).groupby(here).cumcount().to_numpy()
    new = which_here >= times_there
    return Merge(_inserted(checked.layer, rows[new]), int(new.sum()), 0, int((~new).sum()))


def _merge_keyed(existing: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, checked: CheckedRows, key: str) -> Merge:
    rows, repeated, rejected = _without_repeats(rows, key, checked)
    fids = pd.Series(existing.index.to_numpy(), index=existing[key].astype(str))
    fids = fids[~fids.index.duplicated()]
    matched = rows[key].astype(str).map(fids)
    known = matched.notna().to_numpy()
    old = existing.loc[matched[known].astype(np.int64).to_numpy()]
    update, changed, kept = _update(old, rows[known], checked, key)
    edits = _inserted(checked.layer, rows[~known])
    if update is not None:
        edits = (*edits, UpdateRows(checked.layer, update))
    said = (Message(N_("{count} blank cells left what the project has."), {"count": kept}),) if kept else ()
    unchanged = int(known.sum()) - changed + repeated
    return Merge(edits, int((~known).sum()), changed, unchanged, rejected, said)


def _inserted(layer: str, rows: gpd.GeoDataFrame) -> tuple[Edit, ...]:
    return (InsertRows(layer, rows.rename_axis("row")),) if len(rows) else ()


def _without_repeats(
    rows: gpd.GeoDataFrame, key: str, checked: CheckedRows
) -> tuple[gpd.GeoDataFrame, int, tuple[RowNote, ...]]:
    """Keep the first row of each key; a later one that is the same counts as there already, another is rejected."""
    later = rows[key].duplicated().to_numpy()
    if not later.any():
        return rows, 0, ()
    prints = pd.Series(_fingerprints(rows, checked.mapped), index=rows.index)
    first = pd.Series(prints.index[~later], index=rows[key].to_numpy()[~later])
    rejected = []
    for row in rows.index[later]:
        value = rows.loc[row, key]
        if prints.loc[row] != prints.loc[first.loc[value]]:
            reason = Message(N_("The key {value} stands in row {row} already, with other values."))
            filled = Message(reason.template, {"value": value, "row": int(first.loc[value])})
            rejected.append(RowNote(int(row), filled, str(value), key))
    return rows[~later], int(later.sum()) - len(rejected), tuple(rejected)


def _update(
    old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, checked: CheckedRows, key: str
) -> tuple[gpd.GeoDataFrame | None, int, int]:
    """Build the rows and columns that change; count the rows, and the blank cells that change nothing."""
    rows_change = np.zeros(len(new), dtype=bool)
    columns: dict[str, Any] = {}
    kept_blanks = 0
    for name in checked.mapped:
        if name == key:
            continue
        ours, theirs = _comparable(old[name]), _comparable(new[name])
        blank = np.array([value is None for value in theirs], dtype=bool)
        had = np.array([value is not None for value in ours], dtype=bool)
        kept_blanks += int((blank & had).sum())
        differs = ~blank & (ours != theirs)
        if differs.any():
            columns[name] = new[name].where(~blank, old[name].set_axis(new.index))
            rows_change |= differs
    moved = shapely.to_wkb(old.geometry.to_numpy()) != shapely.to_wkb(new.geometry.to_numpy())
    rows_change |= moved
    if not rows_change.any():
        return None, 0, kept_blanks
    update = new[["geometry"]].assign(**columns).set_axis(old.index)[rows_change]
    if not moved.any():
        update = pd.DataFrame(update.drop(columns="geometry"))
    return update, int(rows_change.sum()), kept_blanks


def _comparable(column: pd.Series) -> NDArray[np.object_]:
    values: NDArray[np.object_] = column.astype(object).to_numpy(copy=True)
    values[column.isna().to_numpy()] = None
    return values


def _fingerprints(rows: gpd.GeoDataFrame, mapped: tuple[str, ...]) -> NDArray[np.object_]:
    """Join geometry and mapped fields to one comparable text a row."""
    shapes = shapely.to_wkb(rows.geometry.to_numpy(), hex=True)
    parts = [shapes, *(_comparable(rows[name]) for name in mapped)]
    prints = np.empty(len(rows), dtype=object)
    prints[:] = ["\x1f".join(map(repr, row)) for row in zip(*parts, strict=True)]
    return prints
