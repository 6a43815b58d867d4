"""Folders for what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_folder"]


def make_folder(folder: Path) -> None:
    """
    Make a folder with all above it, if it is missing.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    InputError
        If a file has that name.
    PatrolmapError
        If the system refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError(
            N_("{path} is a file, not a folder."), remedy=N_("Choose another folder."), path=str(folder)
        ) from error
    except OSError as error:
        raise PatrolmapError(
            N_("The folder {path} cannot be made."),
            why=N_("The system says: {cause}."),
            remedy=N_("Choose another folder."),
            path=str(folder),
            cause=str(error.strerror),
        ) from error
