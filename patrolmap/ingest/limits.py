"""How much a file from outside may ask for, and the first look at what is under a path."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_
from patrolmap.progress import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "MAX_COLUMNS",
    "MAX_FILE_BYTES",
    "MAX_LINE_BYTES",
    "MAX_ROWS",
    "MAX_TEXT_BYTES",
    "check_columns",
    "check_file",
    "check_rows",
    "reading",
]

_SOURCE_LINE: Final = re.compile(r"\S+\.(?:cpp|c|h), \d+: ")  # where in a library it failed is of no use
MAX_COLUMNS: Final = 2_000
MAX_ROWS: Final = 3_000_000
MAX_FILE_BYTES: Final = 2 * 1024**3
MAX_TEXT_BYTES: Final = 256 * 1024**2
MAX_LINE_BYTES: Final = 1024**2


def check_file(path: Path, limit_bytes: int = MAX_FILE_BYTES) -> None:
    """
    Refuse what is no file, is empty or is too large.

    Parameters
    ----------
    path : Path
        What the user gave.
    limit_bytes : int, default MAX_FILE_BYTES
        The largest size accepted.

    Raises
    ------
    InputError
        If it does not exist, is a folder, cannot be opened, is empty or is too large.
    """
    remedy = N_("Give the path of a GeoJSON, GeoPackage, Shapefile, CSV, Excel or OpenStreetMap file.")
    if path.is_dir():
        raise InputError(N_("“{name}” is a folder, not a file."), remedy=remedy, name=path.name)
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for ever, and a device never ends
            raise InputError(N_("“{name}” is no file but a device."), remedy=remedy, name=path.name)
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
    except FileNotFoundError as error:
        raise InputError(N_("There is no file “{name}”."), remedy=remedy, name=str(path)) from error
    except (OSError, ValueError) as error:
        raise InputError(
            N_("“{name}” cannot be opened."), why=N_("The system says: {detail}."), name=path.name, detail=str(error)
        ) from error
    if size == 0:
        raise InputError(N_("“{name}” is empty."), remedy=N_("Export it again from where it came."), name=path.name)
    if size > limit_bytes:
        raise _too_large(path.name, size, limit_bytes)


def check_columns(name: str, count: int) -> None:
    """
    Refuse a table that is too wide.

    Parameters
    ----------
    name : str
        File name.
    count : int
        How many columns it has.

    Raises
    ------
    InputError
        If there are more than `MAX_COLUMNS`.
    """
    if count > MAX_COLUMNS:
        raise InputError(
            N_("“{name}” has {count} columns; {limit} are the most that can be read."),
            remedy=N_("Keep only the columns that are needed, and check that rows and columns are not swapped."),
            name=name,
            count=count,
            limit=MAX_COLUMNS,
        )


def check_rows(name: str, count: int) -> None:
    """
    Refuse a table that is too long.

    Parameters
    ----------
    name : str
        File name.
    count : int
        How many rows it has.

    Raises
    ------
    InputError
        If there are more than `MAX_ROWS`.
    """
    if count > MAX_ROWS:
        raise InputError(
            N_("“{name}” has more than {limit} rows."),
            remedy=N_("Split it, by year for example, and import the parts one by one."),
            name=name,
            limit=MAX_ROWS,
        )


@contextmanager
def reading(name: str, kind: str) -> Iterator[None]:
    """
    Turn whatever a library says about a broken file into the user's error.

    Parameters
    ----------
    name : str
        File name.
    kind : str
        Format, such as ``"Excel"``.

    Yields
    ------
    None
        While the library reads.

    Raises
    ------
    InputError
        In place of any error of the library.
    """
    try:
        yield
    except (PatrolmapError, CancelledError, MemoryError):
        raise
    except Exception as error:  # a damaged file makes parsers fail in every way there is
        raise InputError(
            N_("“{name}” cannot be read as {kind}."),
            why=N_("The file is damaged, cut off, or not what its name says ({detail})."),
            remedy=N_("Open it in the program it came from and save it again."),
            name=name,
            kind=kind,
            detail=_SOURCE_LINE.sub("", " ".join(str(error).split()))[:200] or type(error).__name__,
        ) from error


def _too_large(name: str, size: int, limit: int) -> InputError:
    return InputError(
        N_("“{name}” is too large: {size_mb} MB; {limit_mb} MB can be read."),
        remedy=N_("Split it, or export only the district."),
        name=name,
        size_mb=round(size / 1024**2),
        limit_mb=round(limit / 1024**2),
    )
