"""Tiles from the network kept in a folder of this computer; the oldest go when it grows too large."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.exchange.tile_archive import MOST_TILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TileStore"]

_LEAVE: Final = 0.8
"""Share of the limit that is kept when the oldest go."""


class TileStore:
    """
    A folder of tiles. Safe to use from several threads; another process may clear it at any time.

    Parameters
    ----------
    folder : Path
        Where; made when the first tile comes.
    limit_bytes : int
        How large it may grow.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self._limit_bytes = folder, limit_bytes
        self._lock = threading.Lock()
        self._held_bytes: int | None = None

    def get(self, source: str, z: int, x: int, y: int) -> bytes | None:
        """
        Give a tile, and count it as used now.

        Parameters
        ----------
        source : str
            Whose; letters and digits.
        z, x, y : int
            Zoom, column, row.

        Returns
        -------
        bytes or None
            None if it is not kept.
        """
        path = self._path(source, z, x, y)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return content if 0 < len(content) <= MOST_TILE_BYTES else None

    def put(self, source: str, z: int, x: int, y: int, content: bytes) -> None:
        """
        Keep a tile. A folder that cannot be written keeps nothing: the map does without it.

        Parameters
        ----------
        source : str
            Whose; letters and digits.
        z, x, y : int
            Zoom, column, row.
        content : bytes
            The picture.
        """
        path = self._path(source, z, x, y)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".tile-")
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(draft).replace(path)
        except OSError:
            return
        with self._lock:
            held = self._sum() if self._held_bytes is None else self._held_bytes + len(content)
            self._held_bytes = self._shrunk() if held > self._limit_bytes else held

    def _path(self, source: str, z: int, x: int, y: int) -> Path:
        return self._folder / source / str(z) / str(x) / f"{y}.tile"

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.rglob("*.tile"):
            try:
                state = path.stat()
            except OSError:
                continue
            yield state.st_mtime, state.st_size, path

    def _sum(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _shrunk(self) -> int:
        """Delete the tiles that were not used for longest; O(n log n) in the tiles."""
        files = sorted(self._files())
        held = sum(size for _, size, _ in files)
        for _, size, path in files:
            if held <= self._limit_bytes * _LEAVE:
                break
            path.unlink(missing_ok=True)
            held -= size
        return held
