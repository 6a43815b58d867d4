"""One program writes a project at a time: a lock file beside it, held by the operating system, gone with the process."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from contextlib import ExitStack, suppress
from io import FileIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ProjectLock"]

_FAR_BYTE = 1 << 30
_MOST_BYTES = 4096


class ProjectLock:
    """
    The right to write a project.

    Parameters
    ----------
    project : Path
        The project file; the lock file is beside it, with ``.lock`` after its name.
    """

    def __init__(self, project: Path) -> None:
        self._path = project.with_name(project.name + ".lock")
        self._file: FileIO | None = None

    def acquire(self) -> bool:
        """
        Take the lock if it is free.

        Returns
        -------
        bool
            False if another open project holds it.

        Raises
        ------
        OSError
            If the lock file cannot be made, as in a read-only folder.
        """
        while True:
            with ExitStack() as unless_taken:
                file = unless_taken.enter_context(_opened(self._path))
                if not _try_lock(file):
                    return False
                if not _is_same_file(file, self._path):
                    continue
                # On a full disk it is held all the same; only who holds it cannot be told.
                with suppress(OSError):
                    file.truncate(0)
                    file.write(json.dumps({"user": _user(), "host": socket.gethostname(), "pid": os.getpid()}).encode())
                unless_taken.pop_all()
                self._file = file
                return True

    def holder(self) -> str:
        """
        Name who holds the lock.

        Returns
        -------
        str
            ``user@host``; empty if it cannot be told.
        """
        try:
            with self._path.open("rb") as file:
                words = json.loads(file.read(_MOST_BYTES))
            return f"{words['user']}@{words['host']}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._file is None:
            return
        file, self._file = self._file, None
        # Another program may have opened it on Windows, and is then to remove it; or the disk went away.
        if sys.platform == "win32":
            file.close()
            with suppress(OSError):
                self._path.unlink()
        else:
            with suppress(OSError):
                self._path.unlink()
            file.close()


def _opened(path: Path) -> FileIO:
    # Not through a link: where a stranger laid one, another file would be emptied.
    return FileIO(path, "a+", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), 0o666))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def _is_same_file(file: FileIO, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(file.fileno())
    return (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: FileIO) -> bool:
        file.seek(_FAR_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: FileIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
