"""The font of everything that is painted: bundled, so that a rare character in a name is never an empty box."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtGui import QFontDatabase

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.resources import asset

__all__ = ["load_fonts"]

_FILES: Final = ("fonts/PatrolmapSansSC-Regular.otf", "fonts/PatrolmapSansSC-Bold.otf")


@cache
def load_fonts() -> str:
    """
    Make the bundled font known to Qt. A `QGuiApplication` must exist.

    Returns
    -------
    str
        Its family name.

    Raises
    ------
    PatrolmapError
        If the font is missing or Qt refuses it.
    """
    families = [_load(file) for file in _FILES]
    return families[0]


def _load(file: str) -> str:
    number = QFontDatabase.addApplicationFont(str(asset(file)))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    if not families:
        raise PatrolmapError(
            N_("The program's font cannot be loaded."),
            why=N_("The file {file} is damaged."),
            remedy=N_("Install patrolmap again."),
            file=file,
        )
    return families[0]
