"""
``python -m tools.pack.linux_archive [--program dist/patrolmap] [--out dist]``: the archive for Linux.

In it: the program's folder, its entry for the desktop's menu, its icon, and ``install.sh``, which puts both in place for
one user. ``./patrolmap/patrolmap`` runs without that. Entries are sorted, with one owner and the time of
``SOURCE_DATE_EPOCH`` if that is set, so that the same program gives the same archive.
"""

from __future__ import annotations

import argparse
import io
import lzma
import os
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pack"]

ROOT: Final = Path(__file__).resolve().parents[2]
_ICON: Final = ROOT / "assets" / "icons" / "patrolmap.svg"
_WINDOW: Final = 64 << 20
"""How far back LZMA looks, and what unpacking takes of memory."""
_DESKTOP: Final = """[Desktop Entry]
Type=Application
Name=patrolmap
Name[zh_CN]=patrolmap 巡防
Comment=Defence rings, hotspots and patrol plans
Comment[zh_CN]=圈层防控、热点与巡逻方案
Exec="@FOLDER@/patrolmap" %f
Icon=patrolmap
Terminal=false
Categories=Office;Geography;
StartupWMClass=patrolmap
"""
_INSTALL: Final = """#!/bin/sh
# Puts patrolmap into the menu of this user, and the commands patrolmap and patrolmap-cli into ~/.local/bin.
# Nothing is copied: the folder stays where it is. "install.sh --remove" takes both back; projects and settings stay.
set -eu
folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-"$HOME/.local/share"}
entry=$data/applications/patrolmap.desktop
icon=$data/icons/hicolor/scalable/apps/patrolmap.svg
commands=$HOME/.local/bin
if [ "${1:-}" = --remove ]; then
  rm -f "$entry" "$icon" "$commands/patrolmap" "$commands/patrolmap-cli"
  exit 0
fi
mkdir -p "$data/applications" "$(dirname -- "$icon")" "$commands"
escaped=$(printf %s "$folder" | sed 's/[&|\\\\]/\\\\&/g')
sed "s|@FOLDER@|$escaped|" "$folder/patrolmap.desktop" > "$entry"
cp "$folder/patrolmap.svg" "$icon"
ln -sf "$folder/patrolmap" "$commands/patrolmap"
ln -sf "$folder/patrolmap" "$commands/patrolmap-cli"
echo "patrolmap is in the menu; on the command line it is patrolmap-cli (in $commands)."
"""


def pack(program: Path, out: Path) -> Path:
    """
    Pack the program's folder.

    Parameters
    ----------
    program : Path
        What ``python -m PyInstaller build.spec`` made.
    out : Path
        Folder for the archive; made if it is missing.

    Returns
    -------
    Path
        The archive, ``patrolmap-VERSION-linux-x86_64.tar.xz``.
    """
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"patrolmap-{__version__}-linux-{os.uname().machine}.tar.xz"
    making = target.with_name(target.name + ".part")
    with lzma.open(making, "wb", filters=_filters()) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        for file in _sorted(program):
            archive.add(file, f"patrolmap/{file.relative_to(program)}", recursive=False, filter=_plain)
        extras = (
            ("patrolmap.desktop", _DESKTOP.encode(), 0o644),
            ("patrolmap.svg", _ICON.read_bytes(), 0o644),
            ("install.sh", _INSTALL.encode(), 0o755),
        )
        for name, content, mode in extras:
            entry = tarfile.TarInfo(f"patrolmap/{name}")
            entry.size, entry.mode = len(content), mode
            archive.addfile(_plain(entry), io.BytesIO(content))
    making.replace(target)
    return target


def _filters() -> list[dict[str, int]]:
    """Tell how to compress: with the filter that makes calls of one function look alike, where the machine has one."""
    code = [{"id": lzma.FILTER_X86}] if os.uname().machine == "x86_64" else []
    return [*code, {"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": _WINDOW}]


def main() -> None:
    """Pack, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.pack.linux_archive", description=__doc__)
    parser.add_argument("--program", type=Path, default=ROOT / "dist" / "patrolmap")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    wish = parser.parse_args()
    target = pack(wish.program, wish.out)
    files = [file for file in wish.program.rglob("*") if file.is_file() and not file.is_symlink()]
    unpacked = sum(file.stat().st_size for file in files)
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB, unpacked {unpacked / 1e6:.0f} MB")


def _sorted(program: Path) -> Iterator[Path]:
    yield from sorted(file for file in program.rglob("*") if file.is_symlink() or file.is_file())


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = int(os.environ.get("SOURCE_DATE_EPOCH", int(time.time())))
    return entry


if __name__ == "__main__":
    main()
