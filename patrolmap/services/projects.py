"""Make and open projects, and choose their reference systems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.frame import WGS84, SpatialFrame
from patrolmap.progress import NO_CANCEL, NO_PROGRESS
from patrolmap.project.check import examine
from patrolmap.project.opening import looked_at
from patrolmap.project.rescue import rescue_file
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.check import CheckReport
    from patrolmap.project.rescue import RescuedTable

__all__ = [
    "WANTED_CRS",
    "check_project",
    "create_project",
    "frame_around",
    "has_journal_entry",
    "open_project",
    "rescue_project",
    "verify_journal",
]

WANTED_CRS: Final = "wanted_stored_crs"
"""The setting that keeps the user's wish until the first import knows where the district lies."""

_GEOGRAPHIC: Final = ("EPSG:4326", "EPSG:4490")


def create_project(path: Path, name: str, crs: str = "auto") -> ProjectStore:
    """
    Make an empty project.

    Parameters
    ----------
    path : Path
        The file to make.
    name : str
        Name of the district; empty takes the file's name.
    crs : str, default "auto"
        ``auto``: WGS 84, and metres in the UTM zone of the first import. ``EPSG:4326`` or ``EPSG:4490``: stored so, metres
        as with auto. Any other ``EPSG:n`` in metres: metres in this one, stored in its geographic system.
        ``planar``: bare numbers, one unit a metre.

    Returns
    -------
    ProjectStore
        The new project, open.

    Raises
    ------
    InputError
        If the file exists already, or the reference system cannot be used.
    """
    wish = _normal_crs(crs)
    frame = _frame_of(wish)
    settings = {WANTED_CRS: wish} if frame is None and wish != "auto" else None
    return ProjectStore.create(path, name=name or path.stem, frame=frame, settings=settings)


def open_project(path: Path, *, read_only: bool = False) -> ProjectStore:
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
    ProjectStore
        As `patrolmap.project.store.ProjectStore.open`.
    """
    return ProjectStore.open(path, read_only=read_only)


def check_project(path: Path, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> CheckReport:
    """
    Examine a project file; a damaged one too, as far as it can be read.

    Parameters
    ----------
    path : Path
        The project file.
    progress : Progress
        Receives how far the examination has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    CheckReport
        What was found.

    Raises
    ------
    InputError
        If it is no project.
    """
    with looked_at(path) as connection:
        return examine(connection, progress=progress, cancel=cancel)


def rescue_project(
    damaged: Path, target: Path, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> tuple[RescuedTable, ...]:
    """
    Make a new project of what can still be read of a damaged one.

    Parameters
    ----------
    damaged : Path
        The damaged project; it is only read.
    target : Path
        The project to make.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    tuple of RescuedTable
        What was kept and what was lost of each table.

    Raises
    ------
    InputError
        If the target exists, or the file is no project.
    DamagedProjectError
        If not even the list of tables can be read.
    """
    return rescue_file(damaged, target, progress=progress, cancel=cancel)


def verify_journal(path: Path) -> tuple[int, str, int | None]:
    """
    Check that the journal of a project was not changed.

    Parameters
    ----------
    path : Path
        The project file.

    Returns
    -------
    int
        Number of entries.
    str
        Hash of the last one.
    int or None
        The first entry that was changed or before which one is missing; None if the journal is intact.
    """
    with ProjectStore.open(path, read_only=True) as project:
        return project.journal_state()


def has_journal_entry(path: Path, noted_hash: str) -> bool:
    """
    Tell whether the journal of a project still holds an entry that was noted once.

    Parameters
    ----------
    path : Path
        The project file.
    noted_hash : str
        What `verify_journal` gave as the last hash then.

    Returns
    -------
    bool
        False if the end of the journal was cut off, or the project is another one.
    """
    with ProjectStore.open(path, read_only=True) as project:
        return project.has_journal_entry(noted_hash)


def frame_around(project: ProjectStore, lon: float, lat: float) -> SpatialFrame:
    """
    Choose the reference systems of a project by where its first data lie.

    Parameters
    ----------
    project : ProjectStore
        A project without a frame.
    lon, lat : float
        Centre of the data, degrees.

    Returns
    -------
    SpatialFrame
        In the stored system that the user wished for when the project was made, else WGS 84.
    """
    return SpatialFrame.around(lon, lat, project.setting(WANTED_CRS, WGS84))


def _normal_crs(crs: str) -> str:
    wish = crs.strip()
    if wish.lower() in {"auto", "planar"}:
        return wish.lower()
    if wish.lower() in {"wgs84", "cgcs2000"}:
        return "EPSG:4326" if wish.lower() == "wgs84" else "EPSG:4490"
    if re.fullmatch(r"epsg:\d{1,6}", wish, flags=re.IGNORECASE):
        return wish.upper()
    raise InputError(
        N_("“{crs}” is no coordinate system that a project can have."),
        remedy=N_("Write auto, planar, EPSG:4326, EPSG:4490, or the EPSG number of a system in metres."),
        crs=crs,
    )


def _frame_of(wish: str) -> SpatialFrame | None:
    import pyproj

    if wish == "planar":
        return SpatialFrame.planar()
    if wish == "auto" or wish in _GEOGRAPHIC:
        return None
    try:
        system = pyproj.CRS.from_user_input(wish)
    except pyproj.exceptions.CRSError as error:
        raise _unusable(wish) from error
    if not system.is_projected or any(axis.unit_name != "metre" for axis in system.axis_info):
        raise _unusable(wish)
    base = system.geodetic_crs
    stored = "EPSG:4490" if base is not None and base.to_epsg() == 4490 else WGS84
    return SpatialFrame(stored, wish)


def _unusable(wish: str) -> InputError:
    return InputError(
        N_("{crs} is not a coordinate system in metres."),
        remedy=N_("Write auto, planar, EPSG:4326, EPSG:4490, or the EPSG number of a system in metres."),
        crs=wish,
    )
