"""The encoding of a Shapefile's attributes, judged by the attributes themselves."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.encodings import DetectedEncoding, detect_encoding, known_encoding
from patrolmap.ingest.limits import reading
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["shapefile_encoding"]

_SAMPLE_BYTES: Final = 8 * 1024**2
_MAX_BROKEN: Final = 0.02


def shapefile_encoding(shape: Path, name: str, encoding: str) -> tuple[str, Message]:
    """
    Decide in which encoding the texts of a Shapefile are read.

    Parameters
    ----------
    shape : Path
        The ``.shp`` file with a ``.dbf`` beside it and perhaps a ``.cpg``.
    name : str
        File name, for messages.
    encoding : str
        What the user said, or ``auto``.

    Returns
    -------
    codec : str
        Name for Python.
    choice : Message
        The decision and its evidence, for the report.

    Raises
    ------
    InputError
        If the ``.dbf`` is damaged or the encoding unknown.
    """
    if encoding != "auto":
        codec = known_encoding(encoding)
        return codec, Message(
            N_("Encoding {encoding}, as told."), {"encoding": DetectedEncoding(codec, Message("")).title}
        )
    with reading(name, "Shapefile"):
        sample = _texts_beyond_ascii(shape.with_suffix(".dbf"))
    found = detect_encoding(sample)
    declared = shape.with_suffix(".cpg")
    if not declared.exists():
        return found.codec, found.choice
    title = declared.read_bytes()[:50].decode("ascii", errors="replace").strip()
    try:
        codec = known_encoding(title)
    except InputError:
        return found.codec, found.choice
    text = sample.decode(codec, errors="replace")
    if text.count("\ufffd") <= _MAX_BROKEN * max(len(text), 1):
        return codec, Message(N_("Encoding {encoding}, as its .cpg says."), {"encoding": title})
    values = {"declared": title, "encoding": found.title, "evidence": found.evidence}
    return found.codec, Message(
        N_("The .cpg says {declared}, which the attributes contradict. Encoding {encoding}: {evidence}."), values
    )


def _texts_beyond_ascii(path: Path) -> bytes:
    """Join the text cells and field names of a dBASE table that have bytes beyond ASCII, a line each."""
    with path.open("rb") as stream:
        head = stream.read(32)
        count, head_length, record_length = struct.unpack("<IHH", head[4:12])
        descriptors = stream.read(max(head_length - 32, 0))
        records = stream.read(min(_SAMPLE_BYTES, count * record_length))
    names, spans, offset = [], [], 1
    for start in range(0, len(descriptors) - 31, 32):
        field = descriptors[start : start + 32]
        if field[0] == 0x0D:
            break
        names.append(field[:11].split(b"\x00")[0])
        if field[11:12] in {b"C", b"M"}:
            spans.append((offset, offset + field[16]))
        offset += field[16]
    whole = len(records) // record_length if record_length else 0
    rows = np.frombuffer(records, dtype=np.uint8, count=whole * record_length).reshape(whole, max(record_length, 1))
    cells = [text for text in names if not text.isascii()]
    for first, last in spans:
        foreign = np.flatnonzero((rows[:, first:last] > 127).any(axis=1))
        cells += [rows[row, first:last].tobytes().strip(b" \x00") for row in foreign]
    return b"\n".join(cells)
