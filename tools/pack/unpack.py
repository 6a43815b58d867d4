"""
The installer's last step, done by the program itself: unpack what was packed tighter than the installer could.

The installer's own compression knows nothing of machine code. ``tools.pack.payload`` packs the libraries into archives
that do, and puts the modules uncompressed beside them, which then compress together instead of one by one.
"""

from __future__ import annotations

import lzma
import marshal
import struct
import tarfile
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PACKS", "recompressed", "unpack"]

PACKS: Final = "packed-*.tar.xz"
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
    lzma.LZMAError, tarfile.TarError, EOFError
        If an archive is damaged: at its end is its SHA-256.
    """
    for pack in sorted(folder.glob(PACKS)):
        with lzma.open(pack) as content:
            with tarfile.open(fileobj=content, mode="r|") as archive:
                archive.extractall(folder)  # noqa: S202 - our own; older Pythons know no filter
            while content.read(_CHUNK):  # to its end, where its hash is
                pass
        pack.unlink()
    # Last, because from then on this process finds no module any more: it knows where they were before.
    modules = folder / "modules.pyz"
    smaller = modules.with_name("modules.pyz.part")
    smaller.write_bytes(recompressed(modules.read_bytes(), _WELL))
    smaller.replace(modules)


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
