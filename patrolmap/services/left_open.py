"""Which project a program had open when it ended without closing it: by a defect, a kill, a power cut.

While a project is open, a mark lies in the user's configuration folder, and its lock is held by the operating system. A mark
that nobody holds was left by a program that is no more.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from patrolmap.project.lock import ProjectLock
from patrolmap.services.workspace import preferences_path

__all__ = ["LeftOpen", "OpenMark", "take_left_open"]

_PATTERN: Final = "open-*.json"


@dataclass(frozen=True)
class LeftOpen:
    """
    What was open.

    Parameters
    ----------
    path : Path
        The project's file.
    task : str
        The task in hand, one of the ids of the window's tasks; empty if it is not known.
    noted_at : str
        When that was noted, ISO 8601 with offset.
    """

    path: Path
    task: str
    noted_at: str


class OpenMark:
    """
    The mark of one running program.

    Parameters
    ----------
    folder : Path or None
        Where marks lie; None for the user's configuration folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or preferences_path().parent) / f"open-{uuid.uuid4().hex}.json"
        self._lock: ProjectLock | None = None

    def note(self, path: Path, task: str) -> None:
        """
        Note what is open now, whole or not at all.

        Parameters
        ----------
        path : Path
            The project's file.
        task : str
            The task in hand.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            lock = ProjectLock(self._path)
            lock.acquire()
            self._lock = lock
        noted_at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        words = {"path": str(path.resolve()), "task": task, "noted_at": noted_at}
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".open-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(words, stream, ensure_ascii=False)
        Path(draft).replace(self._path)

    def forget(self) -> None:
        """
        Take the mark away: the project is closed.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        if self._lock is None:
            return
        self._path.unlink(missing_ok=True)
        self._lock.release()
        self._lock = None


def take_left_open(folder: Path | None = None) -> tuple[LeftOpen, ...]:
    """
    List what ended programs had open, and take their marks away.

    Parameters
    ----------
    folder : Path or None
        Where marks lie; None for the user's configuration folder.

    Returns
    -------
    tuple of LeftOpen
        The latest first; projects that are gone, and marks that cannot be understood, are left out.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    place = folder or preferences_path().parent
    found = []
    for path in sorted(place.glob(_PATTERN)):
        lock = ProjectLock(path)
        if not lock.acquire():
            continue  # a program that runs
        found.append(_read(path))
        path.unlink(missing_ok=True)
        lock.release()
    known = [one for one in found if one is not None and one.path.is_file()]
    return tuple(sorted(known, key=lambda one: one.noted_at, reverse=True))


def _read(path: Path) -> LeftOpen | None:
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        return LeftOpen(Path(words["path"]), str(words["task"]), str(words["noted_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
