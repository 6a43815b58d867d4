"""The font of everything that is painted: bundled, so that a rare character in a name is never an empty box."""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.resources import asset

__all__ = ["has_bold", "load_fonts"]

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


@lru_cache(maxsize=8192)
def has_bold(text: str) -> bool:
    """
    Tell whether a text can be set in bold.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    bool
        False if it has a letter that the bold face lacks, as rare ones in names: Qt would take that letter from whatever
        font the computer has, or show an empty box.
    """
    face = _bold_face()
    return all(face.supportsCharacter(ord(letter)) for letter in set(text) if letter.isprintable())


_faces = threading.local()


def _bold_face() -> QRawFont:
    """Give a face of this thread's own: a raw font knows no letter in any thread but the one that made it."""
    if not hasattr(_faces, "bold"):
        font = QFont(load_fonts())
        font.setBold(True)
        _faces.bold = QRawFont.fromFont(font)
    face: QRawFont = _faces.bold
    return face


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
