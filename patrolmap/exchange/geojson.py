"""GeoJSON (RFC 7946): the office's layers as they are, for any map program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from patrolmap.model.frame import SpatialFrame

__all__ = ["geojson_document"]

_DECIMALS_DEG: Final = 7
_DECIMALS_PLANE: Final = 4
_OFFSET: Final = "+08:00"


def geojson_document(layers: Mapping[str, gpd.GeoDataFrame], frame: SpatialFrame) -> bytes:
    """
    Write layers as one FeatureCollection.

    Parameters
    ----------
    layers : mapping of str to geopandas.GeoDataFrame
        Layers of `patrolmap.model.layers.LAYERS`, in any declared CRS or the stored one.
    frame : SpatialFrame
        The project's.

    Returns
    -------
    bytes
        UTF-8. Each feature has the fields of its layer and ``layer``, its name; fields of persons are left out.
        Lon, lat in WGS 84 with 7 decimals (1 cm), outer rings counterclockwise; of a planar network its own units.
        Times have their offset. Rows without geometry stay, with null.
    """
    features = [feature for name, layer in layers.items() for feature in _features(name, layer, frame)]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _features(name: str, layer: gpd.GeoDataFrame, frame: SpatialFrame) -> Iterable[dict[str, Any]]:
    decimals = _DECIMALS_PLANE if frame.is_planar else _DECIMALS_DEG
    flat = shapely.force_2d(frame.to_wgs84(layer).geometry.to_numpy())
    turned = shapely.orient_polygons(flat)
    rounded = shapely.transform(turned, lambda xy: np.round(xy, decimals))
    fields = [field for field in LAYERS[name].fields if not field.personal and field.name in layer.columns]
    for fid, geometry, row in zip(layer.index, rounded, layer.to_dict("records"), strict=True):
        properties = {"layer": name}
        properties.update({field.name: _value(row[field.name], field.type) for field in fields})
        shape = None if geometry is None else json.loads(shapely.to_geojson(geometry))
        yield {"type": "Feature", "id": f"{name}.{fid}", "geometry": shape, "properties": properties}


def _value(value: Any, kind: str) -> Any:
    if value is None or pd.isna(value):
        return None
    if kind == "datetime":
        return f"{value}{_OFFSET}" if "T" in str(value) and "+" not in str(value) else str(value)
    if kind == "text":
        # A lone surrogate cannot be written as UTF-8.
        return str(value).encode("utf-8", "replace").decode()
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain
