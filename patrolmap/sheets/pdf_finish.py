"""What `QPdfWriter` leaves out of a file: letters beyond U+FFFF that can be copied, and the marks of PDF/A.

Qt looks for the letter of a glyph among the first 65,536 only, so rare characters of names print but are copied as
nothing. The glyphs of a font are numbered in the order in which they were first drawn, so those without a letter are the
rare letters in the order of the texts. They are added to the font's table as ISO 32000-1, 9.10.3 wants: UTF-16, two units.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QColorSpace, QPainter

from patrolmap.maps.fonts import rare_glyphs
from patrolmap.sheets.pdf_objects import read_objects, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.sheets.pdf_objects import PdfObjects

__all__ = ["ListeningPainter", "finished"]

_LAST_OF_FIRST_PLANE: Final = "\uffff"
_CODES: Final = re.compile(rb"^<([0-9a-fA-F]{4})> <([0-9a-fA-F]{4})> [<\[]", re.MULTILINE)
_STREAM: Final = b"stream\n"
_END_STREAM: Final = b"\nendstream"
_MOST_PAIRS: Final = 100
_PART: Final = b'<rdf:Description rdf:about="" pdfaid:part="2" pdfaid:conformance="B"/>\n        '


class ListeningPainter(QPainter):
    """A painter that notes the letters beyond U+FFFF in the order in which they are first drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.rare: dict[str, None] = {}

    def drawText(self, *where_and_what: object) -> None:  # type: ignore[override]
        """
        Draw a text.

        Parameters
        ----------
        *where_and_what : object
            As `PySide6.QtGui.QPainter.drawText` takes them, the text last.
        """
        text = str(where_and_what[-1])
        if text and max(text) > _LAST_OF_FIRST_PLANE:
            self.rare.update(dict.fromkeys(letter for letter in text if letter > _LAST_OF_FIRST_PLANE))
        super().drawText(*where_and_what)  # type: ignore[call-overload]


def finished(data: bytes, rare: Sequence[str]) -> bytes:
    """
    Finish a file that Qt wrote.

    Parameters
    ----------
    data : bytes
        The file.
    rare : sequence of str
        Its letters beyond U+FFFF in the order in which they were first drawn.

    Returns
    -------
    bytes
        With the same pages: with an output intent (sRGB) and the marks of PDF/A-2b, and letters beyond U+FFFF that can be
        copied.
    """
    objects = read_objects(data)
    if rare:
        _name_rare(objects, rare_glyphs(rare))
    profile = objects.add(_stream(_srgb(), b"/N 3\n/Filter /FlateDecode\n"))
    intent = objects.add(
        b"<<\n/Type /OutputIntent\n/S /GTS_PDFA1\n/OutputConditionIdentifier (sRGB IEC61966-2.1)\n"
        b"/Info (sRGB IEC61966-2.1)\n/DestOutputProfile %d 0 R\n>>" % profile
    )
    root = objects.bodies[objects.root].rstrip()
    objects.bodies[objects.root] = root.removesuffix(b">>") + b"/OutputIntents [%d 0 R]\n>>" % intent
    about = objects.named(objects.root, b"Metadata")
    said = _content(objects.bodies[about]).replace(
        b'<rdf:Description rdf:about="" pdf:', _PART + b'<rdf:Description rdf:about="" pdf:', 1
    )
    objects.bodies[about] = _stream(said, b"/Type /Metadata\n/Subtype /XML\n")
    return written(objects)


def _name_rare(objects: PdfObjects, letters: Sequence[str]) -> None:
    """Give the glyphs without a letter theirs, in the one font that has as many of them as there are rare letters."""
    tables = [number for body in list(objects.bodies.values()) for number in _letter_table(objects, body)]
    nameless = {table: _nameless(objects, table, glyphs) for table, glyphs in tables}
    fitting = [table for table, codes in nameless.items() if codes and len(codes) == len(letters)]
    if len(fitting) != 1:
        return
    pairs = [
        b"<%04X> <%s>\n" % (code, letter.encode("utf-16-be").hex().upper().encode("ascii"))
        for code, letter in zip(nameless[fitting[0]], letters, strict=True)
    ]
    blocks = [pairs[first : first + _MOST_PAIRS] for first in range(0, len(pairs), _MOST_PAIRS)]
    more = b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    said = _content(objects.bodies[fitting[0]]).replace(b"endcmap", more + b"endcmap", 1)
    objects.bodies[fitting[0]] = _stream(said, b"")


def _letter_table(objects: PdfObjects, body: bytes) -> list[tuple[int, int]]:
    """Give the number of a font's table of letters, and how many glyphs the font has; nothing for what is no font."""
    found = re.search(rb"/DescendantFonts \[(\d+) 0 R\]\s*/ToUnicode (\d+) 0 R", body)
    if found is None:
        return []
    descriptor = objects.named(int(found[1]), b"FontDescriptor")
    present = _content(objects.bodies[objects.named(descriptor, b"CIDSet")])
    return [(int(found[2]), sum(byte.bit_count() for byte in present))]


def _nameless(objects: PdfObjects, table: int, glyphs: int) -> list[int]:
    named = {0}
    for first, last in _CODES.findall(_content(objects.bodies[table])):
        named.update(range(int(first, 16), int(last, 16) + 1))
    return [code for code in range(glyphs) if code not in named]


def _content(body: bytes) -> bytes:
    begin = body.index(_STREAM) + len(_STREAM)
    return body[begin : body.rindex(_END_STREAM)]


def _stream(content: bytes, entries: bytes) -> bytes:
    return b"<<\n%s/Length %d\n>>\n%s%s%s" % (entries, len(content), _STREAM, content, _END_STREAM)


@cache
def _srgb() -> bytes:
    return zlib.compress(QColorSpace(QColorSpace.NamedColorSpace.SRgb).iccProfile().data(), 9)
