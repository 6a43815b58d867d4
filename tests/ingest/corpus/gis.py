"""GeoJSON, GeoPackage and Shapefile, loose and zipped."""

from __future__ import annotations

import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from tests.ingest.corpus.truth import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ingest.corpus.shapes import Drawing, Shape

__all__ = ["GIS_WRITERS"]

_SIDES: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def _write_geojson(drawing: Drawing, path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"name": shape.name, "remark": drawing.remark},
            "geometry": _json_shape(shape, drawing),
        }
        for shape in drawing.shapes
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    epsg = SYSTEMS[drawing.system].epsg
    if epsg != 4326 and drawing.is_declared:
        whole["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
    path.write_bytes(json.dumps(whole, ensure_ascii=False).encode(drawing.encoding))


def _json_shape(shape: Shape, drawing: Drawing) -> dict[str, Any] | None:
    if shape.xy is None:
        return None
    xy = [[*pair, 102.5] if drawing.has_heights else list(pair) for pair in shape.xy.tolist()]
    return {"type": "Point", "coordinates": xy[0]} if drawing.is_points else {"type": "LineString", "coordinates": xy}


def _frame(drawing: Drawing) -> gpd.GeoDataFrame:
    make = shapely.Point if drawing.is_points else shapely.LineString
    shapes = []
    for shape in drawing.shapes:
        xy = shape.xy
        if xy is not None and drawing.has_heights:
            xy = np.column_stack([xy, np.full(len(xy), 102.5)])
        with np.errstate(invalid="ignore"):
            shapes.append(None if xy is None else make(xy[0] if drawing.is_points else xy))
    columns = {"name": [shape.name for shape in drawing.shapes], "remark": drawing.remark}
    crs = SYSTEMS[drawing.system].epsg if drawing.is_declared else None
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=crs))


def _save(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, engine="pyogrio", **options)


def _write_geopackage(drawing: Drawing, path: Path) -> None:
    plain = path.with_name("plain.gpkg")
    _save(_frame(drawing), plain, driver="GPKG", layer="data")
    plain.rename(path)


def _write_shapefile(drawing: Drawing, path: Path) -> None:
    """Put the bytes of the wanted encoding through GDAL as Latin-1, and write the ``.cpg`` by hand."""
    frame = _frame(drawing)
    frame["name"] = [name.encode(drawing.encoding).decode("latin-1") for name in frame["name"]]
    plain = path.with_name("plain.shp")
    _save(frame, plain, driver="ESRI Shapefile", encoding="ISO-8859-1")
    page = plain.with_suffix(".cpg")
    page.unlink(missing_ok=True)
    if drawing.codepage != "none":
        right = {"utf-8": "UTF-8", "gb18030": "GBK", "big5": "950"}[drawing.encoding]
        page.write_text("UTF-8" if drawing.codepage == "wrong" else right, encoding="ascii")
    for suffix in _SIDES:
        if plain.with_suffix(suffix).exists():
            plain.with_suffix(suffix).rename(
                path.with_name(path.stem + (suffix.upper() if drawing.is_upper else suffix))
            )


def _write_zip(drawing: Drawing, path: Path) -> None:
    inner = path.with_name("点位图层.shp")
    _write_shapefile(drawing, inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(inner.parent.glob("点位图层.*")):
            archive.write(file, f"资料/{file.name}")
            file.unlink()


GIS_WRITERS: Final[dict[str, Callable[[Drawing, Path], None]]] = {
    "geojson": _write_geojson,
    "gpkg": _write_geopackage,
    "shp": _write_shapefile,
    "zip": _write_zip,
}
"""Writers by suffix."""
