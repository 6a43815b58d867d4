"""ZIP and GZIP from outside: members stay inside, and within a size."""

from __future__ import annotations

import gzip
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.limits import reading
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from typing import Protocol

    class _Readable(Protocol):
        def read(self, size: int, /) -> bytes: ...


__all__ = ["Unpacked", "check_members", "refuse_crowds", "unpack_gzip", "unpack_zip"]

_MAX_MEMBERS: Final = 5_000
_MAX_LIST_BYTES: Final = 4 * 1024**2
_END_BYTES: Final = 65_536 + 22
_MAX_UNPACKED_BYTES: Final = 1024**3
_MAX_RATIO: Final = 250
_RATIO_COUNTS_FROM_BYTES: Final = 16 * 1024**2
_CHUNK_BYTES: Final = 1024**2
_DATA_SUFFIXES: Final = frozenset(
    {
        ".shp",
        ".geojson",
        ".json",
        ".gpkg",
        ".csv",
        ".tsv",
        ".txt",
        ".xlsx",
        ".xls",
        ".osm",
        ".pbf",
        ".kml",
        ".gpx",
        ".dxf",
    }
)
_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)", re.IGNORECASE
)
_SIDE_SUFFIXES: Final = frozenset({".shx", ".dbf", ".prj", ".cpg"})


@dataclass(frozen=True)
class Unpacked:
    """
    A data set out of an archive.

    Parameters
    ----------
    path : Path
        Where its main file lies now.
    title : str
        Its name inside the archive.
    """

    path: Path
    title: str


def refuse_crowds(path: Path, name: str) -> None:
    """
    Refuse a ZIP file with far too many members before its list is read, which takes a second for 60,000.

    Parameters
    ----------
    path : Path
        The archive.
    name : str
        Its name, for messages.

    Raises
    ------
    InputError
        If the record at its end tells of more than 5,000 members, or of a list over 4 MB.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(size - _END_BYTES, 0))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        return  # no archive at all, which its reader says better
    count, list_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > _MAX_MEMBERS or list_bytes > _MAX_LIST_BYTES:
        raise _refused(name, N_("It has far more members than a data set has."))


def unpack_zip(path: Path, folder: Path, *, name: str, cancel: Cancel = NO_CANCEL) -> tuple[Unpacked, ...]:
    """
    Unpack the data sets of a ZIP file.

    Parameters
    ----------
    path : Path
        The archive.
    folder : Path
        An empty folder to unpack into.
    name : str
        Name of the archive, for messages.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    tuple of Unpacked
        Files that can be read, in the order of the archive; their side files lie beside them.

    Raises
    ------
    InputError
        If a member would leave the folder, is encrypted, or the whole grows too large, or nothing in it can be read.
    """
    data_sets = []
    with reading(name, "ZIP"), zipfile.ZipFile(path) as archive:
        members = check_members(archive, name)
        budget = _MAX_UNPACKED_BYTES
        for member in members:
            title = _readable_name(member)
            inner = PurePosixPath(title.replace("\\", "/"))
            suffix = inner.suffix.lower()
            if member.is_dir() or suffix not in _DATA_SUFFIXES | _SIDE_SUFFIXES or "__MACOSX" in inner.parts:
                continue
            target = folder.joinpath(*map(_harmless, (*inner.parts[:-1], inner.stem + suffix)))
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as stream:
                budget -= _copy(stream, target, name, budget, cancel)
            if suffix in _DATA_SUFFIXES:
                data_sets.append(Unpacked(target, title))
    if not data_sets:
        raise InputError(
            N_("“{name}” holds no file that can be imported."),
            remedy=N_("It should hold a Shapefile with its .shx and .dbf, GeoJSON, GeoPackage, CSV or Excel."),
            name=name,
        )
    return tuple(data_sets)


def unpack_gzip(path: Path, folder: Path, *, name: str, cancel: Cancel = NO_CANCEL) -> Path:
    """
    Unpack a GZIP file.

    Parameters
    ----------
    path : Path
        The compressed file.
    folder : Path
        A folder to unpack into.
    name : str
        Its name, for messages.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    Path
        The unpacked file, without the suffix ``.gz``.

    Raises
    ------
    InputError
        If it is damaged or grows too large.
    """
    target = folder / (Path(name).stem if name.lower().endswith(".gz") else name)
    ratio_limit = max(path.stat().st_size * _MAX_RATIO, _RATIO_COUNTS_FROM_BYTES)
    with reading(name, "GZIP"), gzip.open(path, "rb") as stream:
        _copy(stream, target, name, min(_MAX_UNPACKED_BYTES, ratio_limit), cancel)
    return target


def check_members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """
    Look at the list of an archive before anything is unpacked.

    Parameters
    ----------
    archive : zipfile.ZipFile
        The open archive.
    name : str
        Its name, for messages.

    Returns
    -------
    list of zipfile.ZipInfo
        All members.

    Raises
    ------
    InputError
        If a member's path leads outside, a member is encrypted, or the declared sizes are those of a bomb.
    """
    members = archive.infolist()
    total = 0
    for member in members:
        title = _readable_name(member)
        if _leads_outside(title):
            raise _refused(name, N_("A file in it wants to be written outside its folder."))
        if member.flag_bits & 0x1:
            raise InputError(
                N_("“{name}” is protected by a password."), remedy=N_("Save it without a password."), name=name
            )
        total += member.file_size
        packed = max(member.compress_size, 1)
        if member.file_size > _RATIO_COUNTS_FROM_BYTES and member.file_size / packed > _MAX_RATIO:
            raise _refused(name, N_("It grows far beyond its size when it is unpacked."))
    if total > _MAX_UNPACKED_BYTES or len(members) > _MAX_MEMBERS:
        raise _refused(name, N_("It grows far beyond its size when it is unpacked."))
    return members


def _readable_name(member: zipfile.ZipInfo) -> str:
    """Undo the guess of code page 437: Chinese Windows writes GBK names without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _leads_outside(title: str) -> bool:
    windows = PureWindowsPath(title)
    return "\x00" in title or windows.is_absolute() or bool(windows.drive or windows.root) or ".." in windows.parts


def _harmless(part: str) -> str:
    """Keep a name from being that of a device, or of a stream beside a file, which it is on Windows."""
    plain = part.replace(":", "_")
    return f"_{plain}" if _DEVICE.match(plain) else plain


def _copy(stream: _Readable, target: Path, name: str, limit: int, cancel: Cancel) -> int:
    written = 0
    with target.open("wb") as out:
        while chunk := stream.read(_CHUNK_BYTES):
            raise_if_cancelled(cancel)
            written += len(chunk)
            if written > limit:
                raise _refused(name, N_("It grows far beyond its size when it is unpacked."))
            out.write(chunk)
    return written


def _refused(name: str, why: str) -> InputError:
    return InputError(
        N_("“{name}” is refused."),
        why=why,
        remedy=N_("Get the file from a source you trust, or export it again."),
        name=name,
    )
