"""Files of every format, made in tests."""

from __future__ import annotations

import csv
import io
import struct
import warnings
import zipfile
import zlib
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pandas as pd
import xlwt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    _Node = tuple[int, float, float]
    _Way = tuple[int, tuple[int, ...], dict[str, str]]

ROWS = (
    {"site_id": "K1", "name": "中州大道卡口", "kind": "checkpoint", "level": 1, "lon": 113.7001, "lat": 34.7502},
    {"site_id": "K2", "name": "航海路口", "kind": "intersection", "level": 2, "lon": 113.7103, "lat": 34.7604},
    {"site_id": "K3", "name": "第一中学", "kind": "key_site", "level": 3, "lon": 113.7205, "lat": 34.7706},
)
"""Three sites, the same in every format."""

POINT_FORMATS = ("geojson", "gpkg", "shp", "zip", "csv", "tsv", "xlsx", "xls")
ALL_FORMATS = (*POINT_FORMATS, "osm", "pbf")


def site_layer(crs: str | None = "EPSG:4326") -> gpd.GeoDataFrame:
    """Make the three sites as a GeoDataFrame."""
    table = pd.DataFrame(ROWS)
    points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
    layer = gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points)
    return layer.set_crs(None, allow_override=True) if crs is None else layer.to_crs(crs)


def write_layer(layer: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a layer as GeoJSON, GeoPackage, Shapefile or zipped Shapefile, by the suffix."""
    suffix = path.suffix[1:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if suffix == "geojson":
            layer.to_file(path, driver="GeoJSON")
        elif suffix == "gpkg":
            layer.to_file(path, driver="GPKG", layer="data")
        elif suffix == "shp":
            layer.to_file(path, driver="ESRI Shapefile", encoding="UTF-8")
        else:
            inner = path.with_suffix(".shp")
            layer.to_file(inner, driver="ESRI Shapefile", encoding="UTF-8")
            zip_files(path, [inner.with_suffix(part) for part in (".shp", ".shx", ".dbf", ".prj", ".cpg")])
            for part in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                inner.with_suffix(part).unlink(missing_ok=True)
    return path


def zip_files(path: Path, files: list[Path]) -> Path:
    """Pack files flat."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            if file.exists():
                archive.write(file, file.name)
    return path


def write_table(rows: list[list[object]], path: Path, encoding: str = "utf-8") -> Path:
    """Write rows, the first being the head, as CSV, TSV, xlsx or xls, by the suffix."""
    suffix = path.suffix[1:]
    if suffix in {"csv", "tsv"}:
        sign = "," if suffix == "csv" else "\t"
        text = io.StringIO()
        csv.writer(text, delimiter=sign).writerows(rows)
        path.write_bytes(text.getvalue().encode(encoding))
    elif suffix == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("Sheet1")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
        book.save(str(path))
    return path


def site_table() -> list[list[object]]:
    """Make the three sites as rows under a head."""
    return [list(ROWS[0]), *[list(row.values()) for row in ROWS]]


def write_sites(path: Path) -> Path:
    """Write the three sites in the format of the suffix."""
    if path.suffix[1:] in {"geojson", "gpkg", "shp", "zip"}:
        return write_layer(site_layer(), path)
    return write_table(site_table(), path)


OSM_NODES = ((1, 113.70, 34.75), (2, 113.71, 34.75), (3, 113.71, 34.76), (4, 113.72, 34.75))
OSM_WAYS = (
    (11, (1, 2, 4), {"highway": "primary", "name": "航海路", "maxspeed": "60", "layer": "1", "bridge": "yes"}),
    (12, (2, 3), {"highway": "residential", "name": "一街", "oneway": "yes"}),
    (13, (3, 4), {"highway": "proposed"}),
    (14, (1, 3), {"waterway": "river", "name": "金水河"}),
    (15, (1, 2, 3, 1), {"natural": "water", "name": "东湖"}),
)


def write_osm(
    path: Path,
    nodes: Sequence[_Node] = OSM_NODES,
    ways: Sequence[_Way] = OSM_WAYS,
    node_tags: Mapping[int, Mapping[str, str]] = MappingProxyType({}),
) -> Path:
    """Write junctions and ways, four and five of them if none are given, as OSM XML or PBF."""
    if path.suffix == ".pbf":
        path.write_bytes(osm_pbf(nodes, ways, node_tags))
        return path
    places = "".join(
        f'<node id="{i}" lon="{lon}" lat="{lat}">{_xml_tags(node_tags.get(i, {}))}</node>' for i, lon, lat in nodes
    )
    lines = "".join(
        f'<way id="{i}">' + "".join(f'<nd ref="{ref}"/>' for ref in refs) + _xml_tags(tags) + "</way>"
        for i, refs, tags in ways
    )
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{places}{lines}</osm>', encoding="utf-8")
    return path


def _xml_tags(tags: Mapping[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        out.append((number & 0x7F) | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)


def _zigzag(number: int) -> bytes:
    return _varint((number << 1) ^ (number >> 63))


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _number(number: int, value: bytes) -> bytes:
    return _varint(number << 3) + value


def _blob(kind: str, payload: bytes) -> bytes:
    """Wrap a block as https://wiki.openstreetmap.org/wiki/PBF_Format describes it."""
    packed = zlib.compress(payload)
    blob = _number(2, _varint(len(payload))) + _field(3, packed)
    header = _field(1, kind.encode()) + _number(3, _varint(len(blob)))
    return struct.pack(">I", len(header)) + header + blob


def osm_pbf(
    nodes: Sequence[_Node], ways: Sequence[_Way], node_tags: Mapping[int, Mapping[str, str]] = MappingProxyType({})
) -> bytes:
    """Write junctions (id, lon, lat), ways (id, ids of junctions, tags) and tags of junctions as PBF."""
    header = _blob("OSMHeader", _field(4, b"OsmSchema-V0.6"))
    return header + _blob("OSMData", _primitive_block(nodes, ways, node_tags))


def _primitive_block(
    places: Sequence[_Node], lines: Sequence[_Way], node_tags: Mapping[int, Mapping[str, str]]
) -> bytes:
    every = [*(tags for _, _, tags in lines), *node_tags.values()]
    words = ["", *sorted({word for tags in every for pair in tags.items() for word in pair})]
    table = _field(1, b"".join(_field(1, word.encode()) for word in words))

    def tagged(tags: Mapping[str, str]) -> bytes:
        if not tags:
            return b""
        keys = b"".join(_varint(words.index(key)) for key in tags)
        return _field(2, keys) + _field(3, b"".join(_varint(words.index(value)) for value in tags.values()))

    nodes = b"".join(
        _field(
            1,
            _number(1, _zigzag(i))
            + tagged(node_tags.get(i, {}))
            + _number(8, _zigzag(round(lat * 1e7)))
            + _number(9, _zigzag(round(lon * 1e7))),
        )
        for i, lon, lat in places
    )
    ways = b""
    for i, refs, tags in lines:
        steps = b"".join(_zigzag(ref - before) for before, ref in zip((0, *refs), refs, strict=False))
        ways += _field(3, _number(1, _varint(i)) + tagged(tags) + _field(8, steps))
    return table + _field(2, nodes) + _field(2, ways)
