"""KML, GPX and DXF: what GPS units, map viewers and CAD programs write."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.drawn_names import name_points, without_escapes
from patrolmap.ingest.dxf_curves import MENDED, with_readable_curves
from patrolmap.ingest.dxfguard import DrawingFacts, examine_drawing
from patrolmap.ingest.encodings import decode, detect_encoding, known_encoding
from patrolmap.ingest.kmlnames import plain_data_names
from patrolmap.ingest.limits import MAX_ROWS, MAX_TEXT_BYTES, check_file, reading
from patrolmap.ingest.source import Source
from patrolmap.ingest.vectors import called, read_layer
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.ingest.xmltexts import xml_in_utf8
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.ingest.choosing import Wanted

__all__ = ["read_dxf", "read_gpx", "read_kml"]

_MOST_FOLDERS: Final = 500
_VIEWING: Final = frozenset(
    {"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)
_CAD: Final = frozenset({"PaperSpace", "SubClasses", "Linetype", "EntityHandle", "ExtendedEntity"})
_TOO_LARGE_FOR_METRES: Final = 1e8  # zone 60 with its number before the easting is 6e7
_LARGEST_DEGREES: Final = 180.0
_LAYER_COLUMN: Final = "drawn on"
_CURVE: Final = "curve through points"
_SYMBOL_M: Final = 30.0
_PAGES: Final = {"gb18030": "CP936", "big5hkscs": "CP950", "cp1252": "CP1252"}
_LEFT_ALONE: Final = N_(
    "{count} {count:shape|shapes} of other types, such as texts and pictures' outlines, {count:was|were} left alone."
)
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
    import pyogrio

    with xml_in_utf8(path, name, wanted.encoding) as (plain, choices), called(plain, ".kml") as named:
        _refuse_xml_tricks(named, name)
        with plain_data_names(named) as (readable, names):
            with reading(name, "KML"):
                folders = [str(title) for title, _ in pyogrio.list_layers(readable)][:_MOST_FOLDERS]
            chosen = [title for title in folders if wanted.sheet in (None, title)]
            parts = [(title, read_layer(readable, title, name=name, kind="KML")) for title in chosen]
    parts = [(title, replace(part, table=part.table.rename(columns=names))) for title, part in parts]
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
        One row an entity, without a declared system. For points a block is one point, and texts name the points beside
        them; for lines and areas blocks are drawn where they are inserted, unless that would grow without end.

    Raises
    ------
    InputError
        If it is damaged.
    """
    check_file(path, MAX_TEXT_BYTES)
    facts = examine_drawing(path, name)
    wants_points = "Point" in LAYERS[wanted.layer].geometry
    expand = not wants_points and facts.expanded is not None and facts.expanded <= MAX_ROWS
    page, said = _page(facts, name, wanted.encoding)
    with with_readable_curves(path, facts.unreadable_curves) as (readable, lost):
        source, left = _drawn_on_the_ground(_entities(readable, name, page, expand=expand))
        inserted = _entities(readable, name, page, expand=False) if expand and facts.has_blocks else None
    said += left
    if wanted.sheet is not None and "Layer" in source.table:
        source = _rows(source, source.table["Layer"].to_numpy(dtype=object) == wanted.sheet)
    if not wants_points and not expand:
        said += (Message(N_("What is inside blocks was not read: they nest without end, or too often.")),)
    geometry, scaled = _in_metres(source.geometry, facts)
    source = replace(source, geometry=geometry, choices=(*said, *scaled))
    if inserted is not None:
        source = _without_symbols(source, inserted)
    if wants_points:
        source = _with_names(source)
    source = replace(source, table=source.table.rename(columns={"Layer": _LAYER_COLUMN}))  # "layer" means level to OSM
    if "EntityHandle" in source.table:
        is_curve = source.table["EntityHandle"].str.startswith(MENDED)
        source = replace(source, table=source.table.assign(**{_CURVE: np.where(is_curve, "1", "")}))
    joined = _saying(_joined(name, "DXF", [("", source)], wanted, _CAD), source.choices)
    if wants_points or not facts.unreadable_curves:
        return joined
    return _with_curves(joined, facts.unreadable_curves - lost, lost)


def _with_curves(source: Source, found: int, lost: int) -> Source:
    """Say which rows are curves drawn through points, and add a row without a shape for each of which nothing is known."""
    table = source.table.copy()
    drawn = table.pop(_CURVE).to_numpy() == "1" if _CURVE in table else np.zeros(len(table), dtype=bool)
    said = Message(N_("A curve given only by points on it was drawn through these."))
    mended = tuple((int(number), said) for number in source.row_numbers[drawn])
    choices = source.choices
    if found:
        template = N_("{count} {count:curve|curves} given only by points on them were drawn through these.")
        choices += (Message(template, {"count": found}),)
    table = table.reindex(range(len(table) + lost), fill_value="")
    numbers = np.arange(1, len(table) + 1, dtype=np.int64)
    empty = np.array([shapely.LineString()] * lost, dtype=object)
    shapes = None if source.geometry is None else np.concatenate([source.geometry, empty])
    return replace(source, table=table, row_numbers=numbers, geometry=shapes, mended=mended, choices=choices)


