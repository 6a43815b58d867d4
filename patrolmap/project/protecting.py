"""A project closed up under a password, and opened again. At every moment one of the two files is whole on the disk."""

from __future__ import annotations

import glob
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.project import journal
from patrolmap.project.complaints import explained
from patrolmap.project.lock import ProjectLock
from patrolmap.project.opening import looked_at, open_file
from patrolmap.project.sealing import SealHead, read_head, seal, unseal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["PROTECTED", "SHORTEST_PASSWORD", "open_copies", "protect_file", "protected_name", "unprotect_file"]

PROTECTED: Final = ".protected"
"""What follows the name of a project in the name of its container."""

SHORTEST_PASSWORD: Final = 8


def protected_name(project: Path) -> Path:
    """
    Name the container of a project.

    Parameters
    ----------
    project : Path
        The project file.

    Returns
    -------
    Path
        The same name with ``.protected`` behind it.
    """
    return project.with_name(project.name + PROTECTED)


def open_copies(project: Path) -> tuple[Path, ...]:
    """
    Find files beside a project that hold it, or an older state of it, unprotected.

    Parameters
    ----------
    project : Path
        The project file, there or not.

    Returns
    -------
    tuple of Path
        Backups of migrations and rescued copies, by name.
    """
    stem, kind = glob.escape(project.stem), glob.escape(project.suffix)
    patterns = (f"{stem}.format-*.backup*{kind}", f"{stem}-rescued{kind}")
    return tuple(sorted(found for pattern in patterns for found in project.parent.glob(pattern)))


