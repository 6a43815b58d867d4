"""Files of map tiles, read without trust: what all kinds share."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Protocol, TypeVar

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "MOST_TILE_BYTES",
    "MOST_ZOOM",
    "ArchiveInfo",
    "FileArchive",
    "TileArchive",
    "broken_archive",
    "is_picture",
    "open_archive",
]


class _Closable(Protocol):
    def close(self) -> None: ...


_File = TypeVar("_File", bound=_Closable)

MOST_TILE_BYTES: Final = 4 * 2**20
"""A tile that is larger is left out."""
MOST_ZOOM: Final = 24
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True)
class ArchiveInfo:
    """
    What a file of tiles says of itself.

    Parameters
    ----------
    name : str
        Its title, or the file's name.
    attribution : str
        Whom to name beside the map, as plain text; empty if it does not say.
    min_zoom, max_zoom : int
        Zooms of its tiles, 0 to 24.
    """

    name: str
    attribution: str
    min_zoom: int
    max_zoom: int


class TileArchive(Protocol):
    """Tiles of 256 or 512 pixels in Web Mercator, counted from the north-west; may be asked from any thread."""

    @property
    def info(self) -> ArchiveInfo:
        """What it says of itself."""

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """
        Give a tile.

        Parameters
        ----------
        z, x, y : int
            Zoom, column, row from the north.

        Returns
        -------
        bytes or None
            PNG, JPEG or WebP; None where there is none, or it is larger than `MOST_TILE_BYTES`.
        """

    def close(self) -> None:
        """Close the file; a second time does nothing."""


class FileArchive(ABC, Generic[_File]):
    """
    An archive in one file: how all kinds of them are opened and closed.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        If it cannot be opened, or what it says of itself cannot be read; it is closed again then.
    """

    _FAILURES: ClassVar[tuple[type[Exception], ...]] = (OSError,)
    """What goes wrong with a damaged file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with ExitStack() as on_failure:
            try:
                self._file: _File = on_failure.enter_context(closing(self._opened()))
                self._info = self._read_info()
            except self._FAILURES as error:
                raise broken_archive(path, str(error)) from error
            on_failure.pop_all()

    @property
    def info(self) -> ArchiveInfo:
        """What it says of itself."""
        return self._info

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            self._file.close()

    @abstractmethod
    def _opened(self) -> _File:
        """Open the file at `_path`."""

    @abstractmethod
    def _read_info(self) -> ArchiveInfo:
        """Read what `_file` says of itself."""


def open_archive(path: Path) -> TileArchive:
    """
    Open a file of tiles by what is in it, whatever its name.

    Parameters
    ----------
    path : Path
        MBTiles or PMTiles (version 3).

    Returns
    -------
    TileArchive
        To be closed.

    Raises
    ------
    InputError
        If it cannot be read, is neither, is damaged, or holds vectors instead of pictures.
    """
    from patrolmap.exchange.mbtiles import MbTiles
    from patrolmap.exchange.pmtiles import PmTiles

    try:
        with path.open("rb") as stream:
            head = stream.read(16)
    except OSError as error:
        raise broken_archive(path, str(error)) from error
    if head.startswith(b"SQLite format 3\x00"):
        return MbTiles(path)
    if head.startswith(b"PMTiles"):
        return PmTiles(path)
    raise InputError(
        N_("“{name}” is no file of map tiles."),
        remedy=N_("Choose an MBTiles file, or a PMTiles file of version 3."),
        name=path.name,
    )


def broken_archive(path: Path, reason: str) -> InputError:
    """
    Make the error for a file that cannot be read.

    Parameters
    ----------
    path : Path
        The file.
    reason : str
        What is wrong with it.

    Returns
    -------
    InputError
        To be raised.
    """
    return InputError(
        N_("The map tiles in “{name}” cannot be read: {reason}"),
        remedy=N_("Make or download the file again."),
        name=path.name,
        reason=reason,
    )


def is_picture(content: bytes) -> bool:
    """
    Tell a picture by its first bytes.

    Parameters
    ----------
    content : bytes
        A tile.

    Returns
    -------
    bool
        Whether it is PNG, JPEG or WebP.
    """
    return content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
