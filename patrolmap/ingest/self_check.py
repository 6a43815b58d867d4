"""Whether this installation's GDAL reads and writes the formats that imports need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pyogrio
import shapely

from patrolmap.errors import PatrolmapError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.readers import read_source
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_drawings", "check_vector_files"]

_ROUND_TRIPS: Final = ("a.gpkg", "a.geojson", "a.shp")
_DRIVERS: Final = frozenset({"OSM", "DXF", "LIBKML", "GPX"})
_NAME: Final = "\N{CJK UNIFIED IDEOGRAPH-57CE}\N{CJK UNIFIED IDEOGRAPH-5173}"


_DXF: Final = (
    "0\nSECTION\n2\nENTITIES\n0\nLINE\n8\nroads\n10\n500000.0\n20\n3845000.0\n11\n500100.0\n21\n3845000.0\n"
    "0\nENDSEC\n0\nEOF\n"
)
_KML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
    f"<name>{_NAME}</name><Point><coordinates>114,30</coordinates></Point></Placemark></Document></kml>"
)
_GPX: Final = (
    '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    f'<wpt lat="30" lon="114"><name>{_NAME}</name></wpt></gpx>'
)
_DRAWINGS: Final = (("b.dxf", _DXF, "streets"), ("b.kml", _KML, "sites"), ("b.gpx", _GPX, "sites"))


def check_drawings(folder: Path) -> str:
    """
    Read a line of a drawing, a placemark and a waypoint as an import does.

    Parameters
    ----------
    folder : Path
        An existing folder for the files.

    Returns
    -------
    str
        How many shapes each gave.

    Raises
    ------
    PatrolmapError
        If one cannot be read or gives another number of shapes.
    """
    said = []
    for name, content, layer in _DRAWINGS:
        path = folder / name
        path.write_text(content, encoding="utf-8")
        rows = len(read_source(path, Wanted(layer)).table)
        if rows != 1:
            raise PatrolmapError(N_("{file} gave {rows} shapes instead of one."), file=name, rows=rows)
        said.append(f"{path.suffix[1:].upper()} {rows}")
    return ", ".join(said)


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
