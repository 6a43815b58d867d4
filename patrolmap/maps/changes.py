"""Where a layer looks different than before, so that an edit repaints no more of a map than it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["changed_boxes"]

_MOST_BOXES: Final = 64
_NOTHING: Final = np.empty((0, 4))


def changed_boxes(
    before: Mapping[str, gpd.GeoDataFrame], after: Mapping[str, gpd.GeoDataFrame]
) -> NDArray[np.float64] | None:
    """
    Find where rows came, went, or have other values.

    Parameters
    ----------
    before, after : mapping of str to geopandas.GeoDataFrame
        Layers by name, in one system, indexed by fid.

    Returns
    -------
    ndarray of float64, shape (k, 4), or None
        Bounds of each row that differs, as it was and as it is; none if nothing differs. One box around all of them if there are more
        than 64. None if a layer is there only once or has other columns: then all is different. O(rows).
    """
    if before.keys() != after.keys():
        return None
    boxes = []
    for name, now in after.items():
        found = _boxes_of(before[name], now)
        if found is None:
            return None
        boxes.append(found)
    together = np.concatenate(boxes) if boxes else _NOTHING
    together = np.unique(together[np.isfinite(together).all(axis=1)], axis=0)
    if len(together) <= _MOST_BOXES:
        return together
    return np.concatenate((together[:, :2].min(axis=0), together[:, 2:].max(axis=0)))[None, :]


def _boxes_of(before: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> NDArray[np.float64] | None:
    if before is now:
        return _NOTHING
    if before.crs != now.crs or list(before.columns) != list(now.columns):
        return None
    stayed = before.index.intersection(now.index)
    old, new = before.loc[stayed], now.loc[stayed]
    differs = ~shapely.equals_identical(old.geometry.to_numpy(), new.geometry.to_numpy())
    for column in old.columns.drop(old.geometry.name):
        differs |= _differs(old[column], new[column])
    gone, come = before.loc[before.index.difference(stayed)], now.loc[now.index.difference(stayed)]
    parts = (old[differs], new[differs], gone, come)
    return np.concatenate([shapely.bounds(part.geometry.to_numpy()).reshape(-1, 4) for part in parts])


def _differs(old: pd.Series, new: pd.Series) -> NDArray[np.bool_]:
    both_missing = old.isna().to_numpy() & new.isna().to_numpy()
    unlike: NDArray[np.bool_] = (old != new).fillna(value=True).to_numpy(dtype=bool)
    differs: NDArray[np.bool_] = unlike & ~both_missing
    return differs
