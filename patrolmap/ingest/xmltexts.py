"""XML in Chinese encodings: GDAL reads only UTF-8, offices write GBK, with or without saying so."""

from __future__ import annotations

import codecs
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.encodings import decode, known_encoding
from patrolmap.ingest.limits import MAX_TEXT_BYTES, check_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.messages import Message

__all__ = ["xml_in_utf8"]

_CHUNK_BYTES: Final = 1024**2
_DECLARED: Final = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_OTHER: Final = ("gb", "big5", "cp936", "cp950", "windows-936", "windows-950", "x-gbk", "euc-cn")


@contextmanager
def xml_in_utf8(path: Path, name: str, encoding: str = "auto") -> Iterator[tuple[Path, tuple[Message, ...]]]:
    """
    Give an XML file as one that parsers can read.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name, for messages.
    encoding : str, default "auto"
        What the user says; ``auto`` takes what the bytes say.

    Yields
    ------
    path : Path
        The file itself if it is UTF-8; else a copy in UTF-8, gone afterwards.
    choices : tuple of Message
        The encoding, if it was not a matter of course.

    Raises
    ------
    InputError
        If it is to be recoded and too large for that, or not in the encoding that was told.
    """
    if encoding == "auto" and _needs_nothing(path):
        yield path, ()
        return
    check_file(path, MAX_TEXT_BYTES)
    data = path.read_bytes()
    decoded = decode(data, name, encoding if encoding != "auto" else _declared_rightly(data))
    body = _DECLARED.sub("", decoded.text, count=1)
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        copy = Path(folder) / f"data{path.suffix.lower()}"
        copy.write_text('<?xml version="1.0" encoding="UTF-8"?>' + body, encoding="utf-8", errors="replace")
        yield copy, decoded.choices


def _declared_rightly(data: bytes) -> str:
    """Take the declared encoding if every byte fits it, else have the bytes judged."""
    declared = _DECLARED.match(data[:1024].decode("latin-1"))
    try:
        codec = known_encoding(declared[1]) if declared else ""
        data.decode(codec)
    except (InputError, LookupError, UnicodeDecodeError):
        return "auto"
    return codec


def _needs_nothing(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        head = stream.read(1024)
        if head.startswith(_MARKS) or b"\x00" in head[:2]:
            return False
        declared = _DECLARED.match(head.decode("latin-1").removeprefix("\xef\xbb\xbf"))
        if declared and declared[1].lower().startswith(_OTHER):
            return False
        if declared and declared[1].lower() not in {"utf-8", "utf8"}:
            return True  # ISO-8859-1 and its like, which parsers know and every byte string fits
        stream.seek(0)
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
