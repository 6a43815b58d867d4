"""The sample district as a project, ready to work with."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project
from patrolmap.services.sample import sample_district_name, sample_files

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

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
        If the file exists already, or its folder cannot be written.
    CancelledError
        If the user cancelled.
    """
    project = create_project(path, sample_district_name())
    try:
        with closing(project):
            _fill(project, progress, cancel)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _fill(project: ProjectStore, progress: Progress, cancel: Cancel) -> None:
    files = sample_files()
    sizes = [file.path.stat().st_size for file in files]
    done = 0
    for file, size in zip(files, sizes, strict=True):
        raise_if_cancelled(cancel)
        start, end = done / sum(sizes), (done + size) / sum(sizes)
        progress(start, file.title)
        import_file(
            project, file.path, file.layer, crs=file.crs, progress=SubProgress(progress, start, end), cancel=cancel
        )
        done += size
    progress(1.0)
