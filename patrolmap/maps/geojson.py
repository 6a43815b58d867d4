"""Layers as GeoJSON for the browser, with the words and style keys that the page needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from patrolmap.i18n import tr
from patrolmap.maps.areas import hotspot_strengths
from patrolmap.maps.content import AreaLayer
from patrolmap.model.layers import LAYERS
from patrolmap.model.small_counts import SMALL_COUNT, shown_count
from patrolmap.model.style import SITE_TITLES, map_style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

    from patrolmap.model.frame import SpatialFrame

__all__ = ["layer_features", "lonlat_layer", "to_features"]

_DECIMALS_DEG: Final = 6
_DECIMALS_M: Final = 2

_SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "boundary": (),
    "rings": (),
    "hotspots": ("rank", "incidents", "area_m2", "peak_hours", "categories", "method", "period"),
    "sites": ("site_id", "kind", "level", "hours", "owner", "ring", "zone"),
    "grid_cells": ("cell_id", "level", "households"),
    "routes": ("start", "end", "stops", "length_m"),
    "stops": ("task", "arrive", "leave"),
    "incidents": ("category", "time_from", "time_to"),
    "barriers": (),
    "streets": ("highway", "ref"),
}
_NOT_PUBLISHED: Final = frozenset({"hours", "owner", "zone", "score", "site_id", "period"})

_KIND_TITLES: Final[dict[str, str]] = {
    **{str(kind): title for kind, title in SITE_TITLES.items()},
    **{str(kind): ring.title for kind, ring in map_style().rings.items()},
    **{str(kind): barrier.title for kind, barrier in map_style().barriers.items()},
}


def layer_features(
    name: str,
    layer: gpd.GeoDataFrame,
    frame: SpatialFrame,
    *,
    publish: bool = False,
    small_count: int = SMALL_COUNT,
    tolerance_m: float = 0.0,
) -> dict[str, Any]:
    """
    Turn a layer into GeoJSON for the page.

    Parameters
    ----------
    name : str
        One of `patrolmap.model.layers.LAYERS`.
    layer : geopandas.GeoDataFrame
        Its rows, in any declared CRS or the stored one.
    frame : SpatialFrame
        The project's frame.
    publish : bool, default False
        Whether small counts are suppressed and what only the office should know is left out.
    small_count : int, default 5
        What is below it is small.
    tolerance_m : float, default 0.0
        What lines and areas may lose by simplification, metres.

    Returns
    -------
    dict of str to Any
        A FeatureCollection: ``id`` is the row's ``fid``; ``properties`` hold ``title``, ``rows`` (label and value,
        in the user's language) and the style keys ``kind``, ``level``, ``strength``, ``number``, ``team``.
        Coordinates are lon, lat with 6 decimals (0.1 m), or metres of a plane network.
    """
    present = layer[layer.geometry.notna().to_numpy() & ~layer.geometry.is_empty.to_numpy()]
    shown = present
    if tolerance_m and not present.empty:
        metric = frame.to_metric(present)
        shown = metric.set_geometry(metric.geometry.simplify(tolerance_m))
    below = small_count if publish else 0
    properties = [_properties(name, row, below) for row in present.to_dict("records")]
    if name == "hotspots":
        for entry, strength in zip(properties, hotspot_strengths(AreaLayer(present)), strict=True):
            entry["strength"] = round(float(strength), 4)
    return to_features(lonlat_layer(shown, frame), properties, planar=frame.is_planar)


def lonlat_layer(layer: gpd.GeoDataFrame, frame: SpatialFrame) -> gpd.GeoDataFrame:
    """
    Bring a layer into the coordinates of the page.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        In any declared CRS, or without one: the project's stored system.
    frame : SpatialFrame
        The project's frame.

    Returns
    -------
    geopandas.GeoDataFrame
        Lon, lat in WGS 84, or metres of a plane network.
    """
    return frame.to_metric(layer) if frame.is_planar else frame.to_wgs84(layer)


def to_features(
    layer: gpd.GeoDataFrame, properties: Sequence[dict[str, Any]], *, planar: bool = False
) -> dict[str, Any]:
    """
    Write a FeatureCollection.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        In the coordinates of the page, indexed by ``fid``.
    properties : sequence of dict
        One for each row.
    planar : bool, default False
        Whether coordinates are metres and rounded to centimetres.

    Returns
    -------
    dict of str to Any
        GeoJSON.
    """
    decimals = _DECIMALS_M if planar else _DECIMALS_DEG
    rounded = shapely.transform(shapely.force_2d(layer.geometry.to_numpy()), lambda xy: np.round(xy, decimals))
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": int(fid), "geometry": json.loads(geometry), "properties": entry}
            for fid, geometry, entry in zip(layer.index, shapely.to_geojson(rounded), properties, strict=True)
        ],
    }


def _properties(name: str, row: dict[str, Any], below: int) -> dict[str, Any]:
    """Write a row; `below` is 0 for the office itself, else what counts must reach to be published."""
    entry: dict[str, Any] = {"title": _title(name, row), "rows": _rows(name, row, below)}
    for source, key in (("kind", "kind"), ("level", "level"), ("number", "number"), ("team_id", "team")):
        value: Any = row.get(source)
        if not _missing(value):
            entry[key] = value if isinstance(value, str) else int(value)
    return entry


def _title(name: str, row: dict[str, Any]) -> str:
    if name == "routes":
        return _text(row.get("team")) or _text(row.get("team_id"))
    named = _text(row.get("name"))
    if named:
        return named
    if name in {"rings", "barriers"}:
        return _kind(row.get("kind"))
    return tr(LAYERS[name].title)


def _rows(name: str, row: dict[str, Any], below: int) -> list[list[str]]:
    found = []
    for field in _SHOWN.get(name, ()):
        value = row.get(field)
        if _missing(value) or (below and field in _NOT_PUBLISHED):
            continue
        found.append([tr(LAYERS[name].field(field).title), _value(field, value, below)])
    return [pair for pair in found if pair[1]]


def _value(field: str, value: Any, below: int) -> str:
    if field == "kind":
        return _kind(value)
    if field in {"incidents", "households"} and int(value) < below:
        return shown_count(int(value), below, hidden=True)
    writer = _WRITERS.get(field)
    return writer(value) if writer else _text(value)


def _length(value: Any) -> str:
    return (
        tr("{count} km", count=f"{float(value) / 1000:.1f}")
        if float(value) >= 1000
        else tr("{count} m", count=f"{float(value):.0f}")
    )


def _area(value: Any) -> str:
    return tr("{count} ha", count=f"{float(value) / 10_000:,.1f}")


def _moment(value: Any) -> str:
    return _text(value).replace("T", " ")[:16]


_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "length_m": _length,
    "area_m2": _area,
    "start": _moment,
    "end": _moment,
    "arrive": _moment,
    "leave": _moment,
    "time_from": _moment,
    "time_to": _moment,
}


def _kind(value: Any) -> str:
    title = _KIND_TITLES.get(_text(value))
    return tr(title) if title else _text(value)


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _text(value: Any) -> str:
    if _missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