def protect_file(project: Path, password: str, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> Path:
    """
    Encrypt a closed project into its container, prove the container, and only then remove the project.

    Parameters
    ----------
    project : Path
        The project file; nobody may have it open.
    password : str
        At least `SHORTEST_PASSWORD` characters.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    Path
        The container. A kill at any moment leaves the project, the container, or both.

    Raises
    ------
    InputError
        If the password is short, the project may not be written or is open elsewhere, or there is a container of
        another state of the project.
    DamagedProjectError
        If the project is damaged.
    PatrolmapError
        If the disk is full or fails.
    CancelledError
        If the user cancelled; nothing was changed then.
    """
    _require_long(password)
    opened = open_file(project, read_only=False)
    try:
        if opened.refusal is not None:
            raise opened.refusal
        with explained(project):
            hashes = _journal_hashes(opened.connection)
            opened.connection.close()
        container = protected_name(project)
        _require_succession(container, project, hashes)
        _remove(_clear_part(project))
        with _writing(container, _sealed_part(container)) as part:
            _seal_proven(project, part, password, journal_hash=hashes[-1], progress=progress, cancel=cancel)
        _remove(project)
    finally:
        opened.close()
    return container


def unprotect_file(
    container: Path,
    password: str,
    *,
    keep: bool = False,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Path:
    """
    Decrypt a container to the project beside it.

    Parameters
    ----------
    container : Path
        From `protect_file`.
    password : str
        What it was protected with.
    keep : bool, default False
        Whether the container stays, as a copy of the state before the work that follows.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    Path
        The project, which only this account may read. If it lies open already and goes on from the state in the
        container, as after a crash, it is left as it is.

    Raises
    ------
    InputError
        If the password is another, or another state of the project lies beside the container.
    DamagedProjectError
        If the container was changed or cut off.
    PatrolmapError
        If the disk is full or fails.
    CancelledError
        If the user cancelled; nothing was changed then.
    """
    project = _project_of(container)
    with _locked(project):
        if project.exists():
            _prove(container, password, progress, cancel)
            with looked_at(project) as connection:
                _require_succession(container, project, _journal_hashes(connection))
        else:
            with _writing(project, _clear_part(project)) as part, container.open("rb") as source:
                unseal(source, container, password, part, progress=progress, cancel=cancel)
        if not keep:
            _remove(container)
    return project


@contextmanager
def _locked(project: Path) -> Iterator[None]:
    lock = ProjectLock(project)
    try:
        free = lock.acquire()
    except OSError as error:
        raise _unwritten(project, error) from error
    if not free:
        raise InputError(
            N_("{path} is open in another program ({holder})."),
            remedy=N_("Close it there first."),
            path=str(project),
            holder=lock.holder() or "?",
        )
    try:
        yield
    finally:
        lock.release()


def _project_of(container: Path) -> Path:
    try:
        with container.open("rb") as source:
            read_head(source, container)
    except OSError as error:
        raise InputError(
            N_("{path} cannot be read."),
            why=N_("The system says: {reason}."),
            remedy=N_("Check the name and the right to read it."),
            path=str(container),
            reason=error.strerror or str(error),
        ) from error
    if container.suffix != PROTECTED:
        raise InputError(
            N_("{path} does not end in {ending}."),
            remedy=N_("Give the file its name back: the project's, with {ending} behind it."),
            path=str(container),
            ending=PROTECTED,
        )
    return container.with_suffix("")


def _require_long(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(
            N_("The password is too short."),
            remedy=N_("Take at least {count} characters; several words are better than odd signs."),
            count=SHORTEST_PASSWORD,
        )


def _journal_hashes(connection: sqlite3.Connection) -> tuple[str, ...]:
    return (journal.FIRST_HASH, *(row[0] for row in connection.execute("SELECT hash FROM journal ORDER BY fid")))


def _require_succession(container: Path, project: Path, hashes: tuple[str, ...]) -> None:
    """Refuse to replace a container, or to take a project for it, that holds changes which the project does not have."""
    if not container.exists():
        return
    with container.open("rb") as source:
        head = read_head(source, container)
    if head.journal_hash not in hashes:
        raise InputError(
            N_("{container} holds another state of the project than {path}."),
            why=N_("It has changes that the open file does not have."),
            remedy=N_("Move one of the two to another folder, and see which you need."),
            container=str(container),
            path=str(project),
        )


def _seal_proven(
    project: Path, part: BinaryIO, password: str, *, journal_hash: str, progress: Progress, cancel: Cancel
) -> None:
    before = _stamp(project)
    with project.open("rb") as source:
        read = seal(
            source,
            part,
            password,
            size_bytes=before[0],
            journal_hash=journal_hash,
            progress=SubProgress(progress, 0.0, 0.5),
            cancel=cancel,
        )
    part.flush()
    part.seek(0)
    _, proven = unseal(part, project, password, None, progress=SubProgress(progress, 0.5, 1.0), cancel=cancel)
    if proven != read or _stamp(project) != before:
        raise InputError(
            N_("The project was written by another program meanwhile."),
            remedy=N_("Close it there, and try again; nothing was changed."),
        )


def _prove(container: Path, password: str, progress: Progress, cancel: Cancel) -> SealHead:
    with container.open("rb") as source:
        return unseal(source, container, password, None, progress=progress, cancel=cancel)[0]


def _stamp(project: Path) -> tuple[int, int, bool]:
    found = project.stat()
    aside = any(project.with_name(project.name + ending).exists() for ending in ("-journal", "-wal"))
    return found.st_size, found.st_mtime_ns, aside


def _sealed_part(container: Path) -> Path:
    return container.with_name(f".{container.name}.part")


def _clear_part(project: Path) -> Path:
    return project.with_name(f".{project.name}.unprotect.part")


@contextmanager
def _writing(path: Path, part: Path) -> Iterator[BinaryIO]:
    """Write a file beside its place, let the disk have it, and move it there whole; only this account may read it."""
    try:
        part.unlink(missing_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(part, flags, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path)
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        with suppress(OSError):  # of a folder that went away; the error that matters is on its way
            part.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    """Remove a file that the other one stands for by now, for good."""
    try:
        path.unlink(missing_ok=True)
        _sync_folder(path)
    except OSError as error:
        raise PatrolmapError(
            N_("{path} could not be removed."),
            why=N_("The system says: {reason}."),
            remedy=N_("Nothing is lost. Close it in other programs, see whether its drive is there, and try again."),
            path=str(path),
            reason=error.strerror or str(error),
        ) from error


def _unwritten(path: Path, error: OSError) -> PatrolmapError:
    return PatrolmapError(
        N_("{path} could not be written."),
        why=N_("The system says: {reason}."),
        remedy=N_("Free some space, or see whether the folder may be written; nothing was changed."),
        path=str(path),
        reason=error.strerror or str(error),
    )


def _sync_folder(path: Path) -> None:
    """Let the disk know the new name of a file; Windows does so by itself."""
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
