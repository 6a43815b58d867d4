"""The only finder of `assets/`, `docs/` and `sample_layers/`: in a source tree, a wheel or a frozen program."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_

__all__ = ["asset", "guide_page", "resource_roots", "sample_layer"]


def resource_roots() -> tuple[Path, ...]:
    """
    List the folders that may hold `assets`, `docs` and `sample_layers`, the likeliest first.

    Returns
    -------
    tuple of Path
        The frozen program's folder if there is one, the wheel's ``patrolmap/_bundled``, the source tree.
    """
    package = Path(__file__).resolve().parent
    roots = [package / "_bundled", package.parent]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        roots.insert(0, Path(frozen))
    return tuple(roots)


def asset(relative: str) -> Path:
    """
    Find a file or folder below `assets/`.

    Parameters
    ----------
    relative : str
        Path below `assets/`, with forward slashes.

    Returns
    -------
    Path
        An existing path.

    Raises
    ------
    PatrolmapError
        If the installation lacks it.
    """
    return _find("assets", relative)


def guide_page(relative: str) -> Path:
    """
    Find a page of the user guide below `docs/`.

    Parameters
    ----------
    relative : str
        Path below `docs/`, with forward slashes, such as ``zh/window.md``.

    Returns
    -------
    Path
        An existing path.

    Raises
    ------
    PatrolmapError
        If the installation lacks it.
    """
    return _find("docs", relative)


def sample_layer(relative: str) -> Path:
    """
    Find a file or folder below `sample_layers/`.

    Parameters
    ----------
    relative : str
        Path below `sample_layers/`, with forward slashes.

    Returns
    -------
    Path
        An existing path.

    Raises
    ------
    PatrolmapError
        If the installation lacks it.
    """
    return _find("sample_layers", relative)


@cache
def _find(folder: str, relative: str) -> Path:
    for root in resource_roots():
        candidate = root / folder / relative
        if candidate.exists():
            return candidate
    raise PatrolmapError(
        N_("A part of the program is missing: {part}."),
        why=N_("The installation is incomplete."),
        remedy=N_("Install patrolmap again."),
        part=f"{folder}/{relative}",
    )
