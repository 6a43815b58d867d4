"""Write files whole or not at all: beside their places first, and all of them before the first is renamed."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["drafted", "unwritable", "write_files"]


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """
    Give a place beside a file; what was written there takes the file's place when the block ends well, and goes otherwise.

    Parameters
    ----------
    path : Path
        The file; replaced if there is one of this name.

    Yields
    ------
    Path
        The place to write to, in the same folder.

    Raises
    ------
    InputError
        If the system refuses, in the block or at its end.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        for leftover in (
            draft,
            draft.with_name(f"{draft.name}-journal"),
        ):  # the latter of SQLite, if the draft is a database
            with suppress(OSError):  # of a folder that went away; the error that matters is on its way
                leftover.unlink(missing_ok=True)


def write_files(contents: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """
    Write files so that a reader finds each old or new, and none when the disk is full or may not be written.

    Parameters
    ----------
    contents : mapping of Path to bytes
        What to write where; files of these names are replaced.

    Returns
    -------
    tuple of Path
        The files, in the given order.

    Raises
    ------
    InputError
        If one of them cannot be written.
    """
    with ExitStack() as drafts:
        for path, content in contents.items():
            drafts.enter_context(drafted(path)).write_bytes(content)
    return tuple(contents)


def unwritable(path: Path, error: OSError) -> InputError:
    """
    Say that a file cannot be written.

    Parameters
    ----------
    path : Path
        The file.
    error : OSError
        What the system said.

    Returns
    -------
    InputError
        To be raised.
    """
    return InputError(
        N_("{path} cannot be written."),
        why=N_("The system says: {reason}."),
        remedy=N_(
            "Close the file if another program has it open, or choose a folder that exists and may be written to."
        ),
        path=str(path),
        reason=error.strerror or str(error),
    )
