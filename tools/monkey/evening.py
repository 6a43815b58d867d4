"""The sample district on an evening: hotspots found and a shift planned, so that the monkey meets a board with teams on it."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Final

from patrolmap.services.hotspots import find_hotspots
from patrolmap.services.planning import plan_shift, shift_at
from patrolmap.services.projects import open_project

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_evening"]

_ITERATIONS: Final = 200


def make_evening(sample: Path, path: Path) -> Path:
    """
    Make a project as it is an hour before the patrols go out.

    Parameters
    ----------
    sample : Path
        The sample project; it stays as it is.
    path : Path
        The file to make.

    Returns
    -------
    Path
        The file.
    """
    shutil.copyfile(sample, path)
    with closing(open_project(path)) as project:
        find_hotspots(project)
        plan_shift(project, shift_at(dt.date(2026, 10, 16), "20:00", "02:00"), iterations=_ITERATIONS)
    return path
