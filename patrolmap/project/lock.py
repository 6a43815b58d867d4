"""One program writes a project at a time: a lock file beside it, held by the operating system, gone with the process."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["ProjectLock"]

_FAR_BYTE = 1 << 30


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
        self._file: BinaryIO | None = None

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
            file = self._path.open("a+b")
            if not _try_lock(file):
                file.close()
                return False
            if _is_same_file(file, self._path):
                break
            file.close()
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"user": _user(), "host": socket.gethostname(), "pid": os.getpid()}).encode())
        file.flush()
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
            words = json.loads(self._path.read_bytes())
            return f"{words['user']}@{words['host']}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._file is None:
            return
        if sys.platform == "win32":
            self._file.close()
            with suppress(OSError):  # another program may have opened it in between; it is then theirs to remove
                self._path.unlink()
        else:
            self._path.unlink(missing_ok=True)
            self._file.close()
        self._file = None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def _is_same_file(file: BinaryIO, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(file.fileno())
    return (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(_FAR_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
