"""DXF that is whole: GDAL's reader never ends on a drawing that was cut off inside a polyline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["require_whole_drawing"]

_LINE_BYTES: Final = 65_536
_END: Final = (b"0", b"EOF")


def require_whole_drawing(path: Path, name: str) -> None:
    """
    Refuse a drawing that does not consist of pairs of a group code and a value up to its end mark.

    Parameters
    ----------
    path : Path
        The file, as text.
    name : str
        File name, for messages.

    Raises
    ------
    InputError
        If a group code is no number, a line is endless, or the end mark is missing.
    """
    with path.open("rb") as stream:
        number = 1
        while code := stream.readline(_LINE_BYTES):
            value = stream.readline(_LINE_BYTES)
            plain = code.strip()
            if (plain, value.strip()) == _END:
                return
            if not _is_code(plain) or (value and not value.endswith(b"\n")):
                break
            number += 2
    raise InputError(
        N_("“{name}” cannot be read as {kind}."),
        why=N_("It breaks off or is damaged at line {line}: a drawing ends with “0” and “EOF”."),
        remedy=N_("Open it in the program it came from and save it again."),
        name=name,
        kind="DXF",
        line=number,
    )


def _is_code(text: bytes) -> bool:
    return len(text) <= 6 and text.removeprefix(b"-").isdigit()
