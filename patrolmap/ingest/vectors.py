"""GeoJSON, GeoPackage and Shapefile, through GDAL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Candidate, Wanted, choose
from patrolmap.ingest.encodings import decode, detect_encoding
from patrolmap.ingest.limits import MAX_TEXT_BYTES, check_columns, check_file, check_rows, reading
from patrolmap.ingest.shapefiles import shapefile_encoding
from patrolmap.ingest.short_lines import lines_of_two_points
from patrolmap.ingest.source import Source, to_texts, unique_names
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["called", "read_geojson", "read_geopackage", "read_layer", "read_shapefile"]

_SIDE_FILES: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read_geojson(path: Path, wanted: Wanted, *, name: str) -> Source:
    """
    Read a GeoJSON file, also one in a Chinese encoding.

    Parameters
    ----------
    path : Path
        The file.
    wanted : Wanted
        What the import is looking for; its encoding is used.
    name : str
        File name, for messages.

    Returns
    -------
    Source
        One row a feature. Without a ``crs`` member the system is WGS 84, as RFC 7946 says.

    Raises
    ------
    InputError
        If it is no GeoJSON, cut off or too large.
    """
    check_file(path, 2 * MAX_TEXT_BYTES)
    data, choices = _as_utf8(path.read_bytes(), name, wanted.encoding)
    if b'"type"' not in data[:100_000]:
        raise InputError(
            N_("“{name}” is JSON but no GeoJSON."),
            remedy=N_("Export it as GeoJSON, with “type”: “FeatureCollection”."),
            name=name,
        )
    return read_layer(data, None, name=name, kind="GeoJSON", choices=choices)


def read_geopackage(path: Path, wanted: Wanted, *, name: str) -> Source:
    """
    Read one layer of a GeoPackage.

    Parameters
    ----------
    path : Path
        The file.
    wanted : Wanted
        What the import is looking for; decides the layer.
    name : str
        File name, for messages.

    Returns
    -------
    Source
        One row a feature.

    Raises
    ------
    InputError
        If it is damaged or has no layer.
    """
    tables = _real_tables(path, name)
    with called(path, ".gpkg") as named:
        return _read_geopackage(named, wanted, name, tables)


def _as_utf8(data: bytes, name: str, encoding: str) -> tuple[bytes, tuple[Message, ...]]:
    """Recode to UTF-8, which is all that GDAL reads; what is UTF-8 already is not copied."""
    found = detect_encoding(data) if encoding == "auto" else None
    if found is not None and found.codec in {"utf-8", "utf-8-sig"}:
        return data.removeprefix(b"\xef\xbb\xbf").lstrip(), (found.choice,)
    decoded = decode(data, name, encoding)
    return decoded.text.lstrip().encode(), decoded.choices


@contextmanager
def called(path: Path, suffix: str) -> Iterator[Path]:
    """
    Give a file the suffix by which GDAL knows its format.

    Parameters
    ----------
    path : Path
        The file.
    suffix : str
        The suffix, in lower case.

    Yields
    ------
    Path
        The file itself if it has the suffix, else a link to it or a copy, which is gone afterwards.
    """
    if path.name.lower().endswith(suffix):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        named = Path(folder) / f"data{suffix}"
        try:
            os.link(path, named)
        except OSError:  # another disk, or a file system without links
            shutil.copyfile(path, named)
        yield named


def _read_geopackage(path: Path, wanted: Wanted, name: str, tables: frozenset[str]) -> Source:
    import pyogrio
    import pyogrio.raw

    with reading(name, "GeoPackage"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        layers = [row for row in pyogrio.list_layers(path) if row[0] in tables]
        infos = [pyogrio.read_info(path, layer=title) for title, _ in layers]
    if not infos:
        raise InputError(N_("“{name}” has no layer."), name=name)
    candidates = [
        Candidate(str(row[0]), tuple(info["fields"]), row[1], info["features"])
        for row, info in zip(layers, infos, strict=True)
    ]
    place, choices = choose(name, candidates, wanted)
    return read_layer(path, candidates[place].title, name=name, kind="GeoPackage", choices=choices)


def read_shapefile(path: Path, wanted: Wanted, *, name: str) -> Source:
    """
    Read a Shapefile, with or without ``.cpg``, ``.prj``, ``.shx`` or ``.dbf``, whatever the name's case.

    Parameters
    ----------
    path : Path
        The ``.shp`` file; the others are looked for beside it.
    wanted : Wanted
        What the import is looking for; its encoding is used.
    name : str
        File name, for messages.

    Returns
    -------
    Source
        One row a feature.

    Raises
    ------
    InputError
        If it is damaged.
    """
    import pyogrio
    import pyogrio.raw

    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        copy = Path(folder) / "layer.shp"
        check_file(path)
        found = _copy_side_files(path, copy)
        choices: list[Message] = []
        if ".shx" not in found:
            choices.append(Message(N_("The index (.shx) is missing and was made again.")))
        if ".dbf" not in found:
            choices.append(Message(N_("The attributes (.dbf) are missing; only shapes were read.")))
        codec = None
        if ".dbf" in found:
            codec, said = shapefile_encoding(copy, name, wanted.encoding)
            choices.append(said)
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
        try:
            return read_layer(copy, None, name=name, kind="Shapefile", choices=tuple(choices), recode=codec)
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def read_layer(
    data: Path | bytes,
    layer: str | None,
    *,
    name: str,
    kind: str,
    choices: tuple[Message, ...] = (),
    recode: str | None = None,
    **options: Any,
) -> Source:
    """
    Read one layer of anything GDAL opens.

    Parameters
    ----------
    data : Path or bytes
        The file or its content.
    layer : str or None
        Name of the layer; None takes the first.
    name : str
        File name, for messages.
    kind : str
        Format, for messages.
    choices : tuple of Message, default ()
        What was chosen so far.
    recode : str or None, default None
        The encoding of the texts, for formats whose own notion of it is not to be trusted.
    **options : Any
        Passed on to pyogrio.

    Returns
    -------
    Source
        One row a feature, heights dropped.

    Raises
    ------
    InputError
        If GDAL cannot read it.
    """
    import pandas as pd
    import pyogrio
    import pyogrio.raw
    import pyproj

    with reading(name, kind), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        encoding = "ISO-8859-1" if recode else None
        info = pyogrio.read_info(data, layer=layer, encoding=encoding, **_info_options(options))
        check_columns(name, len(info["fields"]))
        check_rows(name, max(info["features"], 0))
        meta, _, wkb, columns = pyogrio.raw.read(
            data, layer=layer, encoding=encoding, datetime_as_string=True, **options
        )
        names = [_recoded(str(field), recode) for field in meta["fields"]]
        texts = [_column_texts(column, recode) for column in columns]
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are found and named later
        geometry, closed, lifted = _geometries(wkb)
    said = [Message(N_("Read as {kind}."), {"kind": kind}), *choices]
    if lifted:
        said.append(Message(N_("Heights were dropped ({count} {count:row|rows})."), {"count": lifted}))
    count = len(texts[0]) if texts else (0 if geometry is None else len(geometry))
    table = pd.DataFrame(dict(zip(unique_names(names), texts, strict=True)), index=pd.RangeIndex(count), dtype=object)
    crs = None if geometry is None or not meta["crs"] else pyproj.CRS.from_user_input(meta["crs"])
    mended = tuple((int(row), Message(N_("An open outline was closed."))) for row in closed)
    numbers = np.arange(1, count + 1, dtype=np.int64)
    return Source(name, table, numbers, geometry, crs, tuple(said), mended=mended)


def _real_tables(path: Path, name: str) -> frozenset[str]:
    """List the tables that are no views: a view runs whatever query a stranger wrote."""
    with reading(name, "GeoPackage"):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            rows = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            ).fetchall()
        finally:
            connection.close()
    tables = frozenset(row[0] for row in rows)
    if "gpkg_contents" not in tables:
        raise InputError(
            N_("“{name}” is a SQLite database but no GeoPackage."),
            remedy=N_("Export the layer as GeoPackage or GeoJSON."),
            name=name,
        )
    return tables


def _info_options(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key.isupper()}


def _geometries(wkb: NDArray[np.object_] | None) -> tuple[NDArray[np.object_] | None, NDArray[np.int64], int]:
    """Read WKB: None where a row has no geometry, an empty one where it cannot be read; rows whose ring was closed."""
    if wkb is None:
        return None, np.zeros(0, dtype=np.int64), 0
    given = np.array([value is not None for value in wkb], dtype=bool)
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    broken = given & (geometry == None)  # noqa: E711 - elementwise
    geometry[broken] = shapely.from_wkb(wkb[broken], on_invalid="fix")
    closed = np.flatnonzero(broken & (geometry != None))  # noqa: E711 - elementwise
    for place in np.flatnonzero(given & (geometry == None)):  # noqa: E711 - elementwise
        geometry[place] = lines_of_two_points(wkb[place])
    geometry[given & (geometry == None)] = shapely.Point()  # noqa: E711 - elementwise
    lifted = shapely.has_z(geometry) | shapely.has_m(geometry)
    if lifted.any():
        geometry = shapely.force_2d(geometry)
    return geometry, closed + 1, int(lifted.sum())


def _column_texts(column: NDArray[Any], recode: str | None) -> NDArray[np.object_]:
    texts = to_texts(column)
    if recode is not None and column.dtype == object:
        texts[:] = [_recoded(text, recode) for text in texts]
    return texts


def _recoded(text: str, codec: str | None) -> str:
    if codec is None or text.isascii():
        return text
    try:
        return text.encode("latin-1").decode(codec, errors="replace").strip()
    except UnicodeEncodeError:
        return text


def _copy_side_files(path: Path, copy: Path) -> set[str]:
    found: set[str] = set()
    stem = path.stem.lower()
    beside = {
        item.suffix.lower(): item for item in path.parent.iterdir() if item.stem.lower() == stem and item.is_file()
    }
    beside[".shp"] = path
    for suffix in _SIDE_FILES:
        if suffix in beside:
            shutil.copyfile(beside[suffix], copy.with_suffix(suffix))
            found.add(suffix)
    return found
