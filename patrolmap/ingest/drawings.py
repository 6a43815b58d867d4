"""KML, GPX and DXF: what GPS units, map viewers and CAD programs write."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyogrio
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.dxfguard import require_whole_drawing
from patrolmap.ingest.limits import MAX_TEXT_BYTES, check_file, reading
from patrolmap.ingest.source import Source
from patrolmap.ingest.vectors import called, read_layer
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.ingest.xmltexts import xml_in_utf8
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from patrolmap.ingest.choosing import Wanted

__all__ = ["read_dxf", "read_gpx", "read_kml"]

_MOST_FOLDERS: Final = 500
_VIEWING: Final = frozenset(
    {"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)
_CAD: Final = frozenset({"PaperSpace", "SubClasses", "Linetype", "EntityHandle", "ExtendedEntity"})
_POINTS: Final = ("waypoints",)
_LINES: Final = ("tracks", "routes")


def read_kml(path: Path, wanted: Wanted, *, name: str) -> Source:
    """
    Read the placemarks of a KML file.

    Parameters
    ----------
    path : Path
        The file.
    wanted : Wanted
        Its layer decides which shapes are taken, its sheet names one folder.
    name : str
        File name, for messages.

    Returns
    -------
    Source
        One row a placemark, of all folders; the folder is a column.

    Raises
    ------
    InputError
        If it is damaged, declares entities, or has no placemark.
    """
    with xml_in_utf8(path, name, wanted.encoding) as (plain, choices), called(plain, ".kml") as named:
        _refuse_xml_tricks(named, name)
        with reading(name, "KML"):
            folders = [str(title) for title, _ in pyogrio.list_layers(named)][:_MOST_FOLDERS]
        chosen = [title for title in folders if wanted.sheet in (None, title)]
        parts = [(title, read_layer(named, title, name=name, kind="KML")) for title in chosen]
    return _saying(_joined(name, "KML", parts, wanted, _VIEWING), choices)


def read_gpx(path: Path, wanted: Wanted, *, name: str) -> Source:
    """
    Read the waypoints, or the tracks and routes, of a GPX file.

    Parameters
    ----------
    path : Path
        The file.
    wanted : Wanted
        Its layer decides whether points or lines are taken.
    name : str
        File name, for messages.

    Returns
    -------
    Source
        One row a waypoint, track or route.

    Raises
    ------
    InputError
        If it is damaged or declares entities.
    """
    titles = _POINTS if "Point" in LAYERS[wanted.layer].geometry else _LINES
    with xml_in_utf8(path, name, wanted.encoding) as (plain, choices), called(plain, ".gpx") as named:
        _refuse_xml_tricks(named, name)
        parts = [(title, read_layer(named, title, name=name, kind="GPX")) for title in titles]
    return _saying(_joined(name, "GPX", parts, wanted, frozenset()), choices)


def read_dxf(path: Path, wanted: Wanted, *, name: str) -> Source:
    """
    Read the entities of a drawing in DXF.

    Parameters
    ----------
    path : Path
        The file, as text.
    wanted : Wanted
        Its layer decides which shapes are taken; its sheet names one layer of the drawing.
    name : str
        File name, for messages.

    Returns
    -------
    Source
        One row an entity, without a declared system; blocks are points, never expanded, for nested blocks may grow
        without end. The layer of the drawing and texts are columns.

    Raises
    ------
    InputError
        If it is damaged.
    """
    check_file(path, MAX_TEXT_BYTES)
    require_whole_drawing(path, name)
    pyogrio.set_gdal_config_options({"DXF_INLINE_BLOCKS": "FALSE"})
    try:
        with called(path, ".dxf") as named:
            source = read_layer(named, "entities", name=name, kind="DXF")
    finally:
        pyogrio.set_gdal_config_options({"DXF_INLINE_BLOCKS": None})
    parts = [("", source)]
    if wanted.sheet is not None and "Layer" in source.table:
        here = source.table["Layer"].to_numpy(dtype=object) == wanted.sheet
        parts = [("", _rows(source, here))]
    return _joined(name, "DXF", parts, wanted, _CAD)


def _refuse_xml_tricks(path: Path, name: str) -> None:
    check_file(path, 2 * MAX_TEXT_BYTES)
    with path.open("rb") as stream:
        refuse_entities(stream, name)


def _saying(source: Source, choices: tuple[Message, ...]) -> Source:
    return replace(source, choices=(*source.choices, *choices))


def _rows(source: Source, mask: NDArray[np.bool_]) -> Source:
    geometry = None if source.geometry is None else source.geometry[mask]
    table = source.table[mask].reset_index(drop=True)
    return Source(source.name, table, source.row_numbers[mask], geometry, source.crs, source.choices)


def _joined(name: str, kind: str, parts: list[tuple[str, Source]], wanted: Wanted, noise: Iterable[str]) -> Source:
    """Put the parts together, keep the shapes that the layer can hold, and say what was left alone."""
    filled = [(title, part) for title, part in parts if len(part.table)]
    if not filled:
        raise InputError(
            N_("“{name}” has no shapes for {layer}."), name=name, layer=Message(LAYERS[wanted.layer].title)
        )
    tables = [part.table.assign(folder=title) if title else part.table for title, part in filled]
    table = pd.concat(tables, ignore_index=True).fillna("")
    shapes = [np.full(len(part.table), None) if part.geometry is None else part.geometry for _, part in filled]
    geometry = np.concatenate(shapes)
    fitting = _fitting(geometry, wanted.layer)
    said = [Message(N_("Read as {kind}."), {"kind": kind})]
    if fitting.any() and not fitting.all():
        values = {"count": int((~fitting).sum())}
        said.append(
            Message(N_("{count} shapes of other types, such as texts and pictures' outlines, were left alone."), values)
        )
    elif not fitting.any():
        fitting[:] = True
    kept = table[fitting].drop(columns=[column for column in noise if column in table])
    kept = kept.loc[:, (kept != "").any()].reset_index(drop=True)
    numbers = np.arange(1, int(fitting.sum()) + 1, dtype=np.int64)
    return Source(name, _plain_texts(kept), numbers, geometry[fitting], filled[0][1].crs, tuple(said))


def _fitting(geometry: NDArray[np.object_], layer: str) -> NDArray[np.bool_]:
    """Tell which shapes may become the layer's: closed lines may become areas, collections are looked into later."""
    allowed = {kind.removeprefix("Multi") for kind in LAYERS[layer].geometry}
    if "Polygon" in allowed:
        allowed.add("LineString")
    kinds = np.array(["" if shape is None else shape.geom_type.removeprefix("Multi") for shape in geometry])
    fitting: NDArray[np.bool_] = np.isin(kinds, [*allowed, "GeometryCollection"]) & ~shapely.is_empty(geometry)
    return fitting


def _plain_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Drop the markup that map viewers put into descriptions."""
    cleaned = table.copy()
    for column in table.columns.intersection(["description", "desc", "Description"]):
        cleaned[column] = [re.sub(r"<[^>]*>", " ", text).strip() for text in table[column]]
    return cleaned
