"""Write files whole or not at all: beside their places first, and all of them before the first is renamed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["unwritable", "write_files"]


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
    drafts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    path = next(iter(contents), None)
    try:
        for path, content in contents.items():
            drafts[path].write_bytes(content)
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return tuple(contents)


def unwritable(path: Path | None, error: OSError) -> InputError:
    """
    Say that a file cannot be written.

    Parameters
    ----------
    path : Path or None
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
        remedy=N_("Choose a folder that exists and may be written to."),
        path=str(path),
        reason=error.strerror or str(error),
    )
