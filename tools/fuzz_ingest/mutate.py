"""Changes to the bytes of a file, blind ones and some that know a little of formats."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["mutated"]

_NUMBERS: Final = (
    b"0",
    b"-1",
    b"1e308",
    b"-1e-308",
    b"NaN",
    b"Infinity",
    b"99999999999999999999",
    b"0x10",
    b"65536",
    b"2147483648",
)
_TOKENS: Final = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<", b">", b"]]>", b"&amp;", b"&x;", b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\x00", b"[", b"{", b"}", b"]",
    b"null", b"true", b'{"type":"Feature"}', b"\xff\xfe", b"\xef\xbb\xbf", b"\xe7\xbb", b"=1+1", b"POINT (1e999 nan)", b"LINESTRING EMPTY",
    b"GEOMETRYCOLLECTION(POINT(0 0))", b"0\r\nSECTION\r\n", b"0\r\nPOLYLINE\r\n", b"0\r\nENDSEC\r\n", b"90\r\n2000000000\r\n", b"../../x", b"\xd6\xd0\xb9\xfa",
)  # fmt: skip
_INTEGERS: Final = (
    *(value.to_bytes(size, order) for value in (0, 1, 0x7F, 0xFF) for size in (1, 2, 4) for order in ("little", "big")),
    b"\xff\xff", b"\xff\x7f", b"\x7f\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80",
)  # fmt: skip
_DIGITS: Final = re.compile(rb"[-+]?\d+(?:\.\d+)?")
_LONGEST: Final = 400_000


def mutated(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Change a file in one to eight ways; inside of a ZIP a member instead, half of the time."""
    if data[:2] == b"PK" and rng.random() < 0.6:
        inside = _inside_zip(data, other, rng)
        if inside is not None:
            return inside
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        data = rng.choice(_WAYS)(data, other, rng)[:_LONGEST]
    return data


def _inside_zip(data: bytes, other: bytes, rng: random.Random) -> bytes | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - damaged already: change its bytes then
        return None
    if not members:
        return None
    name = rng.choice(sorted(members))
    changed = members.pop(name)
    for _ in range(rng.choice((1, 2, 4))):
        changed = rng.choice(_WAYS)(changed, other, rng)[:_LONGEST]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, content in {**members, rng.choice((name, name, name, "x.csv", "a/../" + name)): changed}.items():
            archive.writestr(title, content)
    return made.getvalue()


def _flip(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    if not data:
        return b"\x00"
    made = bytearray(data)
    made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def _put(data: bytes, piece: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    over = rng.random() < 0.5
    return data[:at] + piece + data[at + (len(piece) if over else 0) :]


def _span(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 512)))


def _drop(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 2, 30, 1000)) + data[end:]


def _move(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return _put(data, data[start:end], rng)


def _splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _cut(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _number(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    found = list(_DIGITS.finditer(data[:100_000]))
    if not found:
        return data
    match = rng.choice(found)
    return data[: match.start()] + rng.choice(_NUMBERS) + data[match.end() :]


def _line(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    if rng.random() < 0.5:
        lines[at], lines[to] = lines[to], lines[at]
    else:
        del lines[at]
    return b"\n".join(lines)


_WAYS: Final[tuple[Callable[[bytes, bytes, random.Random], bytes], ...]] = (
    _flip,
    _flip,
    lambda data, _other, rng: _put(data, rng.choice(_INTEGERS), rng),
    lambda data, _other, rng: _put(data, rng.choice(_TOKENS), rng),
    lambda data, _other, rng: _put(data, rng.randbytes(rng.choice((1, 2, 8))), rng),
    _drop,
    _repeat,
    _move,
    _splice,
    _cut,
    _number,
    _number,
    _line,
)
