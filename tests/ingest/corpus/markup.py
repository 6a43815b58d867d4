"""KML, KMZ, GPX, DXF and OpenStreetMap, written by hand."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from tests.ingest.making import osm_pbf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ingest.corpus.shapes import Drawing, Shape

__all__ = ["MARKUP_WRITERS"]


def _xml(drawing: Drawing, body: str) -> bytes:
    title = drawing.encoding.removesuffix("-sig").upper()
    return f'<?xml version="1.0" encoding="{title}"?>\n{body}'.encode(drawing.encoding)


def _kml(drawing: Drawing) -> bytes:
    marks = "".join(_placemark(shape, drawing) for shape in drawing.shapes)
    return _xml(
        drawing,
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>点位</name>{marks}</Folder></Document></kml>',
    )


def _placemark(shape: Shape, drawing: Drawing) -> str:
    drawn = ""
    if shape.xy is not None:
        tail = ",102.5" if drawing.has_heights else ""
        pairs = " ".join(f"{x!r},{y!r}{tail}" for x, y in shape.xy.tolist())
        kind = "Point" if drawing.is_points else "LineString"
        drawn = f"<{kind}><coordinates>{pairs}</coordinates></{kind}>"
    return f"<Placemark><name>{escape(shape.name)}</name><description>{drawing.remark}</description>{drawn}</Placemark>"


def _write_kml(drawing: Drawing, path: Path) -> None:
    path.write_bytes(_kml(drawing))


def _write_kmz(drawing: Drawing, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", _kml(drawing))
        archive.writestr("files/icon.png", b"\x89PNG")


def _write_gpx(drawing: Drawing, path: Path) -> None:
    parts = []
    for shape in drawing.shapes:
        name = f"<name>{escape(shape.name)}</name><desc>{drawing.remark}</desc>"
        height = "<ele>102.5</ele>" if drawing.has_heights else ""
        pairs = [] if shape.xy is None else shape.xy.tolist()
        if drawing.is_points:
            parts += [f'<wpt lat="{y!r}" lon="{x!r}">{height}{name}</wpt>' for x, y in pairs]
        else:
            steps = "".join(f'<trkpt lat="{y!r}" lon="{x!r}">{height}</trkpt>' for x, y in pairs)
            parts.append(f"<trk>{name}<trkseg>{steps}</trkseg></trk>")
    space = 'xmlns="http://www.topografix.com/GPX/1/1"'
    path.write_bytes(_xml(drawing, f'<gpx version="1.1" creator="x" {space}>{"".join(parts)}</gpx>'))


def _write_dxf(drawing: Drawing, path: Path) -> None:
    """Write lines as LINE or LWPOLYLINE, after the published reference of the format (AC1015)."""
    page = "ANSI_936" if drawing.encoding == "gb18030" else "ANSI_1252"
    pairs: list[tuple[int, object]] = [
        (0, "SECTION"),
        (2, "HEADER"),
        (9, "$ACADVER"),
        (1, "AC1015"),
        (9, "$DWGCODEPAGE"),
        (3, page),
    ]
    pairs += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
    for shape in drawing.shapes:
        assert shape.xy is not None
        height = 102.5 if drawing.has_heights else 0.0
        xy = shape.xy.tolist()
        if len(xy) == 2:
            (x0, y0), (x1, y1) = xy
            pairs += [(0, "LINE"), (8, "道路"), (10, x0), (20, y0), (30, height), (11, x1), (21, y1), (31, height)]
        else:
            pairs += [
                (0, "LWPOLYLINE"),
                (100, "AcDbEntity"),
                (8, "道路"),
                (100, "AcDbPolyline"),
                (90, len(xy)),
                (70, 0),
                (38, height),
            ]
            pairs += [pair for x, y in xy for pair in ((10, x), (20, y))]
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    path.write_bytes("".join(f"{code}\r\n{value}\r\n" for code, value in pairs).encode(drawing.encoding))


def _network(
    drawing: Drawing,
) -> tuple[list[tuple[int, float, float]], list[tuple[int, tuple[int, ...], dict[str, str]]]]:
    nodes: list[tuple[int, float, float]] = []
    ways = []
    for number, shape in enumerate(drawing.shapes, start=1):
        assert shape.xy is not None
        refs = []
        for x, y in shape.xy.tolist():
            nodes.append((len(nodes) + 1, x, y))
            refs.append(len(nodes))
        ways.append((number, tuple(refs), {"highway": "residential", "name": shape.name, "note": drawing.remark}))
    return nodes, ways


def _write_osm(drawing: Drawing, path: Path) -> None:
    nodes, ways = _network(drawing)
    body = "".join(f'<node id="{i}" lon="{x!r}" lat="{y!r}"/>' for i, x, y in nodes)
    for i, refs, tags in ways:
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        quotes = {'"': "&quot;"}
        inner += "".join(f'<tag k="{key}" v="{escape(value, quotes)}"/>' for key, value in tags.items())
        body += f'<way id="{i}">{inner}</way>'
    path.write_bytes(_xml(drawing, f'<osm version="0.6">{body}</osm>'))


def _write_pbf(drawing: Drawing, path: Path) -> None:
    path.write_bytes(osm_pbf(*_network(drawing)))


MARKUP_WRITERS: Final[dict[str, Callable[[Drawing, Path], None]]] = {
    "kml": _write_kml,
    "kmz": _write_kmz,
    "gpx": _write_gpx,
    "dxf": _write_dxf,
    "osm": _write_osm,
    "pbf": _write_pbf,
}
"""Writers by suffix."""
