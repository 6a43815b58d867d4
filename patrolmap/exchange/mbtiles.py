"""MBTiles 1.3: map tiles in a SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Final

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

__all__ = ["MbTiles"]

_STEPS: Final = 200_000
_MOST_CALLS: Final = 40
_MOST_TEXT: Final = 2_000
_TILE: Final = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1"


class MbTiles(FileArchive[sqlite3.Connection]):
    """
    Tiles of an MBTiles file.

    The file is read only; functions named in it are not trusted, a view that never ends is cut off, and no value larger than a
    tile may be is read.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        If it is damaged, has no tiles, or its tiles are vectors.
    """

    _FAILURES = (sqlite3.Error,)

    def __init__(self, path: Path) -> None:
        self._calls = 0
        super().__init__(path)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """
        Give a tile.

        Parameters
        ----------
        z, x, y : int
            Zoom, column, row from the north; MBTiles count rows from the south.

        Returns
        -------
        bytes or None
            None where there is none that can be read as a picture.
        """
        if not 0 <= z <= MOST_ZOOM:
            return None
        with self._lock, contextlib.suppress(sqlite3.Error):
            # A hole in a background is no reason to stop: a damaged page loses the tiles on it.
            self._calls = 0
            row = self._file.execute(_TILE, (z, x, (1 << z) - 1 - y)).fetchone()
            if row is not None and isinstance(row[0], bytes) and is_picture(row[0]):
                return row[0]
        return None

    def _opened(self) -> sqlite3.Connection:
        made = sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode=ro&immutable=1",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._harden(made)
        except BaseException:
            made.close()
            raise
        return made

    def _harden(self, made: sqlite3.Connection) -> None:
        made.execute("PRAGMA trusted_schema = OFF")
        made.execute("PRAGMA cell_size_check = ON")
        made.execute("PRAGMA query_only = ON")
        made.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE_BYTES)
        made.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        made.set_progress_handler(self._is_endless, _STEPS)

    def _is_endless(self) -> bool:
        self._calls += 1
        return self._calls > _MOST_CALLS

    def _read_info(self) -> ArchiveInfo:
        said = {}
        with contextlib.suppress(sqlite3.OperationalError):  # a file without the table still has its tiles
            rows = self._file.execute("SELECT name, value FROM metadata LIMIT 200").fetchall()
            said = {str(name): str(value)[:_MOST_TEXT] for name, value in rows if value is not None}
        if said.get("format", "png") == "pbf":
            raise InputError(
                N_("“{name}” holds vector tiles, not pictures."),
                remedy=N_("Choose a file of PNG, JPEG or WebP tiles."),
                name=self._path.name,
            )
        self._calls = 0
        low, high = self._file.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        if not isinstance(low, int) or not isinstance(high, int) or not 0 <= low <= high <= MOST_ZOOM:
            raise broken_archive(self._path, "no tiles")
        return ArchiveInfo(said.get("name", "") or self._path.stem, said.get("attribution", ""), low, high)
