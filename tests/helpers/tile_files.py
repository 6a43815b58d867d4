"""Writes small files of map tiles, by the two specifications."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Place = tuple[int, int, int]


def picture(
    colour: tuple[int, int, int], edge: int = 256, kind: str = "PNG", spot: tuple[int, int] | None = None
) -> bytes:
    """Make a square of one colour, with a red spot of 3 by 3 pixels around a place if one is given."""
    made = Image.new("RGB", (edge, edge), colour)
    if spot is not None:
        for x in (-1, 0, 1):
            for y in (-1, 0, 1):
                made.putpixel((spot[0] + x, spot[1] + y), (255, 0, 0))
    held = io.BytesIO()
    made.save(held, kind)
    return held.getvalue()


def write_mbtiles(path: Path, tiles: Mapping[Place, bytes], **metadata: str) -> Path:
    """Write MBTiles: rows from the south."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        db.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        db.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
        rows = [(z, x, 2**z - 1 - y, content) for (z, x, y), content in tiles.items()]
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    db.close()
    return path


def varint(number: int) -> bytes:
    """Write a number as protocol buffers do."""
    made = bytearray()
    while number >= 0x80:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*made, number])


def directory(entries: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Write a directory of (id, run, length, offset), every offset in full."""
    entries = list(entries)
    ids = [entry[0] for entry in entries]
    parts = [len(entries), *(b - a for a, b in zip([0, *ids], ids, strict=False))]
    for column in (1, 2):
        parts += [entry[column] for entry in entries]
    parts += [entry[3] + 1 for entry in entries]
    return b"".join(varint(part) for part in parts)


def write_pmtiles(
    path: Path,
    tiles: Mapping[int, bytes],
    *,
    zooms: tuple[int, int],
    leaves: bool = False,
    pack: Callable[[bytes], bytes] = gzip.compress,
    packing: int = 2,
    kind: int = 2,
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """Write PMTiles from tiles by id; with `leaves` each tile has a directory of its own."""
    data, entries = b"", []
    for number in sorted(tiles):
        entries.append((number, 1, len(tiles[number]), len(data)))
        data += tiles[number]
    leaf = b""
    if leaves:
        packed = [pack(directory([entry])) for entry in entries]
        places = [sum(map(len, packed[:i])) for i in range(len(packed))]
        entries = [(entry[0], 0, len(one), at) for entry, one, at in zip(entries, packed, places, strict=True)]
        leaf = b"".join(packed)
    root, said = pack(directory(entries)), pack(json.dumps(metadata or {}).encode())
    at = [127, len(root), 127 + len(root), len(said)]
    at += [at[2] + at[3], len(leaf), at[2] + at[3] + len(leaf), len(data), len(tiles), len(tiles), len(tiles)]
    head = struct.pack("<7sB11Q6B", b"PMTiles", 3, *at, 1, packing, 1, kind, *zooms)
    head += struct.pack("<4iB2i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, 0, 0, 0)
    path.write_bytes(head + root + said + leaf + data)
    return path
