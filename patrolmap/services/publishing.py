"""What may leave the office: layers without small counts, and without what only the office should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from patrolmap.errors import InputError
from patrolmap.exchange.workbook import Column, Table
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.layers import LAYERS
from patrolmap.model.small_counts import SMALL_COUNT, frequent_categories, hidden_in_tree, shown_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from patrolmap.project.store import ProjectStore

__all__ = ["PUBLISHED_LAYERS", "publish_threshold", "published_layers", "published_tables", "set_publish_threshold"]

PUBLISHED_LAYERS: Final = ("boundary", "rings", "grid_cells", "hotspots", "sites")
"""Blocks tell which entrances nobody controls, routes and stops who is where: neither leaves the office."""

_SETTING: Final = "small_count"
_LARGEST: Final = 1000
_COUNTS: Final = {"hotspots": ("incidents",), "grid_cells": ("households",)}
_INTERNAL: Final = {
    "hotspots": ("score", "period", "provenance", "entrances", "entrance_streets", "dwell_min", "visits", "gap_min"),
    "sites": ("hours", "owner", "zone"),
}


def publish_threshold(project: ProjectStore) -> int:
    """
    Tell below which number counts are not published.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    int
        5 unless the project says otherwise.
    """
    return int(project.setting(_SETTING) or SMALL_COUNT)


def set_publish_threshold(project: ProjectStore, threshold: int) -> None:
    """
    Set below which number counts are not published.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    threshold : int
        From 2 to 1000.

    Raises
    ------
    InputError
        If it is out of range.
    """
    if not 2 <= threshold <= _LARGEST:
        raise InputError(
            N_("Counts below {count} cannot be what is not published."),
            remedy=N_("Give a number from 2 to {largest}."),
            count=threshold,
            largest=_LARGEST,
        )
    project.apply(
        SetSetting(_SETTING, threshold), Message(N_("Counts below {count} not published"), {"count": threshold})
    )


def published_layers(
    project: ProjectStore, layers: Mapping[str, gpd.GeoDataFrame], *, keep_counts: bool = False
) -> dict[str, gpd.GeoDataFrame]:
    """
    Take out of layers what readers outside must not see.

    Parameters
    ----------
    project : ProjectStore
        For its threshold.
    layers : mapping of str to geopandas.GeoDataFrame
        Layers by name.
    keep_counts : bool, default False
        Whether small counts stay, for a writer that words them itself.

    Returns
    -------
    dict of str to geopandas.GeoDataFrame
        Only `PUBLISHED_LAYERS`; small counts, those that protect them where somebody knows the sum, and what is internal are
        missing values; categories are named without counts, those with small ones not at all, and peak hours of a hidden
        hotspot are left out too.
    """
    threshold = publish_threshold(project)
    made = {name: _cleaned(name, layers[name], threshold) for name in PUBLISHED_LAYERS if name in layers}
    for name in made if keep_counts else ():
        for field in _COUNTS.get(name, ()):
            counts = pd.to_numeric(layers[name][field]).astype("Int64")
            made[name][field] = made[name][field].mask((counts < threshold).fillna(value=False), counts)
    return made


def published_tables(project: ProjectStore) -> tuple[Table, ...]:
    """
    Put what may be published into tables.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    tuple of Table
        Hotspots with their incidents and cells with their households, each with the sum of all: small counts are written
        ``<5``, and as many others ``*`` that none can be computed from the sum.

    Raises
    ------
    InputError
        If there are neither.
    """
    threshold, tables = publish_threshold(project), []
    for name, (field,) in _COUNTS.items():
        if not project.count(name):
            continue
        layer = project.layer(name)
        counts = [None if pd.isna(value) else float(value) for value in layer[field]]
        hidden, is_total_hidden = _hidden(layer, counts, threshold)
        key = LAYERS[name].fields[0].name if name == "grid_cells" else "rank"
        rows: list[tuple[Any, ...]] = [
            (str(row[key]), "" if pd.isna(row["name"]) else str(row["name"]), shown_count(count, threshold, hidden=one))
            for row, count, one in zip(layer.to_dict("records"), counts, hidden, strict=True)
        ]
        total = sum(count or 0 for count, parent in zip(counts, _parents(layer), strict=True) if parent is None)
        rows.append((tr("All"), "", shown_count(total, threshold, hidden=is_total_hidden)))
        titles = (tr(LAYERS[name].field(key).title), tr("Name"), tr(LAYERS[name].field(field).title))
        tables.append(Table(tr(LAYERS[name].title), tuple(Column(title) for title in titles), rows))
    if not tables:
        raise InputError(N_("There is nothing to publish yet."), remedy=N_("Find hotspots or import grid cells first."))
    return tuple(tables)


def _hidden(layer: gpd.GeoDataFrame, counts: list[float | None], threshold: int) -> tuple[tuple[bool, ...], bool]:
    """Choose what is hidden of a layer, and whether the sum of all is."""
    hidden, is_total_hidden = hidden_in_tree(counts, _parents(layer), threshold)
    return hidden, is_total_hidden or 0 < sum(count or 0 for count in counts) < threshold


def _parents(layer: gpd.GeoDataFrame) -> list[int | None]:
    """Find for each row the position of the row that it is a part of; None for all others, and where rows go in circles."""
    if "parent_id" not in layer:
        return [None] * len(layer)
    places = {str(name): place for place, name in enumerate(layer["cell_id"])}
    found = [None if pd.isna(one) else places.get(str(one)) for one in layer["parent_id"]]
    return [parent if _has_root(place, found) else None for place, parent in enumerate(found)]


def _has_root(place: int, parents: list[int | None]) -> bool:
    at: int | None = place
    for _ in parents:
        if at is None:
            return True
        at = parents[at]
    return at is None


def _cleaned(name: str, layer: gpd.GeoDataFrame, threshold: int) -> gpd.GeoDataFrame:
    made = layer.copy()
    for field in _INTERNAL.get(name, ()):
        if field in made:
            made[field] = None
    if name == "sites":
        made["site_id"] = [str(number) for number in range(1, len(made) + 1)]
    for field in _COUNTS.get(name, ()):
        counts = [None if pd.isna(value) else float(value) for value in made[field]]
        hidden, _ = _hidden(layer, counts, threshold)  # the tables of the same layer tell the sum
        made[field] = pd.array(
            [None if one else count for count, one in zip(counts, hidden, strict=True)], dtype="Int64"
        )
        if name == "hotspots":
            made["peak_hours"] = [None if one else value for value, one in zip(made["peak_hours"], hidden, strict=True)]
            made["categories"] = [
                None if pd.isna(value) else frequent_categories(str(value), threshold) or None
                for value in made["categories"]
            ]
    return made
