"""Tracks that a phone or a receiver recorded, as GPX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.limits import check_file, reading
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.ingest.xmltexts import xml_in_utf8
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_track"]

_LOCAL: Final = "Asia/Shanghai"
_LAYER: Final = "track_points"


def read_track(path: Path) -> gpd.GeoDataFrame:
    """
    Read the points of all tracks in a GPX file that say when they were recorded.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in WGS 84 with ``moment``, naive local time of China, in the order of time.

    Raises
    ------
    InputError
        If it is no GPX file or has fewer than two points with times.
    """
    import pyogrio

    check_file(path)
    with xml_in_utf8(path, path.name) as (plain, _):
        with plain.open("rb") as stream:
            refuse_entities(stream, path.name)
        with reading(path.name, "GPX"):
            _, _, wkb, (times,) = pyogrio.raw.read(plain, layer=_LAYER, columns=["time"], datetime_as_string=True)
    moments = pd.to_datetime(pd.Series(times, dtype=object), utc=True, errors="coerce", format="ISO8601")
    points = shapely.from_wkb(wkb)
    known = moments.notna().to_numpy() & ~shapely.is_missing(points)
    if np.count_nonzero(known) < 2:
        raise InputError(
            N_("“{name}” has no track with times."),
            remedy=N_("Record the track with times, and export it as GPX."),
            name=path.name,
        )
    local = moments[known].dt.tz_convert(_LOCAL).dt.tz_localize(None)
    track = gpd.GeoDataFrame({"moment": local.to_numpy()}, geometry=points[known], crs="EPSG:4326")
    return track.sort_values("moment", kind="stable", ignore_index=True)
