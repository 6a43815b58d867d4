"""Projects under a password, for laptops that leave the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.project.protecting import (
    PROTECTED,
    SHORTEST_PASSWORD,
    open_copies,
    protect_file,
    protected_name,
    unprotect_file,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "PROTECTED",
    "SHORTEST_PASSWORD",
    "Protection",
    "protect_project",
    "protected_name",
    "unprotect_project",
]


@dataclass(frozen=True)
class Protection:
    """
    What became of a project that was protected.

    Parameters
    ----------
    container : Path
        Where it is now.
    open_copies : tuple of Path
        Older states of it that still lie beside it unprotected.
    """

    container: Path
    open_copies: tuple[Path, ...]


def protect_project(
    project: Path, password: str, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> Protection:
    """
    Put a closed project under a password; its file is replaced by a container with ``.protected`` behind the name.

    Parameters
    ----------
    project : Path
        The project file.
    password : str
        At least `SHORTEST_PASSWORD` characters. Nobody can help if it is forgotten.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    Protection
        Where it is now, and what still lies open beside it.

    Raises
    ------
    InputError
        As `patrolmap.project.protecting.protect_file`.
    """
    container = protect_file(project, password, progress=progress, cancel=cancel)
    return Protection(container, open_copies(project))


def unprotect_project(
    container: Path,
    password: str,
    *,
    keep: bool = False,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Path:
    """
    Make the project of a container again.

    Parameters
    ----------
    container : Path
        A file that ends in ``.protected``.
    password : str
        What it was protected with.
    keep : bool, default False
        Whether the container stays.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    Path
        The project file.

    Raises
    ------
    InputError
        As `patrolmap.project.protecting.unprotect_file`.
    """
    return unprotect_file(container, password, keep=keep, progress=progress, cancel=cancel)
