"""
``python -m tools.pack.payload --program dist/patrolmap --out dist/payload``: what the Windows installer carries.

NSIS compresses with LZMA but without the filter for machine code (BCJ), by which calls to one function look alike
wherever they stand. So the libraries go into archives with that filter, several made at once; what the program needs to
unpack them stays beside them, its modules uncompressed, for the installer's LZMA to see them together.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import lzma
import os
import shutil
import tarfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from tools.pack.unpack import recompressed

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["make_payload"]

_LIBRARIES: Final = "_internal"
# Enough to start Python, and to unpack the rest.
_FIRST: Final = ("python3*.dll", "vcruntime140*.dll", "base_library.zip", "modules.pyz", "_lzma.pyd")
_ALONE_FROM: Final = 100_000_000
_CODE: Final = (".dll", ".exe", ".pyd")
_WINDOW: Final = 128 << 20
"""How far back LZMA looks, and what unpacking takes of memory."""
_LZMA: Final = {"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": _WINDOW}
_FILTERS: Final = {
    "code": [{"id": lzma.FILTER_X86}, _LZMA],
    "data": [_LZMA],
}
# The first day that a ZIP archive can tell, as wheels have it: the same files make the same archive.
_DAY: Final = 315_532_800


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
    jobs = [
        (inside, out / _LIBRARIES / f"packed-{name}.tar.xz", name.partition("-")[2] != "data")
        for name, inside in packs.items()
        if inside
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(_pack_one, program / _LIBRARIES, kept), *zip(*jobs, strict=True)))


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


def _pack_one(folder: Path, kept: Path | None, files: Iterable[Path], target: Path, is_code: bool) -> Path:  # noqa: FBT001 - of a pool
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for file in files:
            entry = tarfile.TarInfo(file.relative_to(folder).as_posix())
            entry.size, entry.mtime = file.stat().st_size, _DAY
            with file.open("rb") as opened:
                archive.addfile(entry, opened)
    whole = content.getbuffer()
    filters = _FILTERS["code" if is_code else "data"]
    key = hashlib.sha256(repr(filters).encode() + hashlib.sha256(whole).digest()).hexdigest()
    before = kept / f"{key}.tar.xz" if kept else None
    if before is None or not before.exists():
        packed = lzma.compress(whole, format=lzma.FORMAT_XZ, check=lzma.CHECK_SHA256, filters=filters)
        if before is None:
            target.write_bytes(packed)
            return target
        before.parent.mkdir(parents=True, exist_ok=True)
        making = before.with_suffix(".part")
        making.write_bytes(packed)
        making.replace(before)
    shutil.copyfile(before, target)
    return target


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
