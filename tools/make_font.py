"""Make the bundled CJK font from Debian's fonts-noto-cjk: one face, and text that extracts from a PDF as it was.

It gets a family name of its own, so that a Noto font on the user's machine cannot take its place.

The packaged faces map common characters such as 行 and 门 to glyphs that radical code points (U+2E80 to U+2FDF)
share, and PDF readers then extract the radical. They also swap digits in Latin text for glyphs that no code point
names, and readers then extract nothing. The bundled face leaves those code points and the substitutions out, and
the tables for vertical text with them.

Run ``python -m tools.make_font NotoSansCJK-Regular.ttc assets/fonts/PatrolmapSansSC-Regular.otf``, and the same with
``--bold`` for the bold face.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FACE: Final = "Noto Sans CJK SC"
FAMILY: Final = "Patrolmap Sans SC"
RADICALS: Final = range(0x2E80, 0x2FE0)
UNUSED_TABLES: Final = ("GSUB", "VORG", "vhea", "vmtx")


def simplified_chinese_face(collection: Path) -> TTFont:
    """
    Find the Simplified Chinese face of a collection.

    Parameters
    ----------
    collection : Path
        A ``.ttc`` file.

    Returns
    -------
    fontTools.ttLib.TTFont
        The face.

    Raises
    ------
    LookupError
        If the collection has no such face.
    """
    for font in TTCollection(str(collection)).fonts:
        if font["name"].getDebugName(1) == FACE:
            return font
    raise LookupError(FACE)


def with_one_glyph_per_character(font: TTFont) -> TTFont:
    """
    Drop the radical code points, glyph substitutions and vertical metrics.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
        Changed in place.

    Returns
    -------
    fontTools.ttLib.TTFont
        The same font.
    """
    for table in font["cmap"].tables:
        if hasattr(table, "cmap") and table.format != 14:
            table.cmap = {code: glyph for code, glyph in table.cmap.items() if code not in RADICALS}
    for name in UNUSED_TABLES:
        if name in font:
            del font[name]
    return font


def common_characters(font: TTFont) -> TTFont:
    """
    Keep the characters of GB 2312 and of Latin text: what bold is used for; the rest is taken from the regular face.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
        Changed in place.

    Returns
    -------
    fontTools.ttLib.TTFont
        The same font, about a third of its size.
    """
    double_bytes = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chinese = "".join(pair.decode("gb2312", errors="ignore") for pair in double_bytes)
    subsetter = Subsetter(Options(layout_features=[], notdef_outline=True, hinting=True))
    subsetter.populate(text=chinese, unicodes=range(0x20, 0x250))
    subsetter.subset(font)
    return font


def renamed(font: TTFont, style: str) -> TTFont:
    """
    Give the font the family name of this project.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
        Changed in place.
    style : str
        ``Regular`` or ``Bold``.

    Returns
    -------
    fontTools.ttLib.TTFont
        The same font.
    """
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    names = {1: FAMILY, 2: style, 3: f"{postscript};Noto Sans CJK SC", 4: full, 6: postscript, 16: FAMILY, 17: style}
    table = font["name"]
    for record in list(table.names):
        if record.nameID in names:
            table.removeNames(nameID=record.nameID, langID=record.langID)
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    charstrings = font["CFF "].cff
    charstrings.fontNames[0] = postscript
    charstrings.topDictIndex[0].FamilyName = FAMILY
    charstrings.topDictIndex[0].FullName = full
    return font


def main() -> None:
    """Read the collection, write the face."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--bold", action="store_true", help="the collection is the bold one; keep common characters")
    options = parser.parse_args()
    font = with_one_glyph_per_character(simplified_chinese_face(options.collection))
    if options.bold:
        font = common_characters(font)
    font = renamed(font, "Bold" if options.bold else "Regular")
    font["head"].modified = font["head"].created  # the same bytes each time
    font.recalcTimestamp = False
    font.save(str(options.out))
    print(options.out, options.out.stat().st_size)


if __name__ == "__main__":
    main()
