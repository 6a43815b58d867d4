"""From a path to its rows: find out what it is, and let the right reader read it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.archives import unpack_gzip, unpack_zip
from patrolmap.ingest.choosing import Candidate, Wanted, choose
from patrolmap.ingest.database_address import DatabaseTable
from patrolmap.ingest.drawings import read_dxf, read_gpx, read_kml
from patrolmap.ingest.limits import check_file
from patrolmap.ingest.osm import read_osm
from patrolmap.ingest.sniff import FileKind, sniff
from patrolmap.ingest.texttables import read_text_table
from patrolmap.ingest.vectors import read_geojson, read_geopackage, read_shapefile
from patrolmap.ingest.workbooks import read_xls, read_xlsx
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from patrolmap.ingest.source import Source

__all__ = ["read_source"]

_PACKED: Final = (FileKind.ZIP, FileKind.GZIP)


def read_source(path: Path | DatabaseTable, wanted: Wanted, *, cancel: Cancel = NO_CANCEL) -> Source:
    """
    Read any file that import knows.

    Parameters
    ----------
    path : Path or DatabaseTable
        What the user gave.
    wanted : Wanted
        What the import is looking for.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Source
        Its rows, unchecked.

    Raises
    ------
    InputError
        If there is no file, or it cannot be read as what its content says.
    """
    if isinstance(path, DatabaseTable):
        return _read_database(path, wanted, cancel)
    check_file(path)
    kind = sniff(path)
    if kind not in _PACKED:
        return _read(path, kind, wanted, path.name, cancel)
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        if kind is FileKind.GZIP:
            inner = unpack_gzip(path, Path(folder), name=path.name, cancel=cancel)
            return _read_inner(inner, wanted, path.name, cancel)
        return _read_zip(path, Path(folder), wanted, cancel)


def _read_database(where: DatabaseTable, wanted: Wanted, cancel: Cancel) -> Source:
    try:
        from patrolmap.ingest.postgis import read_table
    except ImportError as error:
        raise InputError(
            N_("The part that talks to PostgreSQL is missing."),
            why=N_("The system says: {detail}."),
            remedy=N_("Install psycopg, or export the table to a file."),
            detail=str(error),
        ) from error
    return read_table(where, wanted, cancel=cancel)


def _read_zip(path: Path, folder: Path, wanted: Wanted, cancel: Cancel) -> Source:
    data_sets = unpack_zip(path, folder, name=path.name, cancel=cancel)
    named = [data_set.title for data_set in data_sets]
    chosen = wanted if wanted.sheet in named else replace(wanted, sheet=None)
    place, choices = choose(path.name, [Candidate(title) for title in named], chosen)
    inner_wanted = replace(wanted, sheet=None) if wanted.sheet in named else wanted
    source = _read_inner(data_sets[place].path, inner_wanted, f"{path.name}/{named[place]}", cancel)
    return replace(source, choices=(*choices, *source.choices))


def _read_inner(path: Path, wanted: Wanted, name: str, cancel: Cancel) -> Source:
    check_file(path)
    kind = sniff(path)
    if kind in _PACKED:
        raise InputError(
            N_("“{name}” is an archive inside an archive."),
            remedy=N_("Unpack it and import what is inside."),
            name=name,
        )
    return _read(path, kind, wanted, name, cancel)


def _read(path: Path, kind: FileKind, wanted: Wanted, name: str, cancel: Cancel) -> Source:
    if kind is FileKind.TEXT_TABLE:
        return read_text_table(path, name=name, encoding=wanted.encoding, cancel=cancel)
    if kind in {FileKind.XLSX, FileKind.XLS}:
        read_book = read_xlsx if kind is FileKind.XLSX else read_xls
        return read_book(path, wanted, name=name, cancel=cancel)
    if kind in {FileKind.OSM_XML, FileKind.OSM_PBF}:
        return read_osm(path, wanted, name=name, is_xml=kind is FileKind.OSM_XML)
    read_shapes = {
        FileKind.GEOJSON: read_geojson,
        FileKind.GEOPACKAGE: read_geopackage,
        FileKind.SHAPEFILE: read_shapefile,
        FileKind.KML: read_kml,
        FileKind.GPX: read_gpx,
        FileKind.DXF: read_dxf,
    }[kind]
    return read_shapes(path, wanted, name=name)
