"""OpenStreetMap data, XML and PBF: ways that are streets, and ways and areas that are barriers.

GDAL's driver reads both forms in C++ and keeps coordinates as OSM has them (1e-7 degrees), so ways that share a
node share the exact same coordinates, which is what the street graph joins them by.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.limits import reading
from patrolmap.ingest.osm_access import ACCESS_TAGS, BARRIER_TAGS, cut_at_barriers
from patrolmap.ingest.source import Source
from patrolmap.ingest.vectors import called, read_layer
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.ingest.xmltexts import xml_in_utf8
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from patrolmap.ingest.choosing import Wanted

__all__ = ["read_osm"]

_TAGS: Final = (
    "name,name:zh,ref,highway,oneway,junction,bridge,tunnel,layer,maxspeed,area,waterway,railway,natural,landuse,"
    + ",".join(ACCESS_TAGS)
)
_CONFIG: Final = f"""\
closed_ways_are_polygons=natural,landuse,waterway=riverbank
attribute_name_laundering=no
[points]
osm_id=yes
attributes={",".join(BARRIER_TAGS)}
[lines]
osm_id=yes
attributes={_TAGS}
[multipolygons]
osm_id=yes
attributes={_TAGS}
[multilinestrings]
[other_relations]
"""
_STREETS: Final = {"lines": "highway IS NOT NULL"}
_BARRIERS: Final = {
    "lines": "waterway IN ('river', 'canal') OR railway IN ('rail', 'light_rail', 'narrow_gauge')",
    "multipolygons": "\"natural\" = 'water' OR waterway = 'riverbank' OR landuse = 'reservoir'",
}


def read_osm(path: Path, wanted: Wanted, *, name: str, is_xml: bool) -> Source:
    """
    Read the streets or the barriers of an OpenStreetMap file.

    Parameters
    ----------
    path : Path
        XML or PBF.
    wanted : Wanted
        Its layer decides what is taken: ``streets`` or ``barriers``.
    name : str
        File name, for messages.
    is_xml : bool
        Whether it is XML.

    Returns
    -------
    Source
        One row a way or area; the columns are tags, and ``osm_id``.

    Raises
    ------
    InputError
        If another layer is wanted, or the file is damaged or declares entities.
    """
    queries = {"streets": _STREETS, "barriers": _BARRIERS}.get(wanted.layer)
    if queries is None:
        raise InputError(
            N_("OpenStreetMap data can be imported as streets or barriers, not as {layer}."),
            remedy=N_("Give --as streets or --as barriers."),
            layer=Message(LAYERS[wanted.layer].title),
        )
    kind = "OSM XML" if is_xml else "OSM PBF"
    if not is_xml:
        return _read(path, ".pbf", queries, name, kind)
    with xml_in_utf8(path, name, wanted.encoding) as (plain, choices):
        with plain.open("rb") as stream:
            refuse_entities(stream, name)
        source = _read(plain, ".osm", queries, name, kind)
    return replace(source, choices=(*source.choices, *choices))


def _read(path: Path, suffix: str, queries: dict[str, str], name: str, kind: str) -> Source:
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder, reading(name, kind), called(path, suffix) as named:
        config = Path(folder) / "osmconf.ini"
        config.write_text(_CONFIG, encoding="utf-8")
        parts = [
            read_layer(named, layer, name=name, kind=kind, where=where, CONFIG_FILE=str(config))
            for layer, where in queries.items()
        ]
        streets = _joined(name, kind, parts)
        if queries is not _STREETS:
            return streets
        points = read_layer(named, "points", name=name, kind=kind, where="barrier IS NOT NULL", CONFIG_FILE=str(config))
    return cut_at_barriers(streets, points)


def _joined(name: str, kind: str, parts: list[Source]) -> Source:
    import pandas as pd

    tables = []
    for part in parts:
        table = part.table.drop(columns="other_tags", errors="ignore")
        ways = table.pop("osm_way_id") if "osm_way_id" in table else table["osm_id"]
        table["osm_id"] = np.where(ways != "", "way/" + ways, "relation/" + table["osm_id"])
        chinese = table.pop("name:zh").to_numpy(dtype=object)
        named = table["name"].to_numpy(dtype=object)
        foreign = np.array([text.isascii() for text in named], dtype=bool)
        table["name"] = np.where(foreign & (chinese != ""), chinese, named)  # notices name streets in Chinese
        tables.append(table)
    joined = pd.concat(tables, ignore_index=True)
    geometry = np.concatenate([part.geometry for part in parts if part.geometry is not None])
    choices = (
        Message(N_("Read as {kind}."), {"kind": kind}),
        Message(N_("Tags of OpenStreetMap decide what each way is.")),
    )
    return Source(name, joined, np.arange(1, len(joined) + 1, dtype=np.int64), geometry, parts[0].crs, choices)
