"""
What makes machine code for 64-bit Windows compress better: its addresses and its list of functions put apart, and back.

A call says how far away the function is, so two calls of one function differ. Here each distance becomes the address
that it leads to, and goes into a stream for its kind: calls, jumps, and fields of memory (after 7-Zip's filter BCJ2,
which knows calls and jumps). What is left of the code repeats itself more. Instructions are found by their first bytes,
without decoding the code; that finds the same places in what is left, since a search goes on behind each address. Where
no address was taken a mark says so. The list of functions (``.pdata``: begin, end and a place for each) goes into columns.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from itertools import accumulate
from operator import add, sub
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ADDRESSES", "BLOCK", "FRAME", "join_code", "join_frames", "split_code", "split_frames"]

ADDRESSES: Final = ("calls", "jumps", "fields")
"""The streams of addresses."""
BLOCK: Final = 1 << 22
"""Bytes of code that are split at once."""
FRAME: Final = 12
"""Bytes that the list of functions has for each."""
_WORD: Final = 4
_BITS: Final = 0xFFFF_FFFF
# No instruction of 64-bit code begins with it, so it seldom stands behind an address by itself.
_MARK: Final = rb"\x06"
_FIELD: Final = rb"[\x05\x0d\x15\x1d\x25\x2d\x35\x3d]"  # behind an operation: of memory, at a distance from here
_PLAIN: Final = rb"[\x01\x03\x09\x0b\x21\x23\x29\x2b\x31\x33\x38-\x3b\x63\x84\x85\x87-\x8b\x8d\xd9\xdd\xf7\xff]"
_NUMBERED: Final = (rb"[\x80\x83\xc6\x6b\xf6]", rb"[\x81\xc7\x69]", rb"[\x70\xa4\xac\xba\xc2\xc4\xc6]")
# Whether an instruction is found must not hang on bytes that lie behind another's address, or before them: those meet only
# when the code is split. So what could be the second byte of one is passed by behind an address, and after 0F always.
_FOUND: Final = (
    rb"[\xe8\xe9\x0f" + _FIELD[1:] + rb"(?:(?:(?<=\xe8)()|(?<=\xe9)()|(?<=\x0f)(?:[\x80-\x8f]()|"
    + _NUMBERED[2] + _FIELD + rb"()|." + _FIELD + rb"())|(?<=" + _PLAIN + _FIELD + rb")()|(?<="
    + _NUMBERED[0] + _FIELD + rb")()|(?<=" + _NUMBERED[1] + _FIELD + rb")())%b" + _FIELD + rb"?|(?<=\x0f).)"
)  # fmt: skip
_JOINED: Final = re.compile(_FOUND.replace(b"%b", b"(" + _MARK + b")?"), re.DOTALL)
# By kind, as the groups above are numbered: the stream, and where distances count from: some instructions end with a
# number of one or four bytes behind the distance. The last kind has none: there a mark stands for it.
_STREAM: Final = (-1, 0, 1, 1, 2, 2, 2, 2, 2)
_BEHIND: Final = (0, 4, 4, 4, 5, 4, 4, 5, 8)
_MARKED: Final = 9


def split_code(code: bytes, address: int, size: int) -> tuple[bytes, tuple[bytes, ...]]:
    """
    Put addresses apart.

    Parameters
    ----------
    code : bytes
        Any bytes; only machine code gains.
    address : int
        Of the first byte.
    size : int
        Of everything that it can lead to. Longer distances are no such thing, and stay.

    Returns
    -------
    tuple
        What is left, and the streams in the order of `ADDRESSES`.
    """
    reach = min(size >> 24, 0x7F) + 1
    top = b"[\\x00-\\x%02x\\x%02x-\\xff]" % (reach - 1, 256 - reach)
    taken = rb"(?:..." + top + rb"(?!" + _MARK + rb")|)"
    pattern = re.compile(_FOUND.replace(b"%b", taken), re.DOTALL)
    left, streams, done = bytearray(), tuple(bytearray() for _ in ADDRESSES), 0
    for found in pattern.finditer(code):
        kind = found.lastindex
        if kind is None:
            continue
        at = found.end(kind)
        left += code[done:at]
        if found.end() < at + _WORD:
            left += b"\x06"
            done = at
            continue
        done = at + _WORD
        target = int.from_bytes(code[at:done], "little") + address + at + _BEHIND[kind]
        streams[_STREAM[kind]].extend((target & _BITS).to_bytes(_WORD, "big"))
    left += code[done:]
    return bytes(left), tuple(bytes(stream) for stream in streams)


def join_code(left: bytes, streams: Iterable[bytes], address: int) -> bytes:
    """
    Put addresses back.

    Parameters
    ----------
    left : bytes
        What `split_code` left.
    streams : iterable of bytes
        In the order of `ADDRESSES`.
    address : int
        Of the first byte.

    Returns
    -------
    bytes
        The code. Linear in its length.

    Raises
    ------
    ValueError
        If there are fewer or more addresses than places for them.
    """
    calls, jumps, fields = (iter(_words(stream, "big")) for stream in streams)
    streams_of = [(calls, jumps, fields)[stream] for stream in _STREAM]
    pieces, done, shift, pack = [], 0, address, struct.Struct("<I").pack
    try:
        for found in _JOINED.finditer(left):
            kind = found.lastindex
            if kind is None:
                continue
            end = found.end(kind)
            if kind == _MARKED:
                pieces.append(left[done : end - 1])
                shift -= 1
            else:
                pieces += (left[done:end], pack(next(streams_of[kind]) - shift - end - _BEHIND[kind] & _BITS))
                shift += _WORD
            done = end
    except StopIteration:
        raise ValueError("addresses are missing") from None
    if any(next(one, None) is not None for one in (calls, jumps, fields)):
        raise ValueError("addresses are left over")
    return b"".join([*pieces, left[done:]])


def split_frames(frames: bytes) -> bytes:
    """
    Write a list of functions by columns: gap before each, its length, and the step to where its frame is described.

    Parameters
    ----------
    frames : bytes
        Any bytes, `FRAME` for each function.

    Returns
    -------
    bytes
        As many, in columns of single bytes.
    """
    words = _words(frames, "little")
    begins, ends, places = words[0::3], words[1::3], words[2::3]
    columns = (map(sub, begins, [0, *ends]), map(sub, ends, begins), map(sub, places, [0, *places]))
    return b"".join(_bytes_of(column)[byte::_WORD] for column in map(_rounded, columns) for byte in range(_WORD))


def join_frames(columns: bytes) -> bytes:
    """
    Put a list of functions back.

    Parameters
    ----------
    columns : bytes
        What `split_frames` made.

    Returns
    -------
    bytes
        The list.
    """
    count = len(columns) // FRAME
    parts = []
    for first in range(0, FRAME, _WORD):
        part = bytearray(_WORD * count)
        for byte in range(_WORD):
            part[byte::_WORD] = columns[(first + byte) * count : (first + byte + 1) * count]
        parts.append(_words(bytes(part), "little"))
    gaps, lengths, steps = parts
    ends = list(accumulate(map(add, gaps, lengths)))
    made = array("I", bytes(FRAME * count))
    made[0::3], made[1::3], made[2::3] = (
        _rounded(column) for column in (map(sub, ends, lengths), ends, accumulate(steps))
    )
    return _bytes_of(made)


def _rounded(numbers: Iterable[int]) -> array[int]:
    return array("I", [number & _BITS for number in numbers])


def _words(content: bytes, order: str) -> array[int]:
    words = array("I", content)
    if sys.byteorder != order:
        words.byteswap()
    return words


def _bytes_of(words: array[int]) -> bytes:
    if sys.byteorder != "little":
        words.byteswap()
    return words.tobytes()
