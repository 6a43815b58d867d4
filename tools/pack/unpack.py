"""
The installer's last step, done by the program itself: unpack what was packed tighter than the installer could.

The installer's own compression knows nothing of machine code. ``tools.pack.payload`` packs the libraries into archives
that do, and puts the modules uncompressed beside them, which then compress together instead of one by one. An archive is
a TAR of streams, each compressed by itself, and a table of the pieces that they are joined from; joined they are a TAR
of files.
"""

from __future__ import annotations

import json
import lzma
import marshal
import struct
import tarfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from tools.pack.streams import ADDRESSES, join_code, join_frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import IO

__all__ = ["PACKS", "TABLE", "joined", "recompressed", "unpack"]

PACKS: Final = "packed-*.tar"
TABLE: Final = "table.json"
"""Name of the table in an archive: ``checksum`` of the whole (CRC-32), and ``pieces``, each a list of kind and numbers."""
_MAGIC: Final = b"PYZ\0"
_HEAD: Final = 17
_WELL: Final = 6
_CHUNK: Final = 1 << 20


def unpack(folder: Path) -> None:
    """
    Unpack every archive into the folder that it lies in, and compress the modules as they are where nothing is packed.

    Parameters
    ----------
    folder : Path
        Of the program's libraries. If unpacking fails it is not whole, and has to be removed.

    Raises
    ------
    OSError
        If a file cannot be written.
    lzma.LZMAError, tarfile.TarError, EOFError, ValueError
        If an archive is damaged: at the end of each stream is its SHA-256.
    """
    for pack in sorted(folder.glob(PACKS)):
        _unpack_one(pack, folder)
        pack.unlink()
    # Last, because from then on this process finds no module any more: it knows where they were before.
    modules = folder / "modules.pyz"
    smaller = modules.with_name("modules.pyz.part")
    smaller.write_bytes(recompressed(modules.read_bytes(), _WELL))
    smaller.replace(modules)


def _unpack_one(pack: Path, folder: Path) -> None:
    with tarfile.open(pack, "r:") as parts:
        streams: dict[str, IO[bytes]] = {}
        table: dict[str, Any] = {}
        for member in parts:
            opened = parts.extractfile(member)
            assert opened is not None
            if member.name == TABLE:
                table = json.loads(opened.read())
            else:
                streams[member.name] = lzma.LZMAFile(opened)  # type: ignore[assignment]  # noqa: SIM115 - reads as it, and ends with it
        content = _Content(joined(table["pieces"], streams))
        with tarfile.open(fileobj=content, mode="r|", bufsize=_CHUNK) as archive:  # type: ignore[call-overload]  # reads, too
            archive.extractall(folder)  # noqa: S202 - our own; older Pythons know no filter
        while content.read(_CHUNK):
            pass
        if content.checksum != table["checksum"] or any(stream.read(1) for stream in streams.values()):
            raise ValueError(f"{pack.name} is damaged")


def joined(pieces: list[list[Any]], streams: Mapping[str, IO[bytes]]) -> Iterator[bytes]:
    """
    Join what was split.

    Parameters
    ----------
    pieces : list of list
        In their order: ``rest`` and its length; ``frames`` and its length; or ``code``, the length of what is left of it,
        its address, and how many bytes of each stream of addresses belong to it.
    streams : mapping of str to file
        By name. Each is read once, from beginning to end.

    Yields
    ------
    bytes
        The whole, in pieces of a few megabytes.

    Raises
    ------
    ValueError, EOFError
        If a stream does not fit.
    """
    for kind, length, *more in pieces:
        if kind == "code":
            address, *lengths = more
            parts = [
                _exactly(streams[name], count) if count else b"" for name, count in zip(ADDRESSES, lengths, strict=True)
            ]
            yield join_code(_exactly(streams[kind], length), parts, address)
        elif kind == "frames":
            yield join_frames(_exactly(streams[kind], length))
        else:
            for start in range(0, length, _CHUNK):
                yield _exactly(streams[kind], min(_CHUNK, length - start))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    content = stream.read(count)
    if len(content) != count:
        raise EOFError("a stream ends too early")
    return content


class _Content:
    """A file to read from, made of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = b""
        self.checksum = 0

    def read(self, count: int) -> bytes:
        while len(self._ready) < count and (piece := next(self._pieces, None)) is not None:
            self.checksum = zlib.crc32(piece, self.checksum)
            self._ready += piece
        given, self._ready = self._ready[:count], self._ready[count:]
        return given


def recompressed(archive: bytes, level: int) -> bytes:
    """
    Compress the modules in PyInstaller's archive anew.

    Parameters
    ----------
    archive : bytes
        The archive: head, modules each compressed by zlib, and the table of their places.
    level : int
        Of zlib; 0 stores them as they are, for a compression that sees them together.

    Returns
    -------
    bytes
        The same modules, in the same order.

    Raises
    ------
    ValueError
        If it is no such archive.
    """
    if archive[:4] != _MAGIC:
        raise ValueError("no archive of modules")
    (table_at,) = struct.unpack_from("!i", archive, 8)
    made, table = bytearray(archive[:_HEAD]), []
    for name, (kind, place, length) in marshal.loads(archive[table_at:]):  # noqa: S302 - of our own build
        blob = zlib.compress(zlib.decompress(archive[place : place + length]), level) if length else b""
        table.append((name, (kind, len(made), len(blob))))
        made += blob
    struct.pack_into("!i", made, 8, len(made))
    return bytes(made + marshal.dumps(table))
