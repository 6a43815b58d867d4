"""
Libraries for Windows, as far as packing needs them: what one asks of another, what one offers, and stand-ins.

The format is Microsoft's "PE Format" specification, 64-bit images only.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["GIVES_ZERO", "STOPS", "Part", "exported", "forwarder", "imported", "parts", "stand_in"]

GIVES_ZERO: Final = b"\x31\xc0\xc3"
"""Machine code: ``xor eax, eax; ret``."""
STOPS: Final = b"\x0f\x0b"
"""Machine code: ``ud2``, which ends the program as a fault of its own would."""

_PAGE: Final = 0x1000
_SECTOR: Final = 0x200
_BASE: Final = 0x1_8000_0000
_X64: Final = 0x8664
_PE64: Final = 0x20B
_HEADERS_AT: Final = 0x80
_BY_NUMBER: Final = 1 << 63
_RUNS: Final = 0x2000_0020
_FRAME: Final = 12


@dataclass(frozen=True)
class Part:
    """
    A part of a library.

    Parameters
    ----------
    kind : str
        ``code``, or ``frames`` for the list of functions.
    start, stop : int
        Where it is in the file; `stop` is behind it.
    address : int
        Where its first byte is in memory, from the library's own place on.
    reach : int
        Size of the whole library in memory.
    """

    kind: str
    start: int
    stop: int
    address: int
    reach: int


@dataclass(frozen=True)
class _Image:
    content: bytes
    sections: tuple[tuple[int, int, int], ...]
    """Address, size and place in the file of each."""
    directories: tuple[tuple[int, int], ...]
    code: tuple[tuple[int, int, int], ...]
    """Address, size and place in the file of the sections that run."""

    def at(self, address: int) -> int:
        """Give the place in the file of an address."""
        for start, size, place in self.sections:
            if start <= address < start + size:
                return place + address - start
        raise ValueError(f"no section holds the address {address:#x}")

    def text(self, address: int) -> str:
        """Read a name."""
        place = self.at(address)
        return self.content[place : self.content.index(b"\0", place)].decode("ascii")


def imported(file: Path) -> dict[str, list[str]]:
    """
    List what a library asks of others when it is loaded.

    Parameters
    ----------
    file : Path
        A library or program for 64-bit Windows.

    Returns
    -------
    dict of str to list of str
        Names of functions by name of the library, in small letters; what is asked for by number is not listed.

    Raises
    ------
    ValueError
        If it is no such file.
    """
    image = _read(file)
    found: dict[str, list[str]] = {}
    address, size = image.directories[1]
    if not size:
        return found
    place = image.at(address)
    while True:
        names, _, _, library, addresses = struct.unpack_from("<IIIII", image.content, place)
        if not library:
            return found
        found.setdefault(image.text(library).lower(), []).extend(_names(image, names or addresses))
        place += 20


def _names(image: _Image, address: int) -> Iterable[str]:
    place = image.at(address)
    while entry := struct.unpack_from("<Q", image.content, place)[0]:
        if not entry & _BY_NUMBER:
            yield image.text(entry + 2)
        place += 8


def exported(file: Path) -> set[str]:
    """
    List what a library offers by name.

    Parameters
    ----------
    file : Path
        A library for 64-bit Windows.

    Returns
    -------
    set of str
        The names.

    Raises
    ------
    ValueError
        If it is no such file.
    """
    image = _read(file)
    address, size = image.directories[0]
    if not size:
        return set()
    (count,) = struct.unpack_from("<I", image.content, image.at(address) + 24)
    (names,) = struct.unpack_from("<I", image.content, image.at(address) + 32)
    addresses = struct.unpack_from(f"<{count}I", image.content, image.at(names)) if count else ()
    return {image.text(name) for name in addresses}


def parts(content: bytes) -> list[Part]:
    """
    Find machine code and the list of functions.

    Parameters
    ----------
    content : bytes
        Of a library or program for 64-bit Windows, or of anything else, which has no parts.

    Returns
    -------
    list of Part
        In the order of the file; none overlaps another.
    """
    try:
        image = _parsed(content, "")
        found = [("code", place, size, address) for address, size, place in image.code]
        address, size = image.directories[3]
        if size:
            found.append(("frames", image.at(address), size // _FRAME * _FRAME, address))
    except (ValueError, IndexError, struct.error):
        return []
    reach = max((address + size for address, size, _ in image.sections), default=0)
    listed, behind = [], 0
    for kind, start, size, address in sorted(found, key=lambda one: one[1]):
        stop = min(start + size, len(content))
        if behind <= start < stop and (kind == "code" or stop == start + size):
            listed.append(Part(kind, start, stop, address, reach))
            behind = stop
    return listed


def stand_in(library: str, names: Iterable[str], code: bytes) -> bytes:
    """
    Make a library in which every function is the same few bytes of machine code.

    Parameters
    ----------
    library : str
        Its file name.
    names : iterable of str
        What it shall offer.
    code : bytes
        Machine code that needs no address of its own.

    Returns
    -------
    bytes
        The file.
    """
    return _library(library, dict.fromkeys(names, ""), code)


def forwarder(library: str, elsewhere: Mapping[str, str]) -> bytes:
    """
    Make a library whose functions are those of others.

    Parameters
    ----------
    library : str
        Its file name.
    elsewhere : mapping of str to str
        For each function ``library.function``, the library without its ending.

    Returns
    -------
    bytes
        The file.
    """
    return _library(library, elsewhere, STOPS)


def _library(library: str, functions: Mapping[str, str], code: bytes) -> bytes:
    table = _export_table(library, dict(sorted(functions.items())), 2 * _PAGE, _PAGE)
    image_size = 2 * _PAGE + -(-len(table) // _PAGE) * _PAGE
    code_room, table_room = (-(-len(part) // _SECTOR) * _SECTOR for part in (code, table))
    coff = struct.pack("<HHIIIHH", _X64, 2, 0, 0, 0, 240, 0x2022)
    # No address in it depends on where it is loaded, so it may be loaded anywhere.
    optional = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        *(_PE64, 14, 0, code_room, table_room, 0, 0, _PAGE, _BASE, _PAGE, _SECTOR),
        *(6, 0, 0, 0, 6, 0, 0, image_size, _SECTOR * 2, 0, 2, 0x160),
        *(0x100000, 0x1000, 0x100000, 0x1000, 0, 16),
    )
    directories = struct.pack("<II", 2 * _PAGE, len(table)) + bytes(8 * 15)
    text = struct.pack("<8sIIIIIIHHI", b".text", len(code), _PAGE, code_room, _SECTOR * 2, 0, 0, 0, 0, 0x60000020)
    place = _SECTOR * 2 + code_room
    data = struct.pack("<8sIIIIIIHHI", b".rdata", len(table), 2 * _PAGE, table_room, place, 0, 0, 0, 0, 0x40000040)
    dos = b"MZ" + bytes(58) + struct.pack("<I", _HEADERS_AT) + bytes(_HEADERS_AT - 64)
    head = dos + b"PE\0\0" + coff + optional + directories + text + data
    return head.ljust(_SECTOR * 2, b"\0") + code.ljust(code_room, b"\0") + table.ljust(table_room, b"\0")


def _export_table(library: str, functions: Mapping[str, str], address: int, code: int) -> bytes:
    """Write the table: names, sorted as the loader wants them, lead to one place or, if told, to another library."""
    count = len(functions)
    starts = address + 40
    pointers, numbers = starts + 4 * count, starts + 8 * count
    texts = numbers + 2 * count
    blob = library.encode("ascii") + b"\0"
    names, places = [], []
    for name, elsewhere in functions.items():
        names.append(texts + len(blob))
        blob += name.encode("ascii") + b"\0"
        # A place inside the table itself is read as the name of a function elsewhere.
        places.append(texts + len(blob) if elsewhere else code)
        blob += elsewhere.encode("ascii") + b"\0" if elsewhere else b""
    head = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, texts, 1, count, count, starts, pointers, numbers)
    listed = struct.pack(f"<{count}I", *places) + struct.pack(f"<{count}I", *names)
    return head + listed + struct.pack(f"<{count}H", *range(count)) + blob


def _read(file: Path) -> _Image:
    return _parsed(file.read_bytes(), str(file))


def _parsed(content: bytes, file: str) -> _Image:
    if content[:2] != b"MZ":
        raise ValueError(f"{file} is no library for Windows")
    (start,) = struct.unpack_from("<I", content, 60)
    machine, count = struct.unpack_from("<HH", content, start + 4)
    if content[start : start + 4] != b"PE\0\0" or machine != _X64:
        raise ValueError(f"{file} is no library for 64-bit Windows")
    (size,) = struct.unpack_from("<H", content, start + 20)
    optional = start + 24
    (listed,) = struct.unpack_from("<I", content, optional + 108)
    directories = tuple(struct.unpack_from("<II", content, optional + 112 + 8 * number) for number in range(listed))
    places = range(optional + size, optional + size + 40 * count, 40)
    heads = [struct.unpack_from("<8sIIII12xI", content, place) for place in places]
    sections = tuple((address, max(room, kept), place) for _, room, address, kept, place, _ in heads)
    code = tuple((address, kept, place) for _, _, address, kept, place, traits in heads if traits & _RUNS)
    return _Image(content, sections, directories, code)
