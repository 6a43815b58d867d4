"""The sample district as a project, ready to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_sample_project"]


def make_sample_project(path: Path, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> Path:
    """
    Import the sample layers into a new project. If that fails or is cancelled no file stays.

    Parameters
    ----------
    path : Path
        The file to make.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the file exists already.
    CancelledError
        If the user cancelled.
    """
    raise NotImplementedError
