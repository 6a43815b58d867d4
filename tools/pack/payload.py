"""
``python -m tools.pack.payload --program dist/patrolmap --out dist/payload``: what the Windows installer carries.

NSIS compresses with LZMA, but knows nothing of machine code. So the libraries go into archives in which their addresses
are put apart (``tools.pack.streams``); what the program needs to unpack them stays beside them, its modules uncompressed,
for the installer's LZMA to see them together.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import lzma
import os
import shutil
import tarfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from tools.pack.portable_executable import parts
from tools.pack.streams import ADDRESSES, BLOCK, split_code, split_frames
from tools.pack.unpack import TABLE, joined, recompressed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.pack.portable_executable import Part

__all__ = ["make_payload"]

_LIBRARIES: Final = "_internal"
# Enough to start Python, and to unpack the rest.
_FIRST: Final = ("python3*.dll", "vcruntime140*.dll", "base_library.zip", "modules.pyz", "_lzma.pyd")
_ALONE_FROM: Final = 100_000_000
_CODE: Final = (".dll", ".exe", ".pyd")
_WINDOW: Final = 128 << 20
"""How far back LZMA looks, and what unpacking takes of memory for a stream that is as long."""
_SMALLEST: Final = 1 << 16
# Code has no columns; addresses are words, the list of functions comes in columns already.
_LZMA: Final = {
    "rest": {},
    "code": {"lc": 4, "lp": 0, "pb": 0},
    "frames": {"lc": 0, "lp": 0, "pb": 0},
    **{name: {"lc": 0, "lp": 2, "pb": 2} for name in ADDRESSES},
}
# The first day that a ZIP archive can tell, as wheels have it: the same files make the same archive.
_DAY: Final = 315_532_800


@dataclass(frozen=True)
class _Pack:
    target: Path
    table: dict[str, Any]
    streams: dict[str, bytes]


def make_payload(program: Path, out: Path, kept: Path | None = None) -> list[Path]:
    """
    Pack the program's folder for the installer.

    Parameters
    ----------
    program : Path
        What ``python -m PyInstaller build.spec`` made on Windows.
    out : Path
        Folder to make; one that is there is replaced.
    kept : Path, optional
        Folder in which archives are kept under the hash of what is in them, so that what did not change is not packed anew.

    Returns
    -------
    list of Path
        The archives.
    """
    shutil.rmtree(out, ignore_errors=True)
    files = sorted(file for file in program.rglob("*") if file.is_file())
    packs: dict[str, list[Path]] = {"1-browser": [], "2-code": [], "3-data": []}
    for file in files:
        if _is_first(file.relative_to(program)):
            _copy(file, out / file.relative_to(program))
        elif file.suffix.lower() in _CODE:
            packs["1-browser" if file.stat().st_size >= _ALONE_FROM else "2-code"].append(file)
        else:
            packs["3-data"].append(file)
    packs["3-data"].sort(key=lambda file: (file.suffix, file.as_posix()))
    (out / _LIBRARIES).mkdir(parents=True, exist_ok=True)
    made = [
        _split(_tar(program / _LIBRARIES, inside), out / _LIBRARIES / f"packed-{name}.tar")
        for name, inside in packs.items()
        if inside
    ]
    jobs = [(pack, name, content) for pack in made for name, content in pack.streams.items()]
    jobs.sort(key=lambda job: -len(job[2]))  # the longest takes longest
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        packed = list(pool.map(partial(_compressed, kept), (name for _, name, _ in jobs), (job[2] for job in jobs)))
    for pack in made:
        streams = {name: content for (of, name, _), content in zip(jobs, packed, strict=True) if of is pack}
        _write(pack, dict(sorted(streams.items())))
    return [pack.target for pack in made]


def _is_first(path: Path) -> bool:
    """Tell whether a file stays as it is; the programs and what lies beside them do, too."""
    name = PurePosixPath(path.name.lower())
    is_library = path.parts[0] == _LIBRARIES
    return not is_library or (path.parent == Path(_LIBRARIES) and any(name.match(pattern) for pattern in _FIRST))


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.name == "modules.pyz":
        target.write_bytes(recompressed(file.read_bytes(), 0))
    else:
        shutil.copy2(file, target)


def _tar(folder: Path, files: Iterable[Path]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for file in files:
            entry = tarfile.TarInfo(file.relative_to(folder).as_posix())
            entry.size, entry.mtime = file.stat().st_size, _DAY
            with file.open("rb") as opened:
                archive.addfile(entry, opened)
    return content.getvalue()


def _split(whole: bytes, target: Path) -> _Pack:
    """Split an archive into streams; it is joined again at once, to see that it comes out as it was."""
    pieces: list[list[Any]] = []
    streams: dict[str, bytearray] = {}

    def add(name: str, content: bytes) -> int:
        streams.setdefault(name, bytearray()).extend(content)
        return len(content)

    done = 0
    for part in _found(whole):
        pieces.append(["rest", add("rest", whole[done : part.start])])
        if part.kind == "frames":
            pieces.append(["frames", add("frames", split_frames(whole[part.start : part.stop]))])
        else:
            for start in range(part.start, part.stop, BLOCK):
                address = part.address + start - part.start
                left, apart = split_code(whole[start : min(start + BLOCK, part.stop)], address, part.reach)
                lengths = [add(name, content) for name, content in zip(ADDRESSES, apart, strict=True)]
                pieces.append(["code", add("code", left), address, *lengths])
        done = part.stop
    pieces.append(["rest", add("rest", whole[done:])])
    finished = {name: bytes(content) for name, content in streams.items() if content}
    again = b"".join(joined(pieces, {name: io.BytesIO(content) for name, content in finished.items()}))
    if again != whole:
        raise RuntimeError(f"{target.name} would not come out as it was")
    return _Pack(target, {"checksum": zlib.crc32(whole), "pieces": pieces}, finished)


def _found(whole: bytes) -> Iterable[Part]:
    """Find the parts of all libraries in an archive."""
    with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as archive:
        for member in archive:
            start = member.offset_data
            for part in parts(whole[start : start + member.size]):
                yield replace(part, start=part.start + start, stop=part.stop + start)


def _compressed(kept: Path | None, name: str, content: bytes) -> bytes:
    window = min(_WINDOW, max(_SMALLEST, 1 << (len(content) - 1).bit_length()))
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": window, **_LZMA[name]}]
    key = hashlib.sha256(repr(filters).encode() + hashlib.sha256(content).digest()).hexdigest()
    before = kept / f"{key}.xz" if kept else None
    if before and before.exists():
        return before.read_bytes()
    packed = lzma.compress(content, format=lzma.FORMAT_XZ, check=lzma.CHECK_SHA256, filters=filters)
    if before:
        before.parent.mkdir(parents=True, exist_ok=True)
        making = before.with_suffix(".part")
        making.write_bytes(packed)
        making.replace(before)
    return packed


def _write(pack: _Pack, streams: dict[str, bytes]) -> None:
    with tarfile.open(pack.target, "w") as archive:
        for name, content in {TABLE: json.dumps(pack.table).encode(), **streams}.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), _DAY
            archive.addfile(entry, io.BytesIO(content))


def main() -> None:
    """Pack, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.pack.payload", description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kept", type=Path, help="folder for archives that may serve again")
    wish = parser.parse_args()
    for pack in make_payload(wish.program, wish.out, wish.kept):
        print(f"{pack}: {pack.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
