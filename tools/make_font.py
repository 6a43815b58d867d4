"""Make the bundled CJK font from Debian's fonts-noto-cjk: one face, and text that extracts from a PDF as it was.

It gets a family name of its own, so that a Noto font on the user's machine cannot take its place.

The packaged faces map common characters such as 行 and 门 to glyphs that radical code points (U+2E80 to U+2FDF)
share, and PDF readers then extract the radical. The bundled face leaves those code points out.

Run ``python -m tools.make_font NotoSansCJK-Regular.ttc assets/fonts/PatrolmapSansSC-Regular.otf``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont

FACE: Final = "Noto Sans CJK SC"
FAMILY: Final = "Patrolmap Sans SC"
RADICALS: Final = range(0x2E80, 0x2FE0)


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


def without_radicals(font: TTFont) -> TTFont:
    """
    Drop the radical code points from the character map.

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
    return font


def renamed(font: TTFont) -> TTFont:
    """
    Give the font the family name of this project.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
        Changed in place.

    Returns
    -------
    fontTools.ttLib.TTFont
        The same font.
    """
    postscript = FAMILY.replace(" ", "") + "-Regular"
    names = {1: FAMILY, 3: f"{postscript};Noto Sans CJK SC", 4: FAMILY, 6: postscript, 16: FAMILY}
    table = font["name"]
    for record in list(table.names):
        if record.nameID in names:
            table.removeNames(nameID=record.nameID, langID=record.langID)
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    charstrings = font["CFF "].cff
    charstrings.fontNames[0] = postscript
    charstrings.topDictIndex[0].FamilyName = FAMILY
    charstrings.topDictIndex[0].FullName = FAMILY
    return font


def main() -> None:
    """Read the collection, write the face."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    font = renamed(without_radicals(simplified_chinese_face(options.collection)))
    font["head"].modified = font["head"].created  # the same bytes each time
    font.recalcTimestamp = False
    font.save(str(options.out))
    print(options.out, options.out.stat().st_size)


if __name__ == "__main__":
    main()
