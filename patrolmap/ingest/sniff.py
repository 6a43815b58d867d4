"""What a file is, by its first bytes. Its name only breaks ties."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.archives import refuse_crowds
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FileKind", "sniff"]

_HEAD_BYTES: Final = 4096
_DXF: Final = re.compile(rb"^(?:999\s*\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\b")


class FileKind(StrEnum):
    """The formats that import knows, as its messages name them."""

    GEOJSON = "GeoJSON"
    GEOPACKAGE = "GeoPackage"
    SHAPEFILE = "Shapefile"
    TEXT_TABLE = "CSV"
    XLSX = "Excel (xlsx)"
    XLS = "Excel (xls)"
    OSM_XML = "OSM XML"
    OSM_PBF = "OSM PBF"
    KML = "KML"
    GPX = "GPX"
    DXF = "DXF"
    ZIP = "ZIP"
    GZIP = "GZIP"


_MAGIC: Final[tuple[tuple[bytes, FileKind], ...]] = (
    (b"SQLite format 3\x00", FileKind.GEOPACKAGE),
    (b"\x00\x00\x27\x0a", FileKind.SHAPEFILE),
    (b"\x1f\x8b", FileKind.GZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.XLS),
    (b"\x09\x08\x10\x00", FileKind.XLS),
    (b"\x09\x08\x08\x00", FileKind.XLS),
)

_REFUSED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"Rar!", N_("a RAR archive")),
    (b"7z\xbc\xaf", N_("a 7-Zip archive")),
    (b"AutoCAD Binary DXF", N_("a binary drawing; save it as text DXF")),
    (b"AC10", N_("a DWG drawing; save it as DXF")),
    (b"MZ", N_("a program")),
    (b"\x7fELF", N_("a program")),
)


def sniff(path: Path) -> FileKind:
    """
    Tell the format of a file from its content.

    Parameters
    ----------
    path : Path
        An existing, non-empty file.

    Returns
    -------
    FileKind
        The format; anything that reads as text and is nothing else is a text table.

    Raises
    ------
    InputError
        If it is of a kind that holds no layer.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    for magic, what in _REFUSED:
        if head.startswith(magic):
            raise _refused(path, what)
    return _binary_kind(path, head) or _text_kind(path, head)


def _binary_kind(path: Path, head: bytes) -> FileKind | None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"OSMHeader" in head[:64]:
        return FileKind.OSM_PBF
    if head.startswith(b"PK"):
        return _zip_kind(path)
    return None


def _zip_kind(path: Path) -> FileKind:
    refuse_crowds(path, path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            N_("“{name}” cannot be read as {kind}."),
            why=N_("The file is damaged, cut off, or not what its name says.")
            if isinstance(error, zipfile.BadZipFile)
            else N_("The file is damaged, cut off, or not what its name says ({detail})."),
            remedy=N_("Open it in the program it came from and save it again."),
            name=path.name,
            kind=FileKind.XLSX if path.suffix.lower() == ".xlsx" else FileKind.ZIP,
            detail=" ".join(str(error).split())[:200],
        ) from error
    return FileKind.XLSX if "[Content_Types].xml" in names and "xl/workbook.xml" in names else FileKind.ZIP


def _text_kind(path: Path, head: bytes) -> FileKind:
    start = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    start = start.lstrip()
    if start[:1] in {b"{", b"["}:
        return FileKind.GEOJSON
    if start[:1] == b"<":
        return _markup_kind(path, start)
    if _DXF.match(start):
        return FileKind.DXF
    suffix = path.suffix.lower()
    if suffix == ".shp":
        raise _refused(path, N_("no Shapefile, in spite of its name"))
    if b"\x00" in head and head[:2] not in {b"\xff\xfe", b"\xfe\xff"} and _share_of_nul(head) < 0.2:
        raise _refused(path, N_("of an unknown binary format"))
    return FileKind.TEXT_TABLE


def _markup_kind(path: Path, start: bytes) -> FileKind:
    lowered = start.lower()
    for tag, kind in ((b"<osm", FileKind.OSM_XML), (b"<kml", FileKind.KML), (b"<gpx", FileKind.GPX)):
        if tag in lowered:
            return kind
    if b"<html" in lowered or b"<table" in lowered:
        raise _refused(path, N_("a web page, in spite of its name"))
    if path.suffix.lower() == ".osm" or b"<!doctype" in lowered or b"<!entity" in lowered:
        return FileKind.OSM_XML
    raise _refused(path, N_("XML of an unknown kind"))


def _share_of_nul(head: bytes) -> float:
    return head.count(0) / len(head)


def _refused(path: Path, what: str) -> InputError:
    return InputError(
        N_("“{name}” cannot be imported: it is {kind}."),
        remedy=N_("Save it as GeoJSON, GeoPackage, Shapefile, KML, GPX, DXF, CSV, Excel or OpenStreetMap data."),
        name=path.name,
        kind=Message(what),
    )