def _page(facts: DrawingFacts, name: str, encoding: str) -> tuple[str, tuple[Message, ...]]:
    """Tell the encoding by the texts: the page that the header names is often only the program's default."""
    if not facts.foreign:
        return "UTF-8", ()
    if encoding != "auto":
        return _PAGES.get(known_encoding(encoding), "UTF-8"), decode(facts.foreign, name, encoding).choices
    found = detect_encoding(facts.foreign)
    return _PAGES.get(found.codec, "UTF-8"), (found.choice,)


def _entities(path: Path, name: str, page: str, *, expand: bool) -> Source:
    import pyogrio

    options = {
        "DXF_INLINE_BLOCKS": str(expand).upper(), "DXF_MERGE_BLOCK_GEOMETRIES": "FALSE", "DXF_ENCODING": page,
    }  # fmt: skip
    pyogrio.set_gdal_config_options(options)
    try:
        with called(path, ".dxf") as named:
            source = read_layer(named, "entities", name=name, kind="DXF")
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))
    return replace(source, table=source.table.map(without_escapes), choices=())


def _without_symbols(source: Source, inserted: Source) -> Source:
    """Leave out the lines of blocks too small for a street, such as the signs for lamps and manholes."""
    if source.geometry is None or not {"EntityHandle", "BlockName"} <= set(inserted.table):
        return source
    import pandas as pd

    handles = set(inserted.table["EntityHandle"][inserted.table["BlockName"] != ""]) - {""}
    handle = source.table["EntityHandle"]
    boxes = pd.DataFrame(shapely.bounds(source.geometry), columns=["west", "south", "east", "north"])
    spans = boxes.groupby(handle.to_numpy()).agg({"west": "min", "south": "min", "east": "max", "north": "max"})
    spans = spans[spans.index.isin(handles)]
    reach = np.hypot(spans["east"] - spans["west"], spans["north"] - spans["south"])
    is_metric = bool((boxes.abs().max() > _LARGEST_DEGREES).any())
    small = set(spans.index[reach < _SYMBOL_M]) if is_metric else set()
    mask = handle.isin(small).to_numpy()
    if not mask.any():
        return source
    said = Message(
        N_("{count} blocks smaller than {span} m were taken as signs and left alone."),
        {"count": len(small), "span": round(_SYMBOL_M)},
    )
    return _saying(_rows(source, ~mask), (said,))


def _drawn_on_the_ground(source: Source) -> tuple[Source, tuple[Message, ...]]:
    """Leave out frames and title blocks, which stand on the paper and not on the ground."""
    if "PaperSpace" not in source.table:
        return source, ()
    on_paper = np.isin(source.table["PaperSpace"].to_numpy(dtype=object), ["1", "true", "True"])
    if not on_paper.any():
        return source, ()
    said = Message(N_("{count} shapes of the paper's layout were left alone."), {"count": int(on_paper.sum())})
    return _rows(source, ~on_paper), (said,)


def _in_metres(
    geometry: NDArray[np.object_] | None, facts: DrawingFacts
) -> tuple[NDArray[np.object_] | None, tuple[Message, ...]]:
    """Scale numbers that are too large for metres; what the header says of the unit is often just the program's habit."""
    if geometry is None or facts.metres_per_unit is None:
        return geometry, ()
    xy = shapely.get_coordinates(geometry)
    scale = facts.metres_per_unit
    if not len(xy) or np.median(np.abs(xy).max(axis=1)) < _TOO_LARGE_FOR_METRES:
        return geometry, ()
    said = Message(
        N_("The coordinates are too large for metres; one unit of the drawing was taken as {metres} m."),
        {"metres": scale},
    )
    return shapely.transform(geometry, lambda values: values * scale), (said,)


def _with_names(source: Source) -> Source:
    if source.geometry is None:
        return source
    points = _rows(source, shapely.get_type_id(source.geometry) == 0)
    if not len(points.table) or points.geometry is None:
        return source
    table, is_row, said = name_points(points.table, points.geometry)
    named = _rows(replace(points, table=table), is_row)
    others = len(source.table) - len(points.table)
    if others:
        said += (Message(_LEFT_ALONE, {"count": others}),)
    return _saying(named, said)


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
    import pandas as pd

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
        said.append(Message(_LEFT_ALONE, values))
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
