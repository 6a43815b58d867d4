"""PMTiles version 3: map tiles in one file with directories of their own (github.com/protomaps/PMTiles, spec v3)."""

from __future__ import annotations

import json
import struct
import zlib
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from patrolmap.errors import InputError
from patrolmap.exchange.tile_archive import (
    MOST_TILE_BYTES,
    MOST_ZOOM,
    ArchiveInfo,
    FileArchive,
    broken_archive,
    is_picture,
)
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PmTiles", "tile_id"]

_HEAD: Final = struct.Struct("<7sB11Q6B")
_HEAD_BYTES: Final = 127
_NONE, _GZIP = 1, 2
_VECTOR: Final = 1
_MOST_DIRECTORY_BYTES: Final = 16 * 2**20
_MOST_ENTRIES: Final = 1_000_000
_MOST_DEPTH: Final = 4
_KEPT_DIRECTORIES: Final = 32
_GZIP_HEAD: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class _Directory:
    """Entries sorted by tile id; a run of 0 points at another directory."""

    ids: list[int]
    runs: list[int]
    lengths: list[int]
    offsets: list[int]


class PmTiles(FileArchive[BinaryIO]):
    """
    Tiles of a PMTiles file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        If it is damaged, of another version, packed in a way that is not supported, or its tiles are vectors.
    """

    _FAILURES = (OSError, ValueError, struct.error)

    def __init__(self, path: Path) -> None:
        self._leaves: OrderedDict[int, _Directory] = OrderedDict()
        super().__init__(path)

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
            None where there is none that can be read as a picture. O(log entries) for each of at most 4 directories.
        """
        edge = 1 << z if 0 <= z <= MOST_ZOOM else 0
        if not (0 <= x < edge and 0 <= y < edge):
            return None
        with self._lock:
            try:
                content = self._find(tile_id(z, x, y))
            except (InputError, OSError, ValueError):
                # A hole in a background is no reason to stop: a damaged directory loses its tiles.
                return None
        return content if content is not None and is_picture(content) else None

    def _opened(self) -> BinaryIO:
        return self._path.open("rb")

    def _read_info(self) -> ArchiveInfo:
        self._size = self._path.stat().st_size
        head = _HEAD.unpack(self._bytes_at(0, _HEAD_BYTES)[: _HEAD.size])
        if head[1] != 3:
            raise broken_archive(self._path, f"version {head[1]}")
        root_at, root_bytes, said_at, said_bytes, self._leaves_at, self._leaves_bytes, self._data_at, _ = head[2:10]
        packing, self._tile_packing, kind, low, high = head[14:19]
        if kind == _VECTOR:
            raise InputError(
                N_("“{name}” holds vector tiles, not pictures."),
                remedy=N_("Choose a file of PNG, JPEG or WebP tiles."),
                name=self._path.name,
            )
        if packing not in {_NONE, _GZIP} or self._tile_packing not in {0, _NONE, _GZIP}:
            raise broken_archive(self._path, f"compression {packing}, {self._tile_packing}")
        if not low <= high <= MOST_ZOOM:
            raise broken_archive(self._path, f"zoom {low} to {high}")
        self._packing = packing
        self._root = self._directory(root_at, root_bytes)
        said = self._said(said_at, said_bytes)
        name, credit = said.get("name"), said.get("attribution")
        return ArchiveInfo(
            str(name)[:200] if name else self._path.stem, str(credit)[:2000] if credit else "", low, high
        )

    def _said(self, at: int, size: int) -> dict[str, object]:
        try:
            found = json.loads(self._unpacked(self._bytes_at(at, size), self._packing, _MOST_DIRECTORY_BYTES))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _find(self, wanted: int) -> bytes | None:
        directory = self._root
        for _ in range(_MOST_DEPTH):
            place = bisect_right(directory.ids, wanted) - 1
            if place < 0:
                return None
            run, at, size = directory.runs[place], directory.offsets[place], directory.lengths[place]
            if run:
                if wanted >= directory.ids[place] + run or size > MOST_TILE_BYTES:
                    return None
                packed = self._bytes_at(self._data_at + at, size)
                return self._unpacked(packed, self._tile_packing, MOST_TILE_BYTES)
            directory = self._leaf(at, size)
        return None

    def _leaf(self, at: int, size: int) -> _Directory:
        if at in self._leaves:
            self._leaves.move_to_end(at)
            return self._leaves[at]
        if at + size > self._leaves_bytes:
            raise broken_archive(self._path, "a directory lies outside")
        self._leaves[at] = self._directory(self._leaves_at + at, size)
        while len(self._leaves) > _KEPT_DIRECTORIES:
            self._leaves.popitem(last=False)
        return self._leaves[at]

    def _directory(self, at: int, size: int) -> _Directory:
        content = self._unpacked(self._bytes_at(at, size), self._packing, _MOST_DIRECTORY_BYTES)
        numbers = _varints(content)
        count = numbers[0] if numbers else 0
        if count > _MOST_ENTRIES or len(numbers) != 1 + 4 * count:
            raise broken_archive(self._path, "a directory is damaged")
        deltas, runs = numbers[1 : 1 + count], numbers[1 + count : 1 + 2 * count]
        lengths, coded = numbers[1 + 2 * count : 1 + 3 * count], numbers[1 + 3 * count :]
        ids: list[int] = []
        offsets: list[int] = []
        here = 0
        for place, delta in enumerate(deltas):
            here += delta
            ids.append(here)
            follows = coded[place] == 0 and place > 0
            offsets.append(offsets[-1] + lengths[place - 1] if follows else coded[place] - 1)
        return _Directory(ids, runs, lengths, offsets)

    def _bytes_at(self, at: int, size: int) -> bytes:
        if size > _MOST_DIRECTORY_BYTES or at < 0 or at + size > self._size:
            raise broken_archive(self._path, "it is shorter than its head says")
        self._file.seek(at)
        return self._file.read(size)

    def _unpacked(self, content: bytes, packing: int, most_bytes: int) -> bytes:
        if packing != _GZIP:
            return content
        try:
            unpacker = zlib.decompressobj(_GZIP_HEAD)
            made = unpacker.decompress(content, most_bytes + 1)
        except zlib.error as error:
            raise broken_archive(self._path, str(error)) from error
        if len(made) > most_bytes:
            raise broken_archive(self._path, f"more than {most_bytes // 2**20} MB in one piece")
        return made


def tile_id(z: int, x: int, y: int) -> int:
    """
    Count a tile along the Hilbert curves of all zooms.

    Parameters
    ----------
    z, x, y : int
        Zoom, column, row from the north.

    Returns
    -------
    int
        As in section 4.1 of the specification: 0 for the tile of zoom 0.
    """
    number, side = ((1 << 2 * z) - 1) // 3, 1 << z
    step = side >> 1
    while step:
        right, down = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        step >>= 1
    return number


def _varints(content: bytes) -> list[int]:
    """Read all numbers, 7 bits a byte, the low bits first; one that is cut off, or longer than 10 bytes, is an error."""
    numbers, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
        else:
            shift += 7
            if shift > 63:
                msg = "a number of a directory is too long"
                raise ValueError(msg)
    if shift:
        msg = "a directory is cut off"
        raise ValueError(msg)
    return numbers
