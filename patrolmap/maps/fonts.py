"""The font of everything that is painted: bundled, so that a rare character in a name is never an empty box."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.resources import asset

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["has_bold", "load_fonts", "rare_glyphs"]

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
    face = _face("bold")
    return all(face.supportsCharacter(ord(letter)) for letter in set(text) if letter.isprintable())


def rare_glyphs(letters: Iterable[str]) -> list[str]:
    """
    Choose the letters beyond U+FFFF that have a glyph of their own in the regular face.

    Parameters
    ----------
    letters : iterable of str
        Letters beyond U+FFFF.

    Returns
    -------
    list of str
        In the same order, without those that the face lacks or draws like a letter before them, or like the common letter
        that they are a variant of.
    """
    face = _face("regular")
    found: dict[int, str] = {}
    for letter in letters:
        common = unicodedata.normalize("NFC", letter)
        glyph = face.glyphIndexesForString(letter)[0] if face.supportsCharacter(ord(letter)) else 0
        if glyph and (common == letter or face.glyphIndexesForString(common)[0] != glyph):
            found.setdefault(glyph, letter)
    return list(found.values())


_faces = threading.local()


def _face(style: str) -> QRawFont:
    """Give a face of this thread's own: a raw font knows no letter in any thread but the one that made it."""
    if not hasattr(_faces, style):
        font = QFont(load_fonts())
        font.setBold(style == "bold")
        setattr(_faces, style, QRawFont.fromFont(font))
    face: QRawFont = getattr(_faces, style)
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
