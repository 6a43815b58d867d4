"""Whether this installation's GDAL reads and writes the formats that imports need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pyogrio
import shapely

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_vector_files"]

_ROUND_TRIPS: Final = ("a.gpkg", "a.geojson", "a.shp")
_DRIVERS: Final = frozenset({"OSM", "DXF", "LIBKML", "GPX"})
_NAME: Final = "\N{CJK UNIFIED IDEOGRAPH-57CE}\N{CJK UNIFIED IDEOGRAPH-5173}"


def check_vector_files(folder: Path) -> str:
    """
    Write a place with a Chinese name in three formats, read it back, and look for the drivers that only read.

    Parameters
    ----------
    folder : Path
        An existing folder for the files.

    Returns
    -------
    str
        The versions.

    Raises
    ------
    PatrolmapError
        If a name comes back changed or a driver is missing.
    """
    table = gpd.GeoDataFrame({"name": [_NAME]}, geometry=[shapely.Point(114, 30)], crs="EPSG:4490")
    for name in _ROUND_TRIPS:
        table.to_file(folder / name, engine="pyogrio")
        if gpd.read_file(folder / name, engine="pyogrio")["name"][0] != _NAME:
            raise PatrolmapError(N_("A name came back changed from {file}."), file=name)
    missing = sorted(_DRIVERS - set(pyogrio.list_drivers()))
    if missing:
        raise PatrolmapError(N_("GDAL lacks the formats {formats}."), formats=", ".join(missing))
    return f"geopandas {gpd.__version__}, pyogrio {pyogrio.__version__}, GDAL {pyogrio.__gdal_version_string__}"
