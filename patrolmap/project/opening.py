"""Making a project file and opening one: the lock, the checks, the changes that others made meanwhile."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.project import inspection, journal, outside
from patrolmap.project.complaints import explained
from patrolmap.project.connection import connect, require_geopackage, transaction
from patrolmap.project.frames import write_frame
from patrolmap.project.lock import ProjectLock
from patrolmap.project.migrations import migrate, schema_version
from patrolmap.project.operations import apply_edit
from patrolmap.project.schema import SCHEMA_VERSION, create_schema, srs_id
from patrolmap.whole_files import drafted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from patrolmap.model.edits import JSON
    from patrolmap.model.frame import SpatialFrame

__all__ = ["Opened", "create_file", "looked_at", "open_file"]


@dataclass
class Opened:
    """
    What an open project holds of the system.

    Parameters
    ----------
    connection : sqlite3.Connection
        The file.
    lock : ProjectLock or None
        The right to write; None if read-only.
    refusal : InputError or None
        Why changes are refused; None if they are not.
    backup_path : Path or None
        The copy made before a migration.
    """

    connection: sqlite3.Connection
    lock: ProjectLock | None
    refusal: InputError | None = None
    backup_path: Path | None = None

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""
        return self.refusal is not None

    @property
    def notice(self) -> Message | None:
        """Why the project is read-only although nobody asked for that."""
        return self.refusal.why if self.refusal is not None and self.refusal.why.template else None

    def close(self) -> None:
        """Close the file and release the lock."""
        self.connection.close()
        if self.lock is not None:
            self.lock.release()


def create_file(path: Path, settings: Mapping[str, JSON], frame: SpatialFrame | None) -> None:
    """
    Make an empty project: beside its place first, then moved there whole.

    Parameters
    ----------
    path : Path
        The file to make.
    settings : mapping of str to JSON
        Its first settings, with ``name``, the name of the district.
    frame : SpatialFrame or None
        Its reference systems; None if they are not chosen yet.

    Raises
    ------
    InputError
        If there is such a file already, or its folder cannot be written.
    """
    _require_free(path)
    with drafted(path) as draft:
        with explained(path):
            _fill(draft, settings, frame)
        _require_free(path)


def open_file(path: Path, *, read_only: bool) -> Opened:
    """
    Open a project file, bring it up to date, and note what other programs changed in it.

    Parameters
    ----------
    path : Path
        The project file.
    read_only : bool
        Whether only to look at it.

    Returns
    -------
    Opened
        The connection, with the lock if changes are allowed.
    """
    require_geopackage(path)
    _finish_broken_off(path)
    lock, refusal = (None, _asked(path)) if read_only else _try_to_lock(path)
    try:
        with explained(path):
            connection = connect(path, read_only=lock is None)
            try:
                return _checked(path, connection, lock, refusal)
            except BaseException:
                connection.close()
                raise
    except BaseException:
        if lock is not None:
            lock.release()
        raise


@contextmanager
def looked_at(path: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a file for an examination, whatever state it is in.

    Parameters
    ----------
    path : Path
        The project file.

    Yields
    ------
    sqlite3.Connection
        Read-only.
    """
    require_geopackage(path)
    _finish_broken_off(path)
    with explained(path), closing(connect(path, read_only=True)) as connection:
        _require_own_tables(path, connection)
        yield connection


def _checked(
    path: Path, connection: sqlite3.Connection, lock: ProjectLock | None, refusal: InputError | None
) -> Opened:
    _require_own_tables(path, connection)
    version = schema_version(connection, path)
    kept = None
    foreign = inspection.foreign_parts(connection)
    if foreign and lock is not None:
        lock.release()
        connection.execute("PRAGMA query_only = ON")
        why = N_("It holds instructions that are not of patrolmap: {names}.")
        lock, refusal = None, _read_only(path, why, names=list(foreign))
    if lock is not None:
        kept = migrate(connection, path)
        outside.note_changes(connection)
    elif version != SCHEMA_VERSION:
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.backup(copy)
        connection.close()
        connection = copy
        migrate(connection, path, keep_backup=False)
    return Opened(connection, lock, refusal, kept)


def _require_own_tables(path: Path, connection: sqlite3.Connection) -> None:
    replaced = inspection.replaced_tables(connection)
    if replaced:
        raise InputError(
            N_("{path} is not opened: it was tampered with."),
            why=N_("In place of tables it holds instructions that are not of patrolmap: {names}."),
            remedy=N_("Do not use this file; take a backup, and ask whoever gave you the file."),
            path=str(path),
            names=list(replaced),
        )


def _finish_broken_off(path: Path) -> None:
    """Let SQLite take back a transaction that a crash broke off, which a read-only connection could not."""
    if path.with_name(path.name + "-journal").exists() and os.access(path, os.W_OK):
        with explained(path):
            connection = connect(path, read_only=False)
            try:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            finally:
                connection.close()


def _try_to_lock(path: Path) -> tuple[ProjectLock | None, InputError | None]:
    if not os.access(path, os.W_OK):
        return None, _read_only(path, N_("The file may not be written."))
    lock = ProjectLock(path)
    try:
        if lock.acquire():
            return lock, None
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            return None, _read_only(path, N_("The folder of the project may not be written."))
        why = N_("The lock file beside it could not be made: {reason}.")
        return None, _read_only(path, why, reason=error.strerror or str(error))
    return None, _read_only(path, N_("It is open in another program ({holder})."), holder=lock.holder() or "?")


def _asked(path: Path) -> InputError:
    return InputError(N_("{path} was opened to look at it only."), remedy=N_("Open it to change it."), path=str(path))


def _read_only(path: Path, why: str, **values: str | list[str]) -> InputError:
    return InputError(
        N_("{path} can only be looked at now; nothing was changed."),
        why=why,
        remedy=N_("Close it there or get the right to write it, then open it again."),
        path=str(path),
        **values,
    )


def _require_free(path: Path) -> None:
    try:
        is_there = path.exists()
    except OSError as error:  # such as a name that is too long
        raise InputError(
            N_("{path} cannot be made."),
            why=N_("The system says: {reason}."),
            remedy=N_("Choose a shorter name, or another folder."),
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    if is_there:
        raise InputError(
            N_("{path} exists already."),
            remedy=N_("Choose another name, or open the project that is there."),
            path=str(path),
        )
    if not path.parent.is_dir():
        raise InputError(
            N_("There is no folder {folder}."), remedy=N_("Make the folder first."), folder=str(path.parent)
        )


def _fill(part: Path, settings: Mapping[str, JSON], frame: SpatialFrame | None) -> None:
    connection = connect(part, read_only=False, create=True)
    try:
        create_schema(connection, srs_id(None))
        with transaction(connection):
            connection.execute("INSERT INTO patrolmap_project VALUES ('program_version', ?)", (__version__,))
            if frame is not None:
                write_frame(connection, frame)
            for key, value in settings.items():
                apply_edit(connection, SetSetting(key, value), (0, 0), (None, srs_id(None)))
            label = Message(N_("Project {name} made"), {"name": settings["name"]})
            journal.append(connection, "create", label, {"program_version": __version__})
    finally:
        connection.close()
