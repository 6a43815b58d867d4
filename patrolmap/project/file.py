"""`ProjectFile`: layers, settings and reference systems of an open project."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.progress import CancelledError
from patrolmap.project import history, journal, versions
from patrolmap.project.aside import PATIENCE_S, Aside, must_not_wait
from patrolmap.project.complaints import explained
from patrolmap.project.connection import transaction
from patrolmap.project.digest import content_hash
from patrolmap.project.frames import frame_to_json, read_frame, write_frame
from patrolmap.project.kinds import readable
from patrolmap.project.opening import Opened, create_file, open_file
from patrolmap.project.operations import setting_text
from patrolmap.project.outside import Watch
from patrolmap.project.rows import Condition, read_rows, read_rows_in_parts
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    import geopandas as gpd

    from patrolmap.model.edits import JSON
    from patrolmap.model.frame import SpatialFrame

__all__ = ["ProjectFile"]

_UNKNOWN: Final = ""
"""No text of a setting is empty."""

_TRIES: Final = 2
"""How often a layer that changes while it is read is read anew, before others are made to wait."""


class ProjectFile:
    """
    An open project. Make one with `create` or `open`; close it, or use it in a ``with`` statement.

    Any thread may call it; calls wait for each other. Only the thread that the program began with does not wait to read while another
    one is long at work: it reads what was there before.

    Parameters
    ----------
    path : Path
        The project file.
    opened : Opened
        Its connection and its lock.
    """

    def __init__(self, path: Path, opened: Opened) -> None:
        self._path = path
        self._opened = opened
        self._mutex = threading.RLock()
        self._aside = Aside(path)
        self._hashes: dict[str, tuple[int, str]] = {}
        self._is_closed = False
        self._known_frame: SpatialFrame | None = None
        self._known_settings: dict[str, str | None] = {}
        self._watch = None if opened.read_only else Watch(opened.connection)

    @classmethod
    def create(
        cls, path: Path, *, name: str, frame: SpatialFrame | None, settings: Mapping[str, JSON] | None = None
    ) -> Self:
        """
        Make a project that has no rows yet.

        Parameters
        ----------
        path : Path
            The file to make.
        name : str
            Name of the district.
        frame : SpatialFrame or None
            Its reference systems; None leaves the choice to the first import.
        settings : mapping of str to JSON or None
            Settings that it has from the beginning, which undo does not take away.

        Returns
        -------
        ProjectFile
            The new project, open.

        Raises
        ------
        InputError
            If there is such a file already, or its folder cannot be written.
        """
        create_file(path, {"name": name, **(settings or {})}, frame)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """
        Open a project.

        Parameters
        ----------
        path : Path
            The project file.
        read_only : bool, default False
            Whether only to look at it.

        Returns
        -------
        ProjectFile
            Read-only too if another program has it open or the file may not be written; `notice` says so.

        Raises
        ------
        InputError
            If it is no project, or made by a newer program.
        DamagedProjectError
            If the file is damaged.
        """
        return cls(path, open_file(path, read_only=read_only))

    @property
    def path(self) -> Path:
        """The project file."""
        return self._path

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""
        return self._opened.read_only

    @property
    def notice(self) -> Message | None:
        """What the user should know about how the project was opened; None if all is usual."""
        return self._opened.notice

    @property
    def backup_path(self) -> Path | None:
        """The copy that was made before an older project was brought up to date; None if none was needed."""
        return self._opened.backup_path

    @property
    def name(self) -> str:
        """Name of the district; change it by `SetSetting("name", ...)`."""
        return str(self.setting("name", self._path.stem))

    @property
    def has_frame(self) -> bool:
        """Whether the reference systems are chosen."""
        return self._frame() is not None

    @property
    def frame(self) -> SpatialFrame:
        """The reference systems; `InputError` if none are chosen, which the first import does."""
        frame = self._frame()
        if frame is None:
            raise InputError(N_("The project is still empty."), remedy=N_("Import the streets first."))
        return frame

    def set_frame(self, frame: SpatialFrame) -> None:
        """
        Choose the reference systems, once for the project.

        Parameters
        ----------
        frame : SpatialFrame
            The choice. Undo does not take it back; another choice is possible while no layer has rows, and then
            ends what could be undone.

        Raises
        ------
        InputError
            If layers have rows in another frame.
        """
        with self._changing() as connection:
            self._known_frame = None
            old = read_frame(connection)
            if old == frame:
                return
            if any(self.count(layer) for layer in LAYERS):
                raise InputError(
                    N_("The coordinate system of a project with data cannot be changed."),
                    remedy=N_("Make a new project and import the layers into it."),
                )
            if old is not None:
                history.clear(connection)
            write_frame(connection, frame)
            label = Message(N_("Coordinate system chosen"))
            journal.append(connection, "frame", label, frame_to_json(frame))

    def layer(self, name: str, *, only: tuple[str, Collection[str]] | None = None) -> gpd.GeoDataFrame:
        """
        Read a layer.

        Parameters
        ----------
        name : str
            One of `patrolmap.model.layers.LAYERS`.
        only : tuple of str and collection of str, or None
            A field, and the values of the rows that are wanted; None for all rows.

        Returns
        -------
        geopandas.GeoDataFrame
            All its columns, in the stored CRS, indexed by ``fid`` in ascending order: the layer as it was at one moment. A large one is
            read part by part, and between two parts the project is free.
        """
        spec, condition = LAYERS[name], Condition()
        if only is not None:
            marks = ", ".join("?" * len(only[1]))
            condition = Condition(f'"{spec.field(only[0]).name}" IN ({marks})', tuple(sorted(only[1])))
        for _ in range(_TRIES):
            if (found := self._layer_in_parts(spec.name, condition)) is not None:
                return found
        with self._reading() as connection:
            return read_rows(connection, spec.name, self._stored_crs(), condition)

    def _layer_in_parts(self, name: str, condition: Condition) -> gpd.GeoDataFrame | None:
        with self._reading():
            crs, before = self._stored_crs(), self._state_of(name)
        return read_rows_in_parts(self._reading, lambda: self._state_of(name) == before, name, crs, condition)

    def metric_layer(self, name: str, *, only: tuple[str, Collection[str]] | None = None) -> gpd.GeoDataFrame:
        """
        Read a layer in metres.

        Parameters
        ----------
        name : str
            One of `patrolmap.model.layers.LAYERS`.
        only : tuple of str and collection of str, or None
            As in `layer`.

        Returns
        -------
        geopandas.GeoDataFrame
            As `layer`, in the frame's metric CRS.

        Raises
        ------
        InputError
            If the reference systems are not chosen yet.
        """
        return self.frame.to_metric(self.layer(name, only=only))

    def count(self, name: str) -> int:
        """
        Count rows.

        Parameters
        ----------
        name : str
            A layer or table.

        Returns
        -------
        int
            Number of rows.
        """
        with self._reading() as connection:
            counted: int = connection.execute(f'SELECT count(*) FROM "{TABLES[name].name}"').fetchone()[0]
            return counted

    def layer_version(self, name: str) -> int:
        """
        Tell whether a layer changed since it was last read.

        Parameters
        ----------
        name : str
            A layer or table, or ``"settings"``.

        Returns
        -------
        int
            Grows with each change; also with one that a GIS made before the project was opened.
        """
        with self._reading() as connection:
            return versions.version_of(connection, name)

    def versions(self) -> dict[str, int]:
        """
        Tell at one moment how often everything changed.

        Returns
        -------
        dict of str to int
            What `layer_version` says, for each layer and table, and for ``"settings"``.
        """
        with self._reading() as connection:
            return versions.versions_of(connection)

    def content_hash(self, name: str) -> str:
        """
        Hash what a layer holds, for provenance.

        Parameters
        ----------
        name : str
            A layer or table.

        Returns
        -------
        str
            As `patrolmap.project.digest.content_hash`; computed anew only when the layer changed. The project is not held
            while a large layer is hashed, unless it changes meanwhile twice.
        """
        if found := self._hash_of(name) or self._hash_of(name):
            return found
        with self._reading():
            return self._hash_of(name) or ""

    def _hash_of(self, name: str) -> str | None:
        with self._reading() as connection:
            version = versions.version_of(connection, name)
            known = self._hashes.get(name)
            stored_crs = self._stored_crs()
        if known is not None and known[0] == version:
            return known[1]
        found = content_hash(name, stored_crs, self._reading, lambda: self.layer_version(name) == version)
        if found is not None:
            self._hashes[name] = version, found
        return found

    def setting(self, key: str, default: Any = None) -> Any:
        """
        Read a setting.

        Parameters
        ----------
        key : str
            Its name.
        default : Any, default None
            What to return if it was never set.

        Returns
        -------
        Any
            A JSON value.

        Raises
        ------
        DamagedProjectError
            If what is kept is none.
        """
        text = self._setting_text(key)
        if text is None:
            return default
        with readable(key):
            return json.loads(text)

    def _setting_text(self, key: str) -> str | None:
        # Asked for at each look at the map and at each page: the window should not wait for a layer that is just written.
        if not (self.read_only or self._is_closed):
            known = self._known_settings.get(key, _UNKNOWN)
            if known is not _UNKNOWN:
                return known
        with self._reading() as connection:
            text = setting_text(connection, key)
            if self._is_newest(connection):
                self._known_settings[key] = text
            return text

    def close(self) -> None:
        """Close the file and give it free for other programs. A second time does nothing."""
        with self._mutex:
            self._is_closed = True
            self._aside.close()
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not must_not_wait() or self.read_only:
            with self._at_hand() as connection:
                yield connection
        elif self._mutex.acquire(timeout=PATIENCE_S):
            try:
                with self._at_hand() as connection:
                    yield connection
            finally:
                self._mutex.release()
        else:
            if self._is_closed:
                raise CancelledError
            with explained(self._path), self._aside.reading() as aside:
                if aside is not None:
                    yield aside
                    return
            with self._at_hand() as connection:
                yield connection

    @contextmanager
    def _at_hand(self) -> Iterator[sqlite3.Connection]:
        """Wait for all others."""
        with self._mutex, explained(self._path):
            if self._is_closed:  # by the user, while work in the background still wanted to read
                raise CancelledError
            if self._watch is not None and not self._opened.connection.in_transaction and self._watch.look():
                self._known_settings.clear()
            yield self._opened.connection

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        if self._opened.refusal is not None:
            raise self._opened.refusal
        with self._at_hand() as connection:
            try:
                with transaction(connection):
                    yield connection
            finally:
                self._known_settings.clear()

    def _frame(self) -> SpatialFrame | None:
        # Asked for all the time, also by the window while a large layer is read: who asks should not wait for the file.
        known = self._known_frame
        if known is not None and not (self.read_only or self._is_closed):
            return known
        with self._reading() as connection:
            with readable(N_("The reference systems")):
                frame = read_frame(connection)
            if self._is_newest(connection):
                self._known_frame = frame
            return frame

    def _stored_crs(self) -> str | None:
        frame = self._frame()
        return None if frame is None else frame.stored_crs

    def _is_newest(self, connection: sqlite3.Connection) -> bool:
        """Tell whether what a connection reads cannot be out of date by now."""
        return connection is self._opened.connection

    def _state_of(self, name: str) -> tuple[bool, int, int]:
        """Give what is another as soon as the layer is: who reads, its version, and that of what other programs wrote."""
        with self._reading() as connection:
            return (
                self._is_newest(connection),
                versions.version_of(connection, name),
                connection.execute("PRAGMA data_version").fetchone()[0],
            )
